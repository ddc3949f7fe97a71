"""What a button stands for when that is too long for its 64 bytes: kept in the chat, the newest few of each kind.

The button carries a number. In another chat the same number means an offer of that chat, or nothing: a button that was
made up cannot reach what was not offered in the chat where it is pressed.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.store import KeyValueStore
from bot.store.codec import decode, encode


@dataclass(frozen=True, slots=True)
class Offers:
    """Offers of one kind. `most`: how many are kept for a chat; the oldest is dropped."""

    kind: str
    most: int

    async def keep(self, settings: KeyValueStore, chat: str, value: str) -> int:
        """Keep an offer and return its number, which is never used twice in a chat. Needs a write unit."""
        before = await self._stored(settings, chat)
        number = before.last + 1
        newest = (*before.kept, (number, value))[-self.most :]
        await settings.set(self._name(chat), encode(_Kept(number, newest)))
        return number

    async def get(self, settings: KeyValueStore, chat: str, number: int) -> str | None:
        """The offer with this number in this chat; None if it is no longer kept."""
        return dict((await self._stored(settings, chat)).kept).get(number)

    async def _stored(self, settings: KeyValueStore, chat: str) -> _Kept:
        stored = await settings.get(self._name(chat))
        return _Kept() if stored is None else decode(stored, _Kept)

    def _name(self, chat: str) -> str:
        return f"offers:{self.kind}:{chat}"


@dataclass(frozen=True, slots=True)
class _Kept:
    """The offers of one kind that a chat has."""

    last: int = 0
    """The number of the last one."""
    kept: tuple[tuple[int, str], ...] = ()
    """The newest ones, with their numbers, in the order they were made."""
