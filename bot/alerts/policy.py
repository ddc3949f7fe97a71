"""How many alerts a chat gets at once, what waits while it is quiet there, and when the rest is told as a digest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum, auto

from bot.alerts.schedule import QuietTime, Rhythm, last_of, quiet_until
from bot.model import REVIEW, Alert, Delivering, Delivery, DeliveryKind, DeliveryState, Topic, TopicId

FIRST_POLL_CAP = 10
"""New alerts a chat gets one by one while feeds are polled for the first time; the rest is a digest."""

QUIET = timedelta(seconds=60)
"""A digest waits until nothing has been held for this long: an import has calmed down."""

LONGEST_WAIT = timedelta(minutes=10)
"""…but no longer than this after the first one was held."""

BACKLOG = timedelta(hours=1)
"""A chat that has waited for longer could not be written to."""

BETWEEN_DIGESTS = timedelta(hours=1)
"""At most one digest a chat in this time."""


def delivering_of(topic_ids: Iterable[TopicId], topics: Mapping[TopicId, Topic]) -> Delivering:
    """How an alert on these topics reaches its chat: as the most pressing of them asks."""
    wishes = {topics[topic_id].delivering for topic_id in topic_ids if topic_id in topics}
    for delivering in (Delivering.URGENT, Delivering.INSTANT):
        if delivering in wishes:
            return delivering
    return Delivering.DIGEST if wishes else Delivering.INSTANT


def decide(
    kind: DeliveryKind,
    delivering: Delivering,
    sent_this_hour: int,
    alerts_per_hour: int,
    *,
    first_poll: bool = False,
    silence: QuietTime = QuietTime.NONE,
    late: bool = False,
) -> DeliveryState:
    """Whether a delivery about to be queued goes out by itself (PENDING) or waits for a digest (HELD).

    Only new alerts use up the budget. Urgent ones pass it, but not the cap of a first poll: what a
    feed already had when it was added is no news.

    Args:
        sent_this_hour: new alerts queued for the chat in the last hour, held ones left out.
        alerts_per_hour: `delivery.alerts_per_hour`.
        first_poll: the article was in the first document of its feed.
        silence: whether the chat wants to hear nothing now; urgent alerts pass quiet hours, but no pause.
        late: it was published while its feed could not be read: what was missed comes as one digest.
    """
    if kind is not DeliveryKind.NEW:
        return DeliveryState.PENDING
    if silence is QuietTime.PAUSED or (silence is QuietTime.QUIET and delivering is not Delivering.URGENT):
        return DeliveryState.HELD
    if delivering is Delivering.DIGEST or (late and delivering is not Delivering.URGENT):
        return DeliveryState.HELD
    if first_poll and sent_this_hour >= min(FIRST_POLL_CAP, alerts_per_hour):
        return DeliveryState.HELD
    if delivering is Delivering.INSTANT and sent_this_hour >= alerts_per_hour:
        return DeliveryState.HELD
    return DeliveryState.PENDING


def overflow(queue: Iterable[Delivery], topics: Mapping[TopicId, Topic], alerts_per_hour: int) -> tuple[Delivery, ...]:
    """Which of the alerts that wait in one chat are more than its budget: the last ones. Urgent ones never are.

    Args:
        queue: what is pending, in its order.
    """
    counted = [
        delivery
        for delivery in queue
        if delivery.kind is DeliveryKind.NEW
        and isinstance(delivery.content, Alert)
        and not delivery.content.id.startswith(REVIEW)
        and delivering_of((reason.topic_id for reason in delivery.content.reasons), topics) is not Delivering.URGENT
    ]
    return tuple(counted[alerts_per_hour:])


@dataclass(frozen=True, slots=True)
class Gathered:
    """Held deliveries that become a digest, and why they come as one: a key of the wording."""

    deliveries: tuple[Delivery, ...]
    why: str


def gathered(
    held: Sequence[Delivery],
    topics: Mapping[TopicId, Topic],
    rhythm: Rhythm,
    last_digest_at: datetime | None,
    now: datetime,
) -> Gathered | None:
    """What of the held deliveries of one destination is told now.

    Nothing while it is quiet there or paused. What was held for that comes as soon as it is over, what waits for one
    of the digest times of its topic, or of the chat, comes then, and whatever else is held goes with it; else the rest
    comes when it is calm.

    Args:
        held: in the order they were queued.
        last_digest_at: when the destination was last given a digest.
    """
    if rhythm.silence(now) is not QuietTime.NONE:
        return None
    reasons = [_held_for(delivery, topics, rhythm, now) for delivery in held]
    told = tuple(one for one, reason in zip(held, reasons, strict=True) if reason is not _HeldFor.A_TIME)
    if not told:
        return None
    for reason, why in ((_HeldFor.PAUSE, "paused"), (_HeldFor.QUIET, "quiet"), (_HeldFor.TIME_NOW, "scheduled")):
        if reason in reasons:
            return Gathered(told, why)
    return Gathered(told, digest_reason(told, topics)) if digest_due(told, last_digest_at, now) else None


class _HeldFor(Enum):
    PAUSE = auto()
    QUIET = auto()
    A_TIME = auto()
    """A digest time that is still to come."""
    TIME_NOW = auto()
    """One that has come."""
    CALM = auto()


def _held_for(delivery: Delivery, topics: Mapping[TopicId, Topic], rhythm: Rhythm, now: datetime) -> _HeldFor:
    """What a delivery was held for. When it was queued tells: what the chat has chosen since counts for it too."""
    at = delivery.created_at
    if times := _digest_times(delivery, topics, rhythm):
        last = last_of(times, rhythm.zone, now)
        return _HeldFor.TIME_NOW if last is None or at < last or at > now else _HeldFor.A_TIME
    if rhythm.paused_until is not None and at <= rhythm.paused_until:
        return _HeldFor.PAUSE
    return _HeldFor.CALM if quiet_until(rhythm.quiet, rhythm.zone, at) is None else _HeldFor.QUIET


def _digest_times(delivery: Delivery, topics: Mapping[TopicId, Topic], rhythm: Rhythm) -> Collection[time]:
    """When a delivery may be told in a digest: at the first time of any of its topics. None: there is no such time.

    A topic without times of its own has those of the chat.
    """
    if not isinstance(delivery.content, Alert) or not _wants_digest(delivery, topics):
        return ()
    own = [topics[reason.topic_id] for reason in delivery.content.reasons if reason.topic_id in topics]
    return {at for topic in own for at in topic.digest_times or rhythm.digest_times}


def digest_due(held: Sequence[Delivery], last_digest_at: datetime | None, now: datetime) -> bool:
    """Whether what is held for one destination becomes a digest now.

    Times in the future (the clock was set back) hold nothing up.

    Args:
        held: in any order.
        last_digest_at: when the destination was last given one.
    """
    if not held:
        return False
    if last_digest_at is not None and timedelta() <= now - last_digest_at < BETWEEN_DIGESTS:
        return False
    times = [delivery.created_at for delivery in held]
    calm = not timedelta() <= now - max(times) < QUIET
    return calm or now - min(times) >= LONGEST_WAIT


def digest_reason(held: Sequence[Delivery], topics: Mapping[TopicId, Topic]) -> str:
    """The wording's key for why these come as a digest: their topics ask for it, they were missed, or too many."""
    alerts = [delivery for delivery in held if isinstance(delivery.content, Alert)]
    if all(_wants_digest(delivery, topics) for delivery in alerts):
        return "scheduled"
    return "catch-up" if any(isinstance(one.content, Alert) and one.content.late for one in alerts) else "over-budget"


def _wants_digest(delivery: Delivery, topics: Mapping[TopicId, Topic]) -> bool:
    """Whether all of its topics ask for a digest."""
    if not isinstance(delivery.content, Alert):
        return False
    return delivering_of((reason.topic_id for reason in delivery.content.reasons), topics) is Delivering.DIGEST
