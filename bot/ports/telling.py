"""Stores of what is owed, and of what a destination wants no more of."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from bot.model import (
    Alert,
    AlertId,
    ArticleId,
    Content,
    Delivery,
    DeliveryId,
    DeliveryState,
    Destination,
    MessageId,
    Mute,
    NewDelivery,
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

    async def waiting_since(self, *, console: bool) -> datetime | None:
        """When the oldest pending delivery was queued; chats that are paused are left out. None if nothing is pending.

        However often it has been tried: `next_due` says when it is tried again.
        """
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

    async def newest(self) -> datetime | None:
        """When something was last queued or sent: later than now where the clock was set back since."""
        ...

    async def shorten_waits(self, by: timedelta, now: datetime) -> None:
        """The clock was set back so much: what waits would wait so much longer."""
        ...

    async def move_chat(self, old: str, new: str) -> None:
        """Re-address everything owed to a chat that has another id now."""
        ...

    async def sent_times(self, since: datetime) -> tuple[tuple[str, datetime], ...]:
        """(chat, when) of every message sent since: what pacing goes by."""
        ...

    async def instant_count(self, destination: Destination, since: datetime, until: datetime) -> int:
        """New alerts and updates queued for the chat of the destination in this time.

        Held and folded ones, and reviews, are left out.

        `until`: now; what is dated later was queued before the clock was set back.
        """
        ...

    async def held(self) -> tuple[Delivery, ...]:
        """Oldest first."""
        ...

    async def behind(self, before: datetime) -> frozenset[str]:
        """Chats that still wait for something that was queued before this moment; not the console."""
        ...

    async def hold(self, ids: Collection[DeliveryId]) -> int:
        """Pending ones that are not being sent wait for a digest from now on; how many that are."""
        ...

    async def fold(self, ids: Collection[DeliveryId]) -> None:
        """They are told by a digest now."""
        ...

    async def list(
        self, states: Collection[DeliveryState], limit: int, *, newest_first: bool = False
    ) -> tuple[Delivery, ...]: ...

    async def counts(self) -> Mapping[DeliveryState, int]: ...

    async def get(self, delivery_id: DeliveryId) -> Delivery | None: ...

    async def of_message(self, chat: str, message_id: MessageId) -> Delivery | None:
        """The delivery that made a message of a chat."""
        ...

    async def told(
        self,
        since: datetime,
        *,
        until: datetime | None = None,
        chat: str | None = None,
        limit: int | None = None,
    ) -> tuple[Delivery, ...]:
        """New alerts that were queued since then (and before `until`) and are sent or part of a digest, newest first.

        Many are best asked for a day at a time.
        """
        ...

    async def of_alert(self, destination: Destination, alert_id: AlertId) -> tuple[Delivery, ...]:
        """All that a destination was sent or is owed under this id, in the order it was queued."""
        ...

    async def revise(self, delivery_id: DeliveryId, content: Content) -> None:
        """Change what a delivery says, whatever its state: what is being sent right now goes out as it was."""
        ...

    async def unhold(self, delivery_id: DeliveryId) -> None:
        """A held one is pending again: it need not wait for a digest any more."""
        ...

    async def supersede(self, delivery_id: DeliveryId) -> None:
        """What has not been told (pending, held, dead) has nothing left to say."""
        ...

    async def join_alerts(self, old: AlertId, new: AlertId) -> tuple[Delivery, ...]:
        """Two stories have turned out to be one: what was told under the old id goes on under the new one.

        Where a destination knows both, nothing is changed; what it knows by the old id is returned.
        """
        ...

    async def swap_alerts(self, destination: Destination, one: AlertId, other: AlertId) -> None:
        """What a destination knows by one id goes on under the other, and the other way round."""
        ...

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


class MuteStore(Protocol):
    """Stories that destinations have heard enough of."""

    async def add(self, mute: Mute) -> None: ...

    async def remove(self, destination: Destination, article_id: ArticleId) -> bool: ...

    async def since(self, moment: datetime) -> tuple[Mute, ...]:
        """Those muted since then, newest first."""
        ...
