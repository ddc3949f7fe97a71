"""Subscriptions with hubs."""

from __future__ import annotations

from dataclasses import replace

from bot.model import FeedId, Subscription, SubscriptionState
from bot.store import Store
from tests.contract.store.samples import DAY, HOUR, NOW

ONE = Subscription(
    "token-1",
    FeedId("antara"),
    "https://hub.example/",
    "https://antara.example/feed?ü",
    "secret",
    SubscriptionState.WANTED,
    next_at=NOW,
)
TWO = replace(ONE, token="token-2", state=SubscriptionState.ENDING, next_at=NOW - HOUR)
OTHER = replace(ONE, token="token-0", feed_id=FeedId("tempo"), next_at=NOW + HOUR)


async def test_subscriptions_come_back_the_next_to_be_asked_first(store: Store) -> None:
    async with store.write() as unit:
        for one in (ONE, TWO, OTHER):
            await unit.subscriptions.save(one)
    async with store.read() as unit:
        assert await unit.subscriptions.all() == (TWO, ONE, OTHER)
        assert await unit.subscriptions.of_feeds([FeedId("antara"), FeedId("never")]) == (ONE, TWO)
        assert set(await unit.subscriptions.of_feeds([FeedId("tempo"), FeedId("antara")])) == {ONE, TWO, OTHER}
        assert await unit.subscriptions.get("token-0") == OTHER
        assert await unit.subscriptions.get("token") is None


async def test_a_subscription_changes_and_goes(store: Store) -> None:
    active = replace(
        ONE, state=SubscriptionState.ACTIVE, asked_at=NOW, lease_until=NOW + DAY, next_at=NOW + HOUR, failures=3
    )
    async with store.write() as unit:
        await unit.subscriptions.save(ONE)
        await unit.subscriptions.save(active)
        assert await unit.subscriptions.all() == (active,)
        await unit.subscriptions.remove("token-1")
        await unit.subscriptions.remove("token-1")
        assert await unit.subscriptions.all() == ()


def test_a_secret_is_not_shown() -> None:
    assert "secret" not in repr(replace(ONE, secret="secret")).replace("secret=", "")
