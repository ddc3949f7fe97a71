"""Splits text into words for comparison, folded so that variants of spelling are equal.

It knows neither frequencies nor phrases: `bot.features` weights words.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from typing import Protocol

from bot.model import Language
from bot.text.clean import normalized
from bot.text.function_words import function_words

_LONGEST_WORD = 64
"""Longer words are addresses or encoded data, and are dropped."""

_ACCENTED = re.compile("([a-z\u0370-\u03ff])[\u0300-\u036f]+")
_VOWEL_SIGNS = re.compile("[\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u0652\u0670]+")
"""Hebrew points, Arabic vowel signs and tatweel: they are only written in poems and school books."""
_LETTERS_WITHOUT_PARTS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th", "’": "'",
     "ʼ": "'", "‘": "'", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ي": "ی", "ى": "ی", "ك": "ک", "ё": "е",
     "\u200c": None, "\u200d": None}
)  # fmt: skip
"""Letters that NFKD does not decompose, apostrophes, and Arabic letters with several spellings."""
_WITHOUT_PARTS = re.compile(f"[{''.join(map(chr, _LETTERS_WITHOUT_PARTS))}]")

_UNSPACED = (
    "\u0e01-\u0e4e\u0e81-\u0ece\u1000-\u109f\u1780-\u17d3"  # Thai, Lao, Burmese, Khmer
    "\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"  # kana, Han, Hangul
)
_MARKS = "\u0300-\u036f\u0483-\u0487\u0653-\u065f\u06d6-\u06ed\u0900-\u0963\u0971-\u0dff\u0f18-\u0fbc\u102b-\u103e"
"""Vowel signs and other marks that are part of words but not in `\\w`; the Indic blocks without the danda."""
_LETTER = rf"[\w{_MARKS}\u0e31-\u0e4e\u0eb1-\u0ece\u17b4-\u17d3]"
_WORD = re.compile(rf"\d+(?:[.,]\d+)+|{_LETTER}+(?:'{_LETTER}+)*")
"""A number like 10.000 or 3,5, or letters and digits with inner apostrophes (underscores are replaced before)."""
_ASCII_WORD = re.compile(r"\d+(?:[.,]\d+)+|[a-z0-9]+")
"""The same for ASCII text without an apostrophe: twice as fast."""
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]+")
_SIGN = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b4-\u17d3"
_CLUSTER = re.compile(f"[^{_SIGN}][{_SIGN}]*")
"""A letter of a South-East Asian script with its signs."""
ELIDING_LANGUAGES = frozenset([Language("fr"), Language("it"), Language("ca")])
"""Languages in which the part before an apostrophe is a word of its own."""

_STEMMED = {
    "id": "indonesian", "ms": "indonesian", "en": "english", "de": "german", "nl": "dutch", "fr": "french",
    "es": "spanish", "pt": "portuguese", "it": "italian", "ru": "russian", "sv": "swedish", "da": "danish",
    "no": "norwegian", "fi": "finnish", "ro": "romanian", "hu": "hungarian", "ca": "catalan",
}  # fmt: skip
"""Languages whose Snowball stemmer works on folded words; those of Turkish, Arabic or Hindi do not."""
STEMMED_LANGUAGES = frozenset(map(Language, _STEMMED))
"""In other languages a word is its own stem."""
_SHORTEST_STEMMED = 5


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 -- the library's name


def fold(text: str) -> str:
    """The text in lower case, without accents in Latin and Greek; in other scripts such marks are letters and stay.

    Case folding and NFKD are those of Unicode, 3.13 and UAX #15.
    """
    if text.isascii():
        return text.lower()
    text = normalized(text, "NFKD").casefold()
    text = _ACCENTED.sub(r"\1", text)
    text = _WITHOUT_PARTS.sub(_replaced, normalized(text))
    return _VOWEL_SIGNS.sub("", text)


def _replaced(letter: re.Match[str]) -> str:
    return letter[0].translate(_LETTERS_WITHOUT_PARTS)


def _pieces(word: str, language: Language) -> tuple[str, ...]:
    """The parts of a word without apostrophes: `russia's` is `russia`, `qur'an` `quran`, `l'armee` `armee`."""
    if language in ELIDING_LANGUAGES:
        return tuple(piece for piece in word.split("'") if len(piece) > 1)
    return (word.removesuffix("'s").replace("'", ""),)


def _grams(run: str) -> list[str]:
    """Pairs of adjacent characters of a run in a script without spaces; a single character stays as it is."""
    characters = _CLUSTER.findall(run)
    if len(characters) < 2:
        return [run]
    return [first + second for first, second in pairwise(characters)]


def words(text: str, language: Language) -> tuple[str, ...]:
    """The folded words in order, numbers with their separators (`10.000`). The time is linear in the text.

    Scripts without spaces, and Korean with its particles, are split into pairs of characters.
    """
    folded = fold(text).replace("_", " ")
    is_plain = folded.isascii()
    has_runs = not is_plain and _UNSPACED_RUN.search(folded) is not None
    if has_runs:
        folded = _UNSPACED_RUN.sub(r" \g<0> ", folded)
    found: list[str] = []
    for word in (_ASCII_WORD if is_plain and "'" not in folded else _WORD).findall(folded):
        if has_runs and not word.isascii() and _UNSPACED_RUN.match(word):
            found.extend(_grams(word))
        elif len(word) <= _LONGEST_WORD:
            if "'" in word:
                found.extend(_pieces(word, language))
            else:
                found.append(word)
    return tuple(found)


@cache
def _stemmer(language: Language) -> _Stemmer:
    """A Snowball stemmer in C, 80 times as fast as in Python. It keeps the interpreter's lock, so threads can share it;
    its own cache is switched off, because `stem` has one."""
    from Stemmer import Stemmer  # noqa: PLC0415 -- some processes stem nothing

    stemmer: _Stemmer = Stemmer(_STEMMED[language], 0)
    return stemmer


@lru_cache(maxsize=20_000)
def stem(word: str, language: Language) -> str:
    """The stem of a folded word (Snowball, https://snowballstem.org/); short words and numbers stay."""
    if language not in _STEMMED or len(word) < _SHORTEST_STEMMED or not word.isalpha():
        return word
    stemmed = _stemmer(language).stemWord(word)
    return stemmed if len(stemmed) >= 3 else word


@cache
def _stop_words(language: Language) -> frozenset[str]:
    return frozenset(fold(word) for word in function_words(language))


def is_stop_word(word: str, language: Language) -> bool:
    """Whether a folded word is a function word of the language."""
    return word in _stop_words(language)
