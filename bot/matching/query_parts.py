"""The parts of a parsed query. Each can tell what of it an article has, in time linear in the article."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.matching.patterns import Pattern
from bot.matching.query_words import WordSequence, all_sequences, is_split_alike, literal, sequences, sequences_in
from bot.matching.rarity import rarest, rarest_pair, share_beginning_so, share_of_articles
from bot.matching.search_text import EVERYWHERE, Field, FieldText, SearchText
from bot.matching.word_forms import word_form
from bot.model import UNDETERMINED

_LATIN = re.compile("[0-9a-z]")

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
class Conditions:
    """What else an article must have where the folded words of a part are found: what folding takes away."""

    capitals: frozenset[str] = frozenset()
    """Words that must be in capitals somewhere: `WHO` is not `who`."""
    signed: frozenset[str] = frozenset()
    """Words with a sign that is part of the name: `c++` is not `c`."""
    plainly: bool = False
    """Written without accents, so that `Uber` is not the German function word `über`."""

    def hold(self, words: Iterable[str], text: FieldText | SearchText) -> bool:
        """Whether the text, which has these words, meets the conditions."""
        if self.signed and not self.signed <= text.signed:
            return False
        if self.capitals and not all(text.has_capitals(word) for word in self.capitals):
            return False
        return not self.plainly or all(text.writes_plainly(word) for word in words)


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
    """One word, in any of its spellings and in any of its inflected forms in the article's language."""

    words: tuple[str, ...] = ()
    conditions: Conditions = Conditions()

    def hits(self, text: SearchText) -> Hits | None:
        if self.fields is EVERYWHERE:  # the frequent case: both fields at once
            return (self.written,) if self._found(text) else None
        return _Leaf.hits(self, text)

    def _found(self, text: FieldText | SearchText) -> bool:
        for word in self.words:
            if (word in text.vocabulary or word_form(word, text.language) in text.forms) and self.conditions.hold(
                (word,), text
            ):
                return True
        return False

    @property
    def needed(self) -> RequiredTerms | None:
        return RequiredTerms(words=frozenset(self.words)) if self.in_words else None


@dataclass(frozen=True, slots=True)
class _Several(_Leaf):
    """Several words, exactly as written."""

    phrase: str = ""
    conditions: Conditions = Conditions()
    usual: tuple[WordSequence, ...] = field(init=False)
    """The words of the phrase, if they are the same in all languages."""

    def __post_init__(self) -> None:
        usual = sequences(self.phrase, UNDETERMINED) if is_split_alike(self.phrase) else ()
        object.__setattr__(self, "usual", usual)

    def _found(self, text: FieldText) -> bool:
        for one in self.usual or sequences_in(self.phrase, text.language):
            if text.vocabulary.issuperset(one.words) and self._in_place(one, text):
                return self.conditions.hold(one.words if len(one.words) == 1 else (), text)
        return False

    @abstractmethod
    def _in_place(self, wanted: WordSequence, text: FieldText) -> bool: ...

    @property
    def needed(self) -> RequiredTerms | None:
        if not self.in_words:
            return None
        return RequiredTerms(tokens=frozenset(rarest(one.words) for one in all_sequences(self.phrase)))


@dataclass(frozen=True, slots=True)
class Phrase(_Several):
    """The words one after the other, in one sentence."""

    def _in_place(self, wanted: WordSequence, text: FieldText) -> bool:
        if len(wanted.words) == 1 or any(wanted.stands_in(line) for line in text.lines):
            return True
        pattern = literal(self.phrase)  # with its own signs, it may run over the end of a sentence
        return pattern is not None and pattern.search(text.folded_line) is not None

    @property
    def needed_pairs(self) -> RequiredTerms | None:
        """As `needed`, but with two words that follow one another, which far fewer articles have than either."""
        if not self.in_words or literal(self.phrase) is not None:
            return self.needed
        return RequiredTerms(tokens=frozenset(rarest_pair(one.words) for one in all_sequences(self.phrase)))


@dataclass(frozen=True, slots=True)
class Near(_Several):
    """The words in any order, with at most `apart` other words between them."""

    apart: int = 0

    def _in_place(self, wanted: WordSequence, text: FieldText) -> bool:
        counts = Counter(wanted.words)
        places = sorted((place, word) for word in counts for place in text.places.get(word, ()))
        return _stand_within(len(wanted.words) + self.apart, places, counts)


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
    is_line: bool = False
    """Whether it is a text, as `folded_line` gives it; its Latin letters and digits are then whole words."""

    def _found(self, text: FieldText) -> bool:
        if not self.is_line:
            return self.characters in text.folded
        if self.characters not in text.folded_line:
            return False
        before, after = (_LATIN.match(edge) is not None for edge in (self.characters[0], self.characters[-1]))
        if not (before or after):
            return True
        start, end = f"(?<!{_LATIN.pattern})" if before else "", f"(?!{_LATIN.pattern})" if after else ""
        return re.search(f"{start}{re.escape(self.characters)}{end}", text.folded_line) is not None

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
