"""How many alerts a chat gets at once, and when the rest is told as a digest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from bot.model import Alert, Delivering, Delivery, DeliveryKind, DeliveryState, Topic, TopicId

FIRST_POLL_CAP = 10
"""New alerts a chat gets one by one while feeds are polled for the first time; the rest is a digest."""

QUIET = timedelta(seconds=60)
"""A digest waits until nothing has been held for this long: an import has calmed down."""

LONGEST_WAIT = timedelta(minutes=10)
"""…but no longer than this after the first one was held."""

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
) -> DeliveryState:
    """Whether a delivery about to be queued goes out by itself (PENDING) or waits for a digest (HELD).

    Only new alerts use up the budget. Urgent ones pass it, but not the cap of a first poll: what a
    feed already had when it was added is no news.

    Args:
        sent_this_hour: new alerts queued for the chat in the last hour, held ones left out.
        alerts_per_hour: `delivery.alerts_per_hour`.
        first_poll: the article was in the first document of its feed.
    """
    if kind is not DeliveryKind.NEW:
        return DeliveryState.PENDING
    if delivering is Delivering.DIGEST:
        return DeliveryState.HELD
    if first_poll and sent_this_hour >= min(FIRST_POLL_CAP, alerts_per_hour):
        return DeliveryState.HELD
    if delivering is Delivering.INSTANT and sent_this_hour >= alerts_per_hour:
        return DeliveryState.HELD
    return DeliveryState.PENDING


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
    """The wording's key for why these come as a digest: their topics ask for it, or there were too many."""
    wanted = all(
        delivering_of((reason.topic_id for reason in delivery.content.reasons), topics) is Delivering.DIGEST
        for delivery in held
        if isinstance(delivery.content, Alert)
    )
    return "scheduled" if wanted else "over-budget"
