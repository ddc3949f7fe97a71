"""What buttons stand for that is too long for them: kept in the chat where it was offered, the newest few of a kind.

A button bears a number (Telegram lets it have 64 bytes). The same number in another chat means that chat's own offer,
or nothing: what comes back from a button cannot reach beyond what was offered where it was pressed.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.store import KeyValueStore
from bot.store.codec import decode, encode


@dataclass(frozen=True, slots=True)
class Offers:
    """Offers of one kind. `most`: how many a chat has; the oldest makes room."""

    kind: str
    most: int

    async def keep(self, settings: KeyValueStore, chat: str, value: str) -> int:
        """The number of a new offer; no number is given twice in a chat. Needs a write unit."""
        before = await self._stored(settings, chat)
        number = before.last + 1
        newest = (*before.kept, (number, value))[-self.most :]
        await settings.set(self._name(chat), encode(_Kept(number, newest)))
        return number

    async def get(self, settings: KeyValueStore, chat: str, number: int) -> str | None:
        """What was offered in this chat under this number, if that is not too long ago."""
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
