"""Embeddings as int8: a quarter of the space of float32, at a cosine of 0.999 or better to the original."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import ArchiveNumber
from bot.store.batches import batched
from bot.store.schema import article_index
from bot.store.schema import vectors as vector_table
from bot.store.sqlite import insert, without_index

_BLOCK: Final = 4_000
"""Vectors of a block of a scan: 1.5 MB."""


@dataclass(frozen=True, slots=True)
class StoredVectors:
    """Some embeddings, a row each."""

    digests: tuple[str, ...]
    steps: NDArray[np.int8]
    """As they are stored: the raw embedding of each but for its length. Shape (digests, dimensions)."""


@dataclass(frozen=True, slots=True)
class VectorStore:
    """Embeddings by model name and digest of the embedded text, stored as int8."""

    connection: AsyncConnection

    async def get(self, model: str, digests: Collection[str]) -> Mapping[str, NDArray[np.float32]]:
        found: dict[str, NDArray[np.float32]] = {}
        for batch in batched(digests):
            rows = await self.connection.execute(
                select(vector_table.c.digest, vector_table.c.scale, vector_table.c.data).where(
                    vector_table.c.model == model, vector_table.c.digest.in_(batch)
                )
            )
            found.update({row.digest: restore(row.data, row.scale) for row in rows})
        return found

    async def of(self, model: str, numbers: Collection[ArchiveNumber]) -> Mapping[ArchiveNumber, NDArray[np.float32]]:
        """Of the articles behind numbers, where there are any."""
        found: dict[ArchiveNumber, NDArray[np.float32]] = {}
        for batch in batched(numbers):
            rows = await self.connection.execute(
                select(article_index.c.number, vector_table.c.scale, vector_table.c.data)
                .join(vector_table, vector_table.c.digest == article_index.c.digest)
                .where(vector_table.c.model == model, article_index.c.number.in_(batch))
            )
            found.update({ArchiveNumber(row.number): restore(row.data, row.scale) for row in rows})
        return found

    async def scan(self, model: str) -> AsyncIterator[StoredVectors]:
        """All there are, some thousands at a time, in no order."""
        known = select(vector_table.c.digest, vector_table.c.data).where(without_index(vector_table.c.model) == model)
        async with self.connection.stream(known) as rows:
            async for block in rows.partitions(_BLOCK):
                for size in {len(row.data) for row in block}:  # former versions stored others under the same name
                    digests, data = zip(*(row for row in block if len(row.data) == size), strict=True)
                    yield StoredVectors(digests, np.frombuffer(b"".join(data), np.int8).reshape(-1, size))

    async def put(self, model: str, vectors: Mapping[str, NDArray[np.float32]], now: datetime) -> None:
        """Putting one again keeps it for longer."""
        if not vectors:
            return
        rows = []
        for digest, vector in vectors.items():
            data, scale = quantise(vector)
            rows.append({"model": model, "digest": digest, "data": data, "scale": scale, "used_at": now})
        statement = insert(vector_table)
        await self.connection.execute(
            statement.on_conflict_do_update(
                index_elements=["model", "digest"],
                set_={name: statement.excluded[name] for name in ("data", "scale", "used_at")},
            ),
            rows,
        )


def quantise(vector: NDArray[np.float32]) -> tuple[bytes, float]:
    """Shape (n,) to n signed bytes and a factor. The factor is such that the length comes back exactly."""
    largest = float(np.abs(vector).max(initial=0.0))
    if largest == 0.0:
        return bytes(vector.size), 0.0
    steps = np.rint(vector * (127.0 / largest)).astype(np.int8)
    scale = float(np.linalg.norm(vector)) / float(np.linalg.norm(steps.astype(np.float32)))
    return steps.tobytes(), scale


def restore(data: bytes, scale: float) -> NDArray[np.float32]:
    """The inverse of `quantise`, but for rounding."""
    return np.frombuffer(data, dtype=np.int8).astype(np.float32) * np.float32(scale)
