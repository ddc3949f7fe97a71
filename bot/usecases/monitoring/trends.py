"""Topics that are written about far more than usual: told once a rise, where each is told of its articles."""

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

_STATE = "trends"
_PAUSED = ""
"""What a paused topic finds articles by."""


@dataclass(frozen=True, slots=True)
class _Archive:
    """What is known of the archive as a whole, whichever topic is counted."""

    unit: UnitOfWork
    feeds_since: Mapping[FeedId, datetime]
    known_days: frozenset[int]
    begun: datetime

    async def volume(self, topic: Topic, standing: TopicTrend, now: datetime) -> Volume:
        """Copies of one text are looked for where it matters: in a day that is a rise with them, or is to be told."""
        sightings = await self.unit.matches.sightings(topic.id, now - (DAYS + 1) * DAY)

        def counted(copies: Collection[ArticleId] = ()) -> Volume:
            begun = max(standing.begun, self.begun)
            return volume(sightings, self.feeds_since, known_days=self.known_days, begun=begun, now=now, copies=copies)

        found, rising = counted(), standing.rising
        if not (is_rising(found) if rising is None else rising.owed):
            return found
        recent = [one.article_id for one in sightings if now - (one.published_at or one.seen_at) < DAY]
        return counted(await asyncio.to_thread(copies_among, await self.unit.articles.get(recent)))


class Trends:
    """Looks for rises, and remembers which were told: neither a restart nor a clock set back tells them again."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def look(self, watch: Watchlist, audience: Audience) -> int:
        """How many notices that makes; they are queued together with what is remembered of them."""
        now = self._clock.now()
        topics = audience.address(watch.topics)
        async with self._store.read() as unit:
            before = await _standings(unit.key_values)
            after = await _begun(unit, topics, before, now)
            owed: list[NewDelivery] = []
            if archive := await _archive(unit, now):
                recent = await unit.matches.counts(now - DAY)
                for topic in topics.values():
                    standing = after[topic.id]
                    if topic.paused or (recent.get(topic.id, 0) < LEAST and standing.rising is None):
                        continue
                    counted = await archive.volume(topic, standing, now)
                    standing = update_trend(standing, counted, await _told(unit, topic, audience), now)
                    notices, after[topic.id] = await _tell(unit, topic, standing, counted, watch, now)
                    owed += notices
        if after == before:
            return 0
        async with self._store.write() as unit:
            await unit.outbox.add(owed, now)
            await unit.key_values.set(_STATE, _written(after))
        if owed:
            log.info(
                "rises-told", topics=sorted({one.content.topic_id for one in owed if isinstance(one.content, Rise)})
            )
        return len(owed)


def copies_among(articles: Sequence[Article]) -> frozenset[ArticleId]:
    """Those that say what one before them says, under whatever title."""
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


async def _begun(
    unit: UnitOfWork, topics: Mapping[TopicId, Topic], before: Mapping[TopicId, TopicTrend], now: datetime
) -> dict[TopicId, TopicTrend]:
    introduced: dict[TopicId, datetime] = {}
    for (topic_id, _), moment in (await unit.topics.introduced()).items():
        introduced[topic_id] = min(moment, introduced.get(topic_id, moment))
    return {
        topic.id: current_trend(before.get(topic.id), _finds(topic), introduced.get(topic.id, now), now)
        for topic in topics.values()
    }


def _finds(topic: Topic) -> str:
    """A digest of what the topic finds articles by. Votes are left out: they move it a little at a time."""
    if topic.paused:
        return _PAUSED
    by = (topic.examples, topic.counterexamples, topic.query, topic.require, topic.exclude, str(topic.sensitivity))
    told = repr((*by, topic.languages, topic.feeds))
    return blake2b(told.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


async def _told(unit: UnitOfWork, topic: Topic, audience: Audience) -> tuple[Destination, ...]:
    """Who hears of the topic's rises. Channels do not: what stands there are articles."""
    here = [replace(to, chat=await unit.chats.current(to.chat)) for to in topic.destinations or audience.default]
    chats = {to.chat: await unit.chats.get(to.chat) or Chat(to.chat) for to in here}
    return tuple(dict.fromkeys(to for to in here if to.is_console or not chats[to.chat].is_channel))


async def _tell(
    unit: UnitOfWork, topic: Topic, standing: TopicTrend, counted: Volume, watch: Watchlist, now: datetime
) -> tuple[list[NewDelivery], TopicTrend]:
    """The notices that can be sent now, and the standing with those who must wait."""
    rising = standing.rising
    if rising is None or not rising.owed or rising.since > now:
        return [], standing
    rise = Rise(
        AlertId(f"rise:{topic.id}:{rising.since.isoformat()}"),
        topic.id,
        topic.name,
        counted.today,
        counted.days,
        rising.habit,
        now,
    )
    waiting = [to for to in rising.owed if not await _may_hear(unit, to, topic, watch, now)]
    notices = [NewDelivery(to, DeliveryKind.NOTICE, rise) for to in rising.owed if to not in waiting]
    return notices, replace(standing, rising=replace(rising, owed=tuple(waiting)))


async def _may_hear(unit: UnitOfWork, to: Destination, topic: Topic, watch: Watchlist, now: datetime) -> bool:
    """Not in quiet hours and pauses, nor where nothing arrives: the rise may be over when it would be read."""
    chat = await unit.chats.get(to.chat)
    if chat is not None and chat.paused_reason is not None:
        return False
    silence = rhythm_of(chat, watch.timezone).silence(now)
    return silence is QuietTime.NONE or (silence is QuietTime.QUIET and topic.delivering is Delivering.URGENT)


async def _standings(settings: KeyValueStore) -> Mapping[TopicId, TopicTrend]:
    written = await settings.get(_STATE)
    return {} if written is None else decode(written, dict[TopicId, TopicTrend])


def _written(standings: Mapping[TopicId, TopicTrend]) -> str:
    return json.dumps(converter.unstructure(standings))
