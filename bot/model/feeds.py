"""Feeds, what is stored about them between polls, and the outcomes of fetching, parsing and extraction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal

from bot.model.ids import FeedId, Language


class FirstPoll(StrEnum):
    """Which entries of a feed's first document become articles: the recent ones, all, or none."""

    RECENT = "recent"
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that is polled. `url` is `http(s)://…`, or `file:///…` where a configuration file names it."""

    id: FeedId
    url: str
    title: str = ""
    tags: tuple[str, ...] = ()
    first_poll: FirstPoll = FirstPoll.RECENT
    owner: str = "file"
    """`file` for a feed of a configuration file, else `chat:ID` of the chat that added it."""
    every: timedelta | None = None
    """The poll interval configured for this feed; None: the one of `[polling]`."""
    user_agent: str = ""
    """The User-Agent that this feed's server is given; empty: the one of Kabar."""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Headers for requests to this feed's host only. `${NAME}` in a value stands for a variable of the environment."""

    @property
    def owning_chat(self) -> str | None:
        """The chat that added the feed; None for one of the files or of the command line."""
        return self.owner.removeprefix("chat:") if self.owner.startswith("chat:") else None


@dataclass(frozen=True, slots=True)
class DateStyle:
    """How a feed writes its dates, as far as they have shown it: what a date leaves open is read by it."""

    zone: timedelta | None = None
    """The offset from UTC of most dates that name one."""
    day_first: bool | None = None
    """Whether `03/04/2026` is the third of April."""


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is stored about a feed between two polls."""

    feed_id: FeedId
    next_poll_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    polled_at: datetime | None = None
    """When it was last polled, whether that succeeded or not."""
    succeeded_at: datetime | None = None
    failures: int = 0
    """Failed polls in a row; 0 after a success."""
    error: str | None = None
    """The last failure, in one line; None after a success."""
    interval: timedelta | None = None
    """The poll interval that follows from how often the feed publishes."""
    moved_to: str | None = None
    """The target of a permanent redirect, once it was followed."""
    gone: bool = False
    """The server answered 410 Gone (RFC 9110, 15.5.11): the feed is not polled until its address changes."""
    failing_since: datetime | None = None
    """When the failures in a row began; None after a success."""
    overrun_at: datetime | None = None
    """When a poll last found no entry that was known: entries may have been missed since the poll before."""
    entries: int | None = None
    """The number of entries in the last document; None before the first."""
    empty_since: datetime | None = None
    """When the feed, which had entries before, was first found empty; None while it has entries."""
    newest_at: datetime | None = None
    """The latest date of an entry; None where no entry has a date."""
    lull: timedelta | None = None
    """The longest recent time between two entries that follow each other."""
    lulls: int = 0
    """The number of times between entries that `lull` is the maximum of, at most 20."""
    document_at: datetime | None = None
    """When the server last sent a whole document, and not 304 Not Modified."""
    date_zone: timedelta | None = None
    day_first: bool | None = None

    @property
    def dates(self) -> DateStyle:
        """How the feed has written its dates so far."""
        return DateStyle(self.date_zone, self.day_first)


class SubscriptionState(StrEnum):
    """The state of a feed's subscription with its hub."""

    WANTED = "wanted"
    """The feed names the hub; the hub has not confirmed the subscription yet."""
    ACTIVE = "active"
    ENDING = "ending"
    """The hub has to be asked to unsubscribe."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed's subscription with a hub (W3C WebSub, https://www.w3.org/TR/websub/)."""

    token: str
    """The last part of the callback address: unguessable, and used for this subscription only."""
    feed_id: FeedId
    hub: str
    topic: str
    """The topic URL by which the hub knows the feed: the feed's `self` link."""
    secret: str = field(repr=False)
    """`hub.secret`: the hub signs its posts with it."""
    state: SubscriptionState
    next_at: datetime
    """When to send the hub the next request if it does not call before."""
    asked_at: datetime | None = None
    lease_until: datetime | None = None
    failures: int = 0
    """Requests to the hub since it last confirmed."""

    def is_active(self, now: datetime) -> bool:
        """Whether the hub pushes new entries now.

        A lease that was asked for in the future (the clock was ahead then) does not count: its end cannot be trusted.
        """
        if self.state is not SubscriptionState.ACTIVE or self.asked_at is None or self.lease_until is None:
            return False
        return self.asked_at <= now < self.lease_until


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a feed as the feed has it, except that its text is already free of HTML."""

    guid: str | None
    link: str | None
    """An absolute http(s) address, or None."""
    title: str
    text: str
    """Plain text: the longer of content and summary, paragraphs separated by newlines."""
    author: str | None = None
    published_at: datetime | None = None
    updated_at: datetime | None = None
    language: Language | None = None
    image: str | None = None
    source: str | None = None
    """The outlet, where the entry names one other than the feed (RSS 2.0 `<source>`)."""


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
    """What is wrong with the document where it could be read nevertheless."""
    ttl: timedelta | None = None
    """How long the feed says that it may be cached (`ttl` of RSS 2.0, `sy:updatePeriod` of RSS 1.0 modules)."""
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    """Weekdays, Monday = 0."""
    hub: str | None = None
    self_link: str | None = None
    is_whole: bool = True
    """False where the document breaks off in the middle: it is then fetched again without `If-None-Match`."""
    dates: DateStyle = DateStyle()
    """How its dates are written; what they do not show is as it was remembered."""


@dataclass(frozen=True, slots=True)
class ParseFailed:
    """Why a document could not be read as a feed, in one line."""

    reason: str


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """A document to fetch.

    `trusted`: a configuration file names the address, so `file:` and private hosts are allowed.
    """

    url: str
    purpose: Literal["feed", "page"] = "feed"
    etag: str | None = None
    last_modified: str | None = None
    trusted: bool = False
    user_agent: str = ""
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Headers of the feed, for the host of `url` only; variables of the environment are not filled in yet."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """The body and the headers of an answer. Header names are lower-case."""

    url: str
    """The address of the body, after redirects."""
    body: bytes = field(repr=False)
    headers: Mapping[str, str]
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None
    """The target of the redirects where all of them were permanent (301, 308); None otherwise."""


@dataclass(frozen=True, slots=True)
class NotModified:
    """The document has not changed since the last poll (304, RFC 9110, 15.4.5)."""

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


class FetchProblem(StrEnum):
    """Kinds of failed fetches, as far as polling treats them differently."""

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
    """Why a fetch failed, in one line, and how long the server asks to wait (`Retry-After`)."""

    url: str
    problem: FetchProblem
    reason: str
    status: int | None = None
    retry_after: timedelta | None = None


FetchOutcome = Fetched | NotModified | FetchFailed


@dataclass(frozen=True, slots=True)
class Extracted:
    """The article that was extracted from a web page."""

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
    """Why no article could be extracted from a page, in one line."""

    reason: str
