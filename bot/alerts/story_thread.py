"""A story goes on after its alert was sent: how its message changes, and what is worth a reply of its own. Pure.

Which facts of an article are new is found in `bot.stories.updates`; here they are weighed against what was sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.alerts.outlet_preferences import OutletPreferences, outlet_key, version_of
from bot.model import Alert, ArticleId, Delivery, DeliveryKind, DeliveryState, Facts, TopicReason, Update, Version
from bot.text.tokens import words

BETWEEN_EDITS = timedelta(minutes=1)
"""A message is edited at most once in this time."""

BETWEEN_UPDATES = timedelta(minutes=30)
"""So soon after a message on a story, other figures of another outlet are a different count of the same event."""

DAY = timedelta(days=1)

LULL = timedelta(days=2)
"""After so long without an article, a story that goes on gets a new message: nobody scrolls up that far."""

MOST_VERSIONS = 150
"""The other outlets that are stored and counted for a story; beyond that, the oldest are dropped."""


@dataclass(frozen=True, slots=True)
class StoryThread:
    """All deliveries on one story for one destination."""

    first: Delivery
    """The new alert; its content is the current state of the alert."""
    rest: tuple[Delivery, ...] = ()
    """Edits and replies, oldest first."""

    @property
    def alert(self) -> Alert:
        if not isinstance(self.first.content, Alert):
            raise TypeError(f"delivery {self.first.id} is no alert")
        return self.first.content

    def saying(self, alert: Alert) -> StoryThread:
        """The same thread with another state of the alert."""
        return replace(self, first=replace(self.first, content=alert))

    @property
    def is_told(self) -> bool:
        """Whether the alert has been read or may have been: it is sent, being sent, or part of a digest."""
        state, leased = self.first.state, self.first.lease_until is not None
        return state in (DeliveryState.SENT, DeliveryState.FOLDED) or (state is DeliveryState.PENDING and leased)

    @property
    def replies(self) -> tuple[Delivery, ...]:
        return tuple(one for one in self.rest if one.kind is DeliveryKind.REPLY)

    def next_revision(self, kind: DeliveryKind) -> int:
        """The revision number for the next delivery of this kind; failed ones count, too."""
        return 1 + max((one.revision for one in self.rest if one.kind is kind), default=0)

    @property
    def has_message(self) -> bool:
        """Whether the story has a message of its own that can be edited, or is about to have one.

        An alert in a digest has none, nor has one that was printed on the console.
        """
        first = self.first
        sent = first.state is DeliveryState.SENT and first.message_id is not None
        return sent or (first.state is DeliveryState.PENDING and first.lease_until is not None)

    @property
    def waiting_edit(self) -> Delivery | None:
        """An edit that is queued and not being sent."""
        waiting = (one for one in self.rest if one.kind is DeliveryKind.EDIT and is_waiting(one))
        return next(waiting, None)

    @property
    def last_message_at(self) -> datetime:
        """When a message on the story was last queued."""
        return max(one.created_at for one in (self.first, *self.replies))

    @property
    def edited_at(self) -> datetime:
        """When the alert's message was last sent or edited."""
        changed = [one for one in self.rest if one.kind is DeliveryKind.EDIT and one.state is DeliveryState.SENT]
        return max(one.sent_at or one.created_at for one in (self.first, *changed))


def is_waiting(delivery: Delivery) -> bool:
    """Whether a delivery is queued and not being sent."""
    return delivery.state is DeliveryState.PENDING and delivery.lease_until is None


def thread_of(deliveries: Sequence[Delivery]) -> StoryThread | None:
    """The thread of a story, from its deliveries in the order they were queued; None where there is no alert."""
    first = next((one for one in deliveries if one.kind is DeliveryKind.NEW and isinstance(one.content, Alert)), None)
    if first is None or first.state is DeliveryState.SUPERSEDED:
        return None
    return StoryThread(first, tuple(one for one in deliveries if one.kind is not DeliveryKind.NEW))


def merge_into_alert(
    alert: Alert, newcomer: Alert, preferences: OutletPreferences, *, now: datetime, repeats: ArticleId | None
) -> Alert:
    """The alert with another article of its story.

    The article becomes the leading one if the chat prefers it, or if it is a new version of the leading one. All others
    are listed, each once, and a page that several feeds contain under the first of them.

    Args:
        newcomer: the alert composed of the new article alone, or of another story that turned out to be the same.
        repeats: the article that the new one is a new version or a copy of; None for none. If the outlet has given it
            another title, under another link and guid, that is no edit: its message stays as it is.
    """
    same = newcomer.article_id == alert.article_id
    elsewhere = same and newcomer.feed_id != alert.feed_id
    is_version = repeats == alert.article_id and outlet_key(newcomer.source) == outlet_key(alert.source)
    is_copy = is_version and _have_alike_titles(newcomer, alert)
    again = (same and not elsewhere) or is_copy
    leads = again or (not same and preferences.prefers(newcomer, alert))
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
        written="" if is_edited else alert.written,  # it may still say what the outlet has corrected
        written_from=0 if is_edited else alert.written_from,
    )


def _have_alike_titles(one: Alert, other: Alert) -> bool:
    """Whether the shorter title shares half of its words with the longer one."""
    some, others = (frozenset(words(alert.title, alert.language)) for alert in (one, other))
    return 2 * len(some & others) >= min(len(some), len(others))


def _others(leading: Alert, versions: Sequence[Version]) -> tuple[Version, ...]:
    """The versions besides the leading article, in the order they came; an article that was edited as it is now."""
    others: dict[ArticleId, Version] = {}
    pages = {leading.article_id: outlet_key(leading.source)}
    for version in versions:
        outlet = outlet_key(version.source)
        if version.article_id != leading.article_id and pages.setdefault(version.article_id, outlet) == outlet:
            others.pop(version.article_id, None)
            others[version.article_id] = version
    return tuple(others.values())[-MOST_VERSIONS:]


def looks_same(one: Alert, other: Alert) -> bool:
    """Whether two states of an alert look the same to a reader; other fields may differ."""
    return _shown(one) == _shown(other)


def _shown(alert: Alert) -> tuple[object, ...]:
    topics = {reason.topic_id for reason in alert.reasons}
    others = {version.article_id for version in alert.also}
    said = (alert.written, alert.written_from) if alert.written else alert.summary
    return alert.title, alert.link, alert.source, said, others, topics


def sent_facts(thread: StoryThread) -> Facts:
    """The facts that the reader of all messages of a thread knows."""
    facts = thread.alert.facts
    for reply in thread.replies:
        if isinstance(reply.content, Alert) and reply.state is not DeliveryState.DEAD:
            facts |= reply.content.facts
    return facts


def update_worth_sending(
    thread: StoryThread, newcomer: Alert, update: Update, now: datetime, updates_per_day: int
) -> Update | None:
    """What of an article is worth a reply to the story's message; None: it is only listed in that message.

    Topics that no message so far was on are always worth one, once each, since one of them may be urgent. A story that
    goes on after a long silence is sent as an update like any other.

    Args:
        newcomer: the alert composed of the new article.
        update: what is new in the article compared with `sent_facts`.
        updates_per_day: `delivery.updates_per_day`.
    """
    lately = [one for one in thread.replies if timedelta() <= now - one.created_at < DAY]
    if not thread.is_told:
        return None
    known = {reason.topic_id for reason in _sent_reasons(thread)}
    topics = tuple(reason.topic_name for reason in newcomer.reasons if reason.topic_id not in known)
    silent = now - (thread.alert.heard_at or thread.first.created_at)
    lull = silent if silent >= LULL else None
    soon = timedelta() <= now - thread.last_message_at < BETWEEN_UPDATES
    worth = replace(Update() if soon else update, lull=lull)
    if len(lately) >= updates_per_day:
        worth = Update()
    worth = replace(worth, topics=topics)
    return worth if worth.is_material else None


def _sent_reasons(thread: StoryThread) -> tuple[TopicReason, ...]:
    contents = (one.content for one in (thread.first, *thread.replies))
    return tuple(reason for content in contents if isinstance(content, Alert) for reason in content.reasons)


def _reasons(some: Sequence[TopicReason], more: Sequence[TopicReason]) -> tuple[TopicReason, ...]:
    """One reason for each topic, the one with the better score; the order of `some` is kept."""
    best = {reason.topic_id: reason for reason in some}
    for reason in more:
        known = best.get(reason.topic_id)
        if known is None or reason.score > known.score:
            best[reason.topic_id] = reason
    return tuple(best.values())
