"""What of an article or an example is compared: terms, names, numbers and days as sparse vectors."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from typing import Final

from bot.features.document import Document
from bot.model import Language

TERMS: Final = 0
NAMES: Final = 1
NUMBERS: Final = 2
SPACES: Final = 5
"""How many spaces a side has; the others are days and the numbers of the lead."""

_COMPARED_AS: Mapping[Language, Language] = {
    Language(code): Language(like)
    for code, like in {"ms": "id", "nb": "no", "nn": "no", "bs": "sh", "hr": "sh", "sr": "sh"}.items()
}
"""Languages that share their words and are easily confused; they count as one."""
_KEY_NAMES = 6
_DAMPING = 1.5
"""The number of keys that are assumed to be unshared in each space except that of terms (additive smoothing)."""
_LONG = 400


@dataclass(frozen=True, slots=True)
class Side:
    """The features of an article or an example: a sparse unit vector for each kind of key."""

    spaces: tuple[Mapping[str, float], ...]
    """Terms, names, numbers, days, numbers of the lead."""
    key_names: Mapping[str, float]
    """The key names with their shares, which sum to 1."""
    vocabulary: Collection[str]
    languages: frozenset[Language]
    length: float
    published: float | None
    """POSIX time of the publication; None where unknown."""


def side_of(document: Document) -> Side:
    """The features of a document."""
    published = document.published_at
    return Side(
        (
            document.terms,
            _damped(document.names),
            _number_weights(document.numbers),
            _day_weights(document.dates),
            _number_weights(document.lead_numbers),
        ),
        document.key_names,
        document.vocabulary,
        frozenset([_COMPARED_AS.get(document.language, document.language)]),
        log_length(document.length),
        None if published is None else published.timestamp(),
    )


def core_of(sides: Sequence[Side]) -> Side:
    """The common features of several examples: keys that at least two of them have, if they are three or more."""
    least = 2 if len(sides) > 2 else 1
    spaces = []
    for number in range(SPACES):
        shared = _shared([side.spaces[number] for side in sides], least)
        spaces.append(_unit(shared) if number == TERMS else _damped(shared))
    key_names = _shared([side.key_names for side in sides], least)
    kept = nlargest(_KEY_NAMES, sorted(key_names), key=lambda name: key_names[name])
    total = sum(key_names[name] for name in kept)
    times = [side.published for side in sides if side.published is not None]
    return Side(
        tuple(spaces),
        {name: key_names[name] / total for name in kept},
        frozenset(word for side in sides for word in side.vocabulary),
        frozenset(language for side in sides for language in side.languages),
        max(side.length for side in sides),
        sum(times) / len(times) if times else None,
    )


def _shared(weights: Sequence[Mapping[str, float]], least: int) -> Mapping[str, float]:
    """The sums of weights of keys that at least `least` of the mappings have."""
    sums: defaultdict[str, float] = defaultdict(float)
    holders: defaultdict[str, int] = defaultdict(int)
    for one in weights:
        for key, weight in one.items():
            sums[key] += weight
            holders[key] += 1
    return {key: weight for key, weight in sums.items() if holders[key] >= least}


def log_length(words: int) -> float:
    return min(1.0, math.log1p(words) / math.log1p(_LONG))


def _number_weights(numbers: frozenset[str]) -> Mapping[str, float]:
    """Weights of numbers: the more digits other than trailing zeros, the greater."""
    return _damped({number: len(number.replace(".", "").rstrip("0")) ** 0.5 for number in numbers})


def _day_weights(dates: frozenset[str]) -> Mapping[str, float]:
    """Weights of days without their year, which articles often leave out; a year alone is ignored."""
    return _damped({date[-5:]: 1.0 for date in dates if len(date) > 4})


def _damped(weights: Mapping[str, float]) -> Mapping[str, float]:
    """A vector shorter than 1, the shorter the fewer its keys: two texts with one number each may agree by chance."""
    length = math.sqrt(len(weights) / (len(weights) + _DAMPING))
    return {key: weight * length for key, weight in _unit(weights).items()}


def _unit(weights: Mapping[str, float]) -> Mapping[str, float]:
    norm = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {key: weight / norm for key, weight in weights.items()} if norm else {}
