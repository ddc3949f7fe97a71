"""Subscriptions of feeds at WebSub hubs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import FeedId, Subscription, SubscriptionState
from bot.store.batches import batched
from bot.store.schema import subscriptions
from bot.store.statements import insert


@dataclass(frozen=True, slots=True)
class SubscriptionStore:
    """Subscriptions of feeds at WebSub hubs. A feed may have two: one that is ending, and a new one."""

    connection: AsyncConnection

    async def all(self) -> tuple[Subscription, ...]:
        """All subscriptions, ordered by the time of the next request to the hub."""
        rows = await self.connection.execute(
            select(subscriptions).order_by(subscriptions.c.next_at, subscriptions.c.token)
        )
        return tuple(_subscription(row) for row in rows)

    async def of_feeds(self, feed_ids: Collection[FeedId]) -> tuple[Subscription, ...]:
        """The subscriptions of these feeds."""
        rows = [
            row
            for batch in batched(feed_ids)
            for row in await self.connection.execute(
                select(subscriptions).where(subscriptions.c.feed_id.in_(batch)).order_by(subscriptions.c.token)
            )
        ]
        return tuple(_subscription(row) for row in rows)

    async def get(self, token: str) -> Subscription | None:
        """The subscription with this token."""
        rows = await self.connection.execute(select(subscriptions).where(subscriptions.c.token == token))
        row = rows.one_or_none()
        return None if row is None else _subscription(row)

    async def save(self, subscription: Subscription) -> None:
        """Add a subscription, or change the one with its token."""
        values = {
            "feed_id": subscription.feed_id,
            "hub": subscription.hub,
            "topic": subscription.topic,
            "secret": subscription.secret,
            "state": subscription.state.value,
            "next_at": subscription.next_at,
            "asked_at": subscription.asked_at,
            "lease_until": subscription.lease_until,
            "failures": subscription.failures,
        }
        statement = insert(subscriptions).values(token=subscription.token, **values)
        await self.connection.execute(statement.on_conflict_do_update(index_elements=["token"], set_=values))

    async def remove(self, token: str) -> None:
        """Remove the subscription with this token."""
        await self.connection.execute(delete(subscriptions).where(subscriptions.c.token == token))


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(
        token=row.token,
        feed_id=FeedId(row.feed_id),
        hub=row.hub,
        topic=row.topic,
        secret=row.secret,
        state=SubscriptionState(row.state),
        next_at=row.next_at,
        asked_at=row.asked_at,
        lease_until=row.lease_until,
        failures=row.failures,
    )
