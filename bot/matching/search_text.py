"""An article as queries search it: folded words in order, and as one string for each field, which is fast to search."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from os.path import commonprefix

from bot.model import Article, Language
from bot.text.clean import TEXT_LIMIT
from bot.text.tokens import fold, stem, words


class Field(StrEnum):
    """The fields that a query can name."""

    TITLE = "title"
    BODY = "body"
    SOURCE = "source"
    AUTHOR = "author"
    LANG = "lang"
    URL = "url"


EVERYWHERE = (Field.TITLE, Field.BODY)
"""The fields in which words without a field are looked for."""


_MALAY = frozenset([Language("id"), Language("ms")])
_POSSESSIVE = re.compile(r"(?<=\w{4})nya$")
_ASKED = frozenset(["bertanya", "ditanya", "menanya", "penanya", "tertanya"])
"""Forms of `tanya`, whose ending is no possessive."""
_ENGLISH = Language("en")
_ENGLISH_INFLECTION = re.compile(r"[bdfglmnprt]?(?:ing|ed)|e?s|[edy]|")
_INFLECTION = 2
"""Letters of an inflection; a longer ending makes another word (`Bildung` of `Bild`, `publication` of `public`)."""
_LONG_INFLECTION = 3
_MANY_CASES = frozenset(map(Language, ("fi", "hu", "ru")))


@lru_cache(maxsize=20_000)
def word_form(word: str, language: Language) -> str:
    """The form that the inflected forms of a word with one meaning share: its stem, if only an inflection is removed.

    Stemmers remove more: `important` becomes `import`, `international` `intern`. Where a stemmer removes more than an
    inflection, only as much is removed as is one (`elections`, not `election`). In Indonesian only `nya` is removed:
    its stemmer reduces `berita` to `ita`, other endings are parts of names and words (`Maluku`, `Ramallah`, `masalah`),
    and prefixes change the meaning.
    """
    if language in _MALAY:
        return word if word in _ASKED else _POSSESSIVE.sub("", word)
    shortest = stem(word, language)
    if shortest == word or _is_inflected(word, shortest, language):
        return shortest
    bases = [word[:-3] + "y"] if language == _ENGLISH and word.endswith("ies") else []
    bases += [word[:-letters] for letters in range(_LONG_INFLECTION, 0, -1)]
    return next(
        (one for one in bases if _is_inflected(word, one, language) and stem(one, language) == shortest),
        word,
    )


def _is_inflected(word: str, base: str, language: Language) -> bool:
    """Whether a word is its base with an inflection (or the base with another last letter)."""
    ending = word[len(commonprefix([word, base])) :]  # noqa: RUF071 -- no paths: characters are meant
    if language == _ENGLISH:
        return ending == "ies" or _ENGLISH_INFLECTION.fullmatch(ending) is not None
    return len(ending) <= (_LONG_INFLECTION if language in _MANY_CASES else _INFLECTION)


@dataclass(frozen=True)
class FieldText:
    """One field of an article. Only what a query needs is computed."""

    written: str
    language: Language

    @cached_property
    def folded(self) -> str:
        """The text without case and accents, with single blanks."""
        return " ".join(fold(self.written).split())

    @cached_property
    def words(self) -> tuple[str, ...]:
        return words(self.written, self.language)

    @cached_property
    def line(self) -> str:
        """The words with single blanks between them and at both ends: ` a b c `."""
        return f" {' '.join(self.words)} "

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(self.words)

    @cached_property
    def forms(self) -> frozenset[str]:
        return frozenset(word_form(word, self.language) for word in self.vocabulary)

    @cached_property
    def alphabetical(self) -> list[str]:
        """The distinct words, sorted."""
        return sorted(self.vocabulary)

    def has_beginning(self, beginning: str) -> bool:
        """Whether any word has this prefix."""
        place = bisect_left(self.alphabetical, beginning)
        return place < len(self.alphabetical) and self.alphabetical[place].startswith(beginning)

    @cached_property
    def places(self) -> Mapping[str, Sequence[int]]:
        """The positions of each word, ascending."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self.words):
            found[word].append(place)
        return found


@dataclass(frozen=True)
class SearchText:
    """The fields of an article, with at most `TEXT_LIMIT` characters of text."""

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

    @property
    def language(self) -> Language:
        return self.article.language

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The words of title and body."""
        return self.title.vocabulary | self.body.vocabulary

    @cached_property
    def forms(self) -> frozenset[str]:
        """The word forms of title and body."""
        return self.title.forms | self.body.forms

    def field(self, name: Field) -> FieldText:
        text: FieldText | None = self.__dict__.get(name)  # much faster than getattr for a field that was used before
        return getattr(self, name) if text is None else text
