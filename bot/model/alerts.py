"""Alerts and the other messages (digests, notices, reviews, rises), their deliveries, and the outcomes of sending."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from bot.model.ids import (
    UNDETERMINED,
    AlertId,
    ArticleId,
    DeliveryId,
    FeedId,
    Language,
    MessageId,
    TopicId,
)
from bot.model.stories import Facts, Sentence, Update, Version
from bot.model.topics import Destination, Evidence


@dataclass(frozen=True, slots=True)
class TopicReason:
    """One topic that an alert belongs to, for one destination, with the score and the evidence of the match."""

    topic_id: TopicId
    topic_name: str
    score: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Alert:
    """A story as it is sent to one destination: its leading article, the topics that it matched, and a summary."""

    id: AlertId
    article_id: ArticleId
    title: str
    link: str | None
    source: str
    language: Language
    published_at: datetime | None
    first_seen_at: datetime
    summary: tuple[Sentence, ...]
    """Sentences of the leading article, in their order there; then those of other articles on the story."""
    reasons: tuple[TopicReason, ...]
    earlier: bool = False
    """The article is older than its topic or destination: it is sent as background."""
    image: str | None = None
    feed_id: FeedId | None = None
    also: tuple[Version, ...] = ()
    """All other articles on the story, also of the same outlet, in the order they came; the latest 150."""
    facts: Facts = field(default_factory=Facts)
    """The facts of all articles that the destination was sent on the story, the leading one included."""
    heard_at: datetime | None = None
    """When the last article on the story came; None while there is only the first."""
    update: Update | None = None
    """What is new in the article where the destination was already sent the story; None for a new story."""
    written: str = ""
    """A summary written by a language model, shown in place of `summary`; empty where there is none."""
    written_from: int = 0
    """The number of articles that `written` was written from."""
    late: bool = False
    """The article was published while its feed could not be read: it is held for a digest of what was missed."""


@dataclass(frozen=True, slots=True)
class DigestItem:
    """A story in a digest."""

    alert_id: AlertId
    title: str
    link: str | None
    source: str
    published_at: datetime | None
    topic_names: tuple[str, ...]
    """The digest lists the story under the first one."""
    language: Language = UNDETERMINED
    also: tuple[Version, ...] = ()
    is_update: bool = False
    """The destination was sent the story before."""

    @property
    def topic(self) -> str:
        """The topic that the digest lists the story under; empty where there is none."""
        return self.topic_names[0] if self.topic_names else ""


@dataclass(frozen=True, slots=True)
class Digest:
    """Several alerts in one message.

    `why` is a key of the wording: `over-budget`, `scheduled`, `quiet`, `paused`, `catch-up`.
    """

    id: AlertId
    why: str
    items: tuple[DigestItem, ...]
    limits: tuple[int, int] | None = None
    """Where it is above the budget of a chat of the public: how many alerts an hour and a day it is sent singly."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message of the bot about itself. `code` is a key of the wording, `values` fill in its placeholders."""

    id: AlertId
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rise:
    """A topic has far more articles than usual (`bot.alerts.trend`)."""

    id: AlertId
    topic_id: TopicId
    topic_name: str
    today: int
    """Articles in the 24 hours before `until`."""
    days: tuple[int | None, ...]
    """Articles in each 24 hours before those, oldest first; None for a day on which nothing was polled."""
    habit: float
    """The usual number of articles a day."""
    until: datetime


REVIEW = "r:"
"""The prefix of the ids of reviews. Reviews do not count against a chat's budget of alerts."""


@dataclass(frozen=True, slots=True)
class Review:
    """An alert for a channel that an admin sees first and then posts or skips."""

    id: AlertId
    """Begins with the prefix `REVIEW`."""
    alert: Alert
    destination: Destination
    """The channel that the alert is for."""


Content = Alert | Digest | Notice | Review | Rise


@dataclass(frozen=True, slots=True)
class Mute:
    """A story that a destination wants no more messages about."""

    destination: Destination
    article_id: ArticleId
    """The article of the story that was muted."""
    title: str
    muted_at: datetime


class DeliveryKind(StrEnum):
    """What a delivery does in the chat: send a message, change one, or reply to one."""

    NEW = "new"
    EDIT = "edit"
    REPLY = "reply"
    DIGEST = "digest"
    NOTICE = "notice"


class DeliveryState(StrEnum):
    """The state of a delivery.

    `pending` → (leased while it is sent) → `sent` or `dead` (given up). A `held` delivery waits for a digest and
    becomes `folded` when it is part of one. An edit is `superseded` by a newer edit or when it would change nothing; an
    alert is `superseded` when its story turns out to be one that has an alert already.
    """

    PENDING = "pending"
    SENT = "sent"
    DEAD = "dead"
    HELD = "held"
    FOLDED = "folded"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class NewDelivery:
    """A delivery about to be queued; (destination, content.id, kind, revision) is unique."""

    destination: Destination
    kind: DeliveryKind
    content: Content
    revision: int = 0
    state: DeliveryState = DeliveryState.PENDING
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many people of a chat voted an alert good and how many bad."""

    good: int = 0
    bad: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message in the outbox for a destination, from when it is queued until it is sent or given up."""

    id: DeliveryId
    destination: Destination
    kind: DeliveryKind
    revision: int
    content: Content
    state: DeliveryState
    created_at: datetime
    attempts: int = 0
    next_attempt_at: datetime | None = None
    lease_until: datetime | None = None
    message_id: MessageId | None = None
    sent_at: datetime | None = None
    error: str | None = None
    tally: Tally = Tally()
    """Of an edit: the counts that the vote buttons of the message already show."""


# --- outcomes of a send -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sent:
    """The message is in the chat. `note` is the code of a Notice where it was delivered in an unusual way."""

    message_id: MessageId | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RetryLater:
    """Sending failed for now.

    `after` is the time to wait that the server asked for (`retry_after`, Bot API "ResponseParameters"), None for our
    own back-off. `uncertain`: the connection broke after the request was sent, so the message may have arrived.
    """

    reason: str
    after: timedelta | None = None
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class ChatMigrated:
    """The group became a supergroup with another id (`migrate_to_chat_id`, Bot API "ResponseParameters")."""

    new_chat: str


@dataclass(frozen=True, slots=True)
class ChatForbidden:
    """The bot may not write to the chat: it was blocked or removed, or the chat was deleted."""

    reason: str


@dataclass(frozen=True, slots=True)
class WritingRefused:
    """The bot is in the chat but may not write there at present: it lacks the right, or the topic is closed."""

    reason: str


@dataclass(frozen=True, slots=True)
class SendRejected:
    """Telegram refuses this message for good: a retry would not help."""

    reason: str


FailedSend = RetryLater | ChatMigrated | ChatForbidden | WritingRefused | SendRejected
SendOutcome = Sent | FailedSend
