"""The words of Kabar as frozen, typed values: what one stage hands to the next.

Times are aware and in UTC. Texts are clean Unicode (no HTML, no control characters, no lone
surrogates) unless a field says otherwise. Nothing here reads, writes or decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, NewType

FeedId = NewType("FeedId", str)
ArticleId = NewType("ArticleId", str)
TopicId = NewType("TopicId", str)
StoryId = NewType("StoryId", str)
AlertId = NewType("AlertId", str)
DeliveryId = NewType("DeliveryId", int)
UpdateId = NewType("UpdateId", int)
MessageId = NewType("MessageId", int)

Language = NewType("Language", str)
"""A lower-case ISO 639-1 code (`id`, `en`, `zh`); `und` where nobody knows."""

UNDETERMINED = Language("und")

EntryKey = NewType("EntryKey", str)
"""One of the ways a feed's entry is known again: `g:`, `l:` or `c:` and a digest."""


# --- feeds -----------------------------------------------------------------------------------


class FirstPoll(StrEnum):
    """What of a feed's first document counts as new."""

    RECENT = "recent"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Feed:
    """A source that is polled. `url` is `http(s)://…`, or `file:///…` from a configuration file."""

    id: FeedId
    url: str
    title: str = ""
    tags: tuple[str, ...] = ()
    first_poll: FirstPoll = FirstPoll.RECENT
    owner: str = "file"
    """`file` for a configuration file, else `chat:ID` of the chat that added it."""
    every: timedelta | None = None
    """The interval asked for this feed alone; None: that of `[polling]`."""


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed between polls."""

    feed_id: FeedId
    next_poll_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    polled_at: datetime | None = None
    """When it was last asked, whatever came of it."""
    succeeded_at: datetime | None = None
    failures: int = 0
    """In a row; 0 after a success."""
    error: str | None = None
    """The last failure in one calm line; None after a success."""
    interval: timedelta | None = None
    """The interval that the feed's habit has led to."""
    moved_to: str | None = None
    """Where a permanent redirect leads, once it has been followed."""
    gone: bool = False
    """The server said 410: it is not polled again until its address changes."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as the feed gives it, its text already free of HTML."""

    guid: str | None
    link: str | None
    """Absolute http(s) address, or None."""
    title: str
    text: str
    """The longest of content and summary as plain text, paragraphs divided by newlines."""
    author: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    language: Language | None = None
    image: str | None = None
    source: str | None = None
    """The outlet, where the entry names another than the feed's own (RSS `<source>`)."""


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed document after parsing."""

    title: str
    link: str | None
    language: Language | None
    format: str
    """`rss20`, `atom10`, `json11`, …"""
    entries: tuple[Entry, ...]
    warning: str | None = None
    """What was wrong with a document that could be read all the same."""
    ttl: timedelta | None = None
    """How long the feed says it may be cached (`ttl`, `sy:updatePeriod`)."""
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    """Weekdays, Monday = 0."""
    hub: str | None = None
    self_link: str | None = None


@dataclass(frozen=True, slots=True)
class ParseFailed:
    """Why a document gave no feed, in one line."""

    reason: str


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """What to ask for. `trusted`: the address stands in a configuration file (file:, private hosts)."""

    url: str
    purpose: Literal["feed", "page"] = "feed"
    etag: str | None = None
    last_modified: str | None = None
    trusted: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """A body and what the server said of it. Header names are lower-case."""

    url: str
    """Where the body came from, after redirects."""
    body: bytes = field(repr=False)
    headers: Mapping[str, str]
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None
    """The new address where every redirect on the way was permanent (301, 308)."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """The document is as it was (304)."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


class FetchProblem(StrEnum):
    """The kinds of failure that polling treats differently."""

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    REFUSED_ADDRESS = "refused-address"
    TOO_LARGE = "too-large"
    TOO_MANY_REDIRECTS = "too-many-redirects"
    GONE = "gone"
    BLOCKED = "blocked"
    RATE_LIMITED = "rate-limited"
    HTTP_ERROR = "http-error"
    BAD_CONTENT = "bad-content"


@dataclass(frozen=True, slots=True)
class FetchFailed:
    """Why nothing came, in one calm line, and when the server wants to be asked again."""

    url: str
    problem: FetchProblem
    reason: str
    status: int | None = None
    retry_after: timedelta | None = None


FetchOutcome = Fetched | NotModified | FetchFailed


@dataclass(frozen=True, slots=True)
class Extracted:
    """The article of a web page."""

    title: str
    text: str
    language: Language | None = None
    author: str | None = None
    published_at: datetime | None = None
    canonical: str | None = None
    image: str | None = None
    site: str | None = None


@dataclass(frozen=True, slots=True)
class ExtractFailed:
    """Why a page gave no article, in one line."""

    reason: str


# --- articles --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Article:
    """An entry after identity, cleaning and (if needed) full-text extraction."""

    id: ArticleId
    title: str
    text: str
    language: Language
    published_at: datetime | None = None
    """As the outlet says; never later than `first_seen_at`."""
    first_seen_at: datetime | None = None
    """None for articles that come from a file and not from a poll."""
    feed_id: FeedId | None = None
    link: str | None = None
    """Canonical address."""
    source: str = ""
    """The outlet, for people: `Antara`, `BBC News`."""
    author: str | None = None
    image: str | None = None
    story_id: StoryId | None = None


ArchiveNumber = NewType("ArchiveNumber", int)
"""What the archive's index calls an article, until the outlet edits it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the archive."""

    since: datetime
    """By when articles were first seen."""
    languages: frozenset[Language] | None = None
    """None: any."""
    feeds: frozenset[FeedId] | None = None
    """None: any; articles of no feed are in every scope."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What an answer about the past rests on."""

    since: datetime
    """What was asked for."""
    now: datetime
    begins: datetime | None
    """When the oldest article of the archive was first seen; None where there is none."""
    articles: int
    """Of the archive since then, in the languages and from the feeds in question: compared by words or vectors."""
    read: int
    """Judged exactly: the most promising."""
    embedded: int
    """Of these, anew."""
    left: int
    """What there was no time for."""

    @property
    def begun(self) -> datetime:
        """Where the answer begins: with the archive, where that is younger than what was asked for."""
        return max(self.since, self.begins) if self.begins else self.now


@dataclass(frozen=True, slots=True)
class Wanted:
    """Words of which an article must have one. All of them are folded (`bot.text.tokens`)."""

    words: frozenset[str] = frozenset()
    """In any form that the word has in the article's language."""
    tokens: frozenset[str] = frozenset()
    """Exactly so."""
    beginnings: frozenset[str] = frozenset()
    """Words that begin so."""


# --- topics ----------------------------------------------------------------------------------


class Delivering(StrEnum):
    """How a topic's alerts reach their chats."""

    INSTANT = "instant"
    DIGEST = "digest"
    URGENT = "urgent"


class SensitivityName(StrEnum):
    """Named thresholds; what each is worth is a figure shipped with the matching model."""

    STRICT = "strict"
    BALANCED = "balanced"
    BROAD = "broad"


Sensitivity = SensitivityName | float
"""A name, or a probability in 0..1."""


@dataclass(frozen=True, slots=True)
class Example:
    """An article that a topic was shown: more like these."""

    origin: str
    """Where it came from: a path, an address, `message`."""
    title: str
    text: str
    language: Language
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Destination:
    """A chat, or a thread of a chat. `chat` is a number, `@name`, or `console`."""

    chat: str
    thread: int | None = None

    def __str__(self) -> str:
        return self.chat if self.thread is None else f"{self.chat}/{self.thread}"

    @property
    def is_console(self) -> bool:
        return self.chat == "console"


CONSOLE = Destination("console")


@dataclass(frozen=True, slots=True)
class Topic:
    """Something watched. Matched = (like the examples OR query) AND require AND NOT exclude."""

    id: TopicId
    name: str
    examples: tuple[Example, ...] = ()
    counterexamples: tuple[Example, ...] = ()
    """Articles of another story that resembles the examples: what is rather like these is not like the examples."""
    query: str = ""
    require: str = ""
    exclude: str = ""
    sensitivity: Sensitivity = SensitivityName.BALANCED
    languages: tuple[Language, ...] = ()
    feeds: tuple[str, ...] = ()
    """Tags or feed ids; empty: all."""
    destinations: tuple[Destination, ...] = ()
    """Empty: the admins."""
    delivering: Delivering = Delivering.INSTANT
    owner: str = "file"
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why an article was judged to be on a topic; what does not apply is empty or None."""

    terms: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    nearest_example: str | None = None
    """Title (or origin) of the example it resembles most."""
    similarity: float | None = None
    """Aligned cosine of its opening with that of the example, -1..1; between languages, not raised by their clarity."""
    sentence: str | None = None
    """The article's sentence that fits the topic best."""
    query: tuple[str, ...] = ()
    """The parts of the query that hit, as written."""


@dataclass(frozen=True, slots=True)
class Match:
    """An article judged against a topic: a probability and the evidence for it."""

    article_id: ArticleId
    topic_id: TopicId
    score: float
    matched: bool
    evidence: Evidence
    threshold: float = 0.5


class Verdict(StrEnum):
    """What a reader says of an article on a topic."""

    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Vote:
    """A reader's verdict on an article for a topic. What is learned from it outlives the article in the archive."""

    topic_id: TopicId
    article_id: ArticleId
    voter: str
    """`command` for the command line, else who voted in the messenger."""
    verdict: Verdict
    cast_at: datetime
    article: Example = field(repr=False)
    """Title and the beginning of the text, as they were when the vote was cast."""


@dataclass(frozen=True, slots=True)
class Measured:
    """How a figure was, and how it is now."""

    before: float
    now: float


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a vote, or its undoing, has changed."""

    topic_id: TopicId
    topic_name: str
    article_id: ArticleId
    title: str
    verdict: Verdict | None
    """None: taken back."""
    score: Measured | None = None
    """Of the article. None: the topic has no examples, and a query does not learn."""
    threshold: Measured | None = None
    words: tuple[str, ...] = ()
    """Of the article, as it writes them: what counts now for the topic, or against it."""
    has_query: bool = False


# --- alerts and deliveries -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TopicReason:
    """A topic that an alert belongs to, and why, for the one destination it is composed for."""

    topic_id: TopicId
    topic_name: str
    score: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Alert:
    """What is told: one article (or story) for one destination, its topics, a summary, the reason."""

    id: AlertId
    article_id: ArticleId
    title: str
    link: str | None
    source: str
    language: Language
    published_at: datetime | None
    first_seen_at: datetime
    summary: tuple[str, ...]
    """Sentences, in the order of the article."""
    reasons: tuple[TopicReason, ...]
    earlier: bool = False
    """Published before its topic or destination was there: told as background."""
    image: str | None = None
    feed_id: FeedId | None = None


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One line of a digest."""

    alert_id: AlertId
    title: str
    link: str | None
    source: str
    published_at: datetime | None
    topic_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """Several alerts told in one message. `why` is a key of the wording: `over-budget`, `scheduled`."""

    id: AlertId
    why: str
    items: tuple[DigestItem, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the bot says of itself. `code` is a key of the wording, `values` fill it in."""

    id: AlertId
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


Content = Alert | Digest | Notice


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
    become `folded` into it; `superseded` edits were overtaken by a newer one.
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


# --- chats -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chat:
    """What is remembered of a chat."""

    chat: str
    """As in `Destination.chat`."""
    kind: Literal["private", "group", "supergroup", "channel", "console"] = "private"
    title: str = ""
    language: Language | None = None
    timezone: str | None = None
    approved: bool = False
    paused_reason: str | None = None
    """Set when the bot may not write there; cleared when it is heard from again."""
    retry_after: datetime | None = None
    """Telegram asked to wait until then (RetryAfter)."""


@dataclass(frozen=True, slots=True)
class ReceivedUpdate:
    """An incoming update, stored before the offset moves on. `body` is its JSON as received."""

    id: UpdateId
    body: str
    received_at: datetime
