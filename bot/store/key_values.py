"""Small durable values by name."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema import settings
from bot.store.sqlite import insert


@dataclass(frozen=True, slots=True)
class KeyValueStore:
    """Small durable values by name, such as the digest of a start code and the time when it expires."""

    connection: AsyncConnection

    async def get(self, name: str) -> str | None:
        """The value with this name; None if there is none."""
        return await self.connection.scalar(select(settings.c.value).where(settings.c.name == name))

    async def set(self, name: str, value: str | None) -> None:
        """Set a value; None removes it."""
        if value is None:
            await self.connection.execute(delete(settings).where(settings.c.name == name))
            return
        statement = insert(settings).values(name=name, value=value)
        await self.connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))
