"""A copy of the database every day. The admins are told, once a day, if none can be made."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

import structlog

from bot.alerts.compose import notice
from bot.errors import StoreError
from bot.model import Notice
from bot.ports import Clock
from bot.store import Store
from bot.store.backups import copies_in

log = structlog.get_logger()

DAILY: Final = timedelta(hours=24)

LATE: Final = timedelta(days=3)
"""When `kabar doctor` says that the newest copy is too old."""

_TOLD: Final = "backup-failure-told"


async def back_up_daily(store: Store, clock: Clock, folder: Path, keep: int) -> Notice | None:
    """Make a copy if the newest one is a day old, and keep the newest `keep`; 0: none are made.

    Returns what the admins have to be told, if it fails and they were not told today.
    """
    now = clock.now()
    # A copy from the future was made by a clock that was wrong.
    newest = next((copy for copy in copies_in(folder) if copy.made_at <= now), None)
    if keep == 0 or (newest is not None and now - newest.made_at < DAILY):
        return None
    try:
        copy = await store.copy_into(folder, keep, now)
    except StoreError as error:
        log.error("backup-failed", reason=str(error))  # noqa: TRY400 -- the reason says it all
        return await _notice_of(store, error, f"{now:%Y-%m-%d}")
    log.info("backed-up", path=str(copy.path), megabytes=round(copy.size / 1e6, 1))
    return None


async def _notice_of(store: Store, error: StoreError, day: str) -> Notice | None:
    if error.trouble is not None and not error.trouble.is_passing:  # the admins hear of that anyway
        return None
    async with store.write() as unit:
        if await unit.key_values.get(_TOLD) == day:
            return None
        await unit.key_values.set(_TOLD, day)
    return notice("backup-failed", day, reason=str(error))
