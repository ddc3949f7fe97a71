"""Making a new database of what can still be read of a damaged one."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import Table

from bot.errors import StoreError
from bot.store.backups import move_aside
from bot.store.migrate import stored_revision
from bot.store.opening import open_store
from bot.store.schema import REVISION, article_index, indexed_words, metadata
from bot.store.sqlite import Salvaged, find_damage, looking_engine, salvage, stamped, translated

_DERIVED: Final = (article_index, indexed_words)
"""Tables that are made anew from the articles, together with the full-text index."""


@dataclass(frozen=True, slots=True)
class Repair:
    """What a repair came to."""

    damaged: Path
    """The database as it was."""
    tables: tuple[Salvaged, ...]


async def repair_database(database: Path, now: datetime) -> Repair:
    """Put a new database in the place of a damaged one, which is kept under another name. No process may have it open.

    The index of the archive is empty afterwards. Raises StoreError if nothing can be read, or the tables are those of
    another version; then everything is as it was.
    """
    await _require_this_revision(database)
    stamp = stamped(now)
    fresh = database.with_name(f"{database.name}.repaired-{stamp}")
    store = await open_store(f"sqlite:///{fresh}", now=now)
    await store.close()
    tables: list[Table] = [table for table in metadata.sorted_tables if table not in _DERIVED]
    saved = await asyncio.to_thread(salvage, database, fresh, tables)
    damage = await find_damage(fresh)
    if damage is not None or not any(table.rows for table in saved):
        fresh.unlink(missing_ok=True)
        raise damage or StoreError(f"Nothing can be read of {database}. Put a copy in its place: `kabar restore`.")
    aside = move_aside(database, f"damaged-{stamp}")
    fresh.rename(database)
    return Repair(aside or database, saved)


async def _require_this_revision(database: Path) -> None:
    """The tables of another version have other columns. A revision that cannot be read is taken for this one."""
    engine = looking_engine(database)
    try:
        with translated(database):
            async with engine.connect() as connection:
                revision = await connection.run_sync(stored_revision, database)
    except StoreError as error:
        if error.trouble is None:  # it is the database of another program
            raise
        return
    finally:
        await engine.dispose()
    if revision not in {None, REVISION}:
        raise StoreError(
            f"{database} has the tables of another version ({revision}; this program knows {REVISION}). Repair it with "
            "the Kabar that used it, or put a copy in its place: `kabar restore`."
        )
