"""The budget of a chat, and when the rest is told."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.alerts.compose import compose
from bot.alerts.policy import (
    FIRST_POLL_CAP,
    AlertBudget,
    delivering_of,
    digest_due,
    digest_reason,
    due_digest,
    initial_state,
)
from bot.alerts.schedule import Rhythm
from bot.model import (
    Alert,
    Article,
    ArticleId,
    Delivering,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Destination,
    Evidence,
    Language,
    Match,
    Topic,
    TopicId,
)

NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
TOPICS = {TopicId(each.value): Topic(TopicId(each.value), each.value, delivering=each) for each in Delivering}
PENDING, HELD = DeliveryState.PENDING, DeliveryState.HELD


def held(seconds_ago: float, topic: str = "instant") -> Delivery:
    article = Article(ArticleId(f"{seconds_ago}"), "T", "", Language("id"), first_seen_at=NOW)
    alert = compose(article, [Match(article.id, TopicId(topic), 1.0, True, Evidence())], TOPICS, summary=())
    at = NOW - timedelta(seconds=seconds_ago)
    return Delivery(DeliveryId(1), Destination("1"), DeliveryKind.NEW, 0, alert, HELD, at)


def late(seconds_ago: float) -> Delivery:
    alert = held(seconds_ago).content
    assert isinstance(alert, Alert)
    return replace(held(seconds_ago), content=replace(alert, late=True))


@pytest.mark.parametrize(
    ("wishes", "delivering"),
    [
        (["instant"], Delivering.INSTANT),
        (["digest"], Delivering.DIGEST),
        (["digest", "instant"], Delivering.INSTANT),
        (["digest", "urgent", "instant"], Delivering.URGENT),
        (["gone"], Delivering.INSTANT),
    ],
)
def test_an_alert_is_delivered_as_its_most_pressing_topic_asks(wishes: list[str], delivering: Delivering) -> None:
    assert delivering_of([TopicId(wish) for wish in wishes], TOPICS) is delivering


@pytest.mark.parametrize(
    ("kind", "delivering", "sent", "first_poll", "state"),
    [
        (DeliveryKind.NEW, Delivering.INSTANT, 0, False, PENDING),
        (DeliveryKind.NEW, Delivering.INSTANT, 19, False, PENDING),
        (DeliveryKind.NEW, Delivering.INSTANT, 20, False, HELD),
        (DeliveryKind.NEW, Delivering.URGENT, 500, False, PENDING),
        (DeliveryKind.NEW, Delivering.DIGEST, 0, False, HELD),
        (DeliveryKind.NEW, Delivering.INSTANT, FIRST_POLL_CAP - 1, True, PENDING),
        (DeliveryKind.NEW, Delivering.INSTANT, FIRST_POLL_CAP, True, HELD),
        (DeliveryKind.NEW, Delivering.URGENT, FIRST_POLL_CAP, True, HELD),
        (DeliveryKind.EDIT, Delivering.INSTANT, 20, False, PENDING),
        (DeliveryKind.REPLY, Delivering.DIGEST, 20, False, PENDING),
        (DeliveryKind.DIGEST, Delivering.INSTANT, 20, False, PENDING),
        (DeliveryKind.NOTICE, Delivering.INSTANT, 20, True, PENDING),
    ],
)
def test_what_goes_out_by_itself_and_what_waits_for_a_digest(
    kind: DeliveryKind, delivering: Delivering, sent: int, first_poll: bool, state: DeliveryState
) -> None:
    assert initial_state(kind, delivering, sent, AlertBudget(20), first_poll=first_poll) is state


def test_a_budget_below_the_cap_of_a_first_poll_counts_there_too() -> None:
    assert initial_state(DeliveryKind.NEW, Delivering.INSTANT, 3, AlertBudget(3), first_poll=True) is HELD


def test_a_digest_waits_until_an_import_has_calmed_down() -> None:
    assert not digest_due([], None, NOW)
    assert not digest_due([held(59)], None, NOW)
    assert digest_due([held(60)], None, NOW)
    assert not digest_due([held(300), held(5)], None, NOW)


def test_what_was_missed_is_told_soon_after_the_last_feed_was_read() -> None:
    def due(*deliveries: Delivery, caught_up: bool = True, last: datetime | None = None) -> bool:
        zone = ZoneInfo("UTC")
        return due_digest(deliveries, TOPICS, Rhythm(zone), last, NOW, caught_up=caught_up) is not None

    missed = late(300), late(15)
    assert due(*missed)
    assert not due(*missed, caught_up=False)  # other feeds may bring more
    assert not due(*missed, late(14))
    assert not due(*missed, last=NOW - timedelta(minutes=1))
    assert not due(held(300), held(15))  # these are over the budget of an hour


def test_a_digest_does_not_wait_for_an_endless_import() -> None:
    assert digest_due([held(5), held(600)], None, NOW)


def test_a_chat_gets_at_most_one_digest_an_hour() -> None:
    assert not digest_due([held(600)], NOW - timedelta(minutes=59), NOW)
    assert digest_due([held(600)], NOW - timedelta(minutes=60), NOW)


def test_a_clock_that_was_set_back_holds_no_digest_up() -> None:
    assert digest_due([held(-86_400)], NOW + timedelta(days=700), NOW)


def test_a_digest_says_whether_it_was_wished_for() -> None:
    assert digest_reason([held(1, "digest"), held(2, "digest")], TOPICS) == "scheduled"
    assert digest_reason([held(1, "digest"), held(2, "instant")], TOPICS) == "over-budget"
