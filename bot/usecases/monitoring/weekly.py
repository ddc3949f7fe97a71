"""Once a week each chat hears what was read and told, also where that was nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog

from bot.alerts.schedule import rhythm_of
from bot.alerts.weekly import BEGINS, WEEK, NearMiss, Week, due_note, nearest_miss, weekly_note
from bot.model import Alert, AlertId, Chat, DeliveryKind, Destination, NewDelivery, Topic
from bot.ports import Clock
from bot.store import Store, UnitOfWork
from bot.usecases.topics.watchlist import Audience, Watchlist

log = structlog.get_logger()


class WeeklyNotes:
    """Queues the notes that are due."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def write(self, watch: Watchlist, audience: Audience) -> int:
        """How many notes that makes. Not for the console, nor while the archive is too young to tell of a week."""
        now = self._clock.now()
        async with self._store.read() as unit:
            begun = await unit.articles.earliest()
            if begun is None or now - begun < BEGINS:
                return 0
            owed = []
            for to, topics in (await _told(unit, watch, audience)).items():
                note_id = await _due(unit, to, watch, now)
                if note_id is not None:
                    note = weekly_note(note_id, await _week(unit, to, topics, watch, now))
                    owed.append(NewDelivery(to, DeliveryKind.NOTICE, note))
        if owed:
            async with self._store.write() as unit:
                await unit.outbox.add(owed, now)
            log.info("weekly-notes", chats=len(owed))
        return len(owed)


async def _told(unit: UnitOfWork, watch: Watchlist, audience: Audience) -> Mapping[Destination, Sequence[Topic]]:
    """Where each chat hears of its week, and the topics that tell it something: the chat itself before its threads."""
    topics: dict[str, list[Topic]] = {}
    threads: dict[str, set[int | None]] = {}
    addressed = [topic for topic in audience.address(watch.topics).values() if not topic.paused]
    told = [(topic, to) for topic in addressed for to in topic.destinations or audience.default]
    today = await unit.chats.current_ids({to.chat for _, to in told})
    for topic, to in told:
        chat = today[to.chat]
        threads.setdefault(chat, set()).add(to.thread)
        if topic not in topics.setdefault(chat, []):
            topics[chat].append(topic)
    return {
        Destination(chat, min(threads[chat], key=lambda thread: thread or 0)): found for chat, found in topics.items()
    }


async def _due(unit: UnitOfWork, to: Destination, watch: Watchlist, now: datetime) -> AlertId | None:
    chat = await unit.chats.get(to.chat)
    if to.is_console or not _may_get(to, chat):
        return None
    note_id = due_note(rhythm_of(chat, watch.timezone), now)
    if note_id is None or await unit.outbox.has_alert(to, note_id):
        return None
    return note_id


def _may_get(to: Destination, chat: Chat | None) -> bool:
    """Channels get none, nor chats that may be channels, as nobody has written there yet."""
    if chat is None:
        return not to.chat.startswith(("-", "@"))
    return chat.kind != "channel" and chat.preferences.weekly and chat.paused_reason is None


async def _week(unit: UnitOfWork, to: Destination, topics: Sequence[Topic], watch: Watchlist, now: datetime) -> Week:
    since = now - WEEK
    told = [one.content for one in await unit.outbox.told(since, chat=to.chat) if isinstance(one.content, Alert)]
    states = await unit.feeds.states()
    counts = Counter(reason.topic_id for alert in told for reason in alert.reasons)
    fewest = min(counts[topic.id] for topic in topics)
    quietest = [topic for topic in topics if counts[topic.id] == fewest]
    return Week(
        articles=await unit.articles.count(since),
        sources=sum(feed_id in states and (states[feed_id].succeeded_at or since) > since for feed_id in watch.feeds),
        alerts=len(told),
        by_watch={topic.name: counts[topic.id] for topic in topics},
        miss=nearest_miss([miss for topic in quietest if (miss := await _miss(unit, topic, since)) is not None]),
    )


async def _miss(unit: UnitOfWork, topic: Topic, since: datetime) -> NearMiss | None:
    for match in await unit.matches.nearest_misses(topic.id, since, 1):
        for article in await unit.articles.get([match.article_id]):
            return NearMiss(topic.name, match, article)
    return None
