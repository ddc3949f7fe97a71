"""Reads the numbers and dates of a text in one spelling, because two similar events often differ in just these.

A date is read where a month is named or the order of day and month is certain; other figures are numbers. Ordinals,
list markers and single digits are left out, since all texts have them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from bot.model import Language
from bot.text.tokens import fold

_MONTH_NAMES = {
    "id": "januari februari maret april mei juni juli agustus september oktober november desember",
    "ms": "januari februari mac april mei jun julai ogos september oktober november disember",
    "en": "january february march april may june july august september october november december",
    "de": "januar februar marz april mai juni juli august september oktober november dezember",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "fr": "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro marco abril maio junho julho agosto setembro outubro novembro dezembro",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "ru": "января февраля марта апреля мая июня июля августа сентября октября ноября декабря",
    "uk": "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня",
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia wrzesnia pazdziernika listopada grudnia",
    "tr": "ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim aralik",
}
_SHORT_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec"
_MORE_SHORT = {"agu": 8, "ags": 8, "okt": 10, "des": 12, "dez": 12, "sept": 9, "mei": 5, "peb": 2, "nop": 11}

MONTHS: Mapping[str, int] = {
    **{name: number for number, name in enumerate(_SHORT_MONTHS.split(), start=1)},
    **_MORE_SHORT,
    **{fold(name): number for names in _MONTH_NAMES.values() for number, name in enumerate(names.split(), start=1)},
}
"""Months by their folded names in several languages, long and short."""
_DAY_NAMES = (
    "senin selasa rabu kamis jumat sabtu minggu ahad monday tuesday wednesday thursday friday saturday sunday "
    "montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche "
    "lunes martes miercoles jueves viernes sabado domingo segunda terca quarta quinta sexta "
    "lunedi martedi mercoledi giovedi venerdi sabato domenica maandag dinsdag woensdag donderdag vrijdag zaterdag "
    "zondag mon tue tues wed thu thur thurs fri sat sun isnin khamis"
)
CALENDAR_WORDS = frozenset(_DAY_NAMES.split()) | frozenset(MONTHS) - {"may", "mars", "mart", "mac", "marco"}
"""Folded names of days and months: some languages capitalize them, but they name nothing."""

_LONG_DATE = re.compile(
    r"(?<![\w.,])(\d{1,2})(?:st|nd|rd|th|\.|er|º)?\s+(?:de\s+|of\s+)?([^\W\d_]{3,12})\.?"
    r"(?:,?\s+(?:de\s+|del\s+)?(\d{4}))?"
    r"|([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?![\w.,]*\d)(?:,?\s+(\d{4}))?"
)
_LETTERS = re.compile(r"[^\W\d_]+")
_LINKS = frozenset(["de", "del", "of", "st", "nd", "rd", "th"])
_ISO_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.年]\s?(\d{1,2})[-/.月]\s?(\d{1,2})(?!\d)日?")
_DAY_FIRST = re.compile(r"(?<!\d)(\d{1,2})[/.-](\d{1,2})[/.-]((?:19|20)\d\d|\d\d)(?!\d)")
_MONTH_AND_DAY = re.compile(r"(?<!\d)(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]")
_YEAR = re.compile(r"(?<![\w.,])(?:19|20)\d\d(?![\w%]|[.,]\d)")

_SCALES: Mapping[str, int] = {
    **dict.fromkeys(("ribu", "thousand", "tausend", "mil", "mille", "тысяч", "тысячи", "тыс", "bin", "duizend",
                     "千"), 3),
    **dict.fromkeys(("juta", "million", "millions", "millionen", "millones", "milhoes", "milioni", "миллионов", "млн",
                     "milyon", "miljoen", "mln", "jt"), 6),
    **dict.fromkeys(("miliar", "milyar", "billion", "billions", "milliarden", "milliards", "miliardi", "миллиардов",
                     "млрд", "miljard", "bn"), 9),
    **dict.fromkeys(("triliun", "trillion", "billionen", "триллионов"), 12),
    **dict.fromkeys(("万", "萬", "만"), 4), **dict.fromkeys(("亿", "億", "억"), 8),
}  # fmt: skip
_NUMBER = re.compile(r"\d{1,20}(?:[.,  '’]\d{3}(?!\d))*(?:[.,]\d{1,6}(?!\d))?")
_AFTER = re.compile(r"\s?([万萬만亿億억千]|[^\W\d_]{1,12})")
_MOST = 200


def read_dates(text: str, language: Language) -> tuple[frozenset[str], str]:
    """Dates as `2024-10-28`, `10-28` (without a year) or `2024`, and the text with blanks in their place."""
    found: set[str] = set()

    def note(year: str | None, month: int, day: int) -> bool:
        if not (1 <= month <= 12 and 1 <= day <= 31):
            return False
        found.add(f"{month:02}-{day:02}" if year is None else f"{_full_year(year)}-{month:02}-{day:02}")
        return True

    def iso(match: re.Match[str]) -> str:
        return " " if note(match[1], int(match[2]), int(match[3])) else match[0]

    def day_first(match: re.Match[str]) -> str:
        first, second = int(match[1]), int(match[2])
        month_leads = second > 12 or (language == "en" and first <= 12 and "/" in match[0])
        day, month = (second, first) if month_leads else (first, second)
        return " " if note(match[3], month, day) else match[0]

    def month_and_day(match: re.Match[str]) -> str:
        return " " if note(None, int(match[1]), int(match[2])) else match[0]

    def named(match: re.Match[str]) -> str:
        day, month, year = (match[1], match[2], match[3]) if match[1] else (match[5], match[4], match[6])
        number = MONTHS.get(fold(month))
        return " " if number is not None and note(year, number, int(day)) else match[0]

    def year_alone(match: re.Match[str]) -> str:
        found.add(match[0])
        return " "

    for pattern, replace in (
        (_ISO_DATE, iso), (_DAY_FIRST, day_first), (_MONTH_AND_DAY, month_and_day),
        (_LONG_DATE, named), (_YEAR, year_alone),
    ):  # fmt: skip
        text = pattern.sub(replace, text)
    return frozenset(sorted(found)[:_MOST]), text


def read_named_days(heading: str, language: Language) -> frozenset[str]:
    """Days that a headline names, as `10-28`, without their years."""

    def month_only(match: re.Match[str]) -> str:
        word = fold(match[0])
        return match[0] if word in MONTHS or word in _LINKS else "·"

    # Other words are masked: in `Hari Ini 16 Juni` the day must not be read together with `Ini`.
    dates, _ = read_dates(_LETTERS.sub(month_only, heading), language)
    return frozenset(date[-5:] for date in dates if len(date) > len("2024"))


def _full_year(year: str) -> str:
    return year if len(year) == 4 else f"20{year}"


def read_numbers(text: str) -> frozenset[str]:
    """Numbers of a text without its dates, as `10000`, `7.1`, `31000000000`; single digits are left out."""
    found: set[str] = set()
    for _, value in written_numbers(text):
        if len(value) > 1:
            found.add(value)
            if len(found) >= _MOST:
                break
    return frozenset(found)


def written_numbers(text: str) -> Iterator[tuple[str, str]]:
    """Each number in figures as written, and its value: `1,5 juta`, `1500000`."""
    return ((text[start:end], value) for start, end, value in placed_numbers(text))


def placed_numbers(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each number in figures begins and ends, and its value."""
    for match in _NUMBER.finditer(text):
        value = _plain(match[0])
        after = _AFTER.match(text, match.end())
        power = _SCALES.get(fold(after[1]), 0) if after else 0
        if after and power:
            yield match.start(), after.end(), _scaled(value, power)
        else:
            yield match.start(), match.end(), value


def _plain(written: str) -> str:
    """The value of a number: `10.000`, `10,000` and `10 000` are ten thousand; `3,5` and `3.5` are three and a half."""
    parts = re.split(r"[.,  '’]", written)
    if len(parts) > 1 and len(parts[-1]) != 3:
        whole, fraction = "".join(parts[:-1]), parts[-1].rstrip("0")
    else:
        whole, fraction = "".join(parts), ""
    whole = whole.lstrip("0") or "0"
    return f"{whole}.{fraction}" if fraction else whole


def _scaled(value: str, power: int) -> str:
    """The value times a power of ten, exactly and in plain digits."""
    whole, _, fraction = value.partition(".")
    if len(fraction) > power:
        return value
    return (whole + fraction + "0" * (power - len(fraction))).lstrip("0") or "0"
