"""The life cycle of a WebSub subscription (W3C WebSub, https://www.w3.org/TR/websub/), as pure state changes.

`now` and the secrets are arguments. `bot.usecases.ingest.websub` sends the requests, answers the hub and stores.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.model import FeedId, Subscription, SubscriptionState

LEASE: Final = timedelta(days=10)
"""The lease that is asked for; the hub decides (https://github.com/FreshRSS/FreshRSS/pull/4286)."""

CONFIRMS_WITHIN: Final = timedelta(days=1)
"""A verification that comes later than this after our request is refused: we did not ask for it."""

DENIED_FOR: Final = timedelta(days=7)
"""How long a hub that has denied a subscription is not asked again."""

_RENEWED_AT: Final = 0.75
"""The share of a lease after which it is renewed: the rest is enough for a hub that is away for a day."""

_SHORTEST, _LONGEST = timedelta(minutes=5), timedelta(days=90)
_PATIENCE, _MOST_PATIENCE = timedelta(minutes=10), timedelta(days=1)
_LAST_WORDS: Final = 3
"""How often a hub is asked to unsubscribe; after that the lease runs out anyway."""

_METHODS: Final = {
    "sha1": hashlib.sha1,
    "sha256": hashlib.sha256,
    "sha384": hashlib.sha384,
    "sha512": hashlib.sha512,
}


@dataclass(frozen=True, slots=True)
class SubscriptionChanges:
    """The subscriptions to store, and the tokens of those to remove."""

    saved: tuple[Subscription, ...] = ()
    removed: tuple[str, ...] = ()


def changes_after_poll(
    known: Sequence[Subscription],
    feed_id: FeedId,
    hub: str | None,
    topic: str,
    *,
    token: str,
    secret: str,
    now: datetime,
) -> SubscriptionChanges:
    """The changes after a poll of a feed that names this hub, or none: a subscription with it, an end to others."""
    current = [one for one in known if one.state is not SubscriptionState.ENDING]
    if any((one.hub, one.topic) == (hub, topic) for one in current):
        current = [one for one in current if (one.hub, one.topic) != (hub, topic)]
        return end_subscriptions(current, now)
    changes = end_subscriptions(current, now)
    if hub is None:
        return changes
    wanted = Subscription(token, feed_id, hub, topic, secret, SubscriptionState.WANTED, next_at=now)
    return SubscriptionChanges((*changes.saved, wanted), changes.removed)


def end_subscriptions(subscriptions: Sequence[Subscription], now: datetime) -> SubscriptionChanges:
    """Ends subscriptions: those of which the hub knows are to be unsubscribed, the others are removed."""
    saved = tuple(
        replace(one, state=SubscriptionState.ENDING, next_at=now, failures=0) for one in subscriptions if one.asked_at
    )
    return SubscriptionChanges(saved, tuple(one.token for one in subscriptions if one.asked_at is None))


def restart_subscription(subscription: Subscription, now: datetime) -> Subscription:
    """The subscription as if the hub had never been asked, because the address of our callback has changed."""
    wanted = SubscriptionState.WANTED
    return replace(subscription, state=wanted, next_at=now, asked_at=None, lease_until=None, failures=0)


def is_request_due(subscription: Subscription, now: datetime) -> bool:
    """Whether to send the hub a request now; at once where a wrong clock has stored a time in the future."""
    last = subscription.asked_at
    was_wrong = (last is not None and last > now) or subscription.next_at > now + _LONGEST
    return subscription.next_at <= now or was_wrong


def before_request(subscription: Subscription, now: datetime) -> Subscription | None:
    """The state to store before a request is sent, for the hub may call back at once. None: remove the subscription.

    The wait until the next request doubles each time until the hub confirms.
    """
    if subscription.state is SubscriptionState.ENDING and subscription.failures >= _LAST_WORDS:
        return None
    wait = min(_PATIENCE * (1 << min(subscription.failures, 20)), _MOST_PATIENCE)
    return replace(subscription, asked_at=now, next_at=now + wait, failures=subscription.failures + 1)


def subscription_request(subscription: Subscription, callback: str) -> Mapping[str, str]:
    """The form of a request to the hub (5.1, https://www.w3.org/TR/websub/#subscriber-sends-subscription-request)."""
    ends = subscription.state is SubscriptionState.ENDING
    form = {
        "hub.mode": "unsubscribe" if ends else "subscribe",
        "hub.topic": subscription.topic,
        "hub.callback": callback,
    }
    if ends:
        return form
    return {**form, "hub.secret": subscription.secret, "hub.lease_seconds": str(int(LEASE.total_seconds()))}


def is_expected(subscription: Subscription, mode: str, topic: str, now: datetime) -> bool:
    """Whether a hub that verifies our intent (5.3) means a request that we sent, and sent lately.

    Anybody can send such a verification (https://github.com/w3c/websub/issues/42), so it must fit the stored state. A
    hub may deny a subscription that it has confirmed at any time (5.2).
    """
    ends = subscription.state is SubscriptionState.ENDING
    if topic != subscription.topic or mode not in ({"unsubscribe"} if ends else {"subscribe", "denied"}):
        return False
    if mode == "denied" and subscription.state is SubscriptionState.ACTIVE:
        return True
    return subscription.asked_at is not None and timedelta() <= now - subscription.asked_at <= CONFIRMS_WITHIN


def after_verification(subscription: Subscription, lease_seconds: str, now: datetime) -> Subscription:
    """The state after a verification: active for the lease that the hub grants, or `LEASE` if it names none."""
    seconds = lease_seconds if lease_seconds.isascii() and lease_seconds.isdigit() else ""
    lease = timedelta(seconds=min(int(seconds[:9]), 10**9)) if seconds else LEASE
    lease = min(max(lease, _SHORTEST), _LONGEST)
    return replace(
        subscription,
        state=SubscriptionState.ACTIVE,
        lease_until=now + lease,
        next_at=now + lease * _RENEWED_AT,
        failures=0,
    )


def after_denial(subscription: Subscription, now: datetime) -> Subscription:
    """The state after the hub has denied the subscription, now or later on."""
    return replace(
        subscription, state=SubscriptionState.WANTED, lease_until=None, asked_at=None, next_at=now + DENIED_FOR
    )


def is_signed(secret: str, signature: str, body: bytes) -> bool:
    """Whether `X-Hub-Signature: METHOD=HEX` is the HMAC (RFC 2104) of the body with this secret.

    See section 8, "Authenticated Content Distribution" (https://www.w3.org/TR/websub/#signing-content).
    """
    method, _, claimed = signature.strip().partition("=")
    digest = _METHODS.get(method.lower())
    if digest is None:
        return False
    expected = hmac.new(secret.encode(), body, digest).hexdigest()
    return hmac.compare_digest(expected.encode(), claimed.strip().lower().encode("utf-8", "replace"))
