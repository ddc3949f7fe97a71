"""Connections to a PostgreSQL server, and its errors in plain words.

Choices, with reasons:

- Who reads sees one snapshot, as on SQLite: REPEATABLE READ, and the server refuses writes.
- Who writes waits for the lock of all writers first (`locks`), and sees what they have committed: READ COMMITTED.
- A server that is gone is noticed within seconds, also where no packet comes back: TCP keepalives.
- What waits for its turn waits, whatever limits of time a host sets for all of its databases. Only a transaction that
  writes, and has said nothing for a minute, is ended: its process stands still, and all others wait for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex
from typing import Any, Final

from sqlalchemy import event
from sqlalchemy.engine import URL, Dialect
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.errors import StorageTrouble, StoreError

_CONNECT_SECONDS: Final = 10.0

_KEEPALIVE: Final = {"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "2", "tcp_keepalives_count": "3"}
"""Seconds, and how often: the server ends the session of a machine that was switched off after eleven seconds."""

_UNHURRIED: Final = {
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_session_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}
"""PostgreSQL documentation, chapter 20.11.1. A host's own `statement_timeout` ends the wait for the lock of writers."""

_SILENT_WRITER: Final = {"idle_in_transaction_session_timeout": "60000"}

_READERS: Final = 4
"""Connections that read and are kept open. More are opened while they are needed, without an upper limit: tasks that
open a read unit inside another one could wait for each other forever. A server has 100 unless told otherwise.
"""


def process_name() -> str:
    """What all sessions of this process are called, so that others can end them where it stands still."""
    return f"kabar {token_hex(8)}"


def writing_engine(url: URL, process: str) -> AsyncEngine:
    """A single connection; the tasks of this process write one after another."""
    return _engine(url, process, pool_size=1, more=0, isolation="READ COMMITTED", settings=_SILENT_WRITER)


def reading_engine(url: URL, process: str) -> AsyncEngine:
    """Connections that cannot write, and see one snapshot for each transaction."""
    settings = {"default_transaction_read_only": "on"}
    return _engine(url, process, pool_size=_READERS, more=-1, isolation="REPEATABLE READ", settings=settings)


def lasting_engine(url: URL, process: str) -> AsyncEngine:
    """A single connection for locks that last as long as its session."""
    return _engine(url, process, pool_size=1, more=0, isolation="AUTOCOMMIT", settings={})


def _engine(
    url: URL, process: str, *, pool_size: int, more: int, isolation: str, settings: dict[str, str]
) -> AsyncEngine:
    try:
        engine = create_async_engine(
            url.set(drivername="postgresql+asyncpg"),
            pool_size=pool_size,
            max_overflow=more,
            isolation_level=isolation,
            connect_args={
                "timeout": _CONNECT_SECONDS,
                "server_settings": {"application_name": process, **_KEEPALIVE, **_UNHURRIED, **settings},
            },
            hide_parameters=True,  # article texts and chats stay out of errors and logs
        )
    except ModuleNotFoundError as error:
        raise StoreError(
            "PostgreSQL needs the package asyncpg: pip install -r .locked/server.txt, or pip install asyncpg."
        ) from error
    address = server_address(url)

    def connect(
        dialect: Dialect, _record: ConnectionPoolEntry, arguments: tuple[Any, ...], parameters: dict[str, Any]
    ) -> DBAPIConnection:
        """Here an error of the network is the server's; what a unit of work does itself may run out of time, too."""
        try:
            return dialect.connect(*arguments, **parameters)
        except OSError as error:
            raise _unreachable(address, error.strerror or type(error).__name__) from error

    event.listen(engine.sync_engine, "do_connect", connect)
    return engine


def server_address(url: URL) -> str:
    """How the database is named to people: without user and password."""
    return f"{url.host or 'localhost'}:{url.port or 5432}/{url.database}"


@contextmanager
def translated(address: str) -> Iterator[None]:
    """Turn errors that the server, the network or the disk caused into a StoreError; those of a bug pass."""
    try:
        yield
    except DBAPIError as error:
        known = _as_store_error(error, address)
        if known is None:
            raise
        raise known from error
    except ConnectionError as error:  # asyncpg passes on what the socket says
        raise _unreachable(address, error.strerror or type(error).__name__) from error


def _as_store_error(error: DBAPIError, address: str) -> StoreError | None:
    """What happened and what to do about it; None for an error that only a bug can cause.

    By the class of SQLSTATE, https://www.postgresql.org/docs/current/errcodes-appendix.html.
    """
    code: Any = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "pgcode", None) or ""
    if code in _MESSAGES:
        trouble, message = _MESSAGES[code]
        return StoreError(message.format(address=address), trouble)
    if code[:2] in _CLASSES:
        trouble, message = _CLASSES[code[:2]]
        return StoreError(message.format(address=address), trouble)
    if error.connection_invalidated or not code:
        return _unreachable(address, "the connection has ended")
    return None


def _unreachable(address: str, reason: str) -> StoreError:
    message = f"The database server of {address} gives no answer: {reason}. Check that it runs and can be reached."
    return StoreError(message, StorageTrouble.UNREACHABLE)


def is_pooled(address: str) -> StoreError:
    """The error where a session does not last, as a pooler gives each transaction another one."""
    return StoreError(_POOLED.format(address=address), StorageTrouble.FAILING)


def is_read_only(address: str) -> StoreError:
    """The error where nobody can write: on a standby, or a primary that has become one."""
    trouble, message = _MESSAGES["25006"]
    return StoreError(message.format(address=address), trouble)


_GONE = "The database {address} does not exist. Make it (createdb), or put a backup there (pg_restore)."
_REFUSED = "The database {address} refuses the user or the password. Check KABAR_DATABASE_URL and the server's rights."

_POOLED: Final = (
    "What answers at {address} is no PostgreSQL server but a pooler in front of one (such as PgBouncer), which does "
    "not keep the sessions that Kabar's locks need. Set KABAR_DATABASE_URL to the address of the server itself."
)

_MESSAGES: Final = {
    "08P01": (StorageTrouble.FAILING, _POOLED),  # it does not know what a session sets (PgBouncer)
    "3D000": (StorageTrouble.GONE, _GONE),
    "25006": (StorageTrouble.READ_ONLY, "The database {address} is read-only. Use the primary server."),
    "53100": (StorageTrouble.FULL, "The disk of {address} is full. Free some space; nothing that was stored is lost."),
    "55P03": (StorageTrouble.LOCKED, "The database {address} is locked by another program for too long."),
    "42501": (StorageTrouble.FAILING, _REFUSED),
}

_CLASSES: Final = {
    "08": (StorageTrouble.UNREACHABLE, "The connection to {address} has failed. Check that the server runs."),
    "28": (StorageTrouble.UNREACHABLE, _REFUSED),
    "53": (
        StorageTrouble.LOCKED,
        "The server of {address} has too many connections. Set max_connections higher.",
    ),
    "57": (StorageTrouble.UNREACHABLE, "The database server of {address} is being stopped or started."),
    "58": (StorageTrouble.FAILING, "The disk of {address} reports an error. Check the server's log."),
    "XX": (StorageTrouble.DAMAGED, "The database {address} is damaged. Put a backup in its place (pg_restore)."),
}
