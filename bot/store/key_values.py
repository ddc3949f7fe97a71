"""Small durable values by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.batches import batched
from bot.store.schema import settings
from bot.store.statements import insert


@dataclass(frozen=True, slots=True)
class KeyValueStore:
    """Small durable values by name, such as the digest of a start code and the time when it expires."""

    connection: AsyncConnection

    async def get(self, name: str) -> str | None:
        """The value with this name; None if there is none."""
        return await self.connection.scalar(select(settings.c.value).where(settings.c.name == name))

    async def get_all(self, names: Collection[str]) -> Mapping[str, str]:
        """The values with these names, as far as there are any."""
        found: dict[str, str] = {}
        for batch in batched(names):
            rows = await self.connection.execute(select(settings).where(settings.c.name.in_(batch)))
            found.update({row.name: row.value for row in rows})
        return found

    async def set_all(self, values: Mapping[str, str]) -> None:
        """Set several values."""
        rows = [{"name": name, "value": value} for name, value in values.items()]
        if rows:
            statement = insert(settings)
            new = {"value": statement.excluded.value}
            await self.connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=new), rows)

    async def set(self, name: str, value: str | None) -> None:
        """Set a value; None removes it."""
        if value is None:
            await self.connection.execute(delete(settings).where(settings.c.name == name))
            return
        statement = insert(settings).values(name=name, value=value)
        await self.connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
