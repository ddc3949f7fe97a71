"""What the store has that a plan is computed from: read before the plan, and once more to see that it still holds.

Two snapshots of the same state are equal, so the write unit only needs to compare (optimistic concurrency control:
Kung and Robinson, "On Optimistic Methods for Concurrency Control", 1981). It is read in few statements, however many
chats there are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.alerts.compose import alert_id, story_alert_id, topics_by_destination
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
from bot.store import DecodedContents, UnitOfWork
from bot.stories.clusters import APART
from bot.usecases.delivery.review import ReviewRounds, needs_review, review_rounds
from bot.usecases.ingest.story_summary import READ
from bot.usecases.topics.watchlist import Audience

HOUR, DAY = timedelta(hours=1), timedelta(days=1)

Thread = tuple[Destination, AlertId]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What is known of the chats and stories that a document touches. Destinations have their current chat ids."""

    audience: Audience
    current_ids: Mapping[str, str] = field(default_factory=dict)
    """Of each chat that a topic names, the id that it has now."""
    chats: Mapping[str, Chat] = field(default_factory=dict)
    """Those that are known."""
    used: Mapping[str, int] = field(default_factory=dict)
    """Alerts and updates that each chat was sent at once in the last hour, where there were any."""
    used_today: Mapping[str, int] = field(default_factory=dict)
    """The same for the last day, of chats of the public alone: the others have no budget of a day."""
    muted: Mapping[StoryId, frozenset[Destination]] = field(default_factory=dict)
    """Where a story is muted."""
    threads: Mapping[Thread, tuple[Delivery, ...]] = field(default_factory=dict)
    """All that a destination was sent, or is to be sent, on a story, in the order it was queued."""
    reviews: Mapping[Thread, ReviewRounds] = field(default_factory=dict)
    """What admins were asked before something is posted in a channel: for the first alert, then for each update."""
    articles: Mapping[StoryId, tuple[Article, ...]] = field(default_factory=dict)
    """The last articles of each story, oldest first."""

    def current(self, destination: Destination) -> Destination:
        chat = self.current_ids.get(destination.chat, destination.chat)
        return destination if chat == destination.chat else replace(destination, chat=chat)


async def read_snapshot(
    unit: UnitOfWork,
    audience: Audience,
    topics: Mapping[TopicId, Topic],
    on_topic: Sequence[tuple[Article, tuple[Match, ...]]],
    merged: Mapping[StoryId, StoryId],
    now: datetime,
    contents: DecodedContents | None = None,
    *,
    merging: Collection[Destination] = (),
) -> Snapshot:
    """Read what an alert on these articles depends on.

    Args:
        topics: with the destinations that can be reached.
        on_topic: articles, in their stories, with their matches.
        merged: stories that have become a part of another one.
        contents: what was decoded before; a second reading decodes only what is new.
        merging: the destinations, with current chat ids, that may know of merged stories (`those_merging`).
    """
    groups = [(article, topics_by_destination(matches, topics, audience.default)) for article, matches in on_topic]
    named = {to.chat for _, group in groups for to in group} | {to.chat for to in merging}
    current_ids = await unit.chats.current_ids(named)
    snapshot = Snapshot(audience, current_ids, chats=await unit.chats.of(set(current_ids.values())))
    both = [story_alert_id(story) for story in dict.fromkeys((*merged, *merged.values()))]
    keys = dict.fromkeys((to, alert) for to in merging for alert in both)
    reviewed: dict[Thread, None] = {}
    for article, group in groups:
        alert = alert_id(article)
        for destination, matches in group.items():
            key = to, _ = snapshot.current(destination), alert
            keys[key] = None
            if needs_review(snapshot.chats.get(to.chat), to, [topics[match.topic_id] for match in matches]):
                reviewed[key] = None
    stories = [article.story_id for article, group in groups if group and article.story_id is not None]
    chats = {to.chat for to, _ in keys}
    public = {chat for chat in chats if chat in snapshot.chats and snapshot.chats[chat].preferences.public}
    return replace(
        snapshot,
        used=await unit.outbox.instant_counts(chats, now - HOUR, now),
        used_today=await unit.outbox.instant_counts(public, now - DAY, now),
        muted=await _muted_stories(unit, chats, merged, now) if stories else {},
        threads=await unit.outbox.of_alerts(keys, contents),
        reviews=await review_rounds(unit, reviewed, audience.default),
        articles=await _story_articles(unit, stories, merged),
    )


async def those_merging(unit: UnitOfWork, merged: Mapping[StoryId, StoryId]) -> tuple[Destination, ...]:
    """The destinations that were told anything of stories that are being merged, or are to be told it."""
    return await unit.outbox.told_of([story_alert_id(story) for story in dict.fromkeys((*merged, *merged.values()))])


async def _muted_stories(
    unit: UnitOfWork, chats: Collection[str], merged: Mapping[StoryId, StoryId], now: datetime
) -> Mapping[StoryId, frozenset[Destination]]:
    """Where stories are muted: somebody has muted one of their articles."""
    mutes = await unit.mutes.of_chats(chats, now - APART)
    story_of = await unit.articles.stories_of({mute.article_id for mute in mutes})
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
