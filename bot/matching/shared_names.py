"""The names that two texts share, as the first one writes them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.features.background import background
from bot.matching.written_names import Name, Token, WrittenText
from bot.text.news_words import BODIES, COUNTRY_INITIALS, OFFICES

Keys = tuple[str, ...]

_ROMAN = re.compile(r"[IVX]+")
_GENITIVE = re.compile(r"['’]s$")
_ADJECTIVE = re.compile(r"[А-Я].+(?:ской|скую|ском|ским|ного|ному|ной|ную|ных|ным|ный|ная|ное)")
"""In Russian only the first word of an organization has a capital: `Всемирной организации`."""
_BEFORE_NAME = re.compile(r"(?<!\w)(?:al|el|as|ash|ad|an|ar|at)[-\u2010\u2011]$")
_SHOUTED = 5
_LONGEST = 5
"""Words with capitals in a name; longer ones are those of laws and offices, and their parts are shown."""
_SLIP = 2
"""A name without its capital is a slip where it stands alone with one at least this many times as often."""
_COMPANY = frozenset(["pt", "cv"])


@dataclass(frozen=True, slots=True)
class SharedNames:
    """Names to show, and what of the text is part of names."""

    written: tuple[str, ...]
    places: frozenset[int]
    """Where the words of all shared names begin, shown or not."""


def shared_names(article: WrittenText, example: WrittenText, weights: Mapping[str, float], most: int) -> SharedNames:
    """The names that both texts have, in the longest form that both write.

    A part of a name counts where one of the texts writes it alone: `Rutte`, but not the `Korea` of two countries, nor
    the `Mark` of two people.

    Args:
        article: whose spelling is shown.
        example: the other text.
        weights: of the keys of shared words; a name without any of them is left out.
        most: the most names; those with the greatest weights, the rarest first.
    """
    known = _Known(article, example)
    names, others = _split(article, known), _split(example, known)
    alone = {_keys(name) for name in (*names, *others)}
    theirs = _Phrases(others)
    found: dict[Keys, list[Name]] = {}
    for name in names:
        for one in _parts(name, theirs, alone):
            part = _extended(one, article, theirs, known) if one[0].start == name[0].start else one
            found.setdefault(_keys(part), []).append(part)
    certain = article.certain | example.certain
    kept = [keys for keys, forms in found.items() if _is_name(keys, forms[0], certain, known)]
    value = {keys: max((weights.get(key, 0.0) for key in keys), default=0.0) for keys in kept}
    kept = [keys for keys in kept if value[keys] > 0]
    kept.sort(key=lambda keys: (-value[keys], -len(keys)))
    chosen: list[Keys] = []
    listed: set[str] = set()
    for keys in kept:
        if not listed.issuperset(keys) and not any(_are_one(keys, one, alone, known) for one in chosen):
            listed.update(keys)
            chosen.append(keys)
        if len(chosen) == most:
            break
    return SharedNames(
        tuple(_spelling(article.text, found[keys]) for keys in _rarest_first(chosen, found, article)),
        frozenset(token.start for forms in found.values() for name in forms for token in name),
    )


def _rarest_first(chosen: Sequence[Keys], found: Mapping[Keys, Sequence[Name]], text: WrittenText) -> list[Keys]:
    """The names by their rarest word in the language."""
    table = background(text.language)
    rarity = {keys: float(table.idf([token.folded for token in found[keys][0]]).max()) for keys in chosen}
    return sorted(chosen, key=lambda keys: -rarity[keys])


def _spelling(text: str, forms: Sequence[Name]) -> str:
    """How a name is shown: not in capitals if it is also written otherwise, and in its shortest form."""
    written = [_as_written(text, name) for name in forms]
    quiet = [one for one in written if not (len(one) >= _SHOUTED and one.isupper())]
    return min(quiet or written, key=len)


def _as_written(text: str, name: Name) -> str:
    before = _BEFORE_NAME.search(text, max(0, name[0].start - 5), name[0].start)
    start = before.start() if before else name[0].start
    return _GENITIVE.sub("", text[start : name[-1].end])


class _Phrases:
    """Finds words side by side in names."""

    def __init__(self, names: Sequence[Name]) -> None:
        self._joined = "\n".join(f" {' '.join(_keys(name))} " for name in names)

    def has(self, keys: Keys) -> bool:
        return f" {' '.join(keys)} " in self._joined


def _keys(name: Name) -> Keys:
    return tuple(token.key for token in name)


def _parts(name: Name, theirs: _Phrases, alone: Collection[Keys]) -> Iterator[Name]:
    """The longest parts of a name that the other text has and that stand alone somewhere; most often the whole."""
    start = 0
    while start < len(name):
        for end in range(len(name), start, -1):
            part = name[start:end]
            keys = _keys(part)
            if keys in alone and theirs.has(keys) and sum(token.is_capitalized for token in part) <= _LONGEST:
                yield part
                start = end - 1
                break
        start += 1


def _are_one(some: Keys, others: Keys, names: Collection[Keys], known: _Known) -> bool:
    """Whether two words are parts of one name, as a first name and a surname are: one of them is enough."""
    if len(some) != 1 or len(others) != 1:
        return False
    if some in known.countries or others in known.countries:
        return False
    both = ((*some, *others), (*others, *some))
    return any(pair in names and not known.stand_rather(*pair) for pair in both)


def _extended(name: Name, text: WrittenText, theirs: _Phrases, known: _Known) -> Name:
    """A name with the words before it that the other text has there, too, though they may begin a sentence here."""
    while (longer := text.longer(name)) is not None and theirs.has(_keys(longer)) and not known.stands_rather(longer):
        name = longer
    return name


def _is_name(keys: Keys, form: Name, certain: Collection[str], known: _Known) -> bool:
    """Whether words are surely a name: some have capitals where only names do; one alone is never written small."""
    if not any(key in certain for key in keys):
        return False
    if len(form) > 1:
        return True
    (token,) = form
    if token.written[0].isdigit() or token.folded in BODIES or token.folded in OFFICES:
        return False
    if _ADJECTIVE.fullmatch(token.written):
        return False
    if len(token.written) < 2 or token.is_stop or _ROMAN.fullmatch(token.written):
        return False
    return token.is_acronym or not known.is_small(token.key)


class _Known:
    """What the names of two texts tell of where others begin and end."""

    def __init__(self, *texts: WrittenText) -> None:
        names = [name for text in texts for name in text.names]
        self._cases = [text.cases for text in texts]
        self.whole = Counter(_keys(name.words) for name in names)
        self._beside = Counter(pair for name in names for pair in pairwise(_keys(name.words)))
        self.untitled = {_keys(name.words) for name in names if not name.titled}
        certain = (text.pairs for text in texts)
        written = ({pair for name in text.names for pair in pairwise(_keys(name.words))} for text in texts)
        self.pairs = frozenset[tuple[str, str]]().union(*certain, set[tuple[str, str]].intersection(*written))
        """Words that surely follow one another within a name: both texts have them so, or one within a sentence."""
        initials = ((key,) for key in COUNTRY_INITIALS)
        self.countries = frozenset(initials).union(*(text.countries for text in texts))

    def is_small(self, key: str) -> bool:
        """Whether a word is written without a capital, too, and not just by a slip."""
        small = sum(cases[key, False] for cases in self._cases)
        return small * _SLIP > self.whole[key,]

    def stands_rather(self, name: Name) -> bool:
        """Whether the first word stands alone more often than before the second: `Aceh`, but no first name."""
        return self.stand_rather(name[0].key, name[1].key)

    def stand_rather(self, first: str, second: str) -> bool:
        """Likewise, by their keys."""
        return self.whole[first,] > self._beside[first, second]

    def stands(self, name: Name) -> bool:
        """Whether it is written as a name somewhere."""
        return _keys(name) in self.whole


def _split(text: WrittenText, known: _Known) -> list[Name]:
    """The names of a text, taken apart where two merely stand side by side: `Iran-Israel`, `Rusia Vladimir Putin`."""
    found: list[Name] = []
    for name in text.names:
        rest = name.words
        if name.doubtful and len(rest) > 1 and (rest[0].key, rest[1].key) not in known.pairs:
            behind = tuple(_apart(text.text, rest[1:], known))
            if all(map(known.stands, behind)):
                found += behind
                continue
        while name.titled and _keys(rest) not in known.untitled and (words := _of_office(rest, known)):
            found.append(rest[:words])
            rest = rest[words:]
        found += _apart(text.text, rest, known)
    return found


def _of_office(name: Name, known: _Known) -> int:
    """How many words behind a title say of what: `Rusia`, `DPR`, before the name of the person; 0 if none does."""
    for words in range(min(len(name) - 1, 3), 0, -1):
        if _keys(name[:words]) in known.countries or (words > 1 and known.stands(name[:words])):
            return words
    if len(name) < 2:
        return 0
    if name[0].is_acronym and name[0].folded not in _COMPANY and not name[1].written[0].isdigit():
        return 1
    return int(known.stands_rather(name) and (known.stands(name[1:]) or known.stands(name[-1:])))


def _apart(text: str, name: Name, known: _Known) -> Iterator[Name]:
    """A name, or the two that a hyphen or a particle joins or that stand side by side, where each is known."""
    for place in range(1, len(name)):
        left, right = name[:place], name[place:]
        particle = not right[0].is_capitalized and not right[0].written[0].isdigit()
        rest = tuple(_without_particles(right))
        if _GENITIVE.search(left[-1].written) and known.stands(left):
            is_two = True
        elif particle or text[left[-1].end : right[0].start] != " ":
            is_two = known.stands(left) and known.stands(rest)
        else:
            beside = place == 1 and len(name) > 2 and (known.stands(left) or _keys(left) in known.countries)
            is_two = beside and (known.stands(right) or known.stands(right[-1:]))
        if is_two:
            yield left
            yield from _apart(text, rest, known)
            return
    yield name


def _without_particles(name: Name) -> Iterator[Token]:
    begun = False
    for token in name:
        begun = begun or token.is_capitalized
        if begun:
            yield token
