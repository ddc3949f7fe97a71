"""An article as queries search it: the words of each field, and as one string, which is fast to search."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from itertools import pairwise

from bot.matching.word_forms import PREFIXED_LANGUAGES, without_prefix, word_form
from bot.model import Article, Language
from bot.text.clean import TEXT_LIMIT, normalized
from bot.text.folding import with_two_letters, words_with_two_letters
from bot.text.function_words import function_words
from bot.text.sentences import sentences
from bot.text.spellings import CLAUSE_END, CLAUSE_MARK, Spellings, folded_line, spellings
from bot.text.tokens import fold, is_stop_word


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


_CLAUSE_END = re.compile("[,;](?=\\s|$)|[\u3001\u060c\u061b\uff0c\uff1b]")
_CAPITALS = re.compile(r"(?<![^\W_])[^\W\d_](?:\.[^\W\d_])+(?![^\W_])|(?<![^\W_])[^\W\d_a-z]{2,}")
_CAPITALISED = re.compile(r"(?<![^\W_])[^\W\d_]{4,}")
_SIGNED = re.compile(r"[^\W_]+(?:\+\+|\+|#)|(?<![\w.])\.[^\W\d_]\w*")
_WORD = re.compile(r"[^\W\d_]+")


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
    def folded_line(self) -> str:
        """The same as it is searched by characters."""
        return folded_line(self.written)

    @cached_property
    def _spellings(self) -> Spellings:
        return spellings(self.written, self.language)

    @property
    def words(self) -> tuple[str, ...]:
        """The words in order; compounds with a hyphen are split."""
        return self._spellings.parts

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The words in all their spellings."""
        known = self._spellings
        found = {*known.parts, *known.compact, *known.others}
        if self.language in PREFIXED_LANGUAGES:
            found.update([without_prefix(word, self.language) for word in found])
        return frozenset(found)

    @cached_property
    def forms(self) -> frozenset[str]:
        return frozenset(word_form(word, self.language) for word in self.vocabulary)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The words in their order, in each way to spell them, with single blanks: ` a b . c `, a point ends a clause.

        Phrases are looked for in them, so that none runs from one sentence or one member of a list into the next.
        """
        clauses = [
            clause for sentence in sentences(self.written, self.language) for clause in _CLAUSE_END.split(sentence)
        ]
        marked = f" {CLAUSE_MARK} ".join(clauses)
        read = spellings(marked, self.language)
        readings = [read.parts, read.compact]
        if words_with_two_letters(self.written):
            readings.append(spellings(with_two_letters(marked), self.language).parts)
        if self.language in PREFIXED_LANGUAGES:
            readings.append(tuple(without_prefix(word, self.language) for word in read.parts))
        return tuple(f" {' '.join(reading)} " for reading in dict.fromkeys(readings))

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

    @cached_property
    def signed(self) -> frozenset[str]:
        """The words with a sign that is part of the name, folded: `c++`, `c#`, `.net`, `disney+`."""
        return frozenset(_SIGNED.findall(fold(self.written)))

    def has_capitals(self, word: str) -> bool:
        """Whether the text writes this folded word in capitals, as an acronym.

        `Nato` is an acronym as well, but not `Peta` in a text that also has `peta`, and no function word (`Will`). A
        text without any capital letter says nothing about case.
        """
        if not self._has_case or word in self._in_capitals:
            return True
        return (
            len(word) >= _LONG_ACRONYM
            and not is_stop_word(word, self.language)
            and word in self._with_capital
            and word not in self._without_capital
        )

    def writes_plainly(self, word: str) -> bool:
        """Whether the text has this folded word other than as a function word with accents (`uber`, German `über`)."""
        accented = _accented_function_words(self.language).get(word)
        if accented is None:
            return True
        return any(one != accented and fold(one) == word for one in _WORD.findall(normalized(self.written).casefold()))

    @cached_property
    def _has_case(self) -> bool:
        return self.written != self.written.lower()

    @cached_property
    def _in_capitals(self) -> frozenset[str]:
        found = [one for one in _CAPITALS.findall(self.written) if one.isupper()]
        # As written, too: letters that are folded to several, as in `A.Þ.`, are read one by one.
        forms = (form for one in found for form in dict.fromkeys((one, one.replace(".", ""))))
        return frozenset(word for form in forms for word in spellings(form, self.language).parts)

    @cached_property
    def _with_capital(self) -> frozenset[str]:
        return frozenset(fold(one) for one in _CAPITALISED.findall(self.written) if one[0].isupper())

    @cached_property
    def _without_capital(self) -> frozenset[str]:
        return frozenset(fold(one) for one in _CAPITALISED.findall(self.written) if one[0].islower())


_LONG_ACRONYM = 4
"""From this length on, acronyms are also written like names: `Nato`, `Opec`, `Unesco`."""


@cache
def _accented_function_words(language: Language) -> Mapping[str, str]:
    """Function words that are spelled with accents, by what is left without them where that is no function word."""
    known = function_words(language)
    return {fold(word): word for word in known if not word.isascii() and fold(word) not in known}


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
        """The words of title and body in all their spellings."""
        return self.title.vocabulary | self.body.vocabulary

    @cached_property
    def forms(self) -> frozenset[str]:
        """The word forms of title and body."""
        return self.title.forms | self.body.forms

    @cached_property
    def pairs(self) -> frozenset[str]:
        """Words of title and body that follow one another, `a b`, in each way to spell them."""
        found: set[str] = set()
        for line in (*self.title.lines, *self.body.lines):
            words = [word for word in line.split() if word != CLAUSE_END]
            found.update(map(" ".join, pairwise(words)))
        return frozenset(found)

    def has_capitals(self, word: str) -> bool:
        """Whether title or body has this folded word in capitals."""
        return self._together.has_capitals(word)

    def writes_plainly(self, word: str) -> bool:
        """Whether title or body has this folded word other than as a function word with accents."""
        return self._together.writes_plainly(word)

    @property
    def signed(self) -> frozenset[str]:
        """The words of title and body with a sign that is part of the name."""
        return self._together.signed

    @cached_property
    def _together(self) -> FieldText:
        return FieldText(f"{self.title.written}\n{self.body.written}", self.article.language)

    @cached_property
    def casefolded(self) -> str:
        """Title and body without case, else as written."""
        return self._together.written.casefold()

    def field(self, name: Field) -> FieldText:
        text: FieldText | None = self.__dict__.get(name)  # much faster than getattr for a field that was used before
        return getattr(self, name) if text is None else text
