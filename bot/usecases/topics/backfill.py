"""Backfill: a destination that is new to a topic gets its best recent articles at once, marked as earlier."""

from __future__ import annotations

from dataclasses import replace

from bot.alerts.policy import decide
from bot.alerts.schedule import QuietTime
from bot.model import Delivering, DeliveryKind, DeliveryState, Destination, NewDelivery, Topic
from bot.ports import Clock, Embedder
from bot.store import Store
from bot.usecases.delivery.review import needs_review, reviews_of
from bot.usecases.ingest.alerting import HOUR, compose_alert, silence_in
from bot.usecases.ingest.grouping import Grouping
from bot.usecases.ingest.score_articles import Judged, document_of
from bot.usecases.topics.backtest import ArchiveMatch, backtest_topic, best_of
from bot.usecases.topics.watchlist import Audience, Watchlist

DAYS = 7
"""How far back the articles may go."""

COUNT = 3
"""Articles that a new destination gets."""

SECONDS = 4.0
"""The time for each topic: a start or a change of the configuration may bring many new ones."""


async def introduce_topics(
    store: Store, embedder: Embedder, clock: Clock, grouping: Grouping, watch: Watchlist, audience: Audience
) -> int:
    """Queue the earlier alerts of every new pair of topic and destination; returns how many these are."""
    queued = 0
    for topic in audience.address(watch.topics).values():
        new = () if topic.paused else await _new_destinations(store, topic, audience)
        if new:
            backtest = await backtest_topic(store, embedder, clock, topic.id, watch, DAYS, seconds=SECONDS)
            best = best_of(backtest, COUNT)
            for destination in new:
                queued += await _introduce(store, clock, grouping, topic, destination, best, watch, audience)
    return queued


async def _new_destinations(store: Store, topic: Topic, audience: Audience) -> tuple[Destination, ...]:
    """Destinations to which the topic was not introduced. A chat that has another id now is not a new one."""
    async with store.read() as unit:
        introduced = await unit.topics.introduced()
        named = topic.destinations or audience.default
        current = await unit.chats.ids_of_today({to.chat for to in named})
    destinations = dict.fromkeys(replace(to, chat=current[to.chat]) for to in named)
    return tuple(to for to in destinations if (topic.id, to) not in introduced)


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
    judged = await grouping.prepare(
        [Judged(found.article, document_of(found.article), None, (found.match,)) for found in oldest_first]
    )
    async with store.write() as unit:
        if (topic.id, destination) in await unit.topics.introduced():
            return 0
        placed = [item for item in grouping.place(judged) if item is not None]
        ended = await grouping.keep(unit, placed, watch.language)
        alerts = [
            compose_alert(item.article, item.judged.document, item.judged.matches, watch, earlier=True)
            for item in placed
        ]
        new = [alert for alert in alerts if not await unit.outbox.has_alert(destination, alert.id)]
        used = await unit.outbox.instant_count(destination, now - HOUR, now)
        silence = await silence_in(unit, destination, watch, now)
        deliveries = [
            NewDelivery(destination, DeliveryKind.NEW, alert, state=_state(used + place, watch, silence))
            for place, alert in enumerate(new)
        ]
        if await needs_review(unit, destination, [topic]):
            reviews = [await reviews_of(unit, alert, destination, audience.default) for alert in new]
            deliveries = [review for each in reviews for review in each]
        existing = {article.id for article in await unit.articles.get([found.article.id for found in best])}
        await unit.matches.add([found.match for found in best if found.article.id in existing], now)
        await unit.outbox.add(deliveries, now)
        await unit.topics.introduce(topic.id, destination, now)
    grouping.kept(ended)
    return len(deliveries)


def _state(used: int, watch: Watchlist, silence: QuietTime) -> DeliveryState:
    """Many topics at once keep to the hourly budget and the quiet hours of the chat; the rest waits for a digest."""
    return decide(DeliveryKind.NEW, Delivering.INSTANT, used, watch.alerts_per_hour, silence=silence)
