"""Copies of the database: made while it is in use, checked by opening them, rotated, and put back."""

from __future__ import annotations

import asyncio
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from bot.errors import StoreError
from bot.store.migrate import stored_revision
from bot.store.schema import REVISION, articles, deliveries
from bot.store.sqlite import STAMP, copy_database, find_damage, looking_engine, stamped, sync

_NAME: Final = re.compile(r"kabar-(\d{8}T\d{6}Z)\.db")
"""How the copies are named that are made every day. Only those are removed again."""

_SPARE: Final = 1.2
"""How much room there has to be for a copy, in sizes of the database."""


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy that is made every day."""

    path: Path
    made_at: datetime
    size: int
    """In bytes."""


@dataclass(frozen=True, slots=True)
class CopyContent:
    """What is in a copy that can be used."""

    revision: str
    articles: int
    deliveries: int


def copies_in(folder: Path) -> tuple[Copy, ...]:
    """The daily copies in a folder, newest first."""
    found = []
    with suppress(OSError):
        for path in folder.iterdir():
            if (name := _NAME.fullmatch(path.name)) is not None:
                made_at = datetime.strptime(name[1], STAMP).replace(tzinfo=UTC)
                found.append(Copy(path, made_at, path.stat().st_size))
    return tuple(sorted(found, key=lambda copy: copy.made_at, reverse=True))


async def make_copy(database: Path, folder: Path, keep: int, now: datetime) -> Copy:
    """Copy the database into the folder, read the copy as a whole, and remove the oldest beyond `keep`.

    Older copies are removed only when the new one is known to be good. Raises StoreError if there is no room, if it
    cannot be written, or if the database is damaged.
    """
    path = folder / f"kabar-{stamped(now)}.db"
    await asyncio.to_thread(_make_room, database, folder)
    if (damage := await find_damage(database)) is not None:
        raise damage
    await copy_database(database, path)
    try:
        await content_of(path)
    except StoreError:
        path.unlink(missing_ok=True)
        raise
    # Copies from the future, made by a clock that was wrong, count as the oldest.
    for old in sorted(copies_in(folder), key=lambda copy: (copy.made_at <= now, copy.made_at), reverse=True)[keep:]:
        old.path.unlink(missing_ok=True)
    return next(copy for copy in copies_in(folder) if copy.path == path)


def _make_room(database: Path, folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        needed = round(database.stat().st_size * _SPARE)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise StoreError(f"The folder {folder} cannot be used: {error.strerror}.") from error
    if free < needed:
        raise StoreError(
            f"There is no room for a copy in {folder}: {needed / 1e6:,.0f} MB needed, {free / 1e6:,.0f} MB free."
        )


async def content_of(path: Path) -> CopyContent:
    """What is in a copy. Raises StoreError if it is damaged, or no database of Kabar."""
    if not path.is_file():  # noqa: ASYNC240 -- as fast as a system call
        raise StoreError(f"There is no file {path}.")
    if (damage := await find_damage(path)) is not None:
        raise damage
    engine = looking_engine(path)
    try:
        async with engine.connect() as connection:
            revision = await connection.run_sync(stored_revision, path)
            if revision is None:
                raise StoreError(f"{path} is empty: it is no copy of a database.")
            kept = await connection.scalar(select(func.count()).select_from(articles))
            sent = await connection.scalar(select(func.count()).select_from(deliveries))
    finally:
        await engine.dispose()
    return CopyContent(revision, int(kept or 0), int(sent or 0))


async def put_back(copy: Path, database: Path, now: datetime) -> Path | None:
    """Put a copy in the place of the database, which no process may have open.

    What is in the copy's own log is taken, too: a database that was moved aside may have one. The copy stays. What was
    in the place is kept under another name, which is returned; None if nothing was there.
    Raises StoreError.
    """
    stamp = stamped(now)
    part = database.with_name(f".{database.name}.{stamp}.part")
    try:
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part.unlink(missing_ok=True)
        await copy_database(copy, part)
        before = move_aside(database, f"before-{stamp}")
        part.replace(database)
        sync(database.parent)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StoreError(f"{copy} cannot be put in the place of {database}: {error.strerror}.") from error
    return before


def move_aside(database: Path, ending: str) -> Path | None:
    """Give a database that no process has open another name, and its log with it. None if it is not there.

    A log that stayed behind would be applied to the next database of that name
    (https://www.sqlite.org/howtocorrupt.html, section 1.4).
    """
    aside = database.with_name(f"{database.name}.{ending}")
    for log in ("-wal", "-shm"):
        with suppress(FileNotFoundError):
            Path(f"{database}{log}").rename(f"{aside}{log}")
    try:
        database.rename(aside)
    except FileNotFoundError:
        return None
    return aside


def is_current(content: CopyContent) -> bool:
    """Whether a copy has the tables of this program; else they are changed when it is opened."""
    return content.revision == REVISION
