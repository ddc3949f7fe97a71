"""What a chat was told in the last days, counted for a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.alerts.tally import bounds, counted_as, hit_rate, last_days, tally
from bot.model import Alert, AlertId, Stats, Topic, TopicId
from bot.ports import Store


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
        told, seen = [], set[AlertId]()
        async with self._store.read() as unit:
            for day in days:
                since, until = bounds(day, timezone)
                for delivery in await unit.outbox.told(since, until=until, chat=chat):
                    alert = delivery.content
                    if not isinstance(alert, Alert) or alert.id in seen:
                        continue
                    seen.add(alert.id)
                    if counted := counted_as(alert, day, names):
                        told.append(counted)
            begins, _ = bounds(days[0], timezone)
            rates = [hit_rate(topic.name, await unit.votes.of(topic.id), begins) for topic in topics]
        return tally(days, told, [rate for rate in rates if rate is not None])
