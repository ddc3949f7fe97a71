"""The values of a story besides its leading article: facts, updates, other versions, sentences of a summary."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.model.ids import ArticleId, Language


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one or more articles. A later article on the story is compared with them to find what is new."""

    names: frozenset[str] = frozenset()
    """Words of names, folded."""
    numbers: frozenset[str] = frozenset()
    phases: frozenset[str] = frozenset()
    """Codes of the phases that the story has reached (`bot.stories.phases`)."""
    languages: frozenset[Language] = frozenset()
    """Names are only compared within a language, since other languages spell them differently."""

    def __or__(self, other: Facts) -> Facts:
        return Facts(
            self.names | other.names,
            self.numbers | other.numbers,
            self.phases | other.phases,
            self.languages | other.languages,
        )


@dataclass(frozen=True, slots=True)
class Update:
    """What an article adds to what a destination was already sent on the story."""

    numbers: tuple[str, ...] = ()
    """Written as in the article's title; names too."""
    names: tuple[str, ...] = ()
    phase: str = ""
    """A code of `bot.stories.phases`; empty where the story has reached no new phase."""
    topics: tuple[str, ...] = ()
    """Names of topics that the article matches and no earlier message on the story did."""
    lull: timedelta | None = None
    """How long nothing was published on the story, where that was long."""

    @property
    def is_material(self) -> bool:
        return self != Update()


@dataclass(frozen=True, slots=True)
class Version:
    """Another article on the story of an alert, of any outlet."""

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
    """The outlet that the sentence is from; empty: the outlet of the alert."""
