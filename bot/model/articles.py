"""Articles, and questions about the archive of stored articles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from bot.model.ids import ArticleId, FeedId, Language, StoryId


@dataclass(frozen=True, slots=True)
class Article:
    """A feed entry after deduplication, cleaning and, if needed, extraction of the full text."""

    id: ArticleId
    title: str
    text: str
    language: Language
    published_at: datetime | None = None
    """As the outlet dates it, but never later than `first_seen_at`."""
    first_seen_at: datetime | None = None
    """None for articles that come from a file and not from a poll."""
    feed_id: FeedId | None = None
    link: str | None = None
    """The canonical address (`bot.text.urls.canonical_url`)."""
    source: str = ""
    """The outlet's name for people: `Antara`, `BBC News`."""
    author: str | None = None
    image: str | None = None
    story_id: StoryId | None = None


ArchiveNumber = NewType("ArchiveNumber", int)
"""The row number of an article in the archive's full-text index; it changes when the outlet edits the article."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A part of the archive: articles first seen since a time, in some languages, from some feeds."""

    since: datetime
    """Compared with `first_seen_at`."""
    languages: frozenset[Language] | None = None
    """None: all languages."""
    feeds: frozenset[FeedId] | None = None
    """None: all feeds. An article that came from no feed is in every scope."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the archive an answer about the past has looked at."""

    since: datetime
    """The beginning of the time span that was asked for."""
    now: datetime
    begins: datetime | None
    """When the oldest article of the archive was first seen; None for an empty archive."""
    articles: int
    """Articles in the time span, languages and feeds in question: all of them are compared by words or vectors."""
    read: int
    """The most promising of them, which were scored exactly."""
    embedded: int
    """Those of `read` that had no stored vector and were embedded for this answer."""
    left: int
    """Promising articles that were not scored because the time was up."""

    @property
    def begun(self) -> datetime:
        """Where the answer really begins: later than `since` where the archive is younger than that."""
        return max(self.since, self.begins) if self.begins else self.now


@dataclass(frozen=True, slots=True)
class Wanted:
    """Words of which an article must have at least one. All of them are folded (`bot.text.tokens`)."""

    words: frozenset[str] = frozenset()
    """Matched in every inflected form of the article's language."""
    tokens: frozenset[str] = frozenset()
    """Matched exactly."""
    beginnings: frozenset[str] = frozenset()
    """Matched by every word with this prefix."""
