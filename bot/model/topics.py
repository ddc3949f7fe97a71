"""What is watched, why an article is on it, and what readers say of that."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum

from bot.model.ids import ArticleId, FeedId, Language, TopicId


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


class NotSensitivity(StrEnum):
    """Why a value is not a sensitivity."""

    UNKNOWN = "unknown"
    """Neither one of the names nor a number."""
    OUT_OF_RANGE = "out-of-range"
    """A number that is not from 0 to 1."""


def read_sensitivity(value: str | float) -> Sensitivity | NotSensitivity:
    """The sensitivity that a configuration, a command line, a button or the database means; a number may be text."""
    if isinstance(value, str):
        if value in set(SensitivityName):
            return SensitivityName(value)
        try:
            value = float(value)
        except ValueError:
            return NotSensitivity.UNKNOWN
    return float(value) if 0 <= value <= 1 else NotSensitivity.OUT_OF_RANGE


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
    digest_times: tuple[time, ...] = ()
    """When its digests come, in each chat's time zone; empty: at the times that the chat has chosen."""
    owner: str = "file"
    """`file` for a configuration file, else `chat:ID` of the chat that made it."""
    paused: bool = False
    review: bool = False
    """What it finds for a channel is shown to the admins first, who post or skip it."""

    @property
    def owning_chat(self) -> str | None:
        """The chat that made it; None for one of the files."""
        return self.owner.removeprefix("chat:") if self.owner.startswith("chat:") else None


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


@dataclass(frozen=True, slots=True)
class Sighting:
    """An article on a topic, as far as it is counted."""

    article_id: ArticleId
    feed_id: FeedId | None
    title: str
    published_at: datetime | None
    seen_at: datetime


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
    """`command` for the command line, a user's id in their private chat, `chat/user` in a group."""
    verdict: Verdict
    cast_at: datetime
    article: Example = field(repr=False)
    """Title and the beginning of the text, as they were when the vote was cast."""

    @property
    def person(self) -> str:
        return self.voter.rpartition("/")[2]

    @property
    def group(self) -> str | None:
        """The group that the vote was cast in, None where its voter reads alone."""
        return self.voter.rpartition("/")[0] or None


def voter_in(chat: str, user_id: int, *, alone: bool) -> str:
    """Who votes in a chat; `alone`: it is theirs."""
    return str(user_id) if alone else f"{chat}/{user_id}"


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
