"""Saving a database whose file was removed or replaced: the open connections still have it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.sqlite.copies import stamped, sync
from bot.store.sqlite.examination import FileIdentity


@dataclass(frozen=True, slots=True)
class Rescue:
    """A file with everything that was open."""

    path: Path
    is_in_use: bool
    """Whether it is in the place of the database, which goes on with it."""


async def rescue_database(
    writer: AsyncEngine, path: Path, now: datetime, *, own: FileIdentity | None, is_elsewhere: bool
) -> Rescue | None:
    """Copy what the writing connection has open to `path`, or beside it if something else is there.

    The space of a removed file stays until its last connection is closed (unlink(2)), so nothing is lost so far.
    `own`: the file that the connection has open, if only its log was removed: then it may be replaced.
    `is_elsewhere`: the path is on another device now. It is left free, as what was unmounted may come back.
    Returns None if nothing could be written.
    """
    beside = path.with_name(f"{path.name}.rescued-{stamped(now)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        async with writer.connect() as connection:
            raw = await connection.get_raw_connection()
            driver = raw.driver_connection
            assert driver is not None  # noqa: S101 -- it is connected
            await driver.rollback()
            await driver.execute("VACUUM INTO ?", (str(beside),))
        beside.chmod(0o600)
        sync(beside)
        if is_elsewhere:
            return Rescue(beside, is_in_use=False)
        if FileIdentity.of(path) not in {None, own}:
            return Rescue(beside, is_in_use=False)
        # A log that was left behind would be applied to the new file (https://www.sqlite.org/howtocorrupt.html, 1.4).
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        beside.replace(path)
        sync(path.parent)
        return Rescue(path, is_in_use=True)
    except (OSError, sqlite3.Error, DBAPIError):
        return None
