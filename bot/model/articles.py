"""Articles, and the archive of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from bot.model.ids import ArticleId, FeedId, Language, StoryId


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
