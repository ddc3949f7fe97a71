"""Compares a document in which everything looks new with the archive: is it republished, and what is really new?"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog

from bot.feeds.identity import Identified
from bot.feeds.republish_floods import RepublishFlood, detect_flood
from bot.model import AlertId, Article, ArticleId, DeliveryKind, EntryKey, Feed, FeedId, NewDelivery, Notice
from bot.store import Store
from bot.text.clean import clean_title
from bot.usecases.feeds.subscribe import name_of
from bot.usecases.monitoring.feed_alarms import owners_of
from bot.usecases.topics.watchlist import Audience

log = structlog.get_logger()

_NAMED = 5
"""Titles that a notice names; the others are counted."""

_MORE, _MOST = 200, 1_200
"""How many of a feed's articles a document is compared with: this many more than it has entries, and at most."""


async def articles_before(
    store: Store, feed_id: FeedId, entries: int, before: Mapping[ArticleId, Article]
) -> Mapping[ArticleId, Article]:
    """The feed's latest articles, added to those that are known already."""
    async with store.read() as unit:
        latest = await unit.articles.latest_of(feed_id, min(entries + _MORE, _MOST))
    return {**before, **{article.id: article for article in latest}}


def notices_of(feed: Feed, flood: RepublishFlood, audience: Audience, now: datetime) -> list[NewDelivery]:
    """Notices to the feed's owners about articles that were kept without an alert; at most one a day."""
    titles = [clean_title(item.entry.title) for item in flood.identified if item.article_id in flood.held]
    values = {
        "feed": name_of(feed) or feed.id,
        "count": str(len(titles)),
        "titles": "\n".join(title or "–" for title in titles[:_NAMED]),
    }
    said = Notice(AlertId(f"n:feed-held:{feed.id}:{now:%Y-%m-%d}"), "feed-held", values)
    return [NewDelivery(to, DeliveryKind.NOTICE, said) for to in owners_of(feed, audience)] if titles else []


async def flood_of(
    feed_id: FeedId,
    last: datetime | None,
    identified: Sequence[Identified],
    known: Mapping[EntryKey, ArticleId],
    past: Mapping[ArticleId, Article],
    now: datetime,
) -> RepublishFlood | None:
    """Run `detect_flood` off the event loop, and log what it finds.

    A feed without a stored state counts as last read when its last article was first seen.
    """
    if last is None:
        last = max((one.first_seen_at for one in past.values() if one.first_seen_at), default=now)
    flood = await asyncio.to_thread(detect_flood, identified, known, past.values(), last_success=min(last, now))
    if flood is not None:
        log.warning(
            "feed-storm",
            feed=feed_id,
            known_again=flood.known_again,
            held_back=len(flood.held),
            new=sum(item.is_new for item in flood.identified) - len(flood.held),
            what="its articles came under other ids and addresses; those held back are in the archive, untold",
        )
    return flood
