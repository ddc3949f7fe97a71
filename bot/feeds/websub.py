"""Subscribing with hubs (W3C WebSub, https://www.w3.org/TR/websub/): what becomes of a subscription, decided purely.

`now` and the secrets are arguments. What asks, hears and stores is elsewhere.
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
"""What is asked for; the hub decides."""

CONFIRMS_WITHIN: Final = timedelta(days=1)
"""A hub that comes back later than this after it was asked was not asked."""

DENIED_FOR: Final = timedelta(days=7)
"""So long a hub that has refused is left alone."""

_RENEWED_AT: Final = 0.75
"""The part of a lease after which it is asked for anew: enough is left for a hub that is away for a day."""

_SHORTEST, _LONGEST = timedelta(minutes=5), timedelta(days=90)
_PATIENCE, _MOST_PATIENCE = timedelta(minutes=10), timedelta(days=1)
_LAST_WORDS: Final = 3
"""Times that a hub is told that nothing more is wanted; its lease ends that, too."""

_METHODS: Final = {
    "sha1": hashlib.sha1,
    "sha256": hashlib.sha256,
    "sha384": hashlib.sha384,
    "sha512": hashlib.sha512,
}


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be stored, and what removed (by token)."""

    saved: tuple[Subscription, ...] = ()
    removed: tuple[str, ...] = ()


def noted(
    known: Sequence[Subscription],
    feed_id: FeedId,
    hub: str | None,
    topic: str,
    *,
    token: str,
    secret: str,
    now: datetime,
) -> Changes:
    """A feed was read that names this hub, or none: the subscription it shall have, and an end to any other."""
    standing = [one for one in known if one.state is not SubscriptionState.ENDING]
    if any((one.hub, one.topic) == (hub, topic) for one in standing):
        standing = [one for one in standing if (one.hub, one.topic) != (hub, topic)]
        return ended(standing, now)
    changes = ended(standing, now)
    if hub is None:
        return changes
    wanted = Subscription(token, feed_id, hub, topic, secret, SubscriptionState.WANTED, next_at=now)
    return Changes((*changes.saved, wanted), changes.removed)


def ended(standing: Sequence[Subscription], now: datetime) -> Changes:
    """Nothing more is wanted: who was never asked need not be told."""
    saved = tuple(
        replace(one, state=SubscriptionState.ENDING, next_at=now, failures=0) for one in standing if one.asked_at
    )
    return Changes(saved, tuple(one.token for one in standing if one.asked_at is None))


def anew(subscription: Subscription, now: datetime) -> Subscription:
    """The address that the hub knows is not ours any more: as if it had never been asked."""
    wanted = SubscriptionState.WANTED
    return replace(subscription, state=wanted, next_at=now, asked_at=None, lease_until=None, failures=0)


def is_due(subscription: Subscription, now: datetime) -> bool:
    """Whether the hub is to be asked now; at once where a clock that was ahead has asked, or made us wait."""
    last = subscription.asked_at
    was_wrong = (last is not None and last > now) or subscription.next_at > now + _LONGEST
    return subscription.next_at <= now or was_wrong


def asked(subscription: Subscription, now: datetime) -> Subscription | None:
    """As it is stored before the hub is asked, for the hub may come back at once. None: enough was said; remove it.

    The next question waits longer each time, until the hub confirms.
    """
    if subscription.state is SubscriptionState.ENDING and subscription.failures >= _LAST_WORDS:
        return None
    wait = min(_PATIENCE * (1 << min(subscription.failures, 20)), _MOST_PATIENCE)
    return replace(subscription, asked_at=now, next_at=now + wait, failures=subscription.failures + 1)


def question(subscription: Subscription, callback: str) -> Mapping[str, str]:
    """The form that a hub is asked with (section 5.1)."""
    ends = subscription.state is SubscriptionState.ENDING
    form = {
        "hub.mode": "unsubscribe" if ends else "subscribe",
        "hub.topic": subscription.topic,
        "hub.callback": callback,
    }
    if ends:
        return form
    return {**form, "hub.secret": subscription.secret, "hub.lease_seconds": str(int(LEASE.total_seconds()))}


def is_meant(subscription: Subscription, mode: str, topic: str, now: datetime) -> bool:
    """Whether a hub that asks "is this what you want?" (section 5.3) speaks of what it was asked, and lately.

    What it has confirmed it may take back at any time (section 5.2).
    """
    ends = subscription.state is SubscriptionState.ENDING
    if topic != subscription.topic or mode not in ({"unsubscribe"} if ends else {"subscribe", "denied"}):
        return False
    if mode == "denied" and subscription.state is SubscriptionState.ACTIVE:
        return True
    return subscription.asked_at is not None and timedelta() <= now - subscription.asked_at <= CONFIRMS_WITHIN


def confirmed(subscription: Subscription, lease_seconds: str, now: datetime) -> Subscription:
    """The hub posts from now on, for as long as it says; what is no time is taken as what was asked for."""
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


def denied(subscription: Subscription, now: datetime) -> Subscription:
    """The hub does not want to, or not any more."""
    return replace(
        subscription, state=SubscriptionState.WANTED, lease_until=None, asked_at=None, next_at=now + DENIED_FOR
    )


def is_signed(secret: str, signature: str, body: bytes) -> bool:
    """Whether `X-Hub-Signature: METHOD=HEX` is this secret's for this body (section 8.1: HMAC, RFC 2104)."""
    method, _, told = signature.strip().partition("=")
    digest = _METHODS.get(method.lower())
    if digest is None:
        return False
    expected = hmac.new(secret.encode(), body, digest).hexdigest()
    return hmac.compare_digest(expected.encode(), told.strip().lower().encode("utf-8", "replace"))
