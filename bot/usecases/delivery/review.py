"""Alerts for a channel under review: every admin is shown the alert first, and one of them posts it.

An admin may also skip it. It then stays unposted, and another admin may still post it. What is posted stays posted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
"""Codes of the changes that are logged about a review."""

_CHANGES_SEARCHED = 1_000
"""The newest changes, searched for who decided. Whether an alert was posted is known from the outbox."""


ReviewRounds = tuple[tuple[Delivery, ...], ...]
"""The reviews of one story, each as the deliveries to the admins: of its first alert, then of each update."""


def needs_review(chat: Chat | None, destination: Destination, topics: Iterable[Topic]) -> bool:
    """Whether admins review the alerts of these topics for a destination: it is a channel and all topics ask for it."""
    if destination.is_console or destination.thread is not None or not all(topic.review for topic in topics):
        return False
    return (chat or Chat(destination.chat)).is_channel


async def review_rounds(
    unit: UnitOfWork, alerts: Iterable[tuple[Destination, AlertId]], admins: Sequence[Destination]
) -> Mapping[tuple[Destination, AlertId], ReviewRounds]:
    """Read the reviews of stories that go to channels, by the channel and the id of the story's alert."""
    rounds: dict[tuple[Destination, AlertId], ReviewRounds] = dict.fromkeys(alerts, ())
    current = await unit.chats.current_ids({admin.chat for admin in admins}) if rounds else {}
    asked = [replace(admin, chat=current[admin.chat]) for admin in admins] if rounds else []
    left = list(rounds)
    while left:
        ids = {key: _review_id(*key, len(rounds[key])) for key in left}
        found = await unit.outbox.of_alerts([(admin, review_id) for review_id in ids.values() for admin in asked])
        for key, review_id in ids.items():
            deliveries = (one for admin in asked for one in found[admin, review_id])
            reviews = tuple(one for one in deliveries if isinstance(one.content, Review))
            rounds[key] = (*rounds[key], reviews) if reviews else rounds[key]
            if not reviews:
                left.remove(key)
    return rounds


def reviews_of(
    alert: Alert, destination: Destination, admins: Sequence[Destination], *, number: int = 0
) -> tuple[NewDelivery, ...]:
    """The reviews of an alert for a channel, one for each admin. They are in no hourly budget.

    Args:
        number: the place among the reviews of one story; 0 is its first alert, the others are its updates.
    """
    review = Review(_review_id(destination, alert.id, number), alert, destination)
    if not admins:
        log.warning("review-without-admin", channel=str(destination), title=alert.title)
    return tuple(NewDelivery(admin, DeliveryKind.NEW, review) for admin in admins)


def asked_about(rounds: ReviewRounds) -> StoryThread | None:
    """The reviews of a story as if each had been posted, whatever the admins have decided; None if there were none."""
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
    """The decision on a review."""

    posted: bool
    by: str = ""
    """The admin's name; empty if it is no longer known."""
    at: datetime | None = None


async def post_review(store: Store, review: Review, change: Change) -> Decision:
    """Queue the alert for its channel, once. If it was posted before, the result says by whom."""
    async with store.write() as unit:
        alert = await _with_current_story(unit, review.alert)
        before = await unit.outbox.of_alert(review.destination, alert.id)
        if _is_posted(before, review):
            return await _decided(unit, review) or Decision(posted=True)
        thread = thread_of(before)
        if thread is None:
            post = NewDelivery(review.destination, DeliveryKind.NEW, replace(alert, update=None))
        else:
            revision = thread.next_revision(DeliveryKind.REPLY)
            post = NewDelivery(review.destination, DeliveryKind.REPLY, alert, revision)
        await unit.outbox.add([post], change.at)
        await unit.changes.add(change)
    return Decision(posted=True, by=change.user_name, at=change.at)


async def skip_review(store: Store, review: Review, change: Change) -> Decision:
    """Leave the alert unposted. If it was posted before, the result says so."""
    async with store.write() as unit:
        alert = await _with_current_story(unit, review.alert)
        if _is_posted(await unit.outbox.of_alert(review.destination, alert.id), review):
            return await _decided(unit, review) or Decision(posted=True)
        before = await _latest_change(unit, SKIPPED, review)
        if before is None or before.user_id != change.user_id:  # the same admin skips only once
            await unit.changes.add(change)
    return Decision(posted=False, by=change.user_name, at=change.at)


def _is_posted(deliveries: Sequence[Delivery], review: Review) -> bool:
    """Whether the channel has it: any delivery of the story for a first alert, this very article for an update."""
    if review.alert.update is None:
        return bool(deliveries)
    contents = (one.content for one in deliveries if one.kind is not DeliveryKind.EDIT)
    return any(isinstance(one, Alert) and one.article_id == review.alert.article_id for one in contents)


async def _with_current_story(unit: UnitOfWork, alert: Alert) -> Alert:
    """The story may have been merged into another since the review was sent."""
    for article in await unit.articles.get([alert.article_id]):
        return replace(alert, id=alert_id(article))
    return alert


async def _decided(unit: UnitOfWork, review: Review) -> Decision | None:
    posted = await _latest_change(unit, POSTED, review)
    return None if posted is None else Decision(posted=True, by=posted.user_name, at=posted.at)


async def _latest_change(unit: UnitOfWork, code: str, review: Review) -> Change | None:
    """The latest change with this code about a review."""
    latest = await unit.changes.latest(_CHANGES_SEARCHED)
    return next((one for one in latest if one.code == code and one.values.get("review") == review.id), None)
