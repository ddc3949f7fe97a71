"""A topic and a chat meet: the chat gets the best recent articles at once, marked as earlier; then what is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.alerts.policy import initial_state
from bot.alerts.schedule import QuietTime, rhythm_of
from bot.model import Alert, Delivering, DeliveryKind, DeliveryState, Destination, NewDelivery, Topic
from bot.ports import Clock
from bot.store import Store
from bot.usecases.delivery.review import needs_review, reviews_of
from bot.usecases.ingest.alerting import compose_alert
from bot.usecases.ingest.grouping import Grouping
from bot.usecases.ingest.merge_stories import plan_mergers
from bot.usecases.ingest.planned_outbox import PlannedOutbox, store_outbox
from bot.usecases.ingest.score_articles import Judged, document_of
from bot.usecases.ingest.snapshot import Snapshot, read_snapshot
from bot.usecases.topics.backtest import ArchiveMatch, Backtester, best_of
from bot.usecases.topics.watchlist import Audience, Watchlist

DAYS = 7
"""How far back a new topic or destination is told of."""

COUNT = 3

SECONDS = 4.0
"""For looking back, a topic: a start or a change of configuration may bring many, and the best come first."""


class Introducer:
    """Finds topics and destinations that have not met before."""

    def __init__(self, store: Store, backtester: Backtester, grouping: Grouping, clock: Clock) -> None:
        self._store = store
        self._backtester = backtester
        self._grouping = grouping
        self._clock = clock

    async def introduce(self, watch: Watchlist, audience: Audience) -> int:
        """Queue the earlier alerts of every new pair of topic and destination; how many that makes."""
        queued = 0
        for topic in audience.address(watch.topics).values():
            strangers = () if topic.paused else await self._strangers(topic, audience)
            if strangers:
                backtest = await self._backtester.run(topic.id, watch, DAYS, seconds=SECONDS)
                for destination in strangers:
                    queued += await self._tell(topic, destination, best_of(backtest, COUNT), watch, audience)
        return queued

    async def _strangers(self, topic: Topic, audience: Audience) -> tuple[Destination, ...]:
        """Destinations that have not met the topic; a chat that has another id now is not a new one."""
        async with self._store.read() as unit:
            met = await unit.topics.introduced()
            named = topic.destinations or audience.default
            today = await unit.chats.current_ids({to.chat for to in named})
        destinations = dict.fromkeys(replace(to, chat=today[to.chat]) for to in named)
        return tuple(to for to in destinations if (topic.id, to) not in met)

    async def _tell(
        self,
        topic: Topic,
        destination: Destination,
        best: tuple[ArchiveMatch, ...],
        watch: Watchlist,
        audience: Audience,
    ) -> int:
        now = self._clock.now()
        oldest_first = sorted(best, key=lambda found: found.article.published_at or now)
        judged = await self._grouping.prepare(
            [Judged(found.article, document_of(found.article), None, (found.match,)) for found in oldest_first]
        )
        async with self._store.reserve():  # stories are placed and stored without another poll in between
            placed = [item for item in self._grouping.place(judged) if item is not None]
            merged = self._grouping.merged()
            on_topic = [(item.article, item.judged.matches) for item in placed]
            topics = {topic.id: replace(topic, destinations=(destination,))}
            async with self._store.read() as unit:
                if (topic.id, destination) in await unit.topics.introduced():
                    return 0
                snapshot = await read_snapshot(unit, audience, topics, on_topic, merged, now)
                there = {article.id for article in await unit.articles.get([found.article.id for found in best])}
            outbox = PlannedOutbox(snapshot.threads, now, snapshot.current)
            plan_mergers(outbox, snapshot, merged, watch.language, now)
            alerts = [
                compose_alert(item.article, item.judged.document, item.judged.matches, watch, earlier=True)
                for item in placed
            ]
            deliveries = _deliveries(topic, destination, alerts, snapshot, outbox, watch, now)
            async with self._store.write() as unit:
                for old, new in merged.items():
                    await unit.articles.join_stories(old, new)
                await unit.articles.put_in_stories(
                    {item.article.id: item.article.story_id for item in placed if item.article.story_id is not None}
                )
                await unit.matches.add([found.match for found in best if found.article.id in there], now)
                await store_outbox(unit, outbox.changes(), now)
                await unit.outbox.add(deliveries, now)
                await unit.topics.introduce(topic.id, destination, now)
            self._grouping.stored(placed, merged)
        return len(deliveries)


def _deliveries(
    topic: Topic,
    destination: Destination,
    alerts: Sequence[Alert],
    snapshot: Snapshot,
    outbox: PlannedOutbox,
    watch: Watchlist,
    now: datetime,
) -> list[NewDelivery]:
    """The alerts that the destination has not seen; for a channel under review, what its admins are asked."""
    unseen = [alert for alert in alerts if not outbox.knows(destination, alert.id)]
    current = snapshot.current(destination).chat
    chat = snapshot.chats.get(current)
    if needs_review(chat, destination, [topic]):
        return [review for alert in unseen for review in reviews_of(alert, destination, snapshot.audience.default)]
    used, quiet = snapshot.used.get(current, 0), rhythm_of(chat, watch.timezone).silence(now)
    return [
        NewDelivery(destination, DeliveryKind.NEW, alert, state=_state(used + place, watch, quiet))
        for place, alert in enumerate(unseen)
    ]


def _state(used: int, watch: Watchlist, silence: QuietTime) -> DeliveryState:
    """Many topics at once keep to the budget of the chat as well, and to its quiet hours: the rest is a digest."""
    return initial_state(DeliveryKind.NEW, Delivering.INSTANT, used, watch.alerts_per_hour, silence=silence)
