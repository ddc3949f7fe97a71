"""Fan-outs that are not done, and their parts in the order in which they are told.

What a part says is compressed: its matches are on the same articles, so that they are a tenth or less of their JSON.
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeVar, cast

from sqlalchemy import delete, exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Destination, Fanout, FanoutId, FanoutPart, FanoutPartId, OpenPart
from bot.store.batches import batched
from bot.store.codec import decode, encode
from bot.store.schema import fanout_parts, fanouts

T = TypeVar("T")

_Destinations = tuple[Destination, ...]

_FAST: Final = 1
"""zlib's level: five times as fast as its own choice, and a third larger."""


@dataclass(frozen=True, slots=True)
class WrittenFanout:
    """A fan-out as it is stored; to write it takes long, and is done before the transaction."""

    what: bytes
    parts: tuple[tuple[bytes, bytes], ...]
    """Of each, the destinations and all else."""


def write_fanout(fanout: Fanout, parts: Sequence[FanoutPart]) -> WrittenFanout:
    """The fan-out with its parts, in the order in which they are to be told."""
    return WrittenFanout(_packed(fanout), tuple(_packed_part(part) for part in parts))


@dataclass(frozen=True, slots=True)
class FanoutStore:
    """Fan-outs that are not done. One is gone with the last of its parts."""

    connection: AsyncConnection

    async def add(self, fanout: WrittenFanout, now: datetime) -> None:
        """Add a fan-out behind all others."""
        added = await self.connection.execute(fanouts.insert().values(what=fanout.what, begun_at=now))
        (number,) = cast("tuple[int]", added.inserted_primary_key)
        rows = [{"fanout_id": number, "destinations": to, "what": what} for to, what in fanout.parts]
        await self.connection.execute(fanout_parts.insert(), rows)

    async def first(self) -> OpenPart | None:
        """The part that is told next."""
        rows = await self.connection.execute(select(fanout_parts).order_by(fanout_parts.c.id).limit(1))
        row = rows.one_or_none()
        if row is None:
            return None
        part = replace(_unpacked(row.what, FanoutPart), destinations=_unpacked(row.destinations, _Destinations))
        return OpenPart(FanoutPartId(row.id), FanoutId(row.fanout_id), part)

    async def get(self, fanout_id: FanoutId) -> Fanout:
        """What the parts of a fan-out share."""
        what: bytes = (
            await self.connection.execute(select(fanouts.c.what).where(fanouts.c.id == fanout_id))
        ).scalar_one()
        return _unpacked(what, Fanout)

    async def open_parts(self) -> tuple[FanoutPartId, ...]:
        """The parts that are not told yet, in their order."""
        return tuple(map(FanoutPartId, await self.connection.scalars(select(fanout_parts.c.id).order_by("id"))))

    async def destinations(self, ids: Collection[FanoutPartId]) -> Mapping[FanoutPartId, tuple[Destination, ...]]:
        """Whom these parts tell, as far as they are not told yet."""
        found: dict[FanoutPartId, tuple[Destination, ...]] = {}
        for batch in batched(ids):
            rows = await self.connection.execute(
                select(fanout_parts.c.id, fanout_parts.c.destinations).where(fanout_parts.c.id.in_(batch))
            )
            found.update({FanoutPartId(row.id): _unpacked(row.destinations, _Destinations) for row in rows})
        return found

    async def waiting_since(self) -> datetime | None:
        """When the oldest fan-out that is not done was begun."""
        oldest: datetime | None = await self.connection.scalar(
            select(fanouts.c.begun_at).order_by(fanouts.c.id).limit(1)
        )
        return oldest

    async def first_id(self) -> FanoutPartId | None:
        """Which part is told next."""
        first: int | None = await self.connection.scalar(select(func.min(fanout_parts.c.id)))
        return None if first is None else FanoutPartId(first)

    async def shorten(self, part_id: FanoutPartId, rest: Sequence[Destination]) -> None:
        """A part is told but for these destinations."""
        await self.connection.execute(
            update(fanout_parts).where(fanout_parts.c.id == part_id).values(destinations=_packed(tuple(rest)))
        )

    async def finish(self, part: OpenPart) -> None:
        """A part is told; with the last one, the fan-out is done."""
        await self.connection.execute(delete(fanout_parts).where(fanout_parts.c.id == part.id))
        left = exists().where(fanout_parts.c.fanout_id == part.fanout_id)
        await self.connection.execute(delete(fanouts).where(fanouts.c.id == part.fanout_id, ~left))


def _packed_part(part: FanoutPart) -> tuple[bytes, bytes]:
    return _packed(part.destinations), _packed(replace(part, destinations=()))


def _packed(value: object) -> bytes:
    return zlib.compress(encode(value).encode("ascii"), _FAST)


def _unpacked(what: bytes, kind: type[T]) -> T:
    return decode(zlib.decompress(what).decode("ascii"), kind)
