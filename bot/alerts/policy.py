"""Which alerts are sent at once, which are held, and when the held ones become a digest. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum, auto

from bot.alerts.schedule import QuietTime, Rhythm, last_of, quiet_until
from bot.model import REVIEW, Alert, Delivering, Delivery, DeliveryKind, DeliveryState, Topic, TopicId

FIRST_POLL_CAP = 10
"""New alerts that a chat gets one by one while feeds are polled for the first time; the rest becomes a digest."""

QUIET = timedelta(seconds=60)
"""A digest waits until no alert has been held for this long, so that a bulk of new articles is complete."""

SETTLED = timedelta(seconds=15)
"""The same for what was missed, once every feed that is due has been read: nothing more of it is to come."""

LONGEST_WAIT = timedelta(minutes=10)
"""The longest that a digest waits for that, counted from the first held alert."""

BACKLOG = timedelta(hours=1)
"""Where the oldest pending alert of a chat is older than this, the chat could not be written to for a while."""

BETWEEN_DIGESTS = timedelta(hours=1)
"""A destination gets at most one digest in this time."""


@dataclass(frozen=True, slots=True)
class AlertBudget:
    """How many alerts a chat is sent at once; what is above waits for a digest."""

    per_hour: int
    per_day: int | None = None
    """None: any number."""
    binds_urgent: bool = False
    """Whether urgent alerts keep to it, too."""

    def left_this_hour(self, sent_today: int) -> int:
        """How many an hour may bring: none once the day's are used up."""
        return self.per_hour if self.per_day is None or sent_today < self.per_day else 0


def delivering_of(topic_ids: Iterable[TopicId], topics: Mapping[TopicId, Topic]) -> Delivering:
    """How an alert on these topics is delivered: as the most urgent of them asks."""
    wishes = {topics[topic_id].delivering for topic_id in topic_ids if topic_id in topics}
    for delivering in (Delivering.URGENT, Delivering.INSTANT):
        if delivering in wishes:
            return delivering
    return Delivering.DIGEST if wishes else Delivering.INSTANT


def initial_state(
    kind: DeliveryKind,
    delivering: Delivering,
    sent_this_hour: int,
    budget: AlertBudget,
    *,
    sent_today: int = 0,
    first_poll: bool = False,
    silence: QuietTime = QuietTime.NONE,
    late: bool = False,
) -> DeliveryState:
    """Whether a delivery about to be queued is sent by itself (PENDING) or held for a digest (HELD).

    Only new alerts count against the budget. Urgent ones are exempt from it, unless it binds them, but not from the cap
    of a first poll: what a feed already contained when it was added is not urgent.

    Args:
        sent_this_hour: new alerts queued for the chat in the last hour, without the held ones.
        budget: that of the chat.
        sent_today: the same of the last day; only a budget of a day needs it.
        first_poll: the article was in the first document of its feed.
        silence: whether the chat is quiet or paused now; urgent alerts pass quiet hours, but no pause.
        late: the article was published while its feed could not be read; such articles come as one digest.
    """
    if kind is not DeliveryKind.NEW:
        return DeliveryState.PENDING
    if silence is QuietTime.PAUSED or (silence is QuietTime.QUIET and delivering is not Delivering.URGENT):
        return DeliveryState.HELD
    if delivering is Delivering.DIGEST or (late and delivering is not Delivering.URGENT):
        return DeliveryState.HELD
    most = budget.left_this_hour(sent_today)
    if first_poll and sent_this_hour >= min(FIRST_POLL_CAP, most):
        return DeliveryState.HELD
    if (delivering is Delivering.INSTANT or budget.binds_urgent) and sent_this_hour >= most:
        return DeliveryState.HELD
    return DeliveryState.PENDING


def overflow(queue: Iterable[Delivery], topics: Mapping[TopicId, Topic], budget: AlertBudget) -> tuple[Delivery, ...]:
    """The alerts that wait in one chat beyond the budget of an hour: the last ones; urgent ones only if it binds them.

    Args:
        queue: the pending deliveries, in their order.
    """
    counted = [
        delivery
        for delivery in queue
        if delivery.kind is DeliveryKind.NEW
        and isinstance(delivery.content, Alert)
        and not delivery.content.id.startswith(REVIEW)
        and (
            budget.binds_urgent
            or delivering_of((reason.topic_id for reason in delivery.content.reasons), topics) is not Delivering.URGENT
        )
    ]
    return tuple(counted[budget.per_hour :])


@dataclass(frozen=True, slots=True)
class DueDigest:
    """Held deliveries that now become a digest, and the reason as a key of the wording."""

    deliveries: tuple[Delivery, ...]
    why: str


def due_digest(
    held: Sequence[Delivery],
    topics: Mapping[TopicId, Topic],
    rhythm: Rhythm,
    last_digest_at: datetime | None,
    now: datetime,
    *,
    caught_up: bool = False,
) -> DueDigest | None:
    """The held deliveries of one destination that become a digest now; None where there are none.

    There are none during quiet hours or a pause. Deliveries held for one of these are due as soon as it ends, those
    held for a digest time of their topic or chat at that time; all others that are held go with them. Without such an
    occasion, the rest is due as `digest_due` says.

    Args:
        held: in the order they were queued.
        last_digest_at: when the destination last got a digest.
        caught_up: whether every feed that is due has been read.
    """
    if rhythm.silence(now) is not QuietTime.NONE:
        return None
    reasons = [_held_for(delivery, topics, rhythm, now) for delivery in held]
    due = tuple(one for one, reason in zip(held, reasons, strict=True) if reason is not _HeldFor.A_TIME)
    if not due:
        return None
    for reason, why in ((_HeldFor.PAUSE, "paused"), (_HeldFor.QUIET, "quiet"), (_HeldFor.TIME_NOW, "scheduled")):
        if reason in reasons:
            return DueDigest(due, why)
    why = digest_reason(due, topics)
    calm = SETTLED if caught_up and why == "catch-up" else QUIET
    return DueDigest(due, why) if digest_due(due, last_digest_at, now, calm) else None


class _HeldFor(Enum):
    PAUSE = auto()
    QUIET = auto()
    A_TIME = auto()
    """A digest time that is still to come."""
    TIME_NOW = auto()
    """A digest time that has come."""
    CALM = auto()


def _held_for(delivery: Delivery, topics: Mapping[TopicId, Topic], rhythm: Rhythm, now: datetime) -> _HeldFor:
    """What a delivery is held for, from the time it was queued and the current settings of the chat."""
    at = delivery.created_at
    if times := _digest_times(delivery, topics, rhythm):
        last = last_of(times, rhythm.zone, now)
        return _HeldFor.TIME_NOW if last is None or at < last or at > now else _HeldFor.A_TIME
    if rhythm.paused_until is not None and at <= rhythm.paused_until:
        return _HeldFor.PAUSE
    return _HeldFor.CALM if quiet_until(rhythm.quiet, rhythm.zone, at) is None else _HeldFor.QUIET


def _digest_times(delivery: Delivery, topics: Mapping[TopicId, Topic], rhythm: Rhythm) -> Collection[time]:
    """The times of day at which a delivery may be part of a digest: those of all its topics; empty: at any time.

    A topic without times of its own has those of the chat.
    """
    if not isinstance(delivery.content, Alert) or not _wants_digest(delivery, topics):
        return ()
    own = [topics[reason.topic_id] for reason in delivery.content.reasons if reason.topic_id in topics]
    return {at for topic in own for at in topic.digest_times or rhythm.digest_times}


def digest_due(
    held: Sequence[Delivery], last_digest_at: datetime | None, now: datetime, calm: timedelta = QUIET
) -> bool:
    """Whether what is held for one destination becomes a digest now, at no fixed digest time.

    Times in the future (the clock was set back) do not delay it.

    Args:
        held: in any order.
        last_digest_at: when the destination last got a digest.
        calm: for how long nothing more must have been held.
    """
    if not held:
        return False
    if last_digest_at is not None and timedelta() <= now - last_digest_at < BETWEEN_DIGESTS:
        return False
    times = [delivery.created_at for delivery in held]
    is_calm = not timedelta() <= now - max(times) < calm
    return is_calm or now - min(times) >= LONGEST_WAIT


def digest_reason(held: Sequence[Delivery], topics: Mapping[TopicId, Topic]) -> str:
    """The wording's key for the reason of a digest: its topics ask for one, articles were missed, or over budget."""
    alerts = [delivery for delivery in held if isinstance(delivery.content, Alert)]
    if all(_wants_digest(delivery, topics) for delivery in alerts):
        return "scheduled"
    return "catch-up" if any(isinstance(one.content, Alert) and one.content.late for one in alerts) else "over-budget"


def _wants_digest(delivery: Delivery, topics: Mapping[TopicId, Topic]) -> bool:
    """Whether all topics of an alert ask for digests."""
    if not isinstance(delivery.content, Alert):
        return False
    return delivering_of((reason.topic_id for reason in delivery.content.reasons), topics) is Delivering.DIGEST
