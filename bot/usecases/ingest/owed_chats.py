"""Which chats are owed something by fan-outs that are not done: they are told nothing newer before it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from bot.model import Destination, FanoutPartId
from bot.store import UnitOfWork


@dataclass(frozen=True, slots=True)
class _Owed:
    destinations: tuple[Destination, ...]
    chats: frozenset[str]
    """By the ids that topics name and by those of now: either may be what a later document names."""


class OwedChats:
    """Remembers whom each open part tells, so that to ask costs no more than the list of parts."""

    def __init__(self) -> None:
        self._owed: dict[FanoutPartId, _Owed] = {}

    async def owes_any(self, unit: UnitOfWork, chats: Collection[str]) -> bool:
        """Whether one of these chats is owed something. A chat may have got another id since."""
        await self._read(unit)
        if not self._owed:
            return False
        chats = {*chats, *await unit.chats.former_ids(chats)}
        return any(not owed.chats.isdisjoint(chats) for owed in self._owed.values())

    async def destinations(self, unit: UnitOfWork) -> tuple[Destination, ...]:
        """All that are owed something, as topics name them."""
        await self._read(unit)
        return tuple(dict.fromkeys(to for owed in self._owed.values() for to in owed.destinations))

    async def _read(self, unit: UnitOfWork) -> None:
        parts = await unit.fanouts.open_parts()
        known = {part: self._owed[part] for part in parts if part in self._owed}
        for part, destinations in (await unit.fanouts.destinations([one for one in parts if one not in known])).items():
            current = await unit.chats.current_ids({to.chat for to in destinations})
            known[part] = _Owed(destinations, frozenset((*current, *current.values())))
        self._owed = known
