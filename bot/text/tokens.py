"""Splits text into words for comparison, folded so that variants of spelling are equal.

It knows neither frequencies nor phrases: `bot.features` weights words.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from typing import Protocol

from bot.model import Language
from bot.text.folding import fold
from bot.text.function_words import function_words

__all__ = [
    "ELIDING_LANGUAGES",
    "ENDING_LANGUAGES",
    "LETTER",
    "LONGEST_WORD",
    "STEMMED_LANGUAGES",
    "UNSPACED",
    "fold",
    "grams",
    "is_stop_word",
    "stem",
    "without_ending",
    "words",
]

LONGEST_WORD = 64
"""Longer words are addresses or encoded data, and are dropped."""

UNSPACED = (
    "\u0e01-\u0e4e\u0e81-\u0ece\u1000-\u109f\u1780-\u17d3"  # Thai, Lao, Burmese, Khmer
    "\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"  # kana, Han, Hangul
)
_MARKS = "\u0300-\u036f\u0483-\u0487\u0653-\u065f\u06d6-\u06ed\u0900-\u0963\u0971-\u0dff\u0f18-\u0fbc\u102b-\u103e"
"""Vowel signs and other marks that are part of words but not in `\\w`; the Indic blocks without the danda."""
LETTER = rf"[\w{_MARKS}\u0e31-\u0e4e\u0eb1-\u0ece\u17b4-\u17d3]"
_WORD = re.compile(rf"\d+(?:[.,]\d+)+|{LETTER}+(?:'{LETTER}+)*")
"""A number like 10.000 or 3,5, or letters and digits with inner apostrophes (underscores are replaced before)."""
_ASCII_WORD = re.compile(r"\d+(?:[.,]\d+)+|[a-z0-9]+")
"""The same for ASCII text without an apostrophe: twice as fast."""
_UNSPACED_RUN = re.compile(f"[{UNSPACED}]+")
_SIGN = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b4-\u17d3"
_CLUSTER = re.compile(f"[^{_SIGN}][{_SIGN}]*")
"""A letter of a South-East Asian script with its signs."""
ELIDING_LANGUAGES = frozenset([Language("fr"), Language("it"), Language("ca")])
"""Languages in which the part before an apostrophe is a word of its own."""

_TURKISH_ENDING = re.compile(
    "(?:l[ae]r)?(?:[iu]?m[iu]z|n?[iu]n[iu]z)?(?:s[iu])?"
    "(?:n?[iu]n|[ny]?[iuae]|n?[dt][ae]n?|y?l[ae]|l[iu]|s[iu]z|c[ae]|n?[dt][ae]ki|ki|[dt][iu]r|yken|[iu]m|m)?"
)
_UZBEK_ENDING = re.compile("(?:lar)?(?:i|si)?(?:n?ing|ni|ga|ka|qa|da|dan|dagi|gacha|lik|dek)?")
_POLISH_ENDING = re.compile("a|em|owi|ego|emu|y|ie|e|u|ow|ami|ach|om|im|iego|iemu|owie")
_ENDINGS = {
    Language("en"): re.compile("ll|ve|re|d|m"),
    Language("pl"): _POLISH_ENDING,
    Language("uz"): _UZBEK_ENDING,
    **dict.fromkeys(map(Language, ("tr", "az", "tk", "crh")), _TURKISH_ENDING),
}
"""What stands behind an apostrophe without being part of the name, folded: in Turkish the endings of proper names
(https://en.wikipedia.org/wiki/Turkish_grammar, suffixes), in English short forms of verbs."""
ENDING_LANGUAGES = frozenset(_ENDINGS)

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


def without_ending(word: str, language: Language) -> str:
    """A folded word without what an apostrophe adds to it: `trump's` is `trump`, Turkish `nato'ya` `nato`.

    Other apostrophes belong to the word (`ma'ruf`, `o'brien`) and stay.
    """
    head, mark, tail = word.rpartition("'")
    if not mark or not head:
        return word
    is_ending = tail == "s" or (language in _ENDINGS and _ENDINGS[language].fullmatch(tail) is not None)
    return head if is_ending else word


def _pieces(word: str, language: Language) -> tuple[str, ...]:
    """The parts of a word without apostrophes: `russia's` is `russia`, `qur'an` `quran`, `l'armee` `armee`."""
    if language in ELIDING_LANGUAGES:
        return tuple(piece for piece in word.split("'") if len(piece) > 1)
    return (without_ending(word, language).replace("'", ""),)


def grams(run: str) -> list[str]:
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
            found.extend(grams(word))
        elif len(word) <= LONGEST_WORD:
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
