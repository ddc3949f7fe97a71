"""Tells the admins, through the outbox, of silences that they would not notice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from bot.alerts.alarms import ReportedAlarms, is_outbox_late, quiet_topics, topics_to_report
from bot.alerts.compose import notice
from bot.config import AlarmSettings
from bot.model import DeliveryKind, DeliveryState, NewDelivery, Notice, TopicId
from bot.ports import Clock
from bot.store import KeyValueStore, Store, UnitOfWork
from bot.store.codec import converter, decode
from bot.usecases.topics.watchlist import Audience, Watchlist

log = structlog.get_logger()

NAMED = 12
"""Topics that one notice names; the others are counted."""

_STATE = "alarms"


class Alarms:
    """Looks for them, and remembers what was told: a restart does not tell it again."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def sound(self, watch: Watchlist, settings: AlarmSettings, audience: Audience) -> int:
        """How many notices that makes. What was told is stored with the notices."""
        if not audience.default:  # it would count as told, and nobody would have heard it
            return 0
        now = self._clock.now()
        async with self._store.read() as unit:
            told = await _told(unit.key_values)
            after, notices = await _look(unit, told, watch, settings, now, console=not audience.messenger)
        if after == told:
            return 0
        async with self._store.write() as unit:
            for content in notices:
                await unit.outbox.add([NewDelivery(to, DeliveryKind.NOTICE, content) for to in audience.default], now)
            await unit.key_values.set(_STATE, _written(after))
        for content in notices:
            log.warning("alarm", what=content.code, **content.values)
        return len(notices)


async def _look(
    unit: UnitOfWork, told: ReportedAlarms, watch: Watchlist, settings: AlarmSettings, now: datetime, *, console: bool
) -> tuple[ReportedAlarms, list[Notice]]:
    notices = []
    quiet: Mapping[TopicId, datetime] = {}
    if settings.quiet_days:
        quiet = await _quiet(unit, watch, timedelta(days=settings.quiet_days), now)
        if new := topics_to_report(told, quiet):
            notices.append(_of_topics(new, watch, settings.quiet_days, now))
    owed = await unit.outbox.waiting_since(console=console) if settings.outbox_minutes else None
    waits = is_outbox_late(owed, after=timedelta(minutes=settings.outbox_minutes), now=now)
    if waits and told.outbox is None:
        waiting = (await unit.outbox.counts())[DeliveryState.PENDING]
        occasion = now.isoformat()
        notices.append(notice("outbox-late", occasion, minutes=settings.outbox_minutes, waiting=waiting))
    return ReportedAlarms(quiet, (told.outbox or owed) if waits else None), notices


async def _quiet(unit: UnitOfWork, watch: Watchlist, after: timedelta, now: datetime) -> Mapping[TopicId, datetime]:
    begun: dict[TopicId, datetime] = {}
    for (topic_id, _), moment in (await unit.topics.introduced()).items():
        begun[topic_id] = min(moment, begun.get(topic_id, moment))
    watched = [topic.id for topic in watch.topics.values() if not topic.paused]
    return quiet_topics(watched, begun, await unit.matches.latest(), after=after, now=now)


def _of_topics(new: tuple[TopicId, ...], watch: Watchlist, days: int, now: datetime) -> Notice:
    names = "\n".join(watch.topics[one].name for one in new[:NAMED])
    return notice("topics-quiet", now.isoformat(), days=days, count=len(new), watches=names)


async def _told(settings: KeyValueStore) -> ReportedAlarms:
    written = await settings.get(_STATE)
    return ReportedAlarms() if written is None else decode(written, ReportedAlarms)


def _written(told: ReportedAlarms) -> str:
    return json.dumps(converter.unstructure(told))
