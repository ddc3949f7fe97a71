"""Migrating the tables to the revision of this program when a store is opened.

A migration is one transaction that holds the write lock. If the database has tables already, the file is copied first.
A database that a newer Kabar has migrated is refused. Alembic is imported only when a migration is due.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import column, inspect, select, table
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import StoreError
from bot.store.schema import REVISION
from bot.store.sqlite import copy_database, stamped

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

_SCRIPTS: Final = Path(__file__).parent / "migrations"
_VERSION_TABLE: Final = table("alembic_version", column("version_num"))


async def bring_up_to_date(writer: AsyncEngine, reader: AsyncEngine, path: Path, now: datetime) -> None:
    """Migrate the database at `path` to REVISION. If it is at that revision already, this is a single query."""
    async with reader.connect() as connection:
        if await connection.run_sync(stored_revision, path) == REVISION:
            return
    async with writer.begin() as connection:
        # Another process may have migrated it meanwhile; from here on, none can.
        stored = await connection.run_sync(stored_revision, path)
        if stored == REVISION:
            return
        if stored is not None:
            _refuse_unknown(stored, path)
            await copy_database(path, path.with_name(f"{path.name}.{stored}-{stamped(now)}.bak"))
        await connection.run_sync(_migrate)


def stored_revision(connection: Connection, path: Path) -> str | None:
    """The revision of the database; None if it has no tables. StoreError if another program made it."""
    names = inspect(connection).get_table_names()
    if _VERSION_TABLE.name in names:
        stored: str | None = connection.scalar(select(_VERSION_TABLE.c.version_num))
        return stored
    if names:
        raise StoreError(f"{path} is the database of another program. Choose another file (KABAR_DATABASE_URL).")
    return None


def scripts() -> ScriptDirectory:
    """The migrations that are part of this program."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 -- 0.2 s that a start without migrations saves

    return ScriptDirectory(str(_SCRIPTS))


def _refuse_unknown(stored: str, path: Path) -> None:
    if stored not in {script.revision for script in scripts().walk_revisions()}:
        raise StoreError(
            f"{path} was used by a newer Kabar (its tables are at {stored}, this program knows {REVISION}). "
            "Update Kabar, or put back a copy from before."
        )


def _migrate(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 -- as above
    from alembic.config import Config  # noqa: PLC0415 -- as above

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    command.upgrade(config, "head")
