"""Downtime: Kabar did not run, or ran without a network. When it is back, the admins get one notice.

The database keeps when Kabar was last online. It is online while servers answer its polls, whatever they answer. If the
only feed that is watched is down for hours, this looks the same as a missing network. Feeds that fail and chats that
cannot be reached have notices of their own.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.alerts.compose import notice
from bot.feeds.poll_schedule import NO_ANSWER
from bot.model import DeliveryKind, NewDelivery
from bot.ports import Clock
from bot.store import Store, UnitOfWork
from bot.usecases.ingest.plan import PollReport
from bot.usecases.topics.watchlist import Audiences

log = structlog.get_logger()

REPORTED_FROM: Final = timedelta(hours=3)
"""A shorter downtime is not reported: feeds still list what they published in it."""

STORED_EVERY: Final = timedelta(minutes=5)
"""How often the last moment online is stored at most."""

_NAME: Final = "last-there"


class DowntimeMonitor:
    """Give it every poll report with `hear`, and call `note` once a minute."""

    def __init__(self, store: Store, clock: Clock, audiences: Audiences) -> None:
        self._store = store
        self._clock = clock
        self._audiences = audiences
        self._answered = self._unanswered = False
        self._is_online: bool | None = None
        """By the last polls; None if it is not known yet."""
        self._stored_at: datetime | None = None

    def hear(self, report: PollReport) -> None:
        if report.feed.url.startswith("file:"):  # it can be read without a network
            return
        if report.problem in NO_ANSWER:
            self._unanswered = True
        else:
            self._answered = True

    async def note(self) -> bool:
        """Store that Kabar is online, if it is. Returns whether a notice about a downtime was queued.

        A stored moment in the future, from a clock that was wrong, is no downtime.
        """
        now = self._clock.now()
        if self._answered or self._unanswered:
            self._is_online = self._answered
        elif self._is_online is None:  # no poll since the start: a short restart goes on as before
            last = await self._last()
            self._is_online = True if last is not None and now - last < REPORTED_FROM else None
        self._answered = self._unanswered = False
        if not self._is_online:
            return False
        if self._stored_at is not None and timedelta() <= now - self._stored_at < STORED_EVERY:
            return False
        async with self._store.write() as unit:
            last = _moment(await unit.key_values.get(_NAME))
            await unit.key_values.set(_NAME, now.isoformat())
            is_reported = (
                last is not None and now - last >= REPORTED_FROM and await self._notify_admins(unit, last, now)
            )
        self._stored_at = now
        return is_reported

    async def _notify_admins(self, unit: UnitOfWork, last: datetime, now: datetime) -> bool:
        hours = round((now - last) / timedelta(hours=1))
        log.warning("was-away", since=last.isoformat(), hours=hours)
        content = notice("away", last.isoformat(), hours=hours)
        admins = (await self._audiences.read(unit)).default
        await unit.outbox.add([NewDelivery(admin, DeliveryKind.NOTICE, content) for admin in admins], now)
        return bool(admins)

    async def _last(self) -> datetime | None:
        async with self._store.read() as unit:
            return _moment(await unit.key_values.get(_NAME))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
