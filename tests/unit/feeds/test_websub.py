"""What becomes of a subscription with a hub."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.feeds.websub import (
    DENIED_FOR,
    LEASE,
    after_denial,
    after_verification,
    before_request,
    changes_after_poll,
    end_subscriptions,
    is_expected,
    is_signed,
    subscription_request,
)
from bot.model import FeedId, Subscription, SubscriptionState
from tests.fakes.hubs import signature

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
HUB, TOPIC = "https://hub.example/", "https://a.example/feed"
WANTED = Subscription("t1", FeedId("a"), HUB, TOPIC, "s1", SubscriptionState.WANTED, next_at=NOW)
ASKED = replace(WANTED, asked_at=NOW - HOUR)
ACTIVE = replace(ASKED, state=SubscriptionState.ACTIVE, lease_until=NOW + DAY)
ENDING = replace(ACTIVE, state=SubscriptionState.ENDING)


def note(known: list[Subscription], hub: str | None = HUB, topic: str = TOPIC) -> tuple[list[str], tuple[str, ...]]:
    changes = changes_after_poll(known, FeedId("a"), hub, topic, token="new", secret="s", now=NOW)
    return [f"{one.token} {one.state}" for one in changes.saved], changes.removed


def test_a_feed_has_the_hub_that_it_names_and_no_other() -> None:
    assert note([]) == (["new wanted"], ())
    assert note([ACTIVE]) == ([], ())
    assert note([ENDING]) == (["new wanted"], ())
    assert note([ACTIVE], "https://other.example/") == (["t1 ending", "new wanted"], ())
    assert note([ACTIVE], topic="https://a.example/atom") == (["t1 ending", "new wanted"], ())
    assert note([ACTIVE], None) == (["t1 ending"], ())
    assert note([WANTED], None) == ([], ("t1",))
    assert note([ENDING], None) == ([], ())


def test_a_hub_that_does_not_come_back_is_asked_less_and_less_often() -> None:
    waits, subscription = [], WANTED
    for _ in range(10):
        after = before_request(subscription, NOW)
        assert after is not None
        assert after.asked_at == NOW
        waits.append(after.next_at - NOW)
        subscription = after
    assert waits[:3] == [timedelta(minutes=10), timedelta(minutes=20), timedelta(minutes=40)]
    assert waits[-1] == DAY


def test_a_hub_is_told_three_times_that_it_is_over() -> None:
    (subscription,) = end_subscriptions([ACTIVE], NOW).saved
    for _ in range(3):
        after = before_request(subscription, NOW)
        assert after is not None
        subscription = after
    assert before_request(subscription, NOW) is None


def test_questions_have_the_words_of_the_standard() -> None:
    assert subscription_request(WANTED, "https://me.example/websub/t1") == {
        "hub.mode": "subscribe",
        "hub.topic": TOPIC,
        "hub.callback": "https://me.example/websub/t1",
        "hub.secret": "s1",
        "hub.lease_seconds": "864000",
    }
    assert subscription_request(ENDING, "https://me.example/websub/t1") == {
        "hub.mode": "unsubscribe",
        "hub.topic": TOPIC,
        "hub.callback": "https://me.example/websub/t1",
    }


@pytest.mark.parametrize(
    ("subscription", "mode", "topic", "meant"),
    [
        (ASKED, "subscribe", TOPIC, True),
        (ACTIVE, "subscribe", TOPIC, True),  # renewed, or asked back twice
        (WANTED, "subscribe", TOPIC, False),  # not asked yet
        (replace(ASKED, asked_at=NOW - 2 * DAY), "subscribe", TOPIC, False),
        (replace(ASKED, asked_at=NOW + HOUR), "subscribe", TOPIC, False),
        (ASKED, "subscribe", "https://b.example/feed", False),
        (ASKED, "subscribe", "", False),
        (ASKED, "denied", TOPIC, True),
        (ASKED, "", TOPIC, False),
        (ACTIVE, "unsubscribe", TOPIC, False),
        (ENDING, "unsubscribe", TOPIC, True),
        (ENDING, "subscribe", TOPIC, False),
    ],
)
def test_only_what_was_asked_for_is_meant(subscription: Subscription, mode: str, topic: str, meant: bool) -> None:
    assert is_expected(subscription, mode, topic, NOW) is meant


@pytest.mark.parametrize(
    ("told", "lease"),
    [
        ("86400", DAY),
        ("", LEASE),
        ("-5", LEASE),
        ("soon", LEASE),
        ("²", LEASE),
        ("1", timedelta(minutes=5)),
        ("9" * 5000, timedelta(days=90)),
    ],
)
def test_a_lease_is_renewed_before_it_ends(told: str, lease: timedelta) -> None:
    after = after_verification(replace(ASKED, failures=4), told, NOW)
    assert (after.state, after.failures) == (SubscriptionState.ACTIVE, 0)
    assert after.lease_until == NOW + lease
    assert after.next_at == NOW + lease * 0.75
    assert after.is_active(NOW)
    assert not after.is_active(NOW + lease)


def test_a_hub_that_refuses_is_left_alone_for_a_week() -> None:
    after = after_denial(ACTIVE, NOW)
    assert (after.state, after.next_at, after.is_active(NOW)) == (SubscriptionState.WANTED, NOW + DENIED_FOR, False)
    assert not is_expected(after, "subscribe", TOPIC, NOW)


def test_signatures_of_all_methods_are_checked() -> None:
    body = "berita 北".encode()
    for method in ("sha1", "sha256", "sha384", "sha512"):
        assert is_signed("secret", signature("secret", body, method), body)
        assert is_signed("secret", signature("secret", body, method).upper(), body)
        assert not is_signed("secret", signature("Secret", body, method), body)
        assert not is_signed("secret", signature("secret", body + b" ", method), body)
    right = signature("secret", body)
    for wrong in ("", "sha256", "sha256=", right[:-1], right[7:], f"md5={right[7:]}", f"sha1={right[7:]}", "sha256=ÿ"):
        assert not is_signed("secret", wrong, body)
