"""What is told, and the messages owed for it."""

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
    """A topic that an alert belongs to, and why, for the one destination it is composed for."""

    topic_id: TopicId
    topic_name: str
    score: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Alert:
    """What is told: a story for one destination, led by one of its articles, its topics, a summary, the reason."""

    id: AlertId
    article_id: ArticleId
    title: str
    link: str | None
    source: str
    language: Language
    published_at: datetime | None
    first_seen_at: datetime
    summary: tuple[Sentence, ...]
    """In the order of the article; then those of other articles on the story."""
    reasons: tuple[TopicReason, ...]
    earlier: bool = False
    """Published before its topic or destination was there: told as background."""
    image: str | None = None
    feed_id: FeedId | None = None
    also: tuple[Version, ...] = ()
    """Who else has the story, in the order they came; one an outlet, the last of each."""
    facts: Facts = field(default_factory=Facts)
    """Of the articles that were told, this one among them."""
    heard_at: datetime | None = None
    """When an article on it last came; None: there was the first alone."""
    update: Update | None = None
    """What is new in it, where the story was told before."""
    written: str = ""
    """The summary in the words of a language model, told in place of the sentences; empty: there is none."""
    written_from: int = 0
    """How many articles it was written from."""
    late: bool = False
    """Published while its feed could not be read: it waits for a digest of what was missed."""


@dataclass(frozen=True, slots=True)
class DigestItem:
    """A story in a digest."""

    alert_id: AlertId
    title: str
    link: str | None
    source: str
    published_at: datetime | None
    topic_names: tuple[str, ...]
    """The first is the one that it is listed under."""
    language: Language = UNDETERMINED
    also: tuple[Version, ...] = ()
    is_update: bool = False
    """The story was told before."""

    @property
    def topic(self) -> str:
        """What it is listed under."""
        return self.topic_names[0] if self.topic_names else ""


@dataclass(frozen=True, slots=True)
class Digest:
    """Several alerts told in one message.

    `why` is a key of the wording: `over-budget`, `scheduled`, `quiet`, `paused`, `catch-up`.
    """

    id: AlertId
    why: str
    items: tuple[DigestItem, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the bot says of itself. `code` is a key of the wording, `values` fill it in."""

    id: AlertId
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rise:
    """A topic is written about far more than usual."""

    id: AlertId
    topic_id: TopicId
    topic_name: str
    today: int
    """Articles in the 24 hours before `until`."""
    days: tuple[int | None, ...]
    """Articles in each 24 hours before those, oldest first; None: nothing is known of that day."""
    habit: float
    """Articles a day, usually."""
    until: datetime


REVIEW = "r:"
"""What the ids of reviews begin with: a review uses up nobody's budget of alerts."""


@dataclass(frozen=True, slots=True)
class Review:
    """An alert for a channel, shown to an admin first: to be posted or skipped."""

    id: AlertId
    """Begins with `REVIEW`."""
    alert: Alert
    destination: Destination
    """The channel it is for."""


Content = Alert | Digest | Notice | Review | Rise


@dataclass(frozen=True, slots=True)
class Mute:
    """A story that a destination has heard enough of."""

    destination: Destination
    article_id: ArticleId
    """Of the story, the one that was being read."""
    title: str
    muted_at: datetime


class DeliveryKind(StrEnum):
    """What a delivery does in the chat."""

    NEW = "new"
    EDIT = "edit"
    REPLY = "reply"
    DIGEST = "digest"
    NOTICE = "notice"


class DeliveryState(StrEnum):
    """Where a delivery stands.

    `pending` → (leased while being sent) → `sent` | `dead`; `held` ones wait for a digest and
    become `folded` into it; `superseded` edits were overtaken by a newer one, or have nothing left to change;
    alerts, by that of the story that theirs turned out to be.
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
    """How many people of a chat have found an alert good and bad."""

    good: int = 0
    bad: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message owed to a destination."""

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
    """Of an edit: what the thumbs under the message show already."""


# --- what became of a send --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sent:
    """The message is in the chat. `note` is a Notice code about how it got there, if unusual."""

    message_id: MessageId | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class RetryLater:
    """Not now. `after`: as the server said, or None for our own back-off. `uncertain`: it may have arrived."""

    reason: str
    after: timedelta | None = None
    uncertain: bool = False


@dataclass(frozen=True, slots=True)
class ChatMigrated:
    """The group became a supergroup: the same chat under another id."""

    new_chat: str


@dataclass(frozen=True, slots=True)
class ChatForbidden:
    """The bot may not write there (blocked, kicked, chat deleted)."""

    reason: str


@dataclass(frozen=True, slots=True)
class SendRejected:
    """The message itself is refused: trying again would not help."""

    reason: str


SendOutcome = Sent | RetryLater | ChatMigrated | ChatForbidden | SendRejected
