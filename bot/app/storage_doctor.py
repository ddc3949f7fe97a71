"""What `kabar doctor` finds out about the database file before anything opens it, and how it is repaired."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.adapters.clock import SystemClock
from bot.config import backup_folder, data_directory, database_url, load_configuration
from bot.errors import KabarError, StoreError
from bot.store import FileIdentity, InstanceLock, database_path, has_content, is_on_server, lock_note, open_store
from bot.store.backups import Copy, content_of, copies_in
from bot.store.opening import open_database
from bot.store.repair import Repair, repair_database
from bot.store.sqlite import find_damage
from bot.usecases.backups import LATE
from bot.usecases.maintain import index_archive
from bot.usecases.monitoring.doctor import Finding

_RESTORE: Final = "Stop Kabar, then put the newest copy in its place: kabar restore"


async def examine_database(directory: Path, environment: Mapping[str, str], now: datetime) -> tuple[Finding, ...]:
    """Findings about the database and its copies. If the first one is not ok, nothing may open it."""
    url = database_url(directory, environment)
    if is_on_server(url):
        return (await _examine_server(url, now),)
    settings = load_configuration(directory, environment).settings
    path = database_path(url)
    copies = copies_in(backup_folder(settings.backup.folder, directory, environment))
    file = await _examine_file(path, data_directory(directory, environment), copies)
    return (file, await _examine_copies(copies, path, now)) if settings.backup.keep else (file,)


async def _examine_server(url: str, now: datetime) -> Finding:
    """Whether the server can be reached, and who works on its database. Its copies are the server's own affair."""
    what = "database server"
    try:
        async with open_database(url, now=now) as database:
            members = await database.membership.members()
            place = database.place
    except StoreError as error:
        says, _, todo = str(error).partition(". ")
        return Finding(what, ok=False, says=says, todo=todo)
    leader = next((one.name for one in members if one.leads), "none of them")
    return Finding(what, ok=True, says=f"{place} answers; workers: {len(members)}, leading: {leader}")


async def _examine_file(path: Path, folder: Path, copies: tuple[Copy, ...]) -> Finding:
    what, note = "database file", lock_note(folder)
    if not has_content(path):
        if note.database or copies:
            return Finding(what, ok=False, says=f"{path} is gone", todo=_RESTORE)
        return Finding(what, ok=True, says=f"{path} is made by the first `kabar run`")
    if note.is_held and note.database != str(FileIdentity.of(path)):
        says = f"the Kabar that is running has another file open than {path}"
        todo = "Stop Kabar. `kabar restore FILE` puts back a copy, or what it has saved itself (kabar.db.rescued-…)."
        return Finding(what, ok=False, says=says, todo=todo)
    if (damage := await find_damage(path, with_words=True)) is not None:
        return Finding(what, ok=False, says=str(damage).partition(". ")[0], todo=await _remedy(copies))
    size = path.stat().st_size / 1e6  # noqa: ASYNC240 -- as above
    return Finding(what, ok=True, says=f"{path}, {size:,.1f} MB, is whole")


async def _remedy(copies: tuple[Copy, ...]) -> str:
    good = await _newest_good(copies)
    restore = (
        "There is no copy that can be used."
        if good is None
        else f"`kabar restore` puts back the copy of {good.made_at:%Y-%m-%d %H:%M} UTC."
    )
    return f"Stop Kabar. {restore} `kabar doctor --repair` saves what can be read."


async def _newest_good(copies: tuple[Copy, ...]) -> Copy | None:
    for copy in copies:
        try:
            await content_of(copy.path)
        except StoreError:
            continue
        return copy
    return None


async def _examine_copies(copies: tuple[Copy, ...], path: Path, now: datetime) -> Finding:
    """Whether there is a copy that can be used and is not too old. A new database has none yet."""
    what = "backups"
    if not copies:
        age = now.timestamp() - path.stat().st_mtime if path.exists() else 0.0  # noqa: ASYNC240 -- as above
        is_late = age > LATE.total_seconds()
        return Finding(what, ok=not is_late, says="there is no copy yet", todo="Make one: kabar backup" * is_late)
    good = await _newest_good(copies)
    if good is None:
        return Finding(what, ok=False, says=f"none of {len(copies)} copies can be used", todo="Make one: kabar backup")
    says = f"{len(copies)}, the newest good one of {good.made_at:%Y-%m-%d %H:%M} UTC: {good.path}"
    is_late = now - good.made_at > LATE
    return Finding(what, ok=not is_late, says=says, todo="Make one: kabar backup" * is_late)


async def repair(directory: Path, environment: Mapping[str, str]) -> Repair:
    """Make a new database of what can be read. Raises AlreadyRunningError while Kabar runs, StoreError if it fails."""
    clock = SystemClock()
    url = database_url(directory, environment)
    with InstanceLock(data_directory(directory, environment)) as lock:
        path = database_path(url)
        if not path.exists():
            raise KabarError(f"There is no database {path}. {_RESTORE}.")
        done = await repair_database(path, clock.now())
        lock.note_database("")
        store = await open_store(url, now=clock.now())
        try:
            await index_archive(store, clock)
        finally:
            await store.close()
    return done
