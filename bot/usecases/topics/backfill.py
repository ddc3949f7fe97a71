"""Backfill: a destination that is new to a topic gets its best recent articles at once, marked as earlier."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.alerts.policy import AlertBudget, initial_state
from bot.alerts.schedule import QuietTime, rhythm_of
from bot.matching.neighbours import REMEMBERED
from bot.model import Alert, Delivering, DeliveryKind, DeliveryState, Destination, NewDelivery, Topic, TopicId
from bot.ports import Clock, Embedder
from bot.store import Store
from bot.usecases.delivery.review import needs_review, reviews_of
from bot.usecases.ingest.compositions import Compositions
from bot.usecases.ingest.grouping import Grouping
from bot.usecases.ingest.merge_stories import plan_mergers
from bot.usecases.ingest.planned_outbox import PlannedOutbox, store_outbox
from bot.usecases.ingest.score_articles import Judged, document_of
from bot.usecases.ingest.snapshot import Snapshot, read_snapshot, those_merging
from bot.usecases.topics.backtest import ArchiveMatch, Backtest, backtest_topic, best_of
from bot.usecases.topics.watchlist import Audience, Watchlist

DAYS = 7
"""How far back the articles may go."""

COUNT = 3
"""Articles that a new destination gets."""

SECONDS = 4.0
"""The time for each topic: a start or a change of the configuration may bring many new ones."""


async def introduce_topics(
    store: Store,
    embedder: Embedder,
    clock: Clock,
    grouping: Grouping,
    watch: Watchlist,
    audience: Audience,
    among: Collection[TopicId] | None = None,
) -> int:
    """Queue the earlier alerts of every new pair of topic and destination; returns how many these are.

    `among`: only these topics are looked at, since only they have changed; None: all.
    """
    queued = 0
    looked_at = watch.topics if among is None else {one: watch.topics[one] for one in among if one in watch.topics}
    topics = audience.address(looked_at)
    for topic_id, new in (await _new_destinations(store, topics, audience)).items():
        backtest = await backtest_topic(store, embedder, clock, topic_id, watch, DAYS, seconds=SECONDS)
        best = best_of(backtest, COUNT)
        await _remember(store, clock, backtest)
        for destination in new:
            queued += await _introduce(store, clock, grouping, topics[topic_id], destination, best, watch, audience)
    return queued


async def _remember(store: Store, clock: Clock, backtest: Backtest) -> None:
    """Store what is nearest in the archive: a new topic is read together with that (`bot.matching.neighbours`)."""
    nearest = [*backtest.matched, *backtest.near_misses][:REMEMBERED]
    async with store.write() as unit:
        there = {article.id for article in await unit.articles.get([one.article.id for one in nearest])}
        await unit.matches.add([one.match for one in nearest if one.article.id in there], clock.now(), only_new=True)


async def _new_destinations(
    store: Store, topics: Mapping[TopicId, Topic], audience: Audience
) -> Mapping[TopicId, Sequence[Destination]]:
    """Destinations to which a topic was not introduced. A chat that has another id now is not a new one."""
    named = [
        (topic.id, to) for topic in topics.values() if not topic.paused for to in topic.destinations or audience.default
    ]
    async with store.read() as unit:
        current = await unit.chats.current_ids({to.chat for _, to in named})
        pairs = dict.fromkeys((topic_id, replace(to, chat=current[to.chat])) for topic_id, to in named)
        new: dict[TopicId, list[Destination]] = {}
        for topic_id, to in await unit.topics.not_introduced(pairs):
            new.setdefault(topic_id, []).append(to)
    return new


async def _introduce(
    store: Store,
    clock: Clock,
    grouping: Grouping,
    topic: Topic,
    destination: Destination,
    best: tuple[ArchiveMatch, ...],
    watch: Watchlist,
    audience: Audience,
) -> int:
    now = clock.now()
    oldest_first = sorted(best, key=lambda found: found.article.published_at or now)
    found = [Judged(one.article, document_of(one.article), None, (one.match,)) for one in oldest_first]
    async with store.planning():
        judged = await grouping.prepare(found)
        async with store.reserve():  # stories are placed and stored without another poll in between
            return await _introduce_alone(store, grouping, topic, destination, judged, best, watch, audience, now)


async def _introduce_alone(
    store: Store,
    grouping: Grouping,
    topic: Topic,
    destination: Destination,
    judged: Sequence[Judged],
    best: tuple[ArchiveMatch, ...],
    watch: Watchlist,
    audience: Audience,
    now: datetime,
) -> int:
    placed = [item for item in grouping.place(judged) if item is not None]
    merged = grouping.merged()
    on_topic = [(item.article, item.judged.matches) for item in placed]
    topics = {topic.id: replace(topic, destinations=(destination,))}
    async with store.read() as unit:
        if not await unit.topics.not_introduced([(topic.id, destination)]):
            return 0
        merging = await those_merging(unit, merged)
        snapshot = await read_snapshot(unit, audience, topics, on_topic, merged, now, merging=merging)
        existing = {article.id for article in await unit.articles.get([found.article.id for found in best])}
    outbox = PlannedOutbox(snapshot.threads, now, snapshot.current)
    plan_mergers(outbox, snapshot, merged, watch.language, now)
    compositions = Compositions()
    alerts = [
        compositions.alert(item.article, item.judged.document, item.judged.matches, watch, earlier=True)
        for item in placed
    ]
    deliveries = _deliveries(topic, destination, alerts, snapshot, outbox, watch, now)
    async with store.write() as unit:
        for old, new in merged.items():
            await unit.articles.join_stories(old, new)
        await unit.articles.put_in_stories(
            {item.article.id: item.article.story_id for item in placed if item.article.story_id is not None}
        )
        await unit.matches.add([found.match for found in best if found.article.id in existing], now)
        await store_outbox(unit, outbox.changes(), now)
        await unit.outbox.add(deliveries, now)
        await unit.topics.introduce(topic.id, destination, now)
    grouping.stored(placed, merged)
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
    """The alerts that are new to the destination; for a channel under review, their reviews by the admins."""
    new = [alert for alert in alerts if not outbox.knows(destination, alert.id)]
    current = snapshot.current(destination).chat
    chat = snapshot.chats.get(current)
    if needs_review(chat, destination, [topic]):
        return [review for alert in new for review in reviews_of(alert, destination, snapshot.audience.default)]
    budget, quiet = watch.budget_of(chat), rhythm_of(chat, watch.timezone).silence(now)
    used, today = snapshot.used.get(current, 0), snapshot.used_today.get(current, 0)
    return [
        NewDelivery(destination, DeliveryKind.NEW, alert, state=_state(used + place, today + place, budget, quiet))
        for place, alert in enumerate(new)
    ]


def _state(used: int, today: int, budget: AlertBudget, silence: QuietTime) -> DeliveryState:
    """Many topics at once keep to the budget and the quiet hours of the chat; the rest waits for a digest."""
    return initial_state(DeliveryKind.NEW, Delivering.INSTANT, used, budget, sent_today=today, silence=silence)
