"""A story that a destination was told of goes on: what its message says then, and what is worth a message of its own.

Pure. What is new in an article is found elsewhere (`bot.stories.updates`); here it is weighed against what was told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.alerts.outlet_preferences import OutletPreferences, outlet_of, version_of
from bot.model import Alert, ArticleId, Delivery, DeliveryKind, DeliveryState, Facts, TopicReason, Update, Version

BETWEEN_EDITS = timedelta(minutes=1)
"""At most one edit of a message in this time."""

BETWEEN_UPDATES = timedelta(minutes=30)
"""So soon after a message on a story, another outlet's figures are its own count of the same, and no news."""

DAY = timedelta(days=1)

LULL = timedelta(days=2)
"""A story that goes on after so long is told anew: nobody looks for it in a message that far up."""

MOST_VERSIONS = 150
"""Other outlets that are remembered of a story, and counted in its message; the oldest go beyond that."""


@dataclass(frozen=True, slots=True)
class StoryThread:
    """All that a destination was sent, or is owed, on one story."""

    first: Delivery
    """The new alert; its content is the alert as it stands now."""
    rest: tuple[Delivery, ...] = ()
    """Edits and replies, oldest first."""

    @property
    def alert(self) -> Alert:
        if not isinstance(self.first.content, Alert):
            raise TypeError(f"delivery {self.first.id} is no alert")
        return self.first.content

    def saying(self, alert: Alert) -> StoryThread:
        """The same with the alert as it stands by now."""
        return replace(self, first=replace(self.first, content=alert))

    @property
    def is_told(self) -> bool:
        """Whether it has been read, or may have been: it is sent, being sent, or part of a digest."""
        state, leased = self.first.state, self.first.lease_until is not None
        return state in (DeliveryState.SENT, DeliveryState.FOLDED) or (state is DeliveryState.PENDING and leased)

    @property
    def replies(self) -> tuple[Delivery, ...]:
        return tuple(one for one in self.rest if one.kind is DeliveryKind.REPLY)

    def next_revision(self, kind: DeliveryKind) -> int:
        """Of the next delivery of this kind, whatever became of those before."""
        return 1 + max((one.revision for one in self.rest if one.kind is kind), default=0)

    @property
    def has_message(self) -> bool:
        """Whether there is a message that can be changed, or soon will be: no digest is, nor what is printed."""
        first = self.first
        sent = first.state is DeliveryState.SENT and first.message_id is not None
        return sent or (first.state is DeliveryState.PENDING and first.lease_until is not None)

    @property
    def waiting_edit(self) -> Delivery | None:
        """An edit that has not been begun."""
        waiting = (one for one in self.rest if one.kind is DeliveryKind.EDIT and is_waiting(one))
        return next(waiting, None)

    @property
    def spoken_at(self) -> datetime:
        """When a message on it was last queued."""
        return max(one.created_at for one in (self.first, *self.replies))

    @property
    def edited_at(self) -> datetime:
        """When its message was last sent or changed."""
        changed = [one for one in self.rest if one.kind is DeliveryKind.EDIT and one.state is DeliveryState.SENT]
        return max(one.sent_at or one.created_at for one in (self.first, *changed))


def is_waiting(delivery: Delivery) -> bool:
    """Whether nobody has been sent it yet, and nobody is being sent it."""
    return delivery.state is DeliveryState.PENDING and delivery.lease_until is None


def thread_of(deliveries: Sequence[Delivery]) -> StoryThread | None:
    """What was told of a story, from its deliveries in the order they were queued; None where nothing was."""
    first = next((one for one in deliveries if one.kind is DeliveryKind.NEW and isinstance(one.content, Alert)), None)
    if first is None or first.state is DeliveryState.SUPERSEDED:
        return None
    return StoryThread(first, tuple(one for one in deliveries if one.kind is not DeliveryKind.NEW))


def grown(
    alert: Alert, newcomer: Alert, taste: OutletPreferences, *, now: datetime, repeats: ArticleId | None
) -> Alert:
    """The alert with another article of its story.

    The article leads from now on if the reader can read it better, or if it is the leading one itself in other words.
    An outlet is named once, and so is a page that several feeds bring: by the first of them.

    Args:
        newcomer: composed of the new article alone, or of a story that has turned out to be the same.
        repeats: the article that it is again: edited, or a copy.
    """
    same = newcomer.article_id == alert.article_id
    elsewhere = same and newcomer.feed_id != alert.feed_id
    is_copy = repeats == alert.article_id and outlet_of(newcomer.source) == outlet_of(alert.source)
    again = (same and not elsewhere) or is_copy
    leads = again or (not same and taste.prefers(newcomer, alert))
    leading, other = (newcomer, alert) if leads else (alert, newcomer)
    is_edited = again or any(version.article_id == newcomer.article_id for version in alert.also)
    versions = (*alert.also, *newcomer.also, *(() if again or same else (version_of(other),)))
    return replace(
        leading,
        id=alert.id,
        reasons=_reasons(alert.reasons, newcomer.reasons),
        also=_others(leading, versions),
        facts=alert.facts,
        heard_at=now,
        first_seen_at=alert.first_seen_at,
        earlier=alert.earlier and (again or not leads),
        late=alert.late,
        update=alert.update,
        written="" if is_edited else alert.written,  # what the outlet has taken back, it may still say
        written_from=0 if is_edited else alert.written_from,
    )


def _others(leading: Alert, versions: Sequence[Version]) -> tuple[Version, ...]:
    """One an outlet, the last of each."""
    others: dict[str, Version] = {}
    pages = {leading.article_id: outlet_of(leading.source)}
    for version in versions:
        outlet = outlet_of(version.source)
        if outlet != outlet_of(leading.source) and pages.setdefault(version.article_id, outlet) == outlet:
            others.pop(outlet, None)
            others[outlet] = version
    return tuple(others.values())[-MOST_VERSIONS:]


def looks_same(one: Alert, other: Alert) -> bool:
    """Whether two alerts on a story would be read alike: what is behind them may differ."""
    return _shown(one) == _shown(other)


def _shown(alert: Alert) -> tuple[object, ...]:
    topics = {reason.topic_id for reason in alert.reasons}
    outlets = {version.source for version in alert.also}
    said = (alert.written, alert.written_from) if alert.written else alert.summary
    return alert.title, alert.link, alert.source, said, outlets, topics


def told_facts(thread: StoryThread) -> Facts:
    """What a reader of all its messages knows."""
    facts = thread.alert.facts
    for reply in thread.replies:
        if isinstance(reply.content, Alert) and reply.state is not DeliveryState.DEAD:
            facts |= reply.content.facts
    return facts


def worth_telling(
    thread: StoryThread, newcomer: Alert, news: Update, now: datetime, updates_per_day: int
) -> Update | None:
    """What of an article is worth a message of its own, in reply to the story's first; None: it is named there alone.

    Topics that nothing told so far was on are told in any case, once each: an urgent one may be among them. A story
    that goes on after a long silence is told like any other news.

    Args:
        news: of the article, against `told_facts`.
        updates_per_day: `delivery.updates_per_day`.
    """
    lately = [one for one in thread.replies if timedelta() <= now - one.created_at < DAY]
    if not thread.is_told:
        return None
    told = {reason.topic_id for reason in _told_reasons(thread)}
    topics = tuple(reason.topic_name for reason in newcomer.reasons if reason.topic_id not in told)
    silent = now - (thread.alert.heard_at or thread.first.created_at)
    lull = silent if silent >= LULL else None
    soon = timedelta() <= now - thread.spoken_at < BETWEEN_UPDATES
    update = replace(Update() if soon else news, lull=lull)
    if len(lately) >= updates_per_day:
        update = Update()
    update = replace(update, topics=topics)
    return update if update.is_material else None


def _told_reasons(thread: StoryThread) -> tuple[TopicReason, ...]:
    contents = (one.content for one in (thread.first, *thread.replies))
    return tuple(reason for content in contents if isinstance(content, Alert) for reason in content.reasons)


def _reasons(some: Sequence[TopicReason], more: Sequence[TopicReason]) -> tuple[TopicReason, ...]:
    """One a topic, the surer; the first stays first."""
    best = {reason.topic_id: reason for reason in some}
    for reason in more:
        known = best.get(reason.topic_id)
        if known is None or reason.score > known.score:
            best[reason.topic_id] = reason
    return tuple(best.values())
