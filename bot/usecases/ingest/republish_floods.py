"""A document that looks new, against the archive: whether it is a storm, and what of it is new then."""

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
"""Articles of a feed that a document is compared with: so many more than it has entries, at most so many."""


async def articles_before(
    store: Store, feed_id: FeedId, entries: int, before: Mapping[ArticleId, Article]
) -> Mapping[ArticleId, Article]:
    """The feed's latest articles, and those of before that are known already."""
    async with store.read() as unit:
        latest = await unit.articles.latest_of(feed_id, min(entries + _MORE, _MOST))
    return {**before, **{article.id: article for article in latest}}


def notices_of(feed: Feed, storm: RepublishFlood, audience: Audience, now: datetime) -> list[NewDelivery]:
    """What the feed's owner hears of articles that were held back: at most once a day."""
    titles = [clean_title(item.entry.title) for item in storm.identified if item.article_id in storm.held]
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
    """What `detect_flood` says, off the event loop.

    A feed without a state was last read when its last article was seen.
    """
    if last is None:
        last = max((one.first_seen_at for one in past.values() if one.first_seen_at), default=now)
    storm = await asyncio.to_thread(detect_flood, identified, known, past.values(), last_success=min(last, now))
    if storm is not None:
        log.warning(
            "feed-storm",
            feed=feed_id,
            known_again=storm.known_again,
            held_back=len(storm.held),
            new=sum(item.is_new for item in storm.identified) - len(storm.held),
            what="its articles came under other ids and addresses; those held back are in the archive, untold",
        )
    return storm
