"""Names of months and weekdays, and the words for morning and afternoon, in the languages of the news.

The tables are those of dateparser, which are made from CLDR (https://cldr.unicode.org/). They are loaded when the first
date comes that is not in English.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Final

_LANGUAGES: Final = (
    "en", "af", "am", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "es", "et", "eu",
    "fa", "fi", "fil", "fr", "ga", "gl", "gu", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk",
    "km", "kn", "ko", "ky", "lo", "lt", "lv", "mk", "ml", "mn", "mr", "ms", "my", "nb", "ne", "nl", "nn", "pa",
    "pl", "ps", "pt", "ro", "ru", "si", "sk", "sl", "so", "sq", "sr", "sv", "sw", "ta", "te", "th", "tr", "uk",
    "ur", "uz", "vi", "zh",
)  # fmt: skip

_MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_ALSO_MONTHS: Final = MappingProxyType({
    "id": {"peb": 2, "pebruari": 2, "agt": 8, "agu": 8, "ags": 8, "nop": 11, "nopember": 11},
    "en": {"sept": 9},
    "de": {"jänner": 1, "jän": 1, "mrz": 3},
})  # fmt: skip
"""Spellings of news that CLDR does not have."""


@dataclass(frozen=True, slots=True)
class CalendarWords:
    """The words of one language, in lower case and without dots. Months count from 1, weekdays from 0 (Monday)."""

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    mornings: frozenset[str]
    afternoons: frozenset[str]


def bare(word: str) -> str:
    """A word in the form in which it is looked up."""
    return word.casefold().replace(".", "").strip("’'`")


def month_of(word: str, language: str | None) -> int | None:
    """The month of a name; None for other words, and for names that mean several months where the language is unknown.

    `listopad` is October in Croatian and November in Czech and Polish.
    """
    if english := _words_of("en").months.get(bare(word)):
        return english
    return _only(_meanings_of_months(), bare(word), language)


def weekday_of(word: str, language: str | None) -> int | None:
    """The weekday of a name, Monday = 0; None for other words and for what is ambiguous."""
    return _only(_meanings_of_weekdays(), bare(word), language)


def is_afternoon(word: str, language: str | None) -> bool | None:
    """Whether a word is that for the afternoon (True) or the morning (False) of a 12-hour clock; None for others.

    Words in Latin letters are short and mean much else (`sa`, `de`): they count in their own language only.
    """
    word = bare(word)
    if word in ("am", "pm"):
        return word == "pm"
    if word.isascii() and language is None:
        return None
    languages: Iterable[str] = (language,) if word.isascii() and language in _LANGUAGES else _LANGUAGES
    for words in map(_words_of, () if word.isascii() and language not in _LANGUAGES else languages):
        if word in words.afternoons or word in words.mornings:
            return word in words.afternoons
    return None


def is_day_first(language: str | None) -> bool | None:
    """Whether a language writes the day before the month; None where that depends on the country, as in English."""
    if language is None or language == "en" or language not in _LANGUAGES:
        return None
    return {"DMY": True, "MDY": False}.get(str(_table(language).get("date_order")))


def _only(meanings: Mapping[str, Mapping[str, int]], word: str, language: str | None) -> int | None:
    by_language = meanings.get(word)
    if by_language is None:
        return None
    for known in (language, "en"):
        if known is not None and known in by_language:
            return by_language[known]
    values = set(by_language.values())
    return values.pop() if len(values) == 1 else None


@cache
def _meanings_of_months() -> Mapping[str, Mapping[str, int]]:
    return _by_word({language: _words_of(language).months for language in _LANGUAGES})


@cache
def _meanings_of_weekdays() -> Mapping[str, Mapping[str, int]]:
    return _by_word({language: _words_of(language).weekdays for language in _LANGUAGES})


def _by_word(tables: Mapping[str, Mapping[str, int]]) -> Mapping[str, Mapping[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for language, words in tables.items():
        for word, value in words.items():
            found.setdefault(word, {})[language] = value
    return found


@cache
def _words_of(language: str) -> CalendarWords:
    table = _table(language)
    months = {bare(word): number for number, name in enumerate(_MONTHS, 1) for word in table.get(name, ())}
    weekdays = {bare(word): number for number, name in enumerate(_WEEKDAYS) for word in table.get(name, ())}
    mornings, afternoons = (frozenset(bare(word) for word in table.get(name, ())) for name in ("am", "pm"))
    both = mornings & afternoons
    return CalendarWords(months | _ALSO_MONTHS.get(language, {}), weekdays, mornings - both, afternoons - both)


def _table(language: str) -> Mapping[str, list[str]]:
    module = import_module(f"dateparser.data.date_translation_data.{language}")
    table: Mapping[str, list[str]] = module.info
    return table
