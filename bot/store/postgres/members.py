"""Who works on the database of a server: each holds a lock under a number of its own for as long as its session lasts.

So the death of a process is the end of its session, which the server notices by itself; no clock of ours decides it.
One that stands still (stopped, or its machine swaps) keeps its sessions, as the kernel answers for it: whoever sees
that it has not looked for long ends them.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import datetime
from secrets import randbelow
from time import monotonic
from typing import Any, Final

import structlog
from sqlalchemy import DateTime, Float, Row, Select, cast, column, func, select, table, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.errors import StorageTrouble, StoreError
from bot.store.membership import Member
from bot.store.postgres.connections import is_pooled, is_read_only, server_address
from bot.store.postgres.locks import KABAR, LEADING, MEMBERS, try_to_hold
from bot.store.postgres.server_clock import ServerClock

log = structlog.get_logger()

_MOST: Final = 2**31 - 1
_PATIENCE: Final = 5.0
"""Seconds after which a server that gives no answer counts as gone."""

_locks = table("pg_locks", *map(column, ("locktype", "classid", "objid", "objsubid", "pid", "granted", "database")))
_sessions = table(
    "pg_stat_activity",
    *map(column, ("pid", "backend_start", "client_addr", "datname", "application_name", "state_change")),
)
_HERE: Final = text("database = (SELECT oid FROM pg_database WHERE datname = current_database())")
_IN_THIS_DATABASE: Final = text("datname = current_database()")
"""Views of the server: PostgreSQL documentation, chapter 53.12 (pg_locks) and 27.2.3 (pg_stat_activity)."""


class ServerMembership:
    """The place of this process among those that work on the database of a server."""

    def __init__(self, engine: AsyncEngine, process: str, watched: Callable[[], AbstractContextManager[None]]) -> None:
        """`engine`: of a single connection that lasts. `process`: what the sessions of this process are called.

        `watched`: turns errors into a StoreError.
        """
        self.is_shared = True
        self._engine = engine
        self._process = process
        self._clock = ServerClock()
        self._watched = watched
        self._connection: AsyncConnection | None = None
        self._number = 0
        self._leads = False
        self._names: tuple[str, ...] = ()
        self._looking = asyncio.Lock()

    @property
    def name(self) -> str:
        return _name(self._number)

    @property
    def leads(self) -> bool:
        return self._leads

    @property
    def names(self) -> tuple[str, ...]:
        return self._names

    def now(self) -> datetime | None:
        """The time of the server, which is that of all who work on the database; None before the first look."""
        return self._clock.now()

    async def look(self, *, may_lead: bool = True, patience: float = math.inf) -> bool:
        """Raises StoreError where the server gives no answer; then this process has left, and leads nothing.

        It comes back under its name, as its claims go on while it is away.
        """
        async with self._looking:
            before = (self.name, self._leads, self._names)
            try:
                with self._watched():
                    async with asyncio.timeout(_PATIENCE):
                        await self._look(may_lead=may_lead, patience=patience)
            except TimeoutError as error:
                await self._leave()
                raise StoreError("The database server gives no answer.", StorageTrouble.UNREACHABLE) from error
            except (StoreError, SQLAlchemyError):
                await self._leave()
                raise
            return before != (self.name, self._leads, self._names)

    async def _look(self, *, may_lead: bool, patience: float) -> None:
        if self._connection is None:
            self._connection = await self._engine.connect()
            if await self._connection.scalar(select(func.current_setting("transaction_read_only"))) == "on":
                raise is_read_only(server_address(self._engine.url))
            self._number = self._number or randbelow(_MOST) + 1
            while not await try_to_hold(self._connection, self._number, among=MEMBERS):
                self._number = randbelow(_MOST) + 1
        if may_lead and not self._leads:
            self._leads = await try_to_hold(self._connection, LEADING)
        asked_at = monotonic()
        found = (await self._connection.execute(_members())).all()
        answered_at = monotonic()
        if not any(row.objid == self._number and row.is_this_session for row in found):
            raise is_pooled(server_address(self._engine.url))
        self._clock.set(found[0].now, asked_at, answered_at)
        self._names = tuple(sorted(_name(row.objid) for row in found))
        await self._end_sessions(self._connection, [row for row in found if (row.silent_for or 0.0) > patience])

    async def _end_sessions(self, connection: AsyncConnection, still: Sequence[Row[Any]]) -> None:
        """Of processes that stand still; what they hold is free then. Who goes on after all comes back."""
        names = {row.application_name for row in still} - {self._process, "", None}
        if not names:
            return
        log.warning("workers-stand-still", workers=[_name(row.objid) for row in still])
        ended = select(func.pg_terminate_backend(_sessions.c.pid))
        await connection.execute(ended.where(_sessions.c.application_name.in_(names), _IN_THIS_DATABASE))

    async def members(self) -> tuple[Member, ...]:
        """All who work on the database now; this process need not be one of them."""
        with self._watched():
            async with nullcontext(self._connection) if self._connection else self._engine.connect() as connection:
                leader = await connection.scalar(
                    select(_locks.c.pid).where(
                        _locks.c.classid == text(str(KABAR)),
                        _locks.c.objid == text(str(LEADING)),
                        _locks.c.granted,
                        _HERE,
                    )
                )
                rows = (await connection.execute(_members())).all()
        return tuple(sorted((_member(row, leader) for row in rows), key=lambda one: (not one.leads, one.name)))

    async def close(self) -> None:
        """Leave: another one may lead at once."""
        await self._leave()
        await self._engine.dispose()

    async def _leave(self) -> None:
        connection, self._connection = self._connection, None
        self._leads, self._names = False, ()
        if connection is not None:
            with suppress(SQLAlchemyError, OSError, TimeoutError):
                await connection.invalidate()  # the session ends, and with it its locks
            with suppress(SQLAlchemyError, OSError, TimeoutError):
                await connection.close()


def _members() -> Select[Any]:
    sessions = _sessions.c
    return (
        select(_locks.c.objid, _locks.c.pid, sessions.backend_start, func.host(sessions.client_addr).label("address"))
        .add_columns(sessions.application_name, (_locks.c.pid == func.pg_backend_pid()).label("is_this_session"))
        .add_columns(func.clock_timestamp(type_=DateTime(timezone=True)).label("now"))
        .add_columns(cast(func.extract("epoch", func.now() - sessions.state_change), Float).label("silent_for"))
        .select_from(_locks.join(_sessions, sessions.pid == _locks.c.pid))
        .where(_locks.c.locktype == "advisory", _locks.c.classid == text(str(MEMBERS)), _locks.c.granted, _HERE)
    )


def _member(row: Row[Any], leader: int | None) -> Member:
    return Member(_name(row.objid), leads=row.pid == leader, since=row.backend_start, address=row.address or "")


def _name(number: int) -> str:
    return f"worker {number}" if number else ""
