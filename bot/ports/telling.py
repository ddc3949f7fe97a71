"""Stores of what is owed and who is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from bot.model import (
    Alert,
    AlertId,
    ArticleId,
    Chat,
    Delivery,
    DeliveryId,
    DeliveryState,
    Destination,
    MessageId,
    NewDelivery,
    ReceivedUpdate,
    TopicId,
    UpdateId,
    Vote,
)


class Outbox(Protocol):
    """Deliveries owed, in order within a chat."""

    async def add(self, deliveries: Sequence[NewDelivery], now: datetime) -> tuple[DeliveryId, ...]:
        """Queue them in this order.

        One that is there already (same destination, content id, kind, revision) is left as it is.
        """
        ...

    async def heads(self, now: datetime, *, console: bool) -> tuple[Delivery, ...]:
        """The first pending delivery of each chat (all its threads together) that is due and not leased.

        Chats that are paused or told to wait are left out; so are chats whose first delivery is leased or waits.
        `console` selects the console's deliveries, else all the others.
        """
        ...

    async def next_due(self, *, console: bool) -> datetime | None:
        """When the earliest head comes due; None if nothing is pending."""
        ...

    async def lease(self, delivery_id: DeliveryId, until: datetime, now: datetime | None = None) -> bool:
        """Take it for sending; False if it is leased or no longer pending. Counts an attempt.

        With `now`, a lease that has run out (as `heads` sees it) can be taken over.
        """
        ...

    async def mark_sent(self, delivery_id: DeliveryId, message_id: MessageId | None, now: datetime) -> None: ...

    async def mark_later(self, delivery_id: DeliveryId, next_attempt_at: datetime, error: str) -> None: ...

    async def mark_dead(self, delivery_id: DeliveryId, error: str) -> None: ...

    async def release(self, delivery_id: DeliveryId) -> None:
        """Give a lease back unused (shutdown before sending); the attempt is not counted."""
        ...

    async def release_leases(self) -> int:
        """At start: what a killed process held is free again."""
        ...

    async def move_chat(self, old: str, new: str) -> None:
        """Re-address everything owed to a chat that has another id now."""
        ...

    async def sent_times(self, since: datetime) -> tuple[tuple[str, datetime], ...]:
        """(chat, when) of every message sent since: what pacing goes by."""
        ...

    async def instant_count(self, destination: Destination, since: datetime) -> int:
        """New alerts queued for the chat of the destination since then, held and folded ones left out."""
        ...

    async def held(self) -> tuple[Delivery, ...]:
        """Oldest first."""
        ...

    async def fold(self, ids: Collection[DeliveryId]) -> None:
        """They are told by a digest now."""
        ...

    async def list(
        self, states: Collection[DeliveryState], limit: int, *, newest_first: bool = False
    ) -> tuple[Delivery, ...]: ...

    async def counts(self) -> Mapping[DeliveryState, int]: ...

    async def has_alert(self, destination: Destination, alert_id: AlertId) -> bool: ...

    async def alerts(self, alert_id: AlertId) -> tuple[Alert, ...]:
        """As each destination was told it, or will be."""
        ...

    async def retry(self, ids: Collection[DeliveryId] | None, now: datetime) -> int:
        """Dead ones (all, or these) are pending again."""
        ...

    async def drop(self, ids: Collection[DeliveryId]) -> int:
        """Pending, held or dead ones are removed for good."""
        ...


class ChatStore(Protocol):
    """Chats, who may do what, and the ids that chats had before."""

    async def get(self, chat: str) -> Chat | None:
        """Follows aliases."""
        ...

    async def save(self, chat: Chat) -> None: ...

    async def all(self) -> tuple[Chat, ...]: ...

    async def alias(self, old: str, new: str) -> None: ...

    async def current(self, chat: str) -> str:
        """The chat's id of today."""
        ...

    async def admins(self) -> tuple[int, ...]:
        """User ids that became admins by the one-time link."""
        ...

    async def add_admin(self, user_id: int, now: datetime) -> None: ...


class UpdateStore(Protocol):
    """Incoming updates, kept until they have been handled."""

    async def add(self, updates: Sequence[ReceivedUpdate]) -> None:
        """Those that are there already are left as they are."""
        ...

    async def pending(self, limit: int) -> tuple[ReceivedUpdate, ...]: ...

    async def done(self, update_id: UpdateId, now: datetime) -> None: ...

    async def offset(self) -> int | None:
        """What to ask getUpdates for: one past the highest id stored."""
        ...


class TopicStore(Protocol):
    """When a topic was first seen with a destination: older articles are background for it."""

    async def introduced(self) -> Mapping[tuple[TopicId, Destination], datetime]: ...

    async def introduce(self, topic_id: TopicId, destination: Destination, now: datetime) -> None: ...


class VoteStore(Protocol):
    """Verdicts of readers: one a voter, article and topic. They outlive the articles; each topic keeps the newest."""

    async def cast(self, vote: Vote) -> None:
        """Takes the place of what the voter said of the article before; where there are too many the oldest goes."""
        ...

    async def withdraw(self, topic_id: TopicId, article_id: ArticleId, voter: str) -> bool:
        """Undo; False where there is no such vote."""
        ...

    async def of(self, topic_id: TopicId) -> tuple[Vote, ...]:
        """In the order they were cast."""
        ...

    async def all(self) -> tuple[Vote, ...]:
        """In the order they were cast."""
        ...

    async def stamp(self) -> str:
        """Changes whenever a vote is cast or withdrawn, by whatever process: cheap to ask."""
        ...


class SettingStore(Protocol):
    """Small durable facts by name (the digest of a start code and when it ends, …)."""

    async def get(self, name: str) -> str | None: ...

    async def set(self, name: str, value: str | None) -> None:
        """None removes it."""
        ...
