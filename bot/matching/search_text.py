"""An article as queries look at it: folded words in order, as one string a field, which C code searches fast."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache

from bot.model import Article, Language
from bot.text.clean import TEXT_LIMIT
from bot.text.tokens import fold, stem, words


class Field(StrEnum):
    """What a query may name."""

    TITLE = "title"
    BODY = "body"
    SOURCE = "source"
    AUTHOR = "author"
    LANG = "lang"
    URL = "url"


EVERYWHERE = (Field.TITLE, Field.BODY)
"""Where words without a field are looked for."""


_PARTICLE = re.compile(r"(?<=\w{4})(?:(?:ku|mu|nya)?(?:lah|kah|pun)|ku|mu|nya)$")
_MALAY = frozenset([Language("id"), Language("ms")])


@lru_cache(maxsize=20_000)
def word_form(word: str, language: Language) -> str:
    """What the forms of a word share that mean the same to someone who searches.

    Of Indonesian only particles go (`beritanya`, `beritalah`): its stemmer takes `berita` for `ita`, `menembak` for
    `embak`, and prefixes change what a word means.
    """
    return _PARTICLE.sub("", word) if language in _MALAY else stem(word, language)


@dataclass(frozen=True)
class FieldText:
    """One field of an article. What a query does not ask for is not computed."""

    written: str
    language: Language

    @cached_property
    def folded(self) -> str:
        """Case and accents gone, blanks single."""
        return " ".join(fold(self.written).split())

    @cached_property
    def words(self) -> tuple[str, ...]:
        return words(self.written, self.language)

    @cached_property
    def line(self) -> str:
        """The words between single blanks, one at each end: ` a b c `."""
        return f" {' '.join(self.words)} "

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(self.words)

    @cached_property
    def forms(self) -> frozenset[str]:
        return frozenset(word_form(word, self.language) for word in self.vocabulary)

    @cached_property
    def places(self) -> Mapping[str, tuple[int, ...]]:
        """Positions of each word, ascending."""
        found: dict[str, list[int]] = {}
        for place, word in enumerate(self.words):
            found.setdefault(word, []).append(place)
        return {word: tuple(places) for word, places in found.items()}


@dataclass(frozen=True)
class SearchText:
    """The fields of an article, of a text at most `TEXT_LIMIT` characters."""

    article: Article

    @cached_property
    def title(self) -> FieldText:
        return FieldText(self.article.title[:TEXT_LIMIT], self.article.language)

    @cached_property
    def body(self) -> FieldText:
        return FieldText(self.article.text[:TEXT_LIMIT], self.article.language)

    @cached_property
    def source(self) -> FieldText:
        return FieldText(self.article.source, self.article.language)

    @cached_property
    def author(self) -> FieldText:
        return FieldText(self.article.author or "", self.article.language)

    @cached_property
    def url(self) -> FieldText:
        return FieldText(self.article.link or "", self.article.language)

    @cached_property
    def lang(self) -> FieldText:
        return FieldText(str(self.article.language), self.article.language)

    def field(self, name: Field) -> FieldText:
        text: FieldText = getattr(self, name)
        return text
