"""Embeddings, stored as int8: a quarter of the size of float32, with a cosine of at least 0.999 to the original."""

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
from bot.store.statements import insert, without_index

_BLOCK: Final = 4_000
"""How many vectors a scan reads at once: 1.5 MB."""


@dataclass(frozen=True, slots=True)
class StoredVectors:
    """Some embeddings, one in each row."""

    digests: tuple[str, ...]
    steps: NDArray[np.int8]
    """The embeddings as they are stored, each without its length. Shape (digests, dimensions)."""


@dataclass(frozen=True, slots=True)
class VectorStore:
    """Embeddings by model name and digest of the embedded text, stored as int8."""

    connection: AsyncConnection

    async def get(self, model: str, digests: Collection[str]) -> Mapping[str, NDArray[np.float32]]:
        """The embeddings by digest, as far as they are stored."""
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
        """The embeddings of articles by their numbers in the archive's index, as far as they are stored."""
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
        """All embeddings of a model, some thousands at a time, in no particular order."""
        known = select(vector_table.c.digest, vector_table.c.data).where(without_index(vector_table.c.model) == model)
        async with self.connection.stream(known) as rows:
            async for block in rows.partitions(_BLOCK):
                # Earlier versions stored vectors of another size under the same name.
                for size in {len(row.data) for row in block}:
                    digests, data = zip(*(row for row in block if len(row.data) == size), strict=True)
                    yield StoredVectors(digests, np.frombuffer(b"".join(data), np.int8).reshape(-1, size))

    async def put(self, model: str, vectors: Mapping[str, NDArray[np.float32]], now: datetime) -> None:
        """Store embeddings. One that is stored again is kept from then on."""
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
    """A vector of shape (n,) as n signed bytes and a factor, which is chosen so that the length is restored exactly."""
    largest = float(np.abs(vector).max(initial=0.0))
    if largest == 0.0:
        return bytes(vector.size), 0.0
    steps = np.rint(vector * (127.0 / largest)).astype(np.int8)
    scale = float(np.linalg.norm(vector)) / float(np.linalg.norm(steps.astype(np.float32)))
    return steps.tobytes(), scale


def restore(data: bytes, scale: float) -> NDArray[np.float32]:
    """The inverse of `quantise`, except for rounding."""
    return np.frombuffer(data, dtype=np.int8).astype(np.float32) * np.float32(scale)
