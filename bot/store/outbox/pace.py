"""How fast all messages together are sent: what was used of the allowed rate, kept over restarts and among workers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema import paces
from bot.store.statements import insert


async def used_until(connection: AsyncConnection, name: str) -> datetime | None:
    """Until when the rate is used up; None if nothing was sent."""
    moment: datetime | None = await connection.scalar(select(paces.c.used_until).where(paces.c.name == name))
    return moment


async def use_until(connection: AsyncConnection, name: str, moment: datetime) -> None:
    """Note that the rate is used up until then."""
    statement = insert(paces).values(name=name, used_until=moment)
    await connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"used_until": moment}))
