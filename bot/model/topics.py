"""Topics, matches of articles with them, and the votes that readers cast on matches."""

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
    """Named thresholds. The probability that each stands for is part of the matching model's data."""

    STRICT = "strict"
    BALANCED = "balanced"
    BROAD = "broad"


Sensitivity = SensitivityName | float
"""A named threshold, or a probability in 0..1."""


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
    """An article that shows what a topic is about: the topic matches articles like it."""

    origin: str
    """Where the example came from: a path, an address, or `message`."""
    title: str
    text: str
    language: Language
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Destination:
    """A chat, or one thread (forum topic) of it. `chat` is a number, `@name`, or `console`."""

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
    """Something that is watched. Matched = (like the examples OR query) AND require AND NOT exclude."""

    id: TopicId
    name: str
    examples: tuple[Example, ...] = ()
    counterexamples: tuple[Example, ...] = ()
    """Articles of other stories that resemble the examples. An article that is closer to these does not match."""
    query: str = ""
    require: str = ""
    exclude: str = ""
    sensitivity: Sensitivity = SensitivityName.BALANCED
    languages: tuple[Language, ...] = ()
    feeds: tuple[str, ...] = ()
    """Tags or feed ids; empty: all feeds."""
    destinations: tuple[Destination, ...] = ()
    """Empty: the admins' chats."""
    delivering: Delivering = Delivering.INSTANT
    digest_times: tuple[time, ...] = ()
    """When its digests come, in each chat's time zone; empty: at the digest times of the chat."""
    owner: str = "file"
    """`file` for a configuration file, else `chat:ID` of the chat that made it."""
    paused: bool = False
    review: bool = False
    """Alerts for a channel are first shown to the admins, who post or skip them."""

    @property
    def owning_chat(self) -> str | None:
        """The chat that made the topic; None for one of a configuration file."""
        return self.owner.removeprefix("chat:") if self.owner.startswith("chat:") else None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why an article matched a topic; fields that do not apply are empty or None."""

    terms: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    nearest_example: str | None = None
    """The title (or origin) of the most similar example."""
    similarity: float | None = None
    """Aligned cosine of the openings of article and example, -1..1; between languages without the boost for clarity."""
    sentence: str | None = None
    """The sentence of the article that fits the topic best."""
    query: tuple[str, ...] = ()
    """The parts of the query that matched, as written."""
    alone: float | None = None
    """The score by the examples alone, where other articles counted, too."""
    neighbours: tuple[ArticleId, ...] = ()
    """These articles (`bot.matching.neighbours`)."""


@dataclass(frozen=True, slots=True)
class Match:
    """The judgement of an article for a topic: a probability, whether it reaches the threshold, and the evidence."""

    article_id: ArticleId
    topic_id: TopicId
    score: float
    matched: bool
    evidence: Evidence
    threshold: float = 0.5


@dataclass(frozen=True, slots=True)
class Sighting:
    """An article that matched a topic, with what is needed to count it (`bot.alerts.trend`)."""

    article_id: ArticleId
    feed_id: FeedId | None
    title: str
    published_at: datetime | None
    seen_at: datetime


class Verdict(StrEnum):
    """A reader's judgement of an article for a topic."""

    GOOD = "good"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Vote:
    """A reader's verdict on an article for a topic. It is kept longer than the article is in the archive."""

    topic_id: TopicId
    article_id: ArticleId
    voter: str
    """`command` for the command line, a user's id in a private chat, `chat/user` in a group."""
    verdict: Verdict
    cast_at: datetime
    article: Example = field(repr=False)
    """Title and beginning of the text, as they were when the vote was cast."""

    @property
    def person(self) -> str:
        return self.voter.rpartition("/")[2]

    @property
    def group(self) -> str | None:
        """The group in which the vote was cast; None for a private chat or the command line."""
        return self.voter.rpartition("/")[0] or None


def voter_in(chat: str, user_id: int, *, alone: bool) -> str:
    """The id of a voter in a chat; `alone`: it is a private chat."""
    return str(user_id) if alone else f"{chat}/{user_id}"


@dataclass(frozen=True, slots=True)
class Measured:
    """A figure before and after a change."""

    before: float
    now: float


@dataclass(frozen=True, slots=True)
class Lesson:
    """What changed when a vote was cast or taken back."""

    topic_id: TopicId
    topic_name: str
    article_id: ArticleId
    title: str
    verdict: Verdict | None
    """None: the vote was taken back."""
    score: Measured | None = None
    """The score of the article. None: the topic has no examples, and a query does not learn from votes."""
    threshold: Measured | None = None
    words: tuple[str, ...] = ()
    """Words of the article, as it writes them, that now count for or against the topic."""
    has_query: bool = False
