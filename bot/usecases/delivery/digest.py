"""Digests: alerts that were held are sent together, as soon as the rhythm of their chat allows it.

Alerts are held because a chat has used up its hourly budget, has quiet hours, is paused or has digest times. They are
also held when they have piled up while the chat could not be written to: the hourly budget counts what is queued, so
after a day without Telegram everything queued in that day would be sent at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.alerts.compose import by_destination, digest_of
from bot.alerts.policy import BACKLOG, DueDigest, due_digest, overflow
from bot.alerts.schedule import QuietTime, rhythm_of
from bot.model import Alert, Chat, Delivery, DeliveryKind, Destination, NewDelivery
from bot.ports import Clock
from bot.store import Store
from bot.usecases.topics.watchlist import Watchlist

log = structlog.get_logger()

READ_BY: Final = timedelta(seconds=5)
"""A feed that has been due for this long and is not read yet may still bring what was missed."""

TOGETHER: Final = 100
"""Chats that are read and stored together: so many digests hold the lock for a tenth of a second."""


async def hold_backlog(store: Store, clock: Clock, watch: Watchlist) -> int:
    """Hold the alerts beyond a chat's budget that wait behind one older than an hour; returns how many."""
    async with store.read() as unit:
        behind = await unit.outbox.behind(clock.now() - BACKLOG)
        least = min(watch.alerts_per_hour, watch.public.alerts_per_hour)
        crowded = await unit.outbox.crowded(sorted(behind), least)
    held = sum([await _hold_beyond(store, chats, watch) for chats in _together(crowded)])
    if held:
        log.info("backlog-thinned", held=held)
    return held


async def _hold_beyond(store: Store, chats: Sequence[str], watch: Watchlist) -> int:
    async with store.read() as unit:
        queues = _by_chat(await unit.outbox.pending_in(chats))
        known = await unit.chats.of(chats)
    over = [
        delivery.id
        for chat, queue in queues.items()
        for delivery in overflow(queue, watch.topics, watch.budget_of(known.get(chat)))
    ]
    if not over:
        return 0
    async with store.write() as unit:
        return await unit.outbox.hold(over)


async def queue_digests(store: Store, clock: Clock, watch: Watchlist) -> int:
    """Queue the digests that are due; returns how many messages these are."""
    async with store.read() as unit:
        holding = await unit.outbox.chats_holding()
        caught_up = not await unit.feeds.due(clock.now() - READ_BY, 1, is_failing=False)
    return sum([await _queue_digests(store, clock, chats, watch, caught_up) for chats in _together(holding)])


async def _queue_digests(store: Store, clock: Clock, chats: Sequence[str], watch: Watchlist, caught_up: bool) -> int:
    """The digests of some chats, in one transaction.

    Nothing is stored for a chat that was paused, or has muted a story, meanwhile: the next call looks again.
    """
    now = clock.now()
    async with store.read() as unit:
        # A chat that cannot be written to gets one digest when it can be again, not one for every hour.
        behind = await unit.outbox.behind(now - BACKLOG, chats)
        known = await unit.chats.of(chats)
        awake = [one for one in chats if one not in behind and _is_awake(known.get(one), watch, now)]
        held = dict(by_destination(await unit.outbox.held_in(awake)))
        last = await unit.key_values.get_all([_last_digest(to) for to in held])
    ready = {
        to: found
        for to, deliveries in held.items()
        if (found := _due(deliveries, last.get(_last_digest(to)), known.get(to.chat), watch, now, caught_up))
        is not None
    }
    if not ready:
        return 0
    digests = {
        to: digest_of(due.deliveries, due.why, _limits(due.why, known.get(to.chat), watch)) for to, due in ready.items()
    }
    async with store.write() as unit:
        by_now = await unit.chats.of(chats)
        held_now = await unit.outbox.held_ids({to.chat for to in ready})
        folded = {
            to: ids
            for to, due in ready.items()
            if (ids := {one.id for one in due.deliveries}) <= held_now and by_now.get(to.chat) == known.get(to.chat)
        }
        queued = [NewDelivery(to, DeliveryKind.DIGEST, digest) for to in folded for digest in digests[to]]
        await unit.outbox.add(queued, now)
        await unit.outbox.fold([one for ids in folded.values() for one in sorted(ids)])
        await unit.key_values.set_all({_last_digest(to): now.isoformat() for to in folded})
    return len(queued)


def _limits(why: str, chat: Chat | None, watch: Watchlist) -> tuple[int, int] | None:
    """What a chat of the public is told of its budget where that is why it gets a digest."""
    budget = watch.budget_of(chat)
    return (budget.per_hour, budget.per_day) if why == "over-budget" and budget.per_day is not None else None


def _is_awake(chat: Chat | None, watch: Watchlist, now: datetime) -> bool:
    """Whether it is neither quiet nor paused: else what it is held need not be read."""
    return rhythm_of(chat, watch.timezone).silence(now) is QuietTime.NONE


def _due(
    held: Sequence[Delivery], last: str | None, chat: Chat | None, watch: Watchlist, now: datetime, caught_up: bool
) -> DueDigest | None:
    """Held deliveries that are alerts: nothing else can be an item of a digest."""
    alerts = [delivery for delivery in held if isinstance(delivery.content, Alert)]
    last_at = datetime.fromisoformat(last) if last else None
    return due_digest(alerts, watch.topics, rhythm_of(chat, watch.timezone), last_at, now, caught_up=caught_up)


def _by_chat(deliveries: Sequence[Delivery]) -> Mapping[str, Sequence[Delivery]]:
    """Deliveries by chat, in their order."""
    queues: dict[str, list[Delivery]] = {}
    for delivery in deliveries:
        queues.setdefault(delivery.destination.chat, []).append(delivery)
    return queues


def _together(chats: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(chats), TOGETHER):
        yield chats[start : start + TOGETHER]


def _last_digest(destination: Destination) -> str:
    return f"last-digest:{destination}"
