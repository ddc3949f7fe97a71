"""What is known and told of a story besides its leading article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.ids import ArticleId, Language


@dataclass(frozen=True, slots=True)
class Facts:
    """What of articles a later one on their story is compared with, to see whether it says something new."""

    names: frozenset[str] = frozenset()
    """Folded words of names."""
    numbers: frozenset[str] = frozenset()
    phases: frozenset[str] = frozenset()
    """Codes of what has happened so far (`bot.stories.updates`)."""
    languages: frozenset[Language] = frozenset()
    """Names are compared within a language alone: others spell them otherwise."""

    def __or__(self, other: Facts) -> Facts:
        return Facts(
            self.names | other.names,
            self.numbers | other.numbers,
            self.phases | other.phases,
            self.languages | other.languages,
        )


@dataclass(frozen=True, slots=True)
class Update:
    """What an article adds to what a destination was told of its story."""

    numbers: tuple[str, ...] = ()
    """As its title writes them; so are names."""
    names: tuple[str, ...] = ()
    phase: str = ""
    """A code of `bot.stories.updates`; empty: no new one."""
    topics: tuple[str, ...] = ()
    """Names of topics that it matches and nothing told before did."""
    lull: timedelta | None = None
    """How long nothing had been published on the story, where that was long."""

    @property
    def is_material(self) -> bool:
        return self != Update()


@dataclass(frozen=True, slots=True)
class Version:
    """Another article on the story of an alert: the same event, told by another outlet."""

    article_id: ArticleId
    title: str
    link: str | None
    source: str
    language: Language
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a summary."""

    text: str
    source: str = ""
    """The outlet that it is from; empty: that of the alert."""
