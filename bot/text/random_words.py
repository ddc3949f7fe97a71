"""Whether a word looks as if a machine had drawn it: a key, a token, a digest. Pure; no list of words is needed.

People read addresses and so their parts are made of words, dates and numbers. A key is drawn from letters and digits
without regard to how it reads: letters and digits alternate, capitals stand anywhere, consonants pile up, and letters
follow each other that do so in no language.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from bot.text.letter_pairs import bits_for_words

UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
"""The text form of a UUID (RFC 9562, section 4)."""

_SHORTEST: Final = 12
"""Characters below which nothing is called random: too many short ids of articles would be."""
_SHORTEST_LETTERS: Final = 16
"""For letters of one case alone: abbreviations and other languages have strange ones, too."""
_SHORTEST_NUMBER: Final = 17
"""Digits: a time in microseconds has 16, dates with a time and ids of articles fewer."""

_WORDS_OF_TITLE: Final = 2
_SHORTEST_IN_TITLE: Final = 16
"""Behind the words of a title, Medium has ids of 12 characters, which are no keys."""
_PARTS: Final = 4
"""Parts enough to speak of their mean length."""

_RUN: Final = re.compile(r"[A-Za-z0-9]+")
_HEX: Final = re.compile(r"(?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{12,}|(?=[A-F]*[0-9])(?=[0-9]*[A-F])[0-9A-F]{12,}")
_PART: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+")
"""A word, an abbreviation or a number inside a run: `RSSFeed2024` has three."""
_CLUSTER: Final = re.compile(r"[bcdfghjklmnpqrstvwxz]{6,}")
_UNREADABLE: Final = -0.6
"""Bits a character that speak for words: below this a run is none. Of 200 ordinary names one is (`RSSWorldNews`)."""
_SHORTEST_UNREADABLE: Final = 8
"""Letters needed to judge by: `VMP5705694065` is an abbreviation with a number."""
_BITS_OF_PART: Final = 2
"""What each further change between capitals, small letters and digits speaks against a word."""
_VOWELS: Final = frozenset("aeiouy")
_PART_MEAN: Final = 2.7
"""Characters in a part of a random run, on average, at most: words and years are longer."""


def looks_random(word: str) -> bool:
    """Whether the letters and digits of `word`, which may have `-`, `_` and `.` in it, look drawn by a machine."""
    if UUID.search(word):
        return True
    runs = _RUN.findall(word)
    is_title = sum(map(_is_word, runs)) >= _WORDS_OF_TITLE
    shortest = _SHORTEST_IN_TITLE if is_title else _SHORTEST
    if any(len(run) >= shortest and _is_random_run(run) for run in runs):
        return True
    if is_title or sum(map(len, runs)) < _SHORTEST:
        return False
    # Base64 for addresses (RFC 4648, section 5) has `-` and `_` in the middle: its runs are short, the whole is not.
    parts = [_PART.findall(run) for run in runs]
    return max(map(len, parts)) >= _PARTS and _alternates([part for of_run in parts for part in of_run])


def _is_word(run: str) -> bool:
    return run.isalpha() and len(run) >= 3 and _reads_as_words(run)


def _is_random_run(run: str) -> bool:
    if run.isdecimal():
        return len(run) >= _SHORTEST_NUMBER
    if len(run) < _SHORTEST:
        return False
    if _HEX.fullmatch(run):
        return True
    parts = _PART.findall(run)
    if run.isalpha() and (run.islower() or run.isupper()):
        return len(run) >= _SHORTEST_LETTERS and (_is_unreadable(parts) or not _reads_as_words(run))
    return _alternates(parts) or _is_unreadable(parts)


def _is_unreadable(parts: list[str]) -> bool:
    """Whether letters follow each other in these parts of a run as they do where nobody has to read them."""
    words = [part for part in parts if part.isalpha()]
    if sum(map(len, words)) < _SHORTEST_UNREADABLE:
        return False
    bits = sum(map(bits_for_words, words)) - _BITS_OF_PART * len(parts)
    return bits / sum(map(len, parts)) < _UNREADABLE


def _alternates(parts: list[str]) -> bool:
    """Whether kinds of characters change so often that these are no words and years."""
    if not parts:
        return False
    length = sum(map(len, parts))
    mixed = sum(first.isdecimal() != second.isdecimal() for first, second in pairwise(parts))
    if len(parts) >= _PARTS and length / len(parts) <= _PART_MEAN:
        return True
    strange = any(part.isalpha() and len(part) >= 5 and not _reads_as_words(part) for part in parts)
    return mixed >= 3 or (mixed >= 1 and strange)


def _reads_as_words(letters: str) -> bool:
    """Whether letters could be words of a language that is written in Latin letters."""
    letters = letters.lower()
    share = sum(letter in _VOWELS for letter in letters) / len(letters)
    return 0.2 <= share <= 0.7 and not _CLUSTER.search(letters)
