"""Names of people, places and organizations as a text writes them: runs of capitalized words.

Unlike `bot.features.names`, which keeps words one by one for comparing, whole names are read here, for showing them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from bot.features.names import ENDS_SENTENCE, SUM
from bot.features.numbers import CALENDAR_WORDS
from bot.model import Language
from bot.text.locales import territory_names
from bot.text.news_words import (
    ABBREVIATED,
    AND,
    BEGIN_NAMES,
    BODIES,
    OFFICES,
    REPORTING_WORDS,
    TITLES,
    ZONES,
    particles,
)
from bot.text.tokens import fold, is_stop_word, stem

READ = 20_000
"""Characters of a text that are read."""

_WORD = re.compile(
    r"(?:[A-Z]\.){2,}|[^\W\d_](?:[\w'’]*\w)?|(?<![\w.,:])(?:\d{3,4}|\d{1,2}(?!-\d))(?:st|nd|rd|th)?(?!\w|[.,:]\d)"
)
_ADDRESS = re.compile(r"(?:https?://|[@#])\S+|(?<![\w.])(?:[\w-]+\.)+[a-z]{2,6}(?![\w.])(?:/\S*)?")
"""What no words are read from: addresses, `@names`, `#tags`."""
_ELIDED = re.compile(r"[dl]['’](?=[^\W\d_a-z])")
"""The beginning of `d'Or`."""
_STOPPED = TITLES | ABBREVIATED
_NEVER = CALENDAR_WORDS | ZONES
_SHOUTED = 5
"""From so many letters on, a word in capitals is no acronym."""
_DATELINE = re.compile(r"[\w ,./]{0,40}?(?:[-–—(:]|$)")
_LONGEST = 12
_HEADLINE_CAPITALS = 0.6


class Token(NamedTuple):
    """A word of a text."""

    start: int
    end: int
    written: str
    folded: str
    key: str
    """What the forms of a word have in common: its stem."""
    is_stop: bool
    is_capitalized: bool
    is_acronym: bool


Name = tuple[Token, ...]


class WrittenName(NamedTuple):
    """A maximal run of words that belong to names."""

    words: Name
    titled: bool
    """Whether a title stands before it."""
    doubtful: bool
    """Whether its first word may be an ordinary one with which a sentence begins."""


@dataclass(frozen=True)
class WrittenText:
    """A title and a text, read as words and names once."""

    title: str
    body: str
    language: Language
    name_words: Collection[str]
    """Folded words that `bot.features.names` found: at the beginning of a sentence only these belong to names."""
    stemmed: bool = True
    """Whether the forms of a word have one key. Texts in two languages are compared by words as they are."""

    @cached_property
    def text(self) -> str:
        return _ADDRESS.sub(_masked, f"{self.title}\n{self.body}"[:READ])

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        language, stemmed = self.language, self.stemmed
        return tuple(
            Token._make((*match.span(), match[0], *_read_word(match[0], language, stemmed)))
            for match in _WORD.finditer(self.text)
        )

    def key_of(self, folded: str) -> str:
        """What the forms of a folded word have in common."""
        return _key(folded, self.language, self.stemmed)

    @property
    def countries(self) -> frozenset[tuple[str, ...]]:
        """The keys of the names of countries."""
        return _countries(self.language, self.stemmed)

    @cached_property
    def cases(self) -> Counter[tuple[str, bool]]:
        """How often each word is written, with and without a capital, by its key."""
        return Counter((token.key, token.is_capitalized) for token in self.tokens)

    @cached_property
    def certain(self) -> frozenset[str]:
        """Keys of the words that have a capital where only names have one, and of acronyms."""
        return frozenset(self.tokens[place].key for place in self._capitals if place not in self._doubtful)

    @cached_property
    def place_of(self) -> Mapping[int, int]:
        """The numbers of the words that begin at each place of the text."""
        return {token.start: place for place, token in enumerate(self.tokens)}

    def longer(self, name: Name) -> Name | None:
        """The name with the word before it, if that has a capital."""
        place = self.place_of[name[0].start]
        before = self.tokens[place - 1] if place else None
        is_beside = before is not None and before.is_capitalized and self._gap(place) == " "
        return (before, *name) if before is not None and is_beside else None

    def _gap(self, place: int) -> str:
        """What stands before a word."""
        return self.text[self.tokens[place - 1].end if place else 0 : self.tokens[place].start]

    @cached_property
    def _capitals(self) -> tuple[int, ...]:
        """The places of words with capitals."""
        return tuple(place for place, token in enumerate(self.tokens) if token.is_capitalized)

    @cached_property
    def _doubtful(self) -> frozenset[int]:
        """The places where a capital says nothing: the beginning of a sentence, a headline that has many."""
        heading = len(self.title) if _is_headline_case(self.title) else 0
        shouts = self.title.isupper()
        return frozenset(
            place
            for place in self._capitals
            if (self.tokens[place].start < heading and (shouts or not self.tokens[place].is_acronym))
            or self._is_first(place, self.tokens[place], self._gap(place))
        )

    def _is_first(self, place: int, token: Token, gap: str) -> bool:
        if place and ENDS_SENTENCE.search(gap) is None:
            return False
        if token.is_acronym:
            return len(token.written) >= _SHOUTED
        before = self.tokens[place - 1]
        return not (place and gap == ". " and (len(before.written) == 1 or before.folded in _STOPPED))

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Words that stand side by side with capitals where only names have them."""
        return frozenset(
            (self.tokens[one].key, self.tokens[other].key)
            for one, other in pairwise(self._capitals)
            if other == one + 1 and self._gap(other) == " " and one not in self._doubtful
        )

    @cached_property
    def names(self) -> tuple[WrittenName, ...]:
        """All names in order, each as often as it is written."""
        doubtful = {self.tokens[place].start for place in self._doubtful}
        return tuple(
            WrittenName(words, titled, words[0].start in doubtful and words[0].key not in self.certain)
            for run, titled in self._runs()
            if (words := _trimmed(run))
        )

    def _runs(self) -> Iterator[tuple[list[Token], bool]]:
        between = particles(self.language)
        run: list[Token] = []
        pending: list[Token] = []
        titled = False
        shouting = self._shouted_until
        for place, token in enumerate(self.tokens):
            if not (run or titled or token.is_capitalized or token.folded in TITLES or token.written[0].isdigit()):
                continue  # most words
            joined = self._joins(place, run, pending)
            if (run or pending) and not joined:
                yield run, titled
                run, pending, titled = [], [], False
            if token.folded in TITLES and not token.is_acronym:
                while run and run[-1].folded in OFFICES:
                    run.pop()  # the `Prime` of `Prime Minister`
                yield run, titled
                run, pending, titled = [], [], True
            elif titled and not run and token.folded in OFFICES:
                continue
            elif run and token.written[0].islower() and self._is_between(place, run, between):
                pending.append(token)
            elif token.start >= shouting and self._is_part(place, token, run):
                run += [*pending, token]
                pending = []
            elif run or titled:
                yield run, titled
                run, pending, titled = [], [], False
        yield run, titled

    @cached_property
    def _shouted_until(self) -> int:
        """Where the dateline of the text ends, if it is written in capitals."""
        start = len(self.title) + 1
        match = _DATELINE.match(self.text, start)
        if match is None or not match[0].strip():
            return 0
        words = [word for word in _WORD.findall(match[0]) if len(word) >= _SHOUTED]
        return match.end() if words and all(word.isupper() for word in words[:1]) and match[0][-1] in "-–—(:" else 0

    def _joins(self, place: int, run: Sequence[Token], pending: Sequence[Token]) -> bool:
        """Whether nothing but a blank or a hyphen stands before the word."""
        gap = self._gap(place)
        if gap in (" ", "-", "\u2010", "\u2011"):
            return len(run) + len(pending) < _LONGEST
        last = run[-1] if run else None
        return gap in (". ", ".") and last is not None and (len(last.written) == 1 or last.folded in ABBREVIATED)

    def _is_between(self, place: int, run: Sequence[Token], between: Collection[str]) -> bool:
        """Whether a small word may stand within a name: `of`, the `day` of `Latter-day`, `and` in those of bodies."""
        word = self.tokens[place].folded
        if self._gap(place) == "-":
            return word != run[-1].folded
        return word in between or (word in AND and run[0].folded in BODIES)

    def _is_part(self, place: int, token: Token, run: Sequence[Token]) -> bool:
        """Whether a word belongs to a name, of which `run` stands right before it."""
        if token.written[0].isdigit():
            return bool(run) or not token.written.isdigit()
        if not token.is_capitalized:
            return bool(run) and token.folded == run[-1].folded  # `Laki-laki`
        if token.folded in _NEVER or SUM.fullmatch(token.folded):
            return False
        if place not in self._doubtful:
            return True
        if not token.is_stop and token.folded in self.name_words and token.folded not in REPORTING_WORDS:
            return True
        beside = place + 1 < len(self.tokens) and self._gap(place + 1) == " "
        return beside and (token.key, self.tokens[place + 1].key) in self.pairs


def _trimmed(run: Sequence[Token]) -> Name:
    """The words without function words at the ends, but for those that begin names."""
    words = list(run)
    while (
        words
        and words[0].is_stop
        and not words[0].is_acronym
        and (len(words) == 1 or words[0].folded not in BEGIN_NAMES)
    ):
        words.pop(0)
    while words and words[-1].is_stop and not words[-1].is_acronym:
        words.pop()
    return tuple(words)


def _is_headline_case(title: str) -> bool:
    long_words: list[str] = [word for word in _WORD.findall(title) if len(word) > 3]
    return sum(word[0].isupper() for word in long_words) > _HEADLINE_CAPITALS * len(long_words)


@lru_cache(maxsize=20_000)
def _read_word(written: str, language: Language, stemmed: bool) -> tuple[str, str, bool, bool, bool]:
    """What a `Token` has of a word."""
    folded = fold(written).removesuffix("'s").replace("'", "").replace(".", "")
    return (
        folded,
        _key(folded, language, stemmed),
        is_stop_word(folded, language),
        written[0].isupper() or _ELIDED.match(written) is not None,
        len(written) > 1 and written.isupper(),
    )


def _key(folded: str, language: Language, stemmed: bool) -> str:
    return stem(folded, language) if stemmed else folded


@cache
def _countries(language: Language, stemmed: bool) -> frozenset[tuple[str, ...]]:
    names = territory_names(language).items()
    return frozenset(
        tuple(_key(word, language, stemmed) for word in fold(name).split()) for code, name in names if code.isalpha()
    )


def _masked(address: re.Match[str]) -> str:
    return "·" * len(address[0])
