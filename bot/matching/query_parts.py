"""The parts of a parsed query. Each can tell what of it an article has, in time linear in the article."""

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
"""Up to this number of places of a word they are checked one by one; beyond it the text is searched."""

Hits = tuple[str, ...]
"""The parts of a query that matched, as written."""


@dataclass(frozen=True, slots=True)
class RequiredTerms:
    """Terms of which an article must have at least one for a part to match; many queries are indexed by them.

    `words` are matched in all inflected forms, `tokens` exactly, `beginnings` by words with this prefix.
    """

    words: frozenset[str] = frozenset()
    tokens: frozenset[str] = frozenset()
    beginnings: frozenset[str] = frozenset()

    def __or__(self, other: RequiredTerms) -> RequiredTerms:
        return RequiredTerms(self.words | other.words, self.tokens | other.tokens, self.beginnings | other.beginnings)

    @property
    def cost(self) -> tuple[float, int]:
        """The approximate share of articles with one of them; of equal ones, longer words are rarer."""
        whole = self.words | self.tokens
        share = sum(map(share_of_articles, whole)) + sum(map(share_beginning_so, self.beginnings))
        return share, -min(map(len, whole | self.beginnings), default=0)


class Part(Protocol):
    """A node of a parsed query."""

    def hits(self, text: SearchText) -> Hits | None:
        """What of it the article has; None where it does not match. A part that only excludes matches with ()."""
        ...

    @property
    def needed(self) -> RequiredTerms | None:
        """The terms of which an article must have one; None where the part may match any article."""
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
        """Whether it is looked for only in title and text, whose words are indexed."""
        return set(self.fields) <= set(EVERYWHERE)


@dataclass(frozen=True, slots=True)
class Word(_Leaf):
    """One word in any of its inflected forms in the article's language."""

    word: str = ""

    def hits(self, text: SearchText) -> Hits | None:
        if self.fields is EVERYWHERE:  # the frequent case: both fields at once
            return (self.written,) if self._found(text) else None
        return _Leaf.hits(self, text)

    def _found(self, text: FieldText | SearchText) -> bool:
        return self.word in text.vocabulary or word_form(self.word, text.language) in text.forms

    @property
    def needed(self) -> RequiredTerms | None:
        return RequiredTerms(words=frozenset([self.word])) if self.in_words else None


@dataclass(frozen=True, slots=True)
class _Several(_Leaf):
    """Several words, exactly as written; in languages that elide (`l'armée`) without what the apostrophe cuts off."""

    words: tuple[str, ...] = ()
    elided: tuple[str, ...] = ()
    """The words for eliding languages; empty where there are no apostrophes."""

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
    """The words one after the other."""

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
    """The words in any order, with at most `apart` other words between them."""

    apart: int = 0

    def _in_place(self, wanted: tuple[str, ...], text: FieldText) -> bool:
        counts = Counter(wanted)
        places = sorted((place, word) for word in counts for place in text.places[word])
        return _stand_within(len(wanted) + self.apart, places, counts)


def _stand_within(size: int, places: list[tuple[int, str]], wanted: Mapping[str, int]) -> bool:
    """Whether `size` consecutive words have each wanted word as often as wanted (sliding window)."""
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
    """Any word with this prefix."""

    beginning: str = ""

    def _found(self, text: FieldText) -> bool:
        return text.has_beginning(self.beginning)

    @property
    def needed(self) -> RequiredTerms | None:
        return RequiredTerms(beginnings=frozenset([self.beginning])) if self.in_words else None


@dataclass(frozen=True, slots=True)
class Stretch(_Leaf):
    """Characters anywhere in the text: for scripts without spaces, and for addresses."""

    characters: str = ""
    pair: str = ""
    """A token that every text with these characters has; empty if there is none."""

    def _found(self, text: FieldText) -> bool:
        return self.characters in text.folded

    @property
    def needed(self) -> RequiredTerms | None:
        return RequiredTerms(tokens=frozenset([self.pair])) if self.pair and self.in_words else None


@dataclass(frozen=True, slots=True)
class Whole(_Leaf):
    """The field has exactly this value."""

    value: str = ""

    def _found(self, text: FieldText) -> bool:
        return text.folded == self.value

    @property
    def needed(self) -> RequiredTerms | None:
        return None


@dataclass(frozen=True, slots=True)
class Matching(_Leaf):
    """A regular expression, applied to the text as written."""

    pattern: Pattern = field(kw_only=True)

    def _found(self, text: FieldText) -> bool:
        return self.pattern.search(text.written) is not None

    @property
    def needed(self) -> RequiredTerms | None:
        return None


@dataclass(frozen=True, slots=True)
class All:
    """AND, also of adjacent words."""

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
