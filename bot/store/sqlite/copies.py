"""Copies of the database, made while it is in use."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from bot.errors import StoreError
from bot.store.sqlite.connections import BUSY_SECONDS, explain


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
            with closing(sqlite3.connect(source, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
                connection.execute("VACUUM INTO ?", (name,))  # does not sync the file itself
            _sync(part)
            os.link(part, target)  # unlike a rename, refuses to replace a file that appeared meanwhile
        finally:
            part.unlink(missing_ok=True)
        _sync(target.parent)
    except FileExistsError as error:
        raise StoreError(_there_already(target)) from error
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}.") from error
    except sqlite3.Error as error:
        raise StoreError(f"The copy {target} failed: {explain(error, source) or error}") from error


def _there_already(target: Path) -> str:
    return f"{target} is there already. Choose a new file for the copy."


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
