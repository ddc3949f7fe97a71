"""What a document changes in its feed's subscription; who asks the hub is `bot.usecases.ingest.websub`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.feeds.websub import SubscriptionChanges, changes_after_poll
from bot.model import Feed, ParsedFeed, Subscription
from bot.store import SubscriptionStore
from bot.text.masked_urls import has_secrets
from bot.text.urls import host_of

_LONGEST_ADDRESS = 2000


def hub_changes(
    known: Sequence[Subscription],
    feed: Feed,
    parsed: ParsedFeed,
    url: str,
    *,
    token: str,
    secret: str,
    now: datetime,
) -> SubscriptionChanges:
    """The hub that the document names is wanted from now on, and no other.

    It is noted whether or not hubs can reach us: that may come, and the document is not read again as long as it does
    not change.

    Args:
        url: where the document came from.
        token: in the address that a new hub posts to; `secret`: what it signs with.
    """
    topic = parsed.self_link or url
    hub = parsed.hub if topic.startswith(("http://", "https://")) and not feed.url.startswith("file:") else None
    if hub is not None and has_secrets(topic) and host_of(hub) != host_of(topic):
        hub = None  # it would be told the feed's key, which its own server alone has to know
    if hub is not None and max(len(hub), len(topic)) > _LONGEST_ADDRESS:
        hub = None
    if hub is None and not known:
        return SubscriptionChanges()
    return changes_after_poll(known, feed.id, hub, topic, now=now, token=token, secret=secret)


async def apply(subscriptions: SubscriptionStore, changes: SubscriptionChanges) -> None:
    for one in changes.saved:
        await subscriptions.save(one)
    for token in changes.removed:
        await subscriptions.remove(token)
