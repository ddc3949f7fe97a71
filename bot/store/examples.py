"""What was computed of the examples of topics, kept so that a start need not compute it again."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.batches import batched
from bot.store.schema import example_features
from bot.store.statements import insert

_COLUMNS = example_features.c


@dataclass(frozen=True, slots=True)
class StoredFeatures:
    """The features of one example."""

    passage: str
    """The digest of the text of it that is embedded, under which `VectorStore` has its vector."""
    data: bytes
    """The features, as `bot.matching.packed_side` writes them."""


@dataclass(frozen=True, slots=True)
class ExampleStore:
    """Features of examples by the digest of what they say.

    They have the name of what computed them; those of another name are not used. The vectors of examples whose features
    are kept are not forgotten either.
    """

    connection: AsyncConnection

    async def get(self, name: str, digests: Collection[str]) -> Mapping[str, StoredFeatures]:
        """The features by digest, as far as they are stored under this name."""
        found: dict[str, StoredFeatures] = {}
        for batch in batched(digests):
            rows = await self.connection.execute(
                select(_COLUMNS.digest, _COLUMNS.passage, _COLUMNS.data).where(
                    _COLUMNS.digest.in_(batch), _COLUMNS.name == name
                )
            )
            found.update({row.digest: StoredFeatures(row.passage, row.data) for row in rows})
        return found

    async def put(self, name: str, features: Mapping[str, StoredFeatures]) -> None:
        """Store features, in the place of those that the same examples had."""
        if not features:
            return
        statement = insert(example_features)
        await self.connection.execute(
            statement.on_conflict_do_update(
                index_elements=["digest"],
                set_={column: statement.excluded[column] for column in ("name", "passage", "data")},
            ),
            [
                {"digest": digest, "name": name, "passage": one.passage, "data": one.data}
                for digest, one in features.items()
            ],
        )

    async def unwanted(self, name: str, wanted: Collection[str]) -> tuple[str, ...]:
        """The digests of stored features that have another name or are none of these."""
        kept = frozenset(wanted)
        rows = await self.connection.execute(select(_COLUMNS.digest, _COLUMNS.name))
        return tuple(row.digest for row in rows if row.name != name or row.digest not in kept)

    async def remove(self, digests: Collection[str]) -> None:
        """Remove the features of these examples."""
        for batch in batched(digests):
            await self.connection.execute(delete(example_features).where(_COLUMNS.digest.in_(batch)))
