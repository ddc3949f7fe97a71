"""What a button stands for when that is too long for its 64 bytes: kept in the chat, the newest few of each kind.

The button carries a number. In another chat the same number means an offer of that chat, or nothing: a button that was
made up cannot reach what was not offered in the chat where it is pressed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.store import KeyValueStore


@dataclass(frozen=True, slots=True)
class Offers:
    """Offers of one kind. `most`: how many are kept for a chat; the oldest is dropped."""

    kind: str
    most: int

    async def keep(self, settings: KeyValueStore, chat: str, value: str) -> int:
        """Keep an offer and return its number, which is never used twice in a chat. Needs a write unit."""
        last, kept = await self._all(settings, chat)
        number = last + 1
        newest = [*kept.items(), (number, value)][-self.most :]
        await settings.set(self._name(chat), json.dumps({"last": number, "kept": newest}, separators=(",", ":")))
        return number

    async def get(self, settings: KeyValueStore, chat: str, number: int) -> str | None:
        """The offer with this number in this chat; None if it is no longer kept."""
        _, kept = await self._all(settings, chat)
        return kept.get(number)

    async def _all(self, settings: KeyValueStore, chat: str) -> tuple[int, dict[int, str]]:
        stored = await settings.get(self._name(chat))
        if stored is None:
            return 0, {}
        fields = json.loads(stored)
        return fields["last"], dict(fields["kept"])

    def _name(self, chat: str) -> str:
        return f"offers:{self.kind}:{chat}"
