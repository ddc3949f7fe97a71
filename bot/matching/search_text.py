"""An article as queries look at it: folded words in order, as one string a field, which C code searches fast."""

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
    """What a query may name."""

    TITLE = "title"
    BODY = "body"
    SOURCE = "source"
    AUTHOR = "author"
    LANG = "lang"
    URL = "url"


EVERYWHERE = (Field.TITLE, Field.BODY)
"""Where words without a field are looked for."""


_MALAY = frozenset([Language("id"), Language("ms")])
_POSSESSIVE = re.compile(r"(?<=\w{4})nya$")
_ASKED = frozenset(["bertanya", "ditanya", "menanya", "penanya", "tertanya"])
"""Forms of `tanya`, no possessives."""
_ENGLISH = Language("en")
_ENGLISH_INFLECTION = re.compile(r"[bdfglmnprt]?(?:ing|ed)|e?s|[edy]|")
_INFLECTION = 2
"""Letters; what is longer mostly makes another word (`Bildung` of `Bild`, `publication` of `public`)."""
_LONG_INFLECTION = 3
_MANY_CASES = frozenset(map(Language, ("fi", "hu", "ru")))


@lru_cache(maxsize=20_000)
def word_form(word: str, language: Language) -> str:
    """What the forms of a word share that mean the same to someone who searches: its stem, if only an inflection goes.

    Stemmers go further: `important` is `import` to them, `international` `intern`. Where they take more than an
    inflection, only as much goes as is one (`elections`, not `election`). Of Indonesian, only `nya` goes: its stemmer
    takes `berita` for `ita`, other endings are parts of names and words (`Maluku`, `Ramallah`, `masalah`), and prefixes
    change what a word means.
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
    """Whether the word is its base with an inflection (or the base with another last letter)."""
    ending = word[len(commonprefix([word, base])) :]  # noqa: RUF071 -- no paths: characters are meant
    if language == _ENGLISH:
        return ending == "ies" or _ENGLISH_INFLECTION.fullmatch(ending) is not None
    return len(ending) <= (_LONG_INFLECTION if language in _MANY_CASES else _INFLECTION)


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
    def alphabetical(self) -> list[str]:
        """The words, each once."""
        return sorted(self.vocabulary)

    def has_beginning(self, beginning: str) -> bool:
        """Whether some word begins so."""
        place = bisect_left(self.alphabetical, beginning)
        return place < len(self.alphabetical) and self.alphabetical[place].startswith(beginning)

    @cached_property
    def places(self) -> Mapping[str, Sequence[int]]:
        """Positions of each word, ascending."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self.words):
            found[word].append(place)
        return found


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

    @property
    def language(self) -> Language:
        return self.article.language

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Of title and body."""
        return self.title.vocabulary | self.body.vocabulary

    @cached_property
    def forms(self) -> frozenset[str]:
        """Of title and body."""
        return self.title.forms | self.body.forms

    def field(self, name: Field) -> FieldText:
        text: FieldText | None = self.__dict__.get(name)  # much faster than getattr, where it has been asked for before
        return getattr(self, name) if text is None else text
