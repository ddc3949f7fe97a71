"""What buttons stand for that is too long for them: kept in the chat where it was offered, the newest few of a kind.

A button bears a number (Telegram lets it have 64 bytes). The same number in another chat means that chat's own offer,
or nothing: what comes back from a button cannot reach beyond what was offered where it was pressed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.store import KeyValueStore


@dataclass(frozen=True, slots=True)
class Offers:
    """Offers of one kind. `most`: how many a chat has; the oldest makes room."""

    kind: str
    most: int

    async def keep(self, settings: KeyValueStore, chat: str, value: str) -> int:
        """The number of a new offer; no number is given twice in a chat. Needs a write unit."""
        last, kept = await self._all(settings, chat)
        number = last + 1
        newest = [*kept.items(), (number, value)][-self.most :]
        await settings.set(self._name(chat), json.dumps({"last": number, "kept": newest}, separators=(",", ":")))
        return number

    async def get(self, settings: KeyValueStore, chat: str, number: int) -> str | None:
        """What was offered in this chat under this number, if that is not too long ago."""
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
