"""What is polled, and what one poll of it brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from bot.model.ids import FeedId, Language


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

    @property
    def owning_chat(self) -> str | None:
        """The chat that added it; None for one of the files or of the command line."""
        return self.owner.removeprefix("chat:") if self.owner.startswith("chat:") else None


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
    failing_since: datetime | None = None
    """When the failures in a row began; None after a success."""
    overrun_at: datetime | None = None
    """When a poll last knew nothing of the document: entries may have come and gone since the one before."""
    entries: int | None = None
    """In the last document; None: there was none yet."""
    empty_since: datetime | None = None
    """When a document without entries took the place of one with entries; None while there are some."""
    newest_at: datetime | None = None
    """The latest date of an entry; None where they have none."""
    lull: timedelta | None = None
    """The longest time, of late, that one entry came after another."""
    lulls: int = 0
    """How many times between entries `lull` is the longest of, up to 20."""


class SubscriptionState(StrEnum):
    """How a feed stands with its hub."""

    WANTED = "wanted"
    """The feed names the hub; it has not confirmed yet."""
    ACTIVE = "active"
    ENDING = "ending"
    """It is to be told that nothing more is wanted."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed's subscription with a hub (W3C WebSub)."""

    token: str
    """The last part of the address that the hub calls: unguessable, of this subscription alone."""
    feed_id: FeedId
    hub: str
    topic: str
    """What the hub knows the feed by."""
    secret: str = field(repr=False)
    """What the hub signs its posts with."""
    state: SubscriptionState
    next_at: datetime
    """When the hub is asked again, if it does not come before."""
    asked_at: datetime | None = None
    lease_until: datetime | None = None
    failures: int = 0
    """Questions since the hub confirmed last."""

    def is_active(self, now: datetime) -> bool:
        """Whether the hub posts what is new. A lease from a clock that was ahead has no end that could be trusted."""
        if self.state is not SubscriptionState.ACTIVE or self.asked_at is None or self.lease_until is None:
            return False
        return self.asked_at <= now < self.lease_until


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
    is_whole: bool = True
    """False where the document breaks off: what is missing has to be asked for again."""


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
