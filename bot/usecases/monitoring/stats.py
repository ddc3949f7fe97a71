"""What a chat was told in the last days, counted: for a picture, and for a choice of outlets."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.alerts.outlet_preferences import distinct_names, outlet_name
from bot.alerts.stats import count_alert, day_bounds, hit_rate, last_days, tally
from bot.model import Alert, AlertId, Stats, Topic, TopicId
from bot.store import Store, UnitOfWork


class Statistician:
    """Counts from the outbox and the votes, a day at a time: a busy month must not be in memory at once."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def count(self, topics: Sequence[Topic], timezone: ZoneInfo, now: datetime, *, chat: str | None) -> Stats:
        """The last 30 days of a chat, or (None) of all: an alert that several chats were told counts once.

        Args:
            topics: those whose names and votes count.
        """
        days = last_days(now, timezone)
        names: Mapping[TopicId, str] = {topic.id: topic.name for topic in topics}
        async with self._store.read() as unit:
            counted = [count_alert(alert, day, names) async for day, alert in _told(unit, days, timezone, chat)]
            begins, _ = day_bounds(days[0], timezone)
            rates = [hit_rate(topic.name, await unit.votes.of(topic.id), begins) for topic in topics]
        told = [one for one in counted if one is not None]
        return tally(days, told, [rate for rate in rates if rate is not None])

    async def outlets(self, timezone: ZoneInfo, now: datetime, *, chat: str) -> tuple[str, ...]:
        """Who reported what the chat was told in the last 30 days, alone or beside others; who did most is first."""
        reported, counted = Counter[str](), Counter[str]()
        async with self._store.read() as unit:
            async for _, alert in _told(unit, last_days(now, timezone), timezone, chat):
                reported.update({alert.source, *(one.source for one in alert.also)})
        for source, alerts in reported.items():
            counted[outlet_name(source)] += alerts
        return distinct_names(sorted(counted, key=lambda name: (-counted[name], name)))


async def _told(
    unit: UnitOfWork, days: Sequence[date], timezone: ZoneInfo, chat: str | None
) -> AsyncIterator[tuple[date, Alert]]:
    """Each alert of these days once."""
    seen = set[AlertId]()
    for day in days:
        since, until = day_bounds(day, timezone)
        for delivery in await unit.outbox.told(since, until=until, chat=chat):
            alert = delivery.content
            if isinstance(alert, Alert) and alert.id not in seen:
                seen.add(alert.id)
                yield day, alert
