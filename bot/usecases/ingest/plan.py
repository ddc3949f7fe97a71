"""The plan of a document: everything that it changes in the store, computed before the transaction that stores it.

`plan_document` decides, purely, from what the plan rests on (`bot.usecases.ingest.basis`), and `store_plan` stores. The
pipeline reads the basis again in the transaction that stores, and stores only where it is still the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.feeds.poll_schedule import after_push, after_success, slow_down_for_push
from bot.feeds.websub import SubscriptionChanges
from bot.model import (
    Article,
    ArticleId,
    EntryKey,
    Feed,
    FeedState,
    Fetched,
    FetchProblem,
    NewDelivery,
    StoryId,
)
from bot.store import DecodedContents, UnitOfWork, WrittenFanout, write_fanout
from bot.usecases.ingest.alerting import AlertCandidate, plan_alerts
from bot.usecases.ingest.basis import Basis, PlacedArticles, Telling
from bot.usecases.ingest.compositions import Compositions
from bot.usecases.ingest.entries import is_late, is_news, missed_since
from bot.usecases.ingest.fanout_parts import MOST_TOLD, plan_fanout
from bot.usecases.ingest.incoming_document import IncomingDocument, Pushed, Reading
from bot.usecases.ingest.learned_furniture import store_furniture
from bot.usecases.ingest.merge_stories import plan_mergers
from bot.usecases.ingest.planned_outbox import OutboxChanges, PlannedOutbox, store_outbox
from bot.usecases.ingest.republish_floods import notices_of
from bot.usecases.ingest.score_articles import Judged, vector_digest
from bot.usecases.ingest.snapshot import Snapshot
from bot.usecases.ingest.websub_subscriptions import apply, hub_changes
from bot.usecases.topics.watchlist import Watchlist


@dataclass(frozen=True, slots=True)
class PollReport:
    """What one poll of one feed came to. `error` is one calm line; the numbers are then 0."""

    feed: Feed
    error: str | None = None
    problem: FetchProblem | None = None
    unchanged: bool = False
    entries: int = 0
    new: int = 0
    on_topic: int = 0
    queued: tuple[NewDelivery, ...] = ()
    fans_out: bool = False
    """Its chats are told in parts, which are worked from now on; `queued` has none of that."""


@dataclass(frozen=True, slots=True)
class Chance:
    """What a plan needs of chance, drawn before it is made."""

    jitter: float
    """0 to 1: spreads polls over time."""
    token: str
    """In the address that a new hub posts to; so is `secret`, which it signs with."""
    secret: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a document changes in the store."""

    report: PollReport
    now: datetime
    telling: Telling
    basis: Basis
    contents: DecodedContents
    """What the basis was decoded into."""
    new: tuple[Article, ...] = ()
    edited: tuple[Article, ...] = ()
    keys: Mapping[EntryKey, ArticleId] = field(default_factory=dict)
    judged: tuple[Judged, ...] = ()
    stories: Mapping[ArticleId, StoryId] = field(default_factory=dict)
    merged: Mapping[StoryId, StoryId] = field(default_factory=dict)
    outbox: OutboxChanges = field(default_factory=OutboxChanges)
    fanout: WrittenFanout | None = None
    """What is told later. The matches are stored with it."""
    subscriptions: SubscriptionChanges = field(default_factory=SubscriptionChanges)
    state: FeedState | None = None
    furniture: tuple[str, ...] = ()
    """The keys of all lines that are furniture of the feed, where more were learned."""


def plan_document(
    document: IncomingDocument,
    reading: Reading,
    stories: PlacedArticles,
    telling: Telling,
    basis: Basis,
    contents: DecodedContents,
    watchlist: Watchlist,
    chance: Chance,
    now: datetime,
    *,
    most: int = MOST_TOLD,
) -> Plan:
    """Decide what the document changes. Pure; it summarizes what chats are alerted to, which takes its time."""
    feed, entries = document.feed, reading.entries
    in_full = {item.article.id: item.article for item in stories.judged}
    in_full |= {item.article.id: item.article for item in stories.grouped}
    new = [article for article in (*entries.new, *entries.quiet) if article.id not in stories.same.known_as]
    outbox = _plan_outbox(document, reading, stories, basis, watchlist, now)
    fanout = _plan_fanout(document, reading, stories, telling, basis, now, most) if telling.in_parts else None
    report = PollReport(
        feed,
        entries=len(document.parsed.entries),
        new=len(entries.new) + len(entries.quiet),
        on_topic=len(stories.grouped),
        queued=outbox.queued,
        fans_out=fanout is not None,
    )
    return Plan(
        report,
        now,
        telling,
        basis,
        contents,
        new=tuple(in_full.get(article.id, article) for article in new),
        edited=tuple(in_full.get(article.id, article) for article in entries.edited),
        keys={
            key: stories.same.known_as.get(item.article_id, item.article_id)
            for item in reading.identified
            for key in item.keys
        },
        judged=stories.judged,
        stories={item.article.id: item.article.story_id for item in stories.grouped if item.article.story_id},
        merged=stories.merged,
        outbox=outbox,
        fanout=fanout,
        subscriptions=_hub_changes(document, basis, chance, now),
        state=_state_after(document, reading, report, watchlist, chance, now),
        furniture=reading.furniture.keys if reading.furniture.has_learned else (),
    )


def _plan_outbox(
    document: IncomingDocument,
    reading: Reading,
    stories: PlacedArticles,
    basis: Basis,
    watchlist: Watchlist,
    now: datetime,
) -> OutboxChanges:
    if basis.audience is None:
        return OutboxChanges()
    snapshot = basis.snapshot or Snapshot(basis.audience)
    outbox = PlannedOutbox(snapshot.threads, now, snapshot.current)
    if basis.snapshot is not None:
        plan_mergers(outbox, snapshot, stories.merged, watchlist.language, now)
    if reading.flood is not None and reading.flood.held:
        for notice in notices_of(document.feed, reading.flood, basis.audience, now):
            outbox.queue(notice)
    if basis.snapshot is not None:
        topics = basis.audience.address(watchlist.topics)
        candidates = _candidates(document, reading, stories, now)
        plan_alerts(candidates, outbox, snapshot, watchlist, topics, Compositions(), now, first_poll=reading.first)
    return outbox.changes()


def _plan_fanout(
    document: IncomingDocument,
    reading: Reading,
    stories: PlacedArticles,
    telling: Telling,
    basis: Basis,
    now: datetime,
    most: int,
) -> WrittenFanout:
    ids = telling.current_ids
    return write_fanout(
        *plan_fanout(
            _candidates(document, reading, stories, now),
            [match for item in stories.judged for match in item.matches if not match.matched],
            telling.reach,
            stories.merged,
            tuple(dict.fromkeys((*basis.merging, *telling.others))),
            lambda to: replace(to, chat=ids.get(to.chat, to.chat)),
            now,
            first_poll=reading.first,
            most=most,
        )
    )


def _candidates(
    document: IncomingDocument, reading: Reading, stories: PlacedArticles, now: datetime
) -> list[AlertCandidate]:
    is_poll = isinstance(document.outcome, Fetched)
    missed = missed_since(document.record.state, now) if is_poll and not reading.first else None
    edited = {article.id for article in reading.entries.edited}
    return [
        AlertCandidate(
            article=item.article,
            document=item.judged.document,
            matches=item.judged.on_topic,
            muted=muted,
            repeats=item.repeats,
            late=is_late(item.article, missed, now),
            updates_only=item.article.id in edited and not is_news(item.article, document.feed, now),
        )
        for item, muted in zip(stories.placed, stories.muted, strict=True)
        if item is not None
    ]


def _hub_changes(document: IncomingDocument, basis: Basis, chance: Chance, now: datetime) -> SubscriptionChanges:
    if not isinstance(document.outcome, Fetched):
        return SubscriptionChanges()
    return hub_changes(
        basis.subscriptions,
        document.feed,
        document.parsed,
        document.outcome.url,
        token=chance.token,
        secret=chance.secret,
        now=now,
    )


def _state_after(
    document: IncomingDocument,
    reading: Reading,
    report: PollReport,
    watchlist: Watchlist,
    chance: Chance,
    now: datetime,
) -> FeedState | None:
    """When the feed is asked next, and the validators to ask with. A feed whose hub posts is asked less often."""
    feed, state, outcome = document.feed, document.record.state, document.outcome
    if isinstance(outcome, Pushed):
        return None if state is None else after_push(state, document.parsed, now)
    after = after_success(
        feed,
        state,
        outcome,
        document.parsed,
        new_count=report.new,
        limits=watchlist.limits,
        now=now,
        jitter=chance.jitter,
        overrun=reading.overrun,
    )
    if document.record.is_posted(now):
        after = slow_down_for_push(feed, after, limits=watchlist.limits, now=now, jitter=chance.jitter)
    return after


async def store_plan(unit: UnitOfWork, plan: Plan, model: str) -> None:
    """Store a plan. `model`: the name of the embedder that made the vectors."""
    for old, new in plan.merged.items():
        await unit.articles.join_stories(old, new)
    await unit.articles.add(plan.new)
    for article in plan.edited:
        await unit.articles.update_text(article)
    await unit.articles.put_in_stories(plan.stories)
    await unit.articles.remember_all(plan.report.feed.id, plan.keys, plan.now)
    if plan.fanout is None:
        await unit.matches.add([match for item in plan.judged for match in item.matches], plan.now)
    vectors = {vector_digest(item.article): item.vector for item in plan.judged if item.vector is not None}
    await unit.vectors.put(model, vectors, plan.now)
    await store_furniture(unit, plan.report.feed.id, plan.furniture)
    await store_outbox(unit, plan.outbox, plan.now)
    if plan.fanout is not None:
        await unit.fanouts.add(plan.fanout, plan.now)
    await apply(unit.subscriptions, plan.subscriptions)
    if plan.state is not None:
        await unit.feeds.save_state(plan.state)
