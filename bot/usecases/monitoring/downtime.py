"""Whether Kabar was away: not running, or running without a network. When it is back, the admins are told once.

When it last was there is kept in the database. There it is while a server answers its polls, whatever the answer; polls
that nobody answers move that moment on no more. Where only one feed is watched and its server is down for hours, that
looks the same. Whether single feeds fail, or chats cannot be written to, is said elsewhere.
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

AWAY: Final = timedelta(hours=3)
"""What was published in a shorter time, feeds still list."""

NOTED_EVERY: Final = timedelta(minutes=5)
"""That it is there is written no more often."""

_NAME: Final = "last-there"


class DowntimeMonitor:
    """`hear` every report of a poll, `note` once a minute."""

    def __init__(self, store: Store, clock: Clock, audiences: Audiences) -> None:
        self._store = store
        self._clock = clock
        self._audiences = audiences
        self._answered = self._unanswered = False
        self._is_there: bool | None = None
        """As the last polls showed; None: not known yet."""
        self._noted_at: datetime | None = None

    def hear(self, report: PollReport) -> None:
        if report.feed.url.startswith("file:"):  # it can be read without a network
            return
        if report.problem in NO_ANSWER:
            self._unanswered = True
        else:
            self._answered = True

    async def note(self) -> bool:
        """Keep that Kabar is there, if it is; whether the admins are told that it was away.

        A time in the future, from when the clock was wrong, is no absence.
        """
        now = self._clock.now()
        if self._answered or self._unanswered:
            self._is_there = self._answered
        elif self._is_there is None:  # no poll since the start: a short restart goes on as before
            last = await self._last()
            self._is_there = True if last is not None and now - last < AWAY else None
        self._answered = self._unanswered = False
        if not self._is_there:
            return False
        if self._noted_at is not None and timedelta() <= now - self._noted_at < NOTED_EVERY:
            return False
        async with self._store.write() as unit:
            last = _moment(await unit.key_values.get(_NAME))
            await unit.key_values.set(_NAME, now.isoformat())
            told = last is not None and now - last >= AWAY and await self._tell(unit, last, now)
        self._noted_at = now
        return told

    async def _tell(self, unit: UnitOfWork, last: datetime, now: datetime) -> bool:
        hours = round((now - last) / timedelta(hours=1))
        log.warning("was-away", since=last.isoformat(), hours=hours)
        said = notice("away", last.isoformat(), hours=hours)
        admins = (await self._audiences.read(unit)).default
        await unit.outbox.add([NewDelivery(admin, DeliveryKind.NOTICE, said) for admin in admins], now)
        return bool(admins)

    async def _last(self) -> datetime | None:
        async with self._store.read() as unit:
            return _moment(await unit.key_values.get(_NAME))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
