"""Bringing the tables up to this program's revision when a store is opened.

All of it happens in one transaction that holds the write lock, a copy of the file is made first where there
is something to lose, and a database that a newer Kabar has migrated is refused. Alembic is loaded only
when a migration is due.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import column, inspect, select, table
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.errors import StoreError
from bot.store.schema import REVISION
from bot.store.sqlite import copy_database

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

_SCRIPTS: Final = Path(__file__).parent / "migrations"
_VERSION_TABLE: Final = table("alembic_version", column("version_num"))


async def bring_up_to_date(writer: AsyncEngine, reader: AsyncEngine, path: Path, now: datetime) -> None:
    """Migrate the database at `path` to REVISION. Does nothing but one query where it is there already."""
    async with reader.connect() as connection:
        if await connection.run_sync(stored_revision, path) == REVISION:
            return
    async with writer.begin() as connection:
        stored = await connection.run_sync(stored_revision, path)  # again, now that nobody else can migrate it
        if stored == REVISION:
            return
        if stored is not None:
            _refuse_unknown(stored, path)
            stamp = now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
            await copy_database(path, path.with_name(f"{path.name}.{stored}-{stamp}.bak"))
        await connection.run_sync(_migrate)


def stored_revision(connection: Connection, path: Path) -> str | None:
    """The revision that the database is at; None for one without tables. StoreError for a foreign one."""
    names = inspect(connection).get_table_names()
    if _VERSION_TABLE.name in names:
        stored: str | None = connection.scalar(select(_VERSION_TABLE.c.version_num))
        return stored
    if names:
        raise StoreError(f"{path} is the database of another program. Choose another file (KABAR_DATABASE_URL).")
    return None


def scripts() -> ScriptDirectory:
    """The migrations that came with this program."""
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
