"""What a channel is told under review: each admin is shown it first, and one of them posts it.

Skipping leaves it unposted and the other admins free to post it all the same; what has been posted stays posted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from bot.alerts.compose import alert_id
from bot.alerts.story_thread import StoryThread, thread_of
from bot.model import (
    REVIEW,
    Alert,
    AlertId,
    Change,
    Chat,
    Delivery,
    DeliveryKind,
    DeliveryState,
    Destination,
    NewDelivery,
    Review,
    Topic,
)
from bot.store import Store, UnitOfWork

log = structlog.get_logger()

POSTED, SKIPPED = "posted", "skipped"
"""Codes of what is written down about a review."""

_LOOKED_AT = 1_000
"""Changes among which the decision on a review is looked for: it says who, and is not needed to know whether."""


ReviewRounds = tuple[tuple[Delivery, ...], ...]
"""What the admins were asked about one story: for the first alert on it, then for each of its updates."""


def needs_review(chat: Chat | None, destination: Destination, topics: Iterable[Topic]) -> bool:
    """Whether the admins see first what these topics find for a destination: a channel, and all topics ask for it."""
    if destination.is_console or destination.thread is not None or not all(topic.review for topic in topics):
        return False
    return (chat or Chat(destination.chat)).is_channel


async def review_rounds(
    unit: UnitOfWork, alert_id: AlertId, destination: Destination, admins: Sequence[Destination]
) -> ReviewRounds:
    """Read what the admins were asked about a story that goes to a channel."""
    rounds: list[tuple[Delivery, ...]] = []
    while True:
        review_id = _review_id(destination, alert_id, len(rounds))
        found = [one for admin in admins for one in await unit.outbox.of_alert(admin, review_id)]
        asked = tuple(one for one in found if isinstance(one.content, Review))
        if not asked:
            return tuple(rounds)
        rounds.append(asked)


def reviews_of(
    alert: Alert, destination: Destination, admins: Sequence[Destination], *, number: int = 0
) -> tuple[NewDelivery, ...]:
    """What the admins are asked about an alert for a channel, each once. They pass every budget: nothing else asks.

    Args:
        number: of what is asked about one story: 0 is the first alert on it, then come its updates.
    """
    review = Review(_review_id(destination, alert.id, number), alert, destination)
    if not admins:
        log.warning("review-without-admin", channel=str(destination), title=alert.title)
    return tuple(NewDelivery(admin, DeliveryKind.NEW, review) for admin in admins)


def asked_about(rounds: ReviewRounds) -> StoryThread | None:
    """What the admins were asked about a story, as if the channel had been sent it: whatever they have decided.

    None where they were asked nothing.
    """
    asked: list[Delivery] = []
    for found in rounds:
        delivery = found[0]
        if isinstance(delivery.content, Review):
            kind = DeliveryKind.REPLY if asked else DeliveryKind.NEW
            asked.append(replace(delivery, kind=kind, content=delivery.content.alert, state=DeliveryState.SENT))
    return StoryThread(asked[0], tuple(asked[1:])) if asked else None


def _review_id(destination: Destination, alert_id: AlertId, number: int) -> AlertId:
    return AlertId(f"{REVIEW}{destination}:{alert_id}{f':{number}' if number else ''}")


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a review."""

    posted: bool
    by: str = ""
    """Who said so; empty where that is no longer known."""
    at: datetime | None = None


class Reviewer:
    """Posts and skips."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def post(self, review: Review, written: Change) -> Decision:
        """Queue the alert for its channel, once: whoever comes later learns who it was."""
        async with self._store.write() as unit:
            alert = await _as_of_today(unit, review.alert)
            before = await unit.outbox.of_alert(review.destination, alert.id)
            if _is_posted(before, review):
                return await _decided(unit, review) or Decision(posted=True)
            thread = thread_of(before)
            if thread is None:
                post = NewDelivery(review.destination, DeliveryKind.NEW, replace(alert, update=None))
            else:
                revision = thread.next_revision(DeliveryKind.REPLY)
                post = NewDelivery(review.destination, DeliveryKind.REPLY, alert, revision)
            await unit.outbox.add([post], written.at)
            await unit.changes.add(written)
        return Decision(posted=True, by=written.user_name, at=written.at)

    async def skip(self, review: Review, written: Change) -> Decision:
        """Leave it unposted; where it has been posted already, that is what is said."""
        async with self._store.write() as unit:
            alert = await _as_of_today(unit, review.alert)
            if _is_posted(await unit.outbox.of_alert(review.destination, alert.id), review):
                return await _decided(unit, review) or Decision(posted=True)
            before = await _change(unit, SKIPPED, review)
            if before is None or before.user_id != written.user_id:  # skipping twice is skipping
                await unit.changes.add(written)
        return Decision(posted=False, by=written.user_name, at=written.at)


def _is_posted(deliveries: Sequence[Delivery], review: Review) -> bool:
    """Whether the channel has it: of a story its first alert, or the update that this article is."""
    if review.alert.update is None:
        return bool(deliveries)
    contents = (one.content for one in deliveries if one.kind is not DeliveryKind.EDIT)
    return any(isinstance(one, Alert) and one.article_id == review.alert.article_id for one in contents)


async def _as_of_today(unit: UnitOfWork, alert: Alert) -> Alert:
    """Its story may have become a part of another since it was asked about."""
    for article in await unit.articles.get([alert.article_id]):
        return replace(alert, id=alert_id(article))
    return alert


async def _decided(unit: UnitOfWork, review: Review) -> Decision | None:
    posted = await _change(unit, POSTED, review)
    return None if posted is None else Decision(posted=True, by=posted.user_name, at=posted.at)


async def _change(unit: UnitOfWork, code: str, review: Review) -> Change | None:
    """The latest of this kind on a review."""
    latest = await unit.changes.latest(_LOOKED_AT)
    return next((one for one in latest if one.code == code and one.values.get("review") == review.id), None)
