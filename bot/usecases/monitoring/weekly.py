"""The weekly note: what was read and sent for a chat in the last week, also if that was nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from bot.alerts.schedule import rhythm_of
from bot.alerts.weekly import BEGINS, WEEK, NearMiss, Week, due_note, nearest_miss, weekly_note
from bot.model import Alert, AlertId, Chat, DeliveryKind, Destination, NewDelivery, Topic
from bot.ports import Clock
from bot.store import Store, UnitOfWork
from bot.usecases.topics.watchlist import Audience, Watchlist

log = structlog.get_logger()

TOGETHER: Final = 100
"""Notes that are stored together."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read in the week, whoever is told."""

    articles: int
    sources: int


async def queue_weekly_notes(store: Store, clock: Clock, watch: Watchlist, audience: Audience) -> int:
    """Queue the notes that are due; returns how many these are.

    The console gets none, and nobody while the archive is too young to report on a week.
    """
    now = clock.now()
    async with store.read() as unit:
        begun = await unit.articles.earliest()
        if begun is None or now - begun < BEGINS:
            return 0
        recipients = await _recipients(unit, watch, audience)
        due = await _due(unit, recipients, watch, now)
        read = await _read_by_all(unit, watch, now) if due else None
    queued = 0
    for start in range(0, len(due), TOGETHER):
        deliveries = []
        async with store.read() as unit:
            for to, note_id in due[start : start + TOGETHER]:
                note = weekly_note(note_id, await _week(unit, to, recipients[to], read or _Read(0, 0), now))
                deliveries.append(NewDelivery(to, DeliveryKind.NOTICE, note))
        async with store.write() as unit:  # a note is queued once, whatever ends the job in between
            await unit.outbox.add(deliveries, now)
        queued += len(deliveries)
    if queued:
        log.info("weekly-notes", chats=queued)
    return queued


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


async def _due(
    unit: UnitOfWork, recipients: Collection[Destination], watch: Watchlist, now: datetime
) -> Sequence[tuple[Destination, AlertId]]:
    """Who gets a note now, and its id."""
    chats = await unit.chats.of({to.chat for to in recipients})
    due = [
        (to, note_id)
        for to in recipients
        if not to.is_console
        and _may_get(to, chats.get(to.chat))
        and (note_id := due_note(rhythm_of(chats.get(to.chat), watch.timezone), now)) is not None
    ]
    queued = await unit.outbox.having(due)
    return [key for key in due if key not in queued]


def _may_get(to: Destination, chat: Chat | None) -> bool:
    """Channels get no notes. Neither does a group in which nobody has written yet: it may be a channel."""
    if chat is None:
        return not to.chat.startswith(("-", "@"))
    return chat.kind != "channel" and chat.preferences.weekly and chat.paused_reason is None


async def _read_by_all(unit: UnitOfWork, watch: Watchlist, now: datetime) -> _Read:
    since, states = now - WEEK, await unit.feeds.states()
    sources = sum(feed_id in states and (states[feed_id].succeeded_at or since) > since for feed_id in watch.feeds)
    return _Read(await unit.articles.count(since), sources)


async def _week(unit: UnitOfWork, to: Destination, topics: Sequence[Topic], read: _Read, now: datetime) -> Week:
    since = now - WEEK
    alerts = [one.content for one in await unit.outbox.told(since, chat=to.chat) if isinstance(one.content, Alert)]
    counts = Counter(reason.topic_id for alert in alerts for reason in alert.reasons)
    fewest = min(counts[topic.id] for topic in topics)
    quietest = [topic for topic in topics if counts[topic.id] == fewest]
    return Week(
        articles=read.articles,
        sources=read.sources,
        alerts=len(alerts),
        by_watch={topic.name: counts[topic.id] for topic in topics},
        miss=nearest_miss([miss for topic in quietest if (miss := await _miss(unit, topic, since)) is not None]),
    )


async def _miss(unit: UnitOfWork, topic: Topic, since: datetime) -> NearMiss | None:
    for match in await unit.matches.nearest_misses(topic.id, since, 1):
        for article in await unit.articles.get([match.article_id]):
            return NearMiss(topic.name, match, article)
    return None
