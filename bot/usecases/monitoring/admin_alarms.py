"""Alarms for the admins about what nobody would notice: topics that find nothing, and an outbox that does not drain."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
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
"""Topics that one notice names; the others are only counted."""

_STATE = "alarms"


async def queue_admin_alarms(
    store: Store, clock: Clock, watch: Watchlist, settings: AlarmSettings, audience: Audience
) -> int:
    """Queue the notices that are new; returns how many alarms these are.

    What was reported is stored with the notices, so that a restart does not report it again.
    """
    if not audience.default:  # it would count as reported although nobody had received it
        return 0
    now = clock.now()
    async with store.read() as unit:
        reported = await _reported(unit.key_values)
        after, notices = await _find_alarms(unit, reported, watch, settings, now, console=not audience.messenger)
    if after == reported:
        return 0
    async with store.write() as unit:
        for content in notices:
            await unit.outbox.add([NewDelivery(to, DeliveryKind.NOTICE, content) for to in audience.default], now)
        await unit.key_values.set(_STATE, _written(after))
    for content in notices:
        log.warning("alarm", what=content.code, **content.values)
    return len(notices)


async def _find_alarms(
    unit: UnitOfWork,
    reported: ReportedAlarms,
    watch: Watchlist,
    settings: AlarmSettings,
    now: datetime,
    *,
    console: bool,
) -> tuple[ReportedAlarms, list[Notice]]:
    """What goes on now, and the notices about what was not reported before."""
    notices = []
    quiet: Mapping[TopicId, datetime] = {}
    if settings.quiet_days:
        quiet = await _quiet(unit, watch, timedelta(days=settings.quiet_days), now)
        if new := await _of_no_public(unit, topics_to_report(reported, quiet), watch):
            notices.append(_quiet_notice(new, watch, settings.quiet_days, now))
    oldest = await _waiting_since(unit, console=console) if settings.outbox_minutes else None
    waits = is_outbox_late(oldest, after=timedelta(minutes=settings.outbox_minutes), now=now)
    if waits and reported.outbox is None:
        waiting = (await unit.outbox.counts())[DeliveryState.PENDING]
        occasion = now.isoformat()
        notices.append(notice("outbox-late", occasion, minutes=settings.outbox_minutes, waiting=waiting))
    return ReportedAlarms(quiet, (reported.outbox or oldest) if waits else None), notices


async def _waiting_since(unit: UnitOfWork, *, console: bool) -> datetime | None:
    """Since when something is owed: a message that is queued, or what many chats are still to be told."""
    moments = await unit.outbox.waiting_since(console=console), await unit.fanouts.waiting_since()
    return min((moment for moment in moments if moment is not None), default=None)


async def _quiet(unit: UnitOfWork, watch: Watchlist, after: timedelta, now: datetime) -> Mapping[TopicId, datetime]:
    begun: dict[TopicId, datetime] = {}
    for (topic_id, _), moment in (await unit.topics.introduced()).items():
        begun[topic_id] = min(moment, begun.get(topic_id, moment))
    watched = [topic.id for topic in watch.topics.values() if not topic.paused]
    return quiet_topics(watched, begun, await unit.matches.latest(), after=after, now=now)


async def _of_no_public(unit: UnitOfWork, quiet: Sequence[TopicId], watch: Watchlist) -> tuple[TopicId, ...]:
    """Without the topics of chats that let themselves in: what these watch is no concern of the admins."""
    owners = {one: watch.topics[one].owning_chat or "" for one in quiet}
    chats = await unit.chats.of(set(owners.values()))
    return tuple(one for one, owner in owners.items() if owner not in chats or not chats[owner].preferences.public)


def _quiet_notice(new: tuple[TopicId, ...], watch: Watchlist, days: int, now: datetime) -> Notice:
    names = "\n".join(watch.topics[one].name for one in new[:NAMED])
    return notice("topics-quiet", now.isoformat(), days=days, count=len(new), watches=names)


async def _reported(settings: KeyValueStore) -> ReportedAlarms:
    written = await settings.get(_STATE)
    return ReportedAlarms() if written is None else decode(written, ReportedAlarms)


def _written(reported: ReportedAlarms) -> str:
    return json.dumps(converter.unstructure(reported))
