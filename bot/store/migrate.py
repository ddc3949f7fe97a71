"""Migrating the tables to the revision of this program when a store is opened.

A migration is one transaction that holds the write lock. A database that a newer Kabar has migrated is refused. Alembic
is imported only when a migration is due.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import column, inspect, select, table
from sqlalchemy.engine import Connection

from bot.errors import StoreError
from bot.store.schema import REVISION

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

_SCRIPTS: Final = Path(__file__).parent / "migrations"
_VERSION_TABLE: Final = table("alembic_version", column("version_num"))


def stored_revision(connection: Connection, place: object) -> str | None:
    """The revision of the database; None if it has no tables. StoreError if another program made it."""
    names = inspect(connection).get_table_names()
    if _VERSION_TABLE.name in names:
        stored: str | None = connection.scalar(select(_VERSION_TABLE.c.version_num))
        return stored
    if names:
        raise StoreError(f"{place} is the database of another program. Choose another one (KABAR_DATABASE_URL).")
    return None


def scripts() -> ScriptDirectory:
    """The migrations that are part of this program."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 -- 0.2 s that a start without migrations saves

    return ScriptDirectory(str(_SCRIPTS))


def refuse_unknown(stored: str, place: object) -> None:
    """Raise StoreError for a revision that this program does not know."""
    if stored not in {script.revision for script in scripts().walk_revisions()}:
        raise StoreError(
            f"{place} was used by a newer Kabar (its tables are at {stored}, this program knows {REVISION}). "
            "Update Kabar, or put back a copy from before."
        )


def migrate(connection: Connection) -> None:
    """Bring the tables to REVISION, from whichever they are at."""
    from alembic import command  # noqa: PLC0415 -- as above
    from alembic.config import Config  # noqa: PLC0415 -- as above

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_SCRIPTS).replace("%", "%%"))
    command.upgrade(config, "head")
