"""What the main job needs to tell the admins of trouble with the database, also when it cannot even be opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import structlog

from bot.adapters.clock import SystemClock
from bot.adapters.note_file import NoteFile
from bot.alerts.compose import notice
from bot.app.resources import Tools
from bot.config import data_directory, database_url, find_token, load_configuration
from bot.errors import KabarError, StorageTrouble, StoreError
from bot.ports import Messenger
from bot.store import InstanceLock, database_path, has_content
from bot.usecases.monitoring.admin_line import AdminLine
from bot.usecases.monitoring.storage_watch import storage_notice

log = structlog.get_logger()

NOTE_NAME = "admins.json"
"""In the data folder: who is told when the database cannot be read."""


def admin_line(messenger: Messenger, tools: Tools, named: Callable[[], Sequence[int]]) -> AdminLine:
    """The way to the admins that needs no database. `named`: those of the configuration."""
    notes = NoteFile(data_directory(tools.directory, tools.environment) / NOTE_NAME)
    return AdminLine(messenger, tools.clock, notes, named)


def refuse_missing_database(lock: InstanceLock, directory: Path, environment: Mapping[str, str]) -> None:
    """Raise StoreError if an instance has used a database here, and it is gone, or an empty file is left of it.

    A new one would know nothing of what was told: every article in the feeds would be news.
    """
    path = database_path(database_url(directory, environment))
    if lock.last_database and not has_content(path):
        message = (
            f"The database {path} is gone. `kabar restore` puts the newest copy there. To begin anew, remove "
            f"{lock.path} as well."
        )
        raise StoreError(message, StorageTrouble.GONE)


def note_other_database(lock: InstanceLock, tools: Tools, line: AdminLine) -> None:
    """Tell the admins if the database is another file than at the last run; `kabar restore` says so itself."""
    if lock.last_database and lock.last_database != tools.store.identity:
        log.warning("database-changed", what="another file than at the last run: a copy, or it was moved")
        line.tell(notice("storage-other", tools.clock.now().isoformat()))


async def tell_unopened(directory: Path, environment: Mapping[str, str], error: StoreError) -> None:
    """Tell the admins that Kabar could not start because of its database; once a day, however often it is tried."""
    if error.trouble is None or error.trouble is StorageTrouble.LOCKED:
        return
    settings = load_configuration(directory, environment).settings
    token = find_token(settings, environment, directory)
    if token is None:  # there is a terminal, which shows the error
        return
    from bot.telegram import TelegramClient, TelegramMessenger  # noqa: PLC0415 -- 20 MB, only with a token

    clock = SystemClock()
    notes = NoteFile(data_directory(directory, environment) / NOTE_NAME)
    async with TelegramClient(token, settings.telegram.api_url, settings.network.proxy) as client:
        messenger = TelegramMessenger(client.bot, clock, settings.language, settings.timezone)
        line = AdminLine(messenger, clock, notes, lambda: settings.telegram.admins)
        if line.was_told(error.trouble):
            return
        line.tell(storage_notice(error, clock.now()), error.trouble)
        try:
            await line.send()
        except KabarError as other:
            log.warning("admins-not-told", reason=str(other))
