"""Copies of the database, made while it is in use."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import StoreError
from bot.store.sqlite.connections import as_store_error, connect

STAMP = "%Y%m%dT%H%M%SZ"
"""How the moment is written in the name of a copy, in UTC."""


def stamped(moment: datetime) -> str:
    """The moment, as it is written in the name of a copy."""
    return moment.astimezone(UTC).strftime(STAMP)


async def copy_database(source: Path, target: Path) -> None:
    """Write a consistent, compact copy to a new file while others read and write.

    The file gets its name only when it is complete and on the disk. Its rights are 0600.
    """
    await asyncio.to_thread(_copy, source, target)


def _copy(source: Path, target: Path) -> None:
    if target.exists():
        raise StoreError(_there_already(target))
    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".part", dir=target.parent)
        os.close(handle)
        part = Path(name)
        try:
            with closing(connect(source)) as connection:
                connection.execute("VACUUM INTO ?", (name,))  # does not sync the file itself
            with closing(connect(part)) as connection:
                connection.execute("PRAGMA user_version = 0")  # the mark of the one that is in use (`FileWitness`)
            sync(part)
            os.link(part, target)  # unlike a rename, refuses to replace a file that appeared meanwhile
        finally:
            part.unlink(missing_ok=True)
        sync(target.parent)
    except FileExistsError as error:
        raise StoreError(_there_already(target)) from error
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}.") from error
    except sqlite3.Error as error:
        known = as_store_error(error, source)
        trouble = None if known is None else known.trouble
        raise StoreError(f"The copy {target} failed: {known or error}", trouble) from error


def _there_already(target: Path) -> str:
    return f"{target} is there already. Choose a new file for the copy."


def sync(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
