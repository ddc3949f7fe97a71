"""Cuts text into the words that are compared: folded, so that spelling variants meet.

Knows no frequencies and no phrases; `bot.features` weighs words.
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
"""Longer ones are addresses and encoded data."""

_ACCENTED = re.compile("([a-z\u0370-\u03ff])[\u0300-\u036f]+")
_VOWEL_SIGNS = re.compile("[\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u0652\u0670]+")
"""Hebrew points and Arabic vowel signs and stretching: spelled in poems and school books only."""
_LETTERS_WITHOUT_PARTS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th", "’": "'",
     "ʼ": "'", "‘": "'", "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ي": "ی", "ى": "ی", "ك": "ک", "ё": "е",
     "\u200c": None, "\u200d": None}
)  # fmt: skip
"""Letters that NFKD leaves whole, apostrophes, and Arabic letters that outlets spell in several ways."""
_WITHOUT_PARTS = re.compile(f"[{''.join(map(chr, _LETTERS_WITHOUT_PARTS))}]")

_UNSPACED = (
    "\u0e01-\u0e4e\u0e81-\u0ece\u1000-\u109f\u1780-\u17d3"  # Thai, Lao, Burmese, Khmer
    "\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"  # kana, Han, Hangul
)
_MARKS = "\u0300-\u036f\u0483-\u0487\u0653-\u065f\u06d6-\u06ed\u0900-\u0963\u0971-\u0dff\u0f18-\u0fbc\u102b-\u103e"
"""Vowel signs and the like, which are part of words but no `\\w`; the Indic blocks whole, without the danda."""
_LETTER = rf"[\w{_MARKS}\u0e31-\u0e4e\u0eb1-\u0ece\u17b4-\u17d3]"
_WORD = re.compile(rf"\d+(?:[.,]\d+)+|{_LETTER}+(?:'{_LETTER}+)*")
"""Numbers like 10.000 and 3,5, else letters and digits with inner apostrophes (underscores are blanked before)."""
_ASCII_WORD = re.compile(r"\d+(?:[.,]\d+)+|[a-z0-9]+")
"""The same where there is nothing but ASCII and no apostrophe: twice as fast."""
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]+")
_SIGN = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b4-\u17d3"
_CLUSTER = re.compile(f"[^{_SIGN}][{_SIGN}]*")
"""A letter of the South-East Asian scripts with the signs around it."""
ELIDING_LANGUAGES = frozenset([Language("fr"), Language("it"), Language("ca")])
"""There, what stands before an apostrophe is a word of its own."""

_STEMMED = {
    "id": "indonesian", "ms": "indonesian", "en": "english", "de": "german", "nl": "dutch", "fr": "french",
    "es": "spanish", "pt": "portuguese", "it": "italian", "ru": "russian", "sv": "swedish", "da": "danish",
    "no": "norwegian", "fi": "finnish", "ro": "romanian", "hu": "hungarian", "ca": "catalan",
}  # fmt: skip
"""Languages whose Snowball stemmer copes with folded words; it would wreck Turkish, Arabic or Hindi ones."""
STEMMED_LANGUAGES = frozenset(map(Language, _STEMMED))
"""In others, every word is its own stem."""
_SHORTEST_STEMMED = 5


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 -- the library's name


def fold(text: str) -> str:
    """Case and accents gone where they are ornaments of a letter (Latin, Greek), kept where they are letters."""
    if text.isascii():
        return text.lower()
    text = normalized(text, "NFKD").casefold()
    text = _ACCENTED.sub(r"\1", text)
    text = _WITHOUT_PARTS.sub(_replaced, normalized(text))
    return _VOWEL_SIGNS.sub("", text)


def _replaced(letter: re.Match[str]) -> str:
    return letter[0].translate(_LETTERS_WITHOUT_PARTS)


def _pieces(word: str, language: Language) -> tuple[str, ...]:
    """A word without its apostrophes: `russia's` is `russia`, `qur'an` `quran`, `l'armee` `armee`."""
    if language in ELIDING_LANGUAGES:
        return tuple(piece for piece in word.split("'") if len(piece) > 1)
    return (word.removesuffix("'s").replace("'", ""),)


def _grams(run: str) -> list[str]:
    """Pairs of neighbouring characters of a run in a script without spaces; a single one as it is."""
    characters = _CLUSTER.findall(run)
    if len(characters) < 2:
        return [run]
    return [first + second for first, second in pairwise(characters)]


def words(text: str, language: Language) -> tuple[str, ...]:
    """The folded words in order, numbers with their separators (`10.000`), in time linear in the text.

    Scripts that are written without spaces, and Korean with its particles, give character pairs.
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
    """In C, 80 times as fast as the same algorithms in Python. It keeps the interpreter's lock, so threads may share
    it; its own memory, which `stem` has already, is turned off."""
    from Stemmer import Stemmer  # noqa: PLC0415 -- some processes stem nothing

    stemmer: _Stemmer = Stemmer(_STEMMED[language], 0)
    return stemmer


@lru_cache(maxsize=20_000)
def stem(word: str, language: Language) -> str:
    """What the forms of a folded word share (Snowball, snowballstem.org); short words and numbers as they are."""
    if language not in _STEMMED or len(word) < _SHORTEST_STEMMED or not word.isalpha():
        return word
    stemmed = _stemmer(language).stemWord(word)
    return stemmed if len(stemmed) >= 3 else word


@cache
def _stop_words(language: Language) -> frozenset[str]:
    return frozenset(fold(word) for word in function_words(language))


def is_stop_word(word: str, language: Language) -> bool:
    """Whether a folded word only holds sentences together."""
    return word in _stop_words(language)
