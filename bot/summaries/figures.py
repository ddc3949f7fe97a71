"""Reads the numbers of a text, in figures and in words, and its dates, to compare them with those of other texts.

`25`, `twenty-five` and `dua puluh lima` are one value, and so are `1.5 million`, `1,5 juta` and `1.500.000`. Number
words are read in English, Indonesian and Malay; in texts of other languages they are not seen, so a summary that claims
their value is not confirmed by them.

Only values are compared, not what they count: whether the dead or the injured are twelve is not checked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.features.numbers import MONTHS, read_dates, written_numbers
from bot.model import Language
from bot.text.clean import normalized
from bot.text.tokens import fold

READ_IN_WORDS = frozenset(map(Language, ("en", "id", "ms")))
"""Languages whose number words are read."""

_UNITS = {
    "nol": 0, "zero": 0, "satu": 1, "one": 1, "dua": 2, "two": 2, "tiga": 3, "three": 3, "empat": 4, "four": 4,
    "lima": 5, "five": 5, "enam": 6, "six": 6, "tujuh": 7, "seven": 7, "delapan": 8, "lapan": 8, "eight": 8,
    "sembilan": 9, "nine": 9, "ten": 10, "sepuluh": 10, "eleven": 11, "sebelas": 11, "twelve": 12, "thirteen": 13,
    "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_SCALES = {
    "puluh": 10, "ratus": 100, "hundred": 100, "ribu": 10**3, "thousand": 10**3, "juta": 10**6, "million": 10**6,
    "miliar": 10**9, "milyar": 10**9, "bilion": 10**9, "billion": 10**9, "triliun": 10**12, "trilion": 10**12,
    "trillion": 10**12,
}  # fmt: skip
_ONE_OF = {"seratus": "ratus", "seribu": "ribu", "sejuta": "juta", "semiliar": "miliar", "setriliun": "triliun"}
_PARTS = frozenset([*_UNITS, *_SCALES, *_ONE_OF, "belas"])
_COUNTS = """
    second third fourth fifth sixth seventh eighth ninth tenth | kedua ketiga keempat kelima keenam ketujuh kedelapan
    kesembilan kesepuluh | berdua bertiga berempat berlima berenam | twice thrice | both | keduanya ketiganya keempatnya
    | double triple quadruple | doubled tripled quadrupled | pair | couple | ganda
"""
_SIZES = {
    "dozen": 10, "dozens": 10, "tens": 10, "belasan": 10, "puluhan": 10, "hundreds": 100, "ratusan": 100,
    "thousands": 10**3, "ribuan": 10**3, "jutaan": 10**6, "millions": 10**6, "miliaran": 10**9, "billions": 10**9,
    "triliunan": 10**12, "trillions": 10**12,
}  # fmt: skip
"""Words like `dozens`, with the least number that they claim."""
_WHOLE: Mapping[str, str] = {
    **{word: str(count) for row in _COUNTS.split("|") for count, word in enumerate(row.split(), start=2)},
    **{word: f"~{size}" for word, size in _SIZES.items()},
    **dict.fromkeys(("half", "halved", "setengah", "separuh", "separo"), "0.5"),
    **{"sepertiga": "3", "seperempat": "4", "quarter": "4", "kuartal": "4", "triwulan": "3"},
}
"""Words that are a number by themselves."""
_PRONOUNS = frozenset(["0", "1"])
"""`One` and `satu` are articles and pronouns more often than numbers."""

_DAYS = (
    "senin monday isnin montag lundi lunes maandag",
    "selasa tuesday dienstag mardi martes dinsdag",
    "rabu wednesday mittwoch mercredi miercoles woensdag",
    "kamis thursday khamis donnerstag jeudi jueves donderdag",
    "jumat friday jumaat freitag vendredi viernes vrijdag",
    "sabtu saturday samstag samedi sabado zaterdag",
    "minggu ahad sunday sonntag dimanche domingo zondag",
)
_DAY_OF = {name: place for place, names in enumerate(_DAYS) for name in names.split()}

_MAY_BE_NO_MONTH = frozenset(["may", "march", "mars", "mart"])
_WORD = re.compile(r"[^\W\d_]+")
_SHORT_SCALES = re.compile(r"(\d{1,6}(?:[.,]\d{1,3})?)\s?(m|k|b|t|tn|rb)\b")
_POWERS = {"k": 3, "rb": 3, "m": 6, "b": 9, "t": 12, "tn": 12}
_PAIR = re.compile(r"(?<!\d)(\d{1,2})/(\d{1,2})(?!\d)")
_PERCENT = re.compile(r"(\d{1,12}(?:[.,]\d{1,6})?)\s?(?:%|(?:persen|peratus|per\s?cent|pct|pc)\b)", re.IGNORECASE)
_DAY_MONTH = re.compile(r"(?<![\w.,])(\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:of\s+)?([^\W\d_]{3,12})")
_MONTH_DAY = re.compile(r"([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?![\w.,]*\d)")
_TEN, _HUNDRED = 10, 100
_ALL_SIZES = (10, 100, 10**3, 10**6, 10**9, 10**12)


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers and dates that one text confirms."""

    values: frozenset[str]
    """Values as `12`, `1500000`, `7.1`; `~100` stands for any number in the hundreds."""
    dates: frozenset[str]
    """Month and day: `06-12`."""
    months: frozenset[int]
    weekdays: frozenset[int]
    """Monday is 0."""


def read_figures(text: str, language: Language, days: Iterable[date] = ()) -> Figures:
    """The figures of a text. `days`: the dates on which it was published; they count as known, too."""
    line = _in_usual_digits(text)
    values = {value for _, value in written_numbers(line)}
    values |= {f"{float(number.replace(',', '.')) * 10 ** _POWERS[unit]:.0f}" for number, unit in _short(line)}
    if language in READ_IN_WORDS:
        values |= {value for _, value in _said_in_words(line)}
    values |= {size for value in values if (size := _size(value))} | {value for _, value in _shares(line)}
    dates = _dates(line, language)
    for one, other in _PAIR.findall(line):
        dates |= {f"{int(one):02}-{int(other):02}", f"{int(other):02}-{int(one):02}"}
    weekdays, months = {day for _, day in _weekdays(line)}, {month for _, month in _months(line)}
    for day in days:
        values |= {str(day.year), str(day.month), str(day.day)}
        dates.add(f"{day:%m-%d}")
        weekdays.add(day.weekday())
        months.add(day.month)
    months |= {int(when[:2]) for when in dates}
    return Figures(frozenset(values), frozenset(dates), frozenset(months), frozenset(weekdays))


def unknown_figures(text: str, language: Language, known: Sequence[Figures]) -> tuple[str, ...]:
    """Figures of a text in a language of `READ_IN_WORDS` that none of the others has, as they are written."""
    line = _in_usual_digits(text)
    values = frozenset(value for each in known for value in each.values)
    dates = frozenset(when for each in known for when in each.dates)
    weekdays = frozenset(day for each in known for day in each.weekdays)
    months = frozenset(month for each in known for month in each.months)
    claimed = (*written_numbers(line), *_said_in_words(line), *_shares(line))
    return (
        *(written for written, value in claimed if value not in values and value not in _PRONOUNS),
        *(when for when in sorted(_dates(line, language)) if when not in dates),
        *(word for word, day in _weekdays(line) if day not in weekdays),
        *(word for word, month in _months(line) if month not in months),
    )


def _in_usual_digits(text: str) -> str:
    """Digits of other scripts, superscripts and fractions as ASCII digits (Unicode UAX #15, NFKD)."""
    line = normalized(text, "NFKD")
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in normalized(line))


def _short(line: str) -> list[tuple[str, str]]:
    """Numbers with an abbreviated scale: `1.5m`, which may mean millions or metres."""
    return _SHORT_SCALES.findall(line)


def _shares(line: str) -> Iterator[tuple[str, str]]:
    """Percentages as `12%`: a text with twelve of something else does not confirm them."""
    for match in _PERCENT.finditer(line):
        for _, value in written_numbers(match[1]):
            yield match[0], f"{value}%"


def _said_in_words(line: str) -> Iterator[tuple[str, str]]:
    """Numbers in words, each as long as possible: `dua puluh lima` is one number, 25."""
    spoken: list[str] = []
    start = end = -1
    for match in _WORD.finditer(line):
        word = fold(match[0])
        gap = line[end : match.start()] if end >= 0 else "."
        joins = word in _PARTS or (word == "and" and spoken and spoken[-1] in _SCALES)
        goes_on = bool(spoken) and gap.strip("-‐‑– ") == "" and joins
        if spoken and not goes_on:
            yield from _read(spoken, after_figure=_ends_with_figure(line, start))
            spoken = []
        if word in _PARTS or goes_on:
            start = start if spoken else match.start()
            spoken.append(word)
        elif word in _WHOLE:
            yield match[0], _WHOLE[word]
        end = match.end()
    yield from _read(spoken, after_figure=_ends_with_figure(line, start))


def _ends_with_figure(line: str, start: int) -> bool:
    return line[max(0, start - 4) : max(0, start)].rstrip()[-1:].isdigit()


def _read(spoken: Sequence[str], *, after_figure: bool) -> Iterator[tuple[str, str]]:
    """The value of adjacent number words; for a scale without a count (`several hundred`) its size.

    `after_figure`: they follow a number in figures (`25 juta`), which is read elsewhere.
    """
    total = group = unit = 0
    largest = 0
    is_counted = False
    for word in spoken:
        scale = _SCALES.get(_ONE_OF.get(word, word), 0)
        is_counted |= word in _UNITS or word in _ONE_OF
        largest = max(largest, scale)
        if word in _UNITS:
            unit += _UNITS[word]
        elif word == "belas":
            unit += 10
        elif scale == _TEN:
            unit *= 10
        elif scale == _HUNDRED:
            group, unit = group + max(1, unit) * 100, 0
        elif scale:
            total, group, unit = total + max(1, group + unit) * scale, 0, 0
    if is_counted:
        yield " ".join(spoken), str(total + group + unit)
    elif largest and not after_figure:
        yield " ".join(spoken), f"~{largest}"


def _size(value: str) -> str:
    """The size of a value: `~100` for 345."""
    whole = value.partition(".")[0]
    if not whole.isdigit():
        return ""
    below = [size for size in _ALL_SIZES if size <= int(whole)]
    return f"~{below[-1]}" if below else ""


def _dates(line: str, language: Language) -> set[str]:
    """Month and day of each date. `read_dates` would read `pada 16` of `pada 16 Juli` as the 16th alone."""
    found = {when[-5:] for when in read_dates(line, language)[0] if len(when) > len("2025")}
    named = _DAY_MONTH.findall(line)
    named += [(day, month) for month, day in _MONTH_DAY.findall(line)]
    return found | {f"{MONTHS[fold(month)]:02}-{int(day):02}" for day, month in named if fold(month) in MONTHS}


def _weekdays(line: str) -> Iterator[tuple[str, int]]:
    for word, folded, _ in _capitalised(line):
        if folded in _DAY_OF:
            yield word, _DAY_OF[folded]


def _months(line: str) -> Iterator[tuple[str, int]]:
    for word, folded, opens in _capitalised(line):
        if folded in MONTHS and not (opens and folded in _MAY_BE_NO_MONTH):
            yield word, MONTHS[folded]


def _capitalised(line: str) -> Iterator[tuple[str, str, bool]]:
    """Capitalized words, also folded, and whether each opens a sentence.

    In lower case `minggu` is a week, not Sunday.
    """
    for match in _WORD.finditer(line):
        if match[0][0].isupper():
            before = line[max(0, match.start() - 4) : match.start()].rstrip(' "“')
            yield match[0], fold(match[0]), not before or before[-1] in ".!?:\n"
