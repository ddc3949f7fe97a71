"""The parts of a query after reading, each able to say what of it an article has, in time linear in the article."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.matching.patterns import Pattern
from bot.matching.rarity import rarest, share_beginning_so, share_of_articles
from bot.matching.search_text import EVERYWHERE, Field, FieldText, SearchText, word_form
from bot.text.tokens import ELIDING_LANGUAGES

_FEW = 8
"""Places of a word that are looked at one by one sooner than the text is searched."""

Hits = tuple[str, ...]
"""The parts that hit, as written in the query."""


@dataclass(frozen=True, slots=True)
class RequiredTerms:
    """Words of which an article must have one for a part to hit: what many queries are indexed by.

    `words`: found in any of their forms; `tokens`: exactly so; `beginnings`: words that begin so.
    """

    words: frozenset[str] = frozenset()
    tokens: frozenset[str] = frozenset()
    beginnings: frozenset[str] = frozenset()

    def __or__(self, other: RequiredTerms) -> RequiredTerms:
        return RequiredTerms(self.words | other.words, self.tokens | other.tokens, self.beginnings | other.beginnings)

    @property
    def cost(self) -> tuple[float, int]:
        """About how many articles have one of them; among equals, longer words are rarer."""
        whole = self.words | self.tokens
        share = sum(map(share_of_articles, whole)) + sum(map(share_beginning_so, self.beginnings))
        return share, -min(map(len, whole | self.beginnings), default=0)


class Part(Protocol):
    """A node of a query."""

    def hits(self, text: SearchText) -> Hits | None:
        """What of it the article has; None where it does not hit. A part that only forbids hits with nothing."""
        ...

    @property
    def needed(self) -> RequiredTerms | None:
        """None where the part may hit whatever words an article has."""
        ...


@dataclass(frozen=True, slots=True)
class _Leaf(ABC):
    written: str
    fields: tuple[Field, ...] = EVERYWHERE

    def hits(self, text: SearchText) -> Hits | None:
        for name in self.fields:
            if self._found(text.field(name)):
                return (self.written,)
        return None

    @abstractmethod
    def _found(self, text: FieldText) -> bool: ...

    @property
    def in_words(self) -> bool:
        """Whether it is looked for in title or text, whose words are known."""
        return set(self.fields) <= set(EVERYWHERE)


@dataclass(frozen=True, slots=True)
class Word(_Leaf):
    """One word, in any of its forms in the article's language."""

    word: str = ""

    def hits(self, text: SearchText) -> Hits | None:
        if self.fields is EVERYWHERE:  # most words of most queries: both fields at once
            return (self.written,) if self._found(text) else None
        return _Leaf.hits(self, text)

    def _found(self, text: FieldText | SearchText) -> bool:
        return self.word in text.vocabulary or word_form(self.word, text.language) in text.forms

    @property
    def needed(self) -> RequiredTerms | None:
        return RequiredTerms(words=frozenset([self.word])) if self.in_words else None


@dataclass(frozen=True, slots=True)
class _Several(_Leaf):
    """Words, exactly as they are; in languages that elide (`l'armée`), those that are left without the apostrophes."""

    words: tuple[str, ...] = ()
    elided: tuple[str, ...] = ()
    """Empty where there are no apostrophes."""

    def _found(self, text: FieldText) -> bool:
        wanted = self.elided if self.elided and text.language in ELIDING_LANGUAGES else self.words
        return text.vocabulary.issuperset(wanted) and self._in_place(wanted, text)

    @abstractmethod
    def _in_place(self, wanted: tuple[str, ...], text: FieldText) -> bool: ...

    @property
    def needed(self) -> RequiredTerms | None:
        if not self.in_words:
            return None
        return RequiredTerms(tokens=frozenset(rarest(words) for words in (self.words, self.elided) if words))


@dataclass(frozen=True, slots=True)
class Phrase(_Several):
    """One after the other."""

    def _in_place(self, wanted: tuple[str, ...], text: FieldText) -> bool:
        size = len(wanted)
        if size == 1:
            return True
        before, word = min(enumerate(wanted), key=lambda one: len(text.places[one[1]]))
        places = text.places[word]
        if len(places) > _FEW:
            return f" {' '.join(wanted)} " in text.line
        return any(text.words[place - before : place - before + size] == wanted for place in places)


@dataclass(frozen=True, slots=True)
class Near(_Several):
    """In any order with at most `apart` others among them."""

    apart: int = 0

    def _in_place(self, wanted: tuple[str, ...], text: FieldText) -> bool:
        counts = Counter(wanted)
        places = sorted((place, word) for word in counts for place in text.places[word])
        return _stand_within(len(wanted) + self.apart, places, counts)


def _stand_within(size: int, places: list[tuple[int, str]], wanted: Mapping[str, int]) -> bool:
    """Whether some stretch of so many words has each as often as wanted: one window slides over the places."""
    missing = dict(wanted)
    lacking = len(wanted)
    first = 0
    for place, word in places:
        missing[word] -= 1
        lacking -= missing[word] == 0
        while not lacking:
            start, dropped = places[first]
            if place - start < size:
                return True
            missing[dropped] += 1
            lacking += missing[dropped] == 1
            first += 1
    return False


@dataclass(frozen=True, slots=True)
class Beginning(_Leaf):
    """Words that begin so."""

    beginning: str = ""

    def _found(self, text: FieldText) -> bool:
        return text.has_beginning(self.beginning)

    @property
    def needed(self) -> RequiredTerms | None:
        return RequiredTerms(beginnings=frozenset([self.beginning])) if self.in_words else None


@dataclass(frozen=True, slots=True)
class Stretch(_Leaf):
    """Characters anywhere: for scripts without blanks between words, and for addresses."""

    characters: str = ""
    pair: str = ""
    """A token that every text with these characters has, where there is one."""

    def _found(self, text: FieldText) -> bool:
        return self.characters in text.folded

    @property
    def needed(self) -> RequiredTerms | None:
        return RequiredTerms(tokens=frozenset([self.pair])) if self.pair and self.in_words else None


@dataclass(frozen=True, slots=True)
class Whole(_Leaf):
    """The field is exactly this."""

    value: str = ""

    def _found(self, text: FieldText) -> bool:
        return text.folded == self.value

    @property
    def needed(self) -> RequiredTerms | None:
        return None


@dataclass(frozen=True, slots=True)
class Matching(_Leaf):
    """A pattern, on the text as written."""

    pattern: Pattern = field(kw_only=True)

    def _found(self, text: FieldText) -> bool:
        return self.pattern.search(text.written) is not None

    @property
    def needed(self) -> RequiredTerms | None:
        return None


@dataclass(frozen=True, slots=True)
class All:
    """AND, and words side by side."""

    parts: tuple[Part, ...]

    def hits(self, text: SearchText) -> Hits | None:
        found: list[str] = []
        for part in self.parts:
            hits = part.hits(text)
            if hits is None:
                return None
            found.extend(hits)
        return _once(found)

    @property
    def needed(self) -> RequiredTerms | None:
        known = [needed for part in self.parts if (needed := part.needed) is not None]
        return known[0] if len(known) == 1 else min(known, key=lambda needed: needed.cost, default=None)


@dataclass(frozen=True, slots=True)
class Some:
    """OR."""

    parts: tuple[Part, ...]

    def hits(self, text: SearchText) -> Hits | None:
        found = [hits for part in self.parts if (hits := part.hits(text)) is not None]
        return _once(part for hits in found for part in hits) if found else None

    @property
    def needed(self) -> RequiredTerms | None:
        together = RequiredTerms()
        for part in self.parts:
            needed = part.needed
            if needed is None:
                return None
            together |= needed
        return together


@dataclass(frozen=True, slots=True)
class Without:
    """NOT."""

    part: Part

    def hits(self, text: SearchText) -> Hits | None:
        return () if self.part.hits(text) is None else None

    @property
    def needed(self) -> RequiredTerms | None:
        return None


def _once(parts: Iterable[str]) -> Hits:
    return tuple(dict.fromkeys(parts))
