"""What the store has that a plan is computed from: read before the plan, and once more to see that it still holds.

Two snapshots of the same state are equal, so the write unit only needs to compare (optimistic concurrency control:
Kung and Robinson, "On Optimistic Methods for Concurrency Control", 1981).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.alerts.compose import alert_id, by_destination, story_alert_id, topics_by_destination
from bot.model import (
    AlertId,
    Article,
    Chat,
    Delivery,
    Destination,
    Match,
    StoryId,
    Topic,
    TopicId,
)
from bot.store import UnitOfWork
from bot.stories.clusters import APART
from bot.usecases.delivery.review import needs_review, review_rounds
from bot.usecases.ingest.story_summary import READ
from bot.usecases.topics.watchlist import Audience

HOUR = timedelta(hours=1)

Thread = tuple[Destination, AlertId]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known of the chats and stories that a document touches. Destinations have their current chat ids."""

    audience: Audience
    current_ids: Mapping[str, str] = field(default_factory=dict)
    """Of each chat that a topic names, the id that it has now."""
    chats: Mapping[str, Chat | None] = field(default_factory=dict)
    used: Mapping[str, int] = field(default_factory=dict)
    """Alerts and updates that each chat was sent at once in the last hour."""
    muted: Mapping[StoryId, frozenset[Destination]] = field(default_factory=dict)
    """Where a story is muted."""
    threads: Mapping[Thread, tuple[Delivery, ...]] = field(default_factory=dict)
    """All that a destination was sent, or is to be sent, on a story, in the order it was queued."""
    reviews: Mapping[Thread, tuple[tuple[Delivery, ...], ...]] = field(default_factory=dict)
    """What admins were asked before something is posted in a channel: for the first alert, then for each update."""
    articles: Mapping[StoryId, tuple[Article, ...]] = field(default_factory=dict)
    """The last articles of each story, oldest first."""

    def current(self, destination: Destination) -> Destination:
        return replace(destination, chat=self.current_ids.get(destination.chat, destination.chat))


async def read_snapshot(
    unit: UnitOfWork,
    audience: Audience,
    topics: Mapping[TopicId, Topic],
    on_topic: Sequence[tuple[Article, tuple[Match, ...]]],
    merged: Mapping[StoryId, StoryId],
    now: datetime,
) -> Snapshot:
    """Read what an alert on these articles depends on.

    Args:
        topics: with the destinations that can be reached.
        on_topic: articles, in their stories, with their matches.
        merged: stories that have become a part of another one.
    """
    groups = [(article, topics_by_destination(matches, topics, audience.default)) for article, matches in on_topic]
    merging = await _merging_threads(unit, merged)
    named = {to.chat for _, group in groups for to in group} | {to.chat for to, _ in merging}
    current_ids = await unit.chats.current_ids(named)
    snapshot = Snapshot(
        audience,
        current_ids,
        chats={chat: await unit.chats.get(chat) for chat in dict.fromkeys(current_ids.values())},
    )
    threads, reviews = dict(merging), dict[Thread, tuple[tuple[Delivery, ...], ...]]()
    for article, group in groups:
        for destination, matches in group.items():
            key = to, alert = snapshot.current(destination), alert_id(article)
            if key not in threads:
                threads[key] = await unit.outbox.of_alert(to, alert)
            asking = needs_review(snapshot.chats[to.chat], to, [topics[match.topic_id] for match in matches])
            if asking and key not in reviews:
                reviews[key] = await review_rounds(unit, alert, to, audience.default)
    stories = [article.story_id for article, group in groups if group and article.story_id is not None]
    return replace(
        snapshot,
        used={to.chat: await unit.outbox.instant_count(to, now - HOUR, now) for to in _one_a_chat(threads)},
        muted=await _muted_stories(unit, merged, now) if stories else {},
        threads=threads,
        reviews=reviews,
        articles=await _story_articles(unit, stories, merged),
    )


def _one_a_chat(threads: Collection[Thread]) -> Collection[Destination]:
    return {to.chat: to for to, _ in threads}.values()


async def _merging_threads(
    unit: UnitOfWork, merged: Mapping[StoryId, StoryId]
) -> Mapping[Thread, tuple[Delivery, ...]]:
    """What every destination knows of stories that are being merged."""
    found: dict[Thread, tuple[Delivery, ...]] = {}
    for story in dict.fromkeys((*merged, *merged.values())):
        alert = story_alert_id(story)
        for destination, deliveries in by_destination(await unit.outbox.with_alert(alert)).items():
            found[destination, alert] = deliveries
    return found


async def _muted_stories(
    unit: UnitOfWork, merged: Mapping[StoryId, StoryId], now: datetime
) -> Mapping[StoryId, frozenset[Destination]]:
    """Where stories are muted: somebody has muted one of their articles."""
    mutes = await unit.mutes.since(now - APART)
    if not mutes:
        return {}
    articles = await unit.articles.get({mute.article_id for mute in mutes})
    story_of = {article.id: article.story_id for article in articles}
    muted: dict[StoryId, frozenset[Destination]] = {}
    for mute in mutes:
        story = story_of.get(mute.article_id)
        if story is not None:
            now_in = merged.get(story, story)
            muted[now_in] = muted.get(now_in, frozenset()) | {mute.destination}
    return muted


async def _story_articles(
    unit: UnitOfWork, stories: Collection[StoryId], merged: Mapping[StoryId, StoryId]
) -> Mapping[StoryId, tuple[Article, ...]]:
    """Of each story that is not merged into another, with those of stories that are merged into it."""
    found: dict[StoryId, tuple[Article, ...]] = {}
    for story in dict.fromkeys((*stories, *merged, *merged.values())):
        goes_on = merged.get(story, story)
        found[goes_on] = (*found.get(goes_on, ()), *await unit.articles.of_story(story, READ))
    return found
