"""What a poll notes of a feed's hub, in its own transaction; who asks the hub is `bot.usecases.ingest.websub`."""

from __future__ import annotations

from datetime import datetime
from secrets import token_urlsafe

from bot.feeds.websub import SubscriptionChanges, changes_after_poll
from bot.model import Feed, ParsedFeed
from bot.store import SubscriptionStore

_LONGEST_ADDRESS = 2000


async def note_hub(subscriptions: SubscriptionStore, feed: Feed, parsed: ParsedFeed, url: str, now: datetime) -> None:
    """The hub that the document names is wanted from now on, and no other. `url`: where the document came from.

    It is noted whether or not hubs can reach us: that may come, and the document is not read again as long as it does
    not change.
    """
    topic = parsed.self_link or url
    hub = parsed.hub if topic.startswith(("http://", "https://")) and not feed.url.startswith("file:") else None
    if hub is not None and max(len(hub), len(topic)) > _LONGEST_ADDRESS:
        hub = None
    known = await subscriptions.of_feeds([feed.id])
    if hub is None and not known:
        return
    secrets = {"token": token_urlsafe(24), "secret": token_urlsafe(48)}
    await apply(subscriptions, changes_after_poll(known, feed.id, hub, topic, now=now, **secrets))


async def apply(subscriptions: SubscriptionStore, changes: SubscriptionChanges) -> None:
    for one in changes.saved:
        await subscriptions.save(one)
    for token in changes.removed:
        await subscriptions.remove(token)
