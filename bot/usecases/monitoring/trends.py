"""Rises: a topic gets far more articles than usual. One notice a rise goes where the alerts of the topic go."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

import structlog

from bot.alerts.schedule import QuietTime, rhythm_of
from bot.alerts.trend import DAY, DAYS, LEAST, Volume, is_rising, volume
from bot.alerts.trend_alerts import TopicTrend, current_trend, update_trend
from bot.model import (
    AlertId,
    Article,
    ArticleId,
    Chat,
    Delivering,
    DeliveryKind,
    Destination,
    FeedId,
    NewDelivery,
    Rise,
    Topic,
    TopicId,
)
from bot.ports import Clock
from bot.store import KeyValueStore, Store, UnitOfWork
from bot.store.codec import converter, decode
from bot.stories.duplicates import DuplicateIndex, fingerprint
from bot.usecases.topics.watchlist import Audience, Watchlist

log = structlog.get_logger()

TOGETHER = 250
"""Notices that are stored together."""

_STATE = "trends"
_PAUSED = ""
"""Stands for the criteria of a paused topic: it finds nothing."""


@dataclass(frozen=True, slots=True)
class _Archive:
    """What the counts of all topics need to know of the archive."""

    unit: UnitOfWork
    feeds_since: Mapping[FeedId, datetime]
    known_days: frozenset[int]
    begun: datetime

    async def volume(self, topic: Topic, trend: TopicTrend, now: datetime) -> Volume:
        """The articles of each day. Copies of one text are left out only where that matters: if there is a rise with
        them, or a notice is still to be sent."""
        sightings = await self.unit.matches.sightings(topic.id, now - (DAYS + 1) * DAY)

        def counted(copies: Collection[ArticleId] = ()) -> Volume:
            begun = max(trend.begun, self.begun)
            return volume(sightings, self.feeds_since, known_days=self.known_days, begun=begun, now=now, copies=copies)

        found, rising = counted(), trend.rising
        if not (is_rising(found) if rising is None else rising.owed):
            return found
        recent = [one.article_id for one in sightings if now - (one.published_at or one.seen_at) < DAY]
        return counted(await asyncio.to_thread(copies_among, await self.unit.articles.get(recent)))


async def queue_rises(store: Store, clock: Clock, watch: Watchlist, audience: Audience) -> int:
    """Queue a notice about every new rise; returns how many notices these are.

    What was reported is stored with the notices: neither a restart nor a clock that is set back reports it again.
    """
    now = clock.now()
    topics = audience.address(watch.topics)
    async with store.read() as unit:
        before = await _stored_trends(unit.key_values)
        after = await _trends_of(unit, topics, before, now)
        deliveries: list[NewDelivery] = []
        if archive := await _archive(unit, now):
            recent = await unit.matches.counts(now - DAY)
            for topic in topics.values():
                trend = after[topic.id]
                if topic.paused or (recent.get(topic.id, 0) < LEAST and trend.rising is None):
                    continue
                counted = await archive.volume(topic, trend, now)
                trend = update_trend(trend, counted, await _recipients(unit, topic, audience), now)
                notices, after[topic.id] = await _notices(unit, topic, trend, counted, watch, now)
                deliveries += notices
    if after == before:
        return 0
    for start in range(0, max(len(deliveries), 1), TOGETHER):
        async with store.write() as unit:
            await unit.outbox.add(deliveries[start : start + TOGETHER], now)
            await unit.key_values.set(_STATE, _written(_still_owing(after, deliveries[start + TOGETHER :])))
    if deliveries:
        rising = {one.content.topic_id for one in deliveries if isinstance(one.content, Rise)}
        log.info("rises-told", topics=sorted(rising))
    return len(deliveries)


def _still_owing(trends: Mapping[TopicId, TopicTrend], later: Sequence[NewDelivery]) -> Mapping[TopicId, TopicTrend]:
    """The trends, where these notices are still to be stored."""
    owed: dict[TopicId, list[Destination]] = {}
    for one in later:
        if isinstance(one.content, Rise):
            owed.setdefault(one.content.topic_id, []).append(one.destination)
    return {
        topic_id: replace(trend, rising=replace(trend.rising, owed=(*trend.rising.owed, *owed[topic_id])))
        if topic_id in owed and trend.rising is not None
        else trend
        for topic_id, trend in trends.items()
    }


def copies_among(articles: Sequence[Article]) -> frozenset[ArticleId]:
    """The articles whose text repeats that of one before them, whatever their title."""
    index, copies = DuplicateIndex(len(articles)), set()
    for article in articles:
        print_ = fingerprint(article.title, article.text, article.language)
        if index.find(print_) is None:
            index.add(article.id, print_)
        else:
            copies.add(article.id)
    return frozenset(copies)


async def _archive(unit: UnitOfWork, now: datetime) -> _Archive | None:
    begun = await unit.articles.earliest()
    if begun is None:
        return None
    known = await unit.articles.spans_with_any(now, DAY, DAYS + 1)
    return _Archive(unit, await unit.articles.earliest_of_feeds(), known, begun)


async def _trends_of(
    unit: UnitOfWork, topics: Mapping[TopicId, Topic], before: Mapping[TopicId, TopicTrend], now: datetime
) -> dict[TopicId, TopicTrend]:
    """The trend of every topic; it begins again when the topic is new or its criteria have changed."""
    introduced: dict[TopicId, datetime] = {}
    for (topic_id, _), moment in (await unit.topics.introduced()).items():
        introduced[topic_id] = min(moment, introduced.get(topic_id, moment))
    return {
        topic.id: current_trend(before.get(topic.id), _finds(topic), introduced.get(topic.id, now), now)
        for topic in topics.values()
    }


def _finds(topic: Topic) -> str:
    """A digest of the criteria by which the topic finds articles. Votes are left out: each changes only a little."""
    if topic.paused:
        return _PAUSED
    by = (topic.examples, topic.counterexamples, topic.query, topic.require, topic.exclude, str(topic.sensitivity))
    criteria = repr((*by, topic.languages, topic.feeds))
    return blake2b(criteria.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


async def _recipients(unit: UnitOfWork, topic: Topic, audience: Audience) -> tuple[Destination, ...]:
    """Who gets notices about the topic. Channels do not: they carry articles only."""
    named = topic.destinations or audience.default
    ids = await unit.chats.current_ids({to.chat for to in named})
    current = [replace(to, chat=ids[to.chat]) for to in named]
    chats = await unit.chats.of(set(ids.values()))
    known = {to.chat: chats.get(to.chat) or Chat(to.chat) for to in current}
    return tuple(dict.fromkeys(to for to in current if to.is_console or not known[to.chat].is_channel))


async def _notices(
    unit: UnitOfWork, topic: Topic, trend: TopicTrend, counted: Volume, watch: Watchlist, now: datetime
) -> tuple[list[NewDelivery], TopicTrend]:
    """The notices that can be sent now, and the trend with the destinations that must still wait for theirs."""
    rising = trend.rising
    if rising is None or not rising.owed or rising.since > now:
        return [], trend
    rise = Rise(
        AlertId(f"rise:{topic.id}:{rising.since.isoformat()}"),
        topic.id,
        topic.name,
        counted.today,
        counted.days,
        rising.habit,
        now,
    )
    ids = await unit.chats.current_ids({to.chat for to in rising.owed})
    chats = await unit.chats.of(set(ids.values()))
    may = {to: _may_notify(chats.get(ids[to.chat]), topic, watch, now) for to in rising.owed}
    notices = [NewDelivery(to, DeliveryKind.NOTICE, rise) for to in may if may[to]]
    return notices, replace(trend, rising=replace(rising, owed=tuple(to for to in may if not may[to])))


def _may_notify(chat: Chat | None, topic: Topic, watch: Watchlist, now: datetime) -> bool:
    """Not in quiet hours and pauses, nor in a chat that cannot be reached: the rise may be over before it is read."""
    if chat is not None and chat.paused_reason is not None:
        return False
    silence = rhythm_of(chat, watch.timezone).silence(now)
    return silence is QuietTime.NONE or (silence is QuietTime.QUIET and topic.delivering is Delivering.URGENT)


async def _stored_trends(settings: KeyValueStore) -> Mapping[TopicId, TopicTrend]:
    written = await settings.get(_STATE)
    return {} if written is None else decode(written, dict[TopicId, TopicTrend])


def _written(trends: Mapping[TopicId, TopicTrend]) -> str:
    return json.dumps(converter.unstructure(trends))
