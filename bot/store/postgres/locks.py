"""Advisory locks: who writes, who plans, who leads. All are of one database, and end with the session that holds them.

PostgreSQL documentation, "Explicit Locking", section 13.3.5. The first number says that a lock is Kabar's, the second
which one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy import Integer, func, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

KABAR: Final = 0x6B61_6261
"""`kaba` in ASCII."""

MEMBERS: Final = 0x6B61_6D65
"""`kame`: the locks of those who work on the database, each under a number of its own."""

WRITING, PLANNING, LEADING, MAKING_TABLES = 1, 2, 3, 4


async def hold_until_commit(connection: AsyncConnection, which: int) -> None:
    """Wait for the lock; it ends with the transaction."""
    await connection.execute(select(func.pg_advisory_xact_lock(*_key(KABAR, which))))


@asynccontextmanager
async def hold(connection: AsyncConnection, which: int) -> AsyncIterator[None]:
    """Wait for the lock and hold it until the block ends; no transaction is open in between.

    The connection can be used in the block: what it locks once more, it has.
    """
    await connection.execute(select(func.pg_advisory_lock(*_key(KABAR, which))))
    await connection.commit()
    try:
        yield
    finally:
        try:
            await connection.rollback()
            await connection.execute(select(func.pg_advisory_unlock(*_key(KABAR, which))))
            await connection.commit()
        except BaseException:  # the lock must not stay with a connection that others are given
            await connection.invalidate()
            raise


async def try_to_hold(connection: AsyncConnection, which: int, *, among: int = KABAR) -> bool:
    """Take the lock for as long as the session lasts, if nobody has it."""
    return bool(await connection.scalar(select(func.pg_try_advisory_lock(*_key(among, which)))))


def _key(among: int, which: int) -> tuple[object, object]:
    return literal(among, Integer), literal(which, Integer)
