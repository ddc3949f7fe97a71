"""From matches to deliveries: which chats are told of an article, and how.

The first article on a story makes a message, at once or in a digest. Later ones are named in it; what they say that is
new enough is told in reply to it (`bot.alerts.story_thread`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.alerts.compose import compose, story_of_alert, topics_by_destination
from bot.alerts.outlet_preferences import OutletPreferences
from bot.alerts.policy import delivering_of, initial_state
from bot.alerts.schedule import QuietTime, rhythm_of
from bot.alerts.story_thread import (
    StoryThread,
    merge_into_alert,
    sent_facts,
    thread_of,
    update_worth_sending,
)
from bot.features.document import Document
from bot.model import (
    Alert,
    AlertId,
    Article,
    ArticleId,
    Delivering,
    DeliveryKind,
    DeliveryState,
    Destination,
    Match,
    NewDelivery,
    Update,
)
from bot.store import UnitOfWork
from bot.stories.clusters import APART
from bot.stories.updates import facts_of, find_update
from bot.usecases.delivery.review import asked_about, needs_review, reviews_of
from bot.usecases.ingest.story_summary import article_summary, resummed, revise
from bot.usecases.topics.watchlist import Audience, Watchlist

HOUR = timedelta(hours=1)

_PRESSING = {Delivering.DIGEST: 0, Delivering.INSTANT: 1, Delivering.URGENT: 2}


@dataclass(frozen=True, slots=True)
class AlertCandidate:
    """An article and its matches, ready to be told."""

    article: Article
    document: Document
    matches: tuple[Match, ...]
    muted: frozenset[Destination] = frozenset()
    """Where what it resembles is muted; chats by their ids of today."""
    repeats: ArticleId | None = None
    """The article that it is again: edited, copied or republished."""
    late: bool = False
    """It was published while its feed could not be read."""
    goes_on_only: bool = False
    """It tells something new at most where its story was told before."""


async def queue_alerts(
    unit: UnitOfWork,
    told: Sequence[AlertCandidate],
    watch: Watchlist,
    audience: Audience,
    now: datetime,
    *,
    first_poll: bool = False,
) -> tuple[NewDelivery, ...]:
    """Queue what each chat is told of articles, naming all its topics; what exceeds the budget waits for a digest, and
    what comes while it is quiet there, for the end of that.

    Where the article's story is muted, nothing is queued; for a channel under review, what its admins are asked.
    """
    teller = _Teller(unit, watch, audience, now, first_poll=first_poll)
    queued = [new for item in told for new in await teller.tell(item)]
    return (*queued, *await teller.finish())


@dataclass(slots=True)
class _Listener:
    """A chat as it is now, and how much of its budget is used up."""

    used: int
    silence: QuietTime
    taste: OutletPreferences


class _Teller:
    """Tells articles one after another in one transaction: each sees what those before it have queued.

    Messages that they change are changed once, in the end: a document may bring a thousand articles on one story.
    """

    def __init__(
        self, unit: UnitOfWork, watch: Watchlist, audience: Audience, now: datetime, *, first_poll: bool
    ) -> None:
        self._unit = unit
        self._watch = watch
        self._audience = audience
        self._now = now
        self._first_poll = first_poll
        self._topics = audience.address(watch.topics)
        self._listeners: dict[str, _Listener] = {}
        self._grown: dict[tuple[Destination, AlertId], Alert] = {}
        """What is told of stories that have grown, as it stands by now."""

    async def tell(self, item: AlertCandidate) -> tuple[NewDelivery, ...]:
        queued: list[NewDelivery] = []
        groups = topics_by_destination(item.matches, self._topics, self._audience.default)
        muted = item.muted | await muted_by_story(self._unit, item.article, self._now) if groups else item.muted
        for destination, matches in groups.items():
            if muted and await _today(self._unit, destination) in muted:
                continue
            new = await self._tell_one(item, destination, matches)
            await self._unit.outbox.add(new, self._now)
            queued += new
        return tuple(queued)

    async def finish(self) -> tuple[NewDelivery, ...]:
        """Keep the alerts that have grown; the edits that their messages need."""
        queued: list[NewDelivery] = []
        for (to, alert_id), grown_alert in self._grown.items():
            thread, alert = await self._thread(to, alert_id), grown_alert
            if thread is None:
                continue
            if not thread.is_told or thread.has_message:
                taste = (await self._listener(to)).taste
                alert = await resummed(self._unit, alert, story_of_alert(alert_id), taste.reads)
            edits = await revise(self._unit, thread, alert, self._now)
            await self._unit.outbox.add(edits, self._now)
            queued += edits
        self._grown.clear()
        return tuple(queued)

    async def _thread(self, to: Destination, alert_id: AlertId) -> StoryThread | None:
        return thread_of(await self._unit.outbox.of_alert(to, alert_id))

    async def _tell_one(self, item: AlertCandidate, to: Destination, matches: Sequence[Match]) -> list[NewDelivery]:
        alert = compose_alert(item.article, item.document, matches, self._watch, late=item.late)
        thread = await self._thread(to, alert.id)
        if thread is not None and (to, alert.id) in self._grown:
            thread = thread.saying(self._grown[to, alert.id])
        if await needs_review(self._unit, to, [self._topics[match.topic_id] for match in matches]):
            return await self._ask(item, to, alert, thread)
        if thread is not None:
            return await self._go_on(item, to, alert, thread)
        if item.goes_on_only:
            return []
        return [NewDelivery(to, DeliveryKind.NEW, alert, state=await self._state(to, alert))]

    async def _ask(
        self, item: AlertCandidate, channel: Destination, alert: Alert, thread: StoryThread | None
    ) -> list[NewDelivery]:
        """The admins are asked about the first article of a story, and about what is worth telling of later ones, also
        where they have not posted the first.

        What was posted in a channel is not changed there: nobody has looked at the change.
        """
        admins = self._audience.default
        asked = await asked_about(self._unit, alert.id, channel, admins)
        if asked is not None:
            thread = asked if thread is None else replace(thread, rest=(*thread.rest, *asked.rest))
        if thread is None:
            return [] if item.goes_on_only else list(await reviews_of(self._unit, alert, channel, admins))
        update = self._update(item, alert, thread)
        if update is None:
            return []
        number = 1 + (len(asked.rest) if asked is not None else 0)
        return list(await reviews_of(self._unit, replace(alert, update=update), channel, admins, number=number))

    def _update(self, item: AlertCandidate, newcomer: Alert, thread: StoryThread) -> Update | None:
        news = find_update(item.article, item.document, sent_facts(thread))
        return update_worth_sending(thread, newcomer, news, self._now, self._watch.updates_per_day)

    async def _go_on(
        self, item: AlertCandidate, to: Destination, newcomer: Alert, thread: StoryThread
    ) -> list[NewDelivery]:
        """The message on the story is brought up to date; what is new enough is said in reply to it."""
        taste = (await self._listener(to)).taste
        update = self._update(item, newcomer, thread)
        alert = merge_into_alert(thread.alert, newcomer, taste, now=self._now, repeats=item.repeats)
        if not thread.is_told:
            alert = replace(alert, facts=alert.facts | newcomer.facts)
        self._grown[to, alert.id] = alert
        hurries = thread.first.state is DeliveryState.HELD and self._presses(newcomer, thread.alert)
        if hurries and await self._state(to, alert) is DeliveryState.PENDING:
            await self._unit.outbox.unhold(thread.first.id)
        if thread.first.state is DeliveryState.DEAD and not item.goes_on_only:
            await self._try_again(to, thread, alert)
        if update is None:
            return []
        reply = replace(newcomer, id=alert.id, update=update)
        state = await self._state(to, reply)
        return [NewDelivery(to, DeliveryKind.REPLY, reply, thread.next_revision(DeliveryKind.REPLY), state)]

    async def _try_again(self, to: Destination, thread: StoryThread, alert: Alert) -> None:
        """What was refused in the words of one article may be told in those of the next."""
        await self._unit.outbox.retry([thread.first.id], self._now)
        if await self._state(to, alert) is DeliveryState.HELD:
            await self._unit.outbox.hold([thread.first.id])

    def _presses(self, newcomer: Alert, alert: Alert) -> bool:
        """Whether a topic of the article wants to be told sooner than those of the alert do."""
        return _PRESSING[self._delivering(newcomer)] > _PRESSING[self._delivering(alert)]

    def _delivering(self, alert: Alert) -> Delivering:
        return delivering_of((reason.topic_id for reason in alert.reasons), self._topics)

    async def _state(self, to: Destination, alert: Alert) -> DeliveryState:
        """Whether a message is sent by itself; it uses up the chat's budget if so."""
        listener = await self._listener(to)
        state = initial_state(
            DeliveryKind.NEW,
            self._delivering(alert),
            listener.used,
            self._watch.alerts_per_hour,
            first_poll=self._first_poll,
            silence=listener.silence,
            late=alert.late,
        )
        listener.used += state is DeliveryState.PENDING
        return state

    async def _listener(self, to: Destination) -> _Listener:
        if to.chat not in self._listeners:
            chat = await self._unit.chats.get(to.chat)
            used = await self._unit.outbox.instant_count(to, self._now - HOUR, self._now)
            silence = rhythm_of(chat, self._watch.timezone).silence(self._now)
            self._listeners[to.chat] = _Listener(used, silence, OutletPreferences.of(chat, self._watch.language))
        return self._listeners[to.chat]


async def silence_in(unit: UnitOfWork, destination: Destination, watch: Watchlist, now: datetime) -> QuietTime:
    """Whether a chat wants to hear nothing now."""
    return rhythm_of(await unit.chats.get(destination.chat), watch.timezone).silence(now)


async def muted_by_story(unit: UnitOfWork, article: Article, now: datetime) -> frozenset[Destination]:
    """Where the story of an article is muted: somebody has muted another article of it."""
    mutes = await unit.mutes.since(now - APART)
    if not mutes or article.story_id is None:
        return frozenset()
    story_of = {one.id: one.story_id for one in await unit.articles.get({mute.article_id for mute in mutes})}
    return frozenset(mute.destination for mute in mutes if story_of.get(mute.article_id) == article.story_id)


async def _today(unit: UnitOfWork, destination: Destination) -> Destination:
    return replace(destination, chat=await unit.chats.current(destination.chat))


def compose_alert(
    article: Article,
    document: Document,
    matches: Sequence[Match],
    watch: Watchlist,
    *,
    earlier: bool = False,
    late: bool = False,
) -> Alert:
    """The alert for one destination: its summary leans on what made the article match there."""
    summary = article_summary(article, (match.evidence for match in matches))
    facts = facts_of(article, document)
    return compose(article, matches, watch.topics, summary=summary, facts=facts, earlier=earlier, late=late)
