"""From matches to deliveries: which chats are alerted to an article, and how. Pure: a plan is made, nothing is stored.

The first article on a story makes a message, at once or in a digest. Later ones are named in it; what they say that is
new enough is sent in reply to it (`bot.alerts.story_thread`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.alerts.compose import story_of_alert, topics_by_destination
from bot.alerts.outlet_preferences import OutletPreferences
from bot.alerts.policy import AlertBudget, delivering_of, initial_state
from bot.alerts.schedule import QuietTime, rhythm_of
from bot.alerts.story_thread import StoryThread, sent_facts, update_worth_sending
from bot.features.document import Document
from bot.model import (
    Alert,
    AlertId,
    Article,
    ArticleId,
    Delivering,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Destination,
    Match,
    NewDelivery,
    StoryId,
    Topic,
    TopicId,
    Update,
)
from bot.usecases.delivery.review import asked_about, needs_review, reviews_of
from bot.usecases.ingest.compositions import Compositions
from bot.usecases.ingest.planned_outbox import PlannedOutbox
from bot.usecases.ingest.snapshot import Snapshot
from bot.usecases.ingest.story_summary import READ
from bot.usecases.topics.watchlist import Watchlist

_PRESSING = {Delivering.DIGEST: 0, Delivering.INSTANT: 1, Delivering.URGENT: 2}


@dataclass(frozen=True, slots=True)
class AlertCandidate:
    """An article with the matches that chats may be alerted to."""

    article: Article
    document: Document
    matches: tuple[Match, ...]
    muted: frozenset[Destination] = frozenset()
    """Where what it resembles is muted; with current chat ids."""
    repeats: ArticleId | None = None
    """The article that it is again: edited, copied or republished."""
    late: bool = False
    """It was published while its feed could not be read."""
    updates_only: bool = False
    """It is only sent as an update of a story that was sent before."""


def plan_alerts(
    candidates: Sequence[AlertCandidate],
    outbox: PlannedOutbox,
    snapshot: Snapshot,
    watchlist: Watchlist,
    topics: Mapping[TopicId, Topic],
    compositions: Compositions,
    now: datetime,
    *,
    first_poll: bool = False,
) -> None:
    """Plan what each chat is sent about these articles, in one message for all its topics.

    What exceeds a chat's budget, or comes in its quiet hours, waits for a digest. Where the article's story is muted,
    nothing is planned; for a channel under review, what its admins are asked.

    Args:
        topics: with the destinations that this plan is for; the snapshot was read for the same.
    """
    planner = _AlertPlanner(outbox, snapshot, watchlist, topics, compositions, now, first_poll=first_poll)
    for candidate in candidates:
        planner.add(candidate)
    planner.finish()


@dataclass(slots=True)
class _Listener:
    """A chat as it is now, and how much of its budget is used up."""

    budget: AlertBudget
    used: int
    used_today: int
    quiet: QuietTime
    preferences: OutletPreferences


class _AlertPlanner:
    """Takes articles one after another: each sees what those before it have planned.

    Messages that they change are changed once, at the end: a document may bring a thousand articles on one story.
    """

    def __init__(
        self,
        outbox: PlannedOutbox,
        snapshot: Snapshot,
        watchlist: Watchlist,
        topics: Mapping[TopicId, Topic],
        compositions: Compositions,
        now: datetime,
        *,
        first_poll: bool,
    ) -> None:
        self._outbox = outbox
        self._snapshot = snapshot
        self._watchlist = watchlist
        self._now = now
        self._first_poll = first_poll
        self._topics = topics
        self._compositions = compositions
        self._listeners: dict[str, _Listener] = {}
        self._rounds = dict(snapshot.reviews)
        self._articles: dict[StoryId, dict[ArticleId, Article]] = {}
        self._grown: dict[tuple[Destination, AlertId], Alert] = {}
        """The alerts of stories that have merge_into_alert, as they stand by now."""

    def add(self, item: AlertCandidate) -> None:
        self._remember(item.article)
        groups = topics_by_destination(item.matches, self._topics, self._snapshot.audience.default)
        muted = item.muted | self._snapshot.muted.get(StoryId(item.article.story_id or ""), frozenset())
        for destination, matches in groups.items():
            if self._snapshot.current(destination) not in muted:
                for new in self._plan(item, destination, matches):
                    self._outbox.queue(new)

    def finish(self) -> None:
        """Keep the alerts that have merge_into_alert, and plan the edits that their messages need."""
        for (to, story_alert), grown_alert in self._grown.items():
            thread, alert = self._outbox.thread(to, story_alert), grown_alert
            if thread is None:
                continue
            if not thread.is_told or thread.has_message:
                reads = self._listener(to).preferences.reads
                alert = self._compositions.of_story(alert, self._story(story_of_alert(story_alert)), reads)
            self._outbox.show(thread, alert)

    def _plan(self, item: AlertCandidate, to: Destination, matches: Sequence[Match]) -> list[NewDelivery]:
        alert = self._compositions.alert(item.article, item.document, matches, self._watchlist, late=item.late)
        thread = self._thread(to, alert.id)
        chat = self._snapshot.chats.get(self._snapshot.current(to).chat)
        if needs_review(chat, to, [self._topics[match.topic_id] for match in matches]):
            return self._ask(item, to, alert, thread)
        if thread is not None:
            return self._go_on(item, to, alert, thread)
        if item.updates_only:
            return []
        return [NewDelivery(to, DeliveryKind.NEW, alert, state=self._state(to, alert))]

    def _thread(self, to: Destination, alert: AlertId) -> StoryThread | None:
        thread = self._outbox.thread(to, alert)
        current = self._grown.get((self._snapshot.current(to), alert))
        return thread if thread is None or current is None else thread.saying(current)

    def _ask(
        self, item: AlertCandidate, channel: Destination, alert: Alert, thread: StoryThread | None
    ) -> list[NewDelivery]:
        """The admins are asked about the first article of a story, and about later ones that are worth a message, also
        where they have not posted the first.

        What was posted in a channel is not changed there: nobody has looked at the change.
        """
        rounds = self._rounds.get((self._snapshot.current(channel), alert.id), ())
        asked = asked_about(rounds)
        if asked is not None:
            thread = asked if thread is None else replace(thread, rest=(*thread.rest, *asked.rest))
        if thread is None:
            return [] if item.updates_only else self._review(alert, channel, 0)
        update = self._update(item, alert, thread)
        if update is None:
            return []
        return self._review(replace(alert, update=update), channel, len(rounds) or 1)

    def _review(self, alert: Alert, channel: Destination, number: int) -> list[NewDelivery]:
        reviews = reviews_of(alert, channel, self._snapshot.audience.default, number=number)
        if reviews:
            key = self._snapshot.current(channel), alert.id
            asked = tuple(
                Delivery(DeliveryId(0), one.destination, one.kind, one.revision, one.content, one.state, self._now)
                for one in reviews
            )
            self._rounds[key] = (*self._rounds.get(key, ()), asked)
        return list(reviews)

    def _update(self, item: AlertCandidate, newcomer: Alert, thread: StoryThread) -> Update | None:
        news = self._compositions.update(item.article, item.document, sent_facts(thread))
        return update_worth_sending(thread, newcomer, news, self._now, self._watchlist.updates_per_day)

    def _go_on(self, item: AlertCandidate, to: Destination, newcomer: Alert, thread: StoryThread) -> list[NewDelivery]:
        """The message on the story is brought up to date; what is new enough is sent in reply to it."""
        preferences = self._listener(to).preferences
        update = self._update(item, newcomer, thread)
        alert = self._compositions.grown(
            thread.alert, newcomer, preferences, now=self._now, repeats=item.repeats, is_told=thread.is_told
        )
        self._grown[self._snapshot.current(to), alert.id] = alert
        hurries = thread.first.state is DeliveryState.HELD and self._presses(newcomer, thread.alert)
        if hurries and self._state(to, alert) is DeliveryState.PENDING:
            self._outbox.move_to(thread.first, DeliveryState.PENDING)
        if thread.first.state is DeliveryState.DEAD and not item.updates_only:
            # What Telegram refused in the words of one article may be accepted in those of the next.
            self._outbox.move_to(thread.first, self._state(to, alert))
        if update is None:
            return []
        reply = replace(newcomer, id=alert.id, update=update)
        state = self._state(to, reply)
        return [NewDelivery(to, DeliveryKind.REPLY, reply, thread.next_revision(DeliveryKind.REPLY), state)]

    def _presses(self, newcomer: Alert, alert: Alert) -> bool:
        """Whether a topic of the article is to be sent sooner than those of the alert are."""
        return _PRESSING[self._delivering(newcomer)] > _PRESSING[self._delivering(alert)]

    def _delivering(self, alert: Alert) -> Delivering:
        return delivering_of((reason.topic_id for reason in alert.reasons), self._topics)

    def _state(self, to: Destination, alert: Alert) -> DeliveryState:
        """Whether a message is sent by itself; it uses up the chat's budget if so."""
        listener = self._listener(to)
        state = initial_state(
            DeliveryKind.NEW,
            self._delivering(alert),
            listener.used,
            listener.budget,
            sent_today=listener.used_today,
            first_poll=self._first_poll,
            silence=listener.quiet,
            late=alert.late,
        )
        listener.used += state is DeliveryState.PENDING
        listener.used_today += state is DeliveryState.PENDING
        return state

    def _listener(self, to: Destination) -> _Listener:
        name = self._snapshot.current(to).chat
        if name not in self._listeners:
            chat = self._snapshot.chats.get(name)
            planned = self._outbox.sent_at_once(name)
            self._listeners[name] = _Listener(
                self._watchlist.budget_of(chat),
                self._snapshot.used.get(name, 0) + planned,
                self._snapshot.used_today.get(name, 0) + planned,
                rhythm_of(chat, self._watchlist.timezone).silence(self._now),
                OutletPreferences.of(chat, self._watchlist.language),
            )
        return self._listeners[name]

    def _remember(self, article: Article) -> None:
        if article.story_id is not None:
            self._articles.setdefault(article.story_id, {})[article.id] = article

    def _story(self, story: StoryId) -> Sequence[Article]:
        """The last articles of a story with those of this document, in the order they were first seen."""
        together = {one.id: one for one in self._snapshot.articles.get(story, ())} | self._articles.get(story, {})
        return sorted(together.values(), key=lambda one: (one.first_seen_at or self._now, one.id))[-READ:]
