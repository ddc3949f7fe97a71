"""The weekly note: what was read and sent for a chat in the last week, also if that was nothing."""

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


async def queue_weekly_notes(store: Store, clock: Clock, watch: Watchlist, audience: Audience) -> int:
    """Queue the notes that are due; returns how many these are.

    The console gets none, and nobody while the archive is too young to report on a week.
    """
    now = clock.now()
    async with store.read() as unit:
        begun = await unit.articles.earliest()
        if begun is None or now - begun < BEGINS:
            return 0
        deliveries = []
        for to, topics in (await _recipients(unit, watch, audience)).items():
            note_id = await _due(unit, to, watch, now)
            if note_id is not None:
                note = weekly_note(note_id, await _week(unit, to, topics, watch, now))
                deliveries.append(NewDelivery(to, DeliveryKind.NOTICE, note))
    if deliveries:
        async with store.write() as unit:
            await unit.outbox.add(deliveries, now)
        log.info("weekly-notes", chats=len(deliveries))
    return len(deliveries)


async def _recipients(unit: UnitOfWork, watch: Watchlist, audience: Audience) -> Mapping[Destination, Sequence[Topic]]:
    """Where each chat gets its note, and the topics that alert it. It goes to a thread only if all its alerts do."""
    topics: dict[str, list[Topic]] = {}
    threads: dict[str, set[int | None]] = {}
    addressed = [topic for topic in audience.address(watch.topics).values() if not topic.paused]
    pairs = [(topic, to) for topic in addressed for to in topic.destinations or audience.default]
    current = await unit.chats.current_ids({to.chat for _, to in pairs})
    for topic, to in pairs:
        chat = current[to.chat]
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
    """Channels get no notes. Neither does a group in which nobody has written yet: it may be a channel."""
    if chat is None:
        return not to.chat.startswith(("-", "@"))
    return chat.kind != "channel" and chat.preferences.weekly and chat.paused_reason is None


async def _week(unit: UnitOfWork, to: Destination, topics: Sequence[Topic], watch: Watchlist, now: datetime) -> Week:
    since = now - WEEK
    alerts = [one.content for one in await unit.outbox.told(since, chat=to.chat) if isinstance(one.content, Alert)]
    states = await unit.feeds.states()
    counts = Counter(reason.topic_id for alert in alerts for reason in alert.reasons)
    fewest = min(counts[topic.id] for topic in topics)
    quietest = [topic for topic in topics if counts[topic.id] == fewest]
    return Week(
        articles=await unit.articles.count(since),
        sources=sum(feed_id in states and (states[feed_id].succeeded_at or since) > since for feed_id in watch.feeds),
        alerts=len(alerts),
        by_watch={topic.name: counts[topic.id] for topic in topics},
        miss=nearest_miss([miss for topic in quietest if (miss := await _miss(unit, topic, since)) is not None]),
    )


async def _miss(unit: UnitOfWork, topic: Topic, since: datetime) -> NearMiss | None:
    for match in await unit.matches.nearest_misses(topic.id, since, 1):
        for article in await unit.articles.get([match.article_id]):
            return NearMiss(topic.name, match, article)
    return None
