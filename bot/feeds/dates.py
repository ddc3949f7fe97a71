"""Reads the dates of feeds: aware and in UTC, or None.

Feeds should write the formats of RFC 822 (RSS) and RFC 3339 (Atom). They also write numbers in any order, 12-hour
clocks, names of months in any language, JavaScript's and Drupal's formats, and Unix seconds. A reader that tries one
format after the other takes the beginning of a date for all of it: `2026/11/30` became the first of November
(https://github.com/kurtmckee/feedparser/issues/75), and `3:15 PM` was twelve hours too early. So the day, the time of
day and the zone are looked for one by one, and what cannot be read is unknown. `read_date` keeps open what a date
leaves open; `WrittenDate.moment` decides it by the other dates of the feed (`bot.feeds.date_styles`).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Final

from bot.feeds.calendar_words import is_afternoon, month_of, weekday_of
from bot.feeds.zones import offset_at, read_zone
from bot.model import DateStyle

MISTAKEN = timedelta(days=1)
"""A date may be this far in the future by a wrong time zone or clock; a later one is not a date of publication."""

_LONGEST: Final = 200
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_YEAR: Final = 1900
_BUDDHIST: Final = 543
"""Years of the Thai calendar are ahead by this: 2569 is 2026."""

_ATTRIBUTE: Final = re.compile(r"""<time\b[^>]{0,200}\bdatetime\s*=\s*["']([^"']{4,60})["']""", re.IGNORECASE)
"""Drupal writes an element of HTML instead of a date (https://www.drupal.org/project/drupal/issues/3060811)."""
_TAG: Final = re.compile(r"<[^<>]{0,300}>")
_UNIX: Final = re.compile(r"(?:/Date\()?(?P<digits>\d{10}(?:\d{3}|\d{6})?)(?:\.\d+)?(?:[+-]\d{4})?(?:\)/)?")
_COMPACT: Final = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?:[t ]?(?P<hour>[01]\d|2[0-4])(?P<minute>[0-5]\d)(?P<second>[0-6]\d)?)?(?!\d)"
)
_BETWEEN: Final = r"\s*[-/.\u2010-\u2015]\s*"
_YEAR_FIRST: Final = re.compile(
    rf"(?<!\d)(?P<year>\d{{4}})(?:{_BETWEEN}|\s*[年년]\s*)(?P<one>\d{{1,2}})(?:{_BETWEEN}|\s*[月월]\s*)(?P<two>\d{{1,2}})"
    r"(?!\d)\.?\s*[日일]?"
)
_WEEK: Final = re.compile(r"(?<!\d)(?P<year>\d{4})-?w(?P<week>\d{2})(?:-?(?P<weekday>[1-7]))?(?!\d)")
_ORDINAL: Final = re.compile(r"(?<!\d)(?P<year>\d{4})-?(?P<day>\d{3})(?=t|\s|\Z)")
_YEAR_LAST: Final = re.compile(
    r"(?<![\d:])(?P<one>\d{1,2})\s*(?P<mark>[-/.])\s*(?P<two>\d{1,2})\s*(?P=mark)\s*(?P<year>\d{4})(?!\d)"
)
_SHORT_YEAR: Final = re.compile(
    r"\A\W*(?:[^\W\d]+\W+)?(?P<one>\d{1,2})(?P<mark>[/.])(?P<two>\d{1,2})(?P=mark)(?P<year>\d\d)(?!\d)"
)
_NAME: Final = r"(?P<name>[^\s\d,:;/()+\-.]{1,25}(?:\.[^\s\d,:;/()+\-.]{1,10})*)"
_FILLER: Final = r"(?:(?:[^\W\d]{1,3}[.’']?)\s+)?"
_DAY_NAME: Final = re.compile(
    rf"(?<![\d:.])(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|[.ºª°])?(?:\s|[.,/-])*{_FILLER}{_NAME}\.?(?:\s|[,/-])*{_FILLER}"
    r"(?P<year>\d{4}|[’'`]?\d{2})(?![\d:])"
)
_NAME_DAY: Final = re.compile(
    rf"{_NAME}\.?(?:\s|[/-])*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])(?:(?:\s|[,./-])*(?P<year>\d{{4}})(?![\d:]))?"
)
_YEAR_NAME_DAY: Final = re.compile(
    rf"(?<!\d)(?P<year>\d{{4}})\.?(?:\s|[,/-])*{_FILLER}{_NAME}\.?(?:\s|[,/-])*(?P<day>\d{{1,2}})(?![\d:])"
)
_LONE_YEAR: Final = re.compile(r"(?<![\d+\-:.])(?:19|20|25)\d\d(?![\d:])")
_CLOCK: Final = re.compile(
    r"(?<![\d.:+\-])t?(?P<hour>\d{1,2})\s?(?:[:.h時时点點시]|uhr)\s?(?P<minute>\d{2})(?!\d)"
    r"(?:\s?[:.m分분]\s?(?P<second>\d{2})(?!\d))?(?:[.,:]\d+)?"
)
_CLOCK_JOINED: Final = re.compile(
    r"(?<![^\W\d])t(?P<hour>\d{2})(?:(?P<minute>\d{2})(?P<second>\d{2})?)?(?!\d)(?:[.,]\d+)?"
)
_HOUR: Final = re.compile(r"(?<![\d.:])(?P<hour>\d{1,2})\s?(?=[ap]\.?m\b)")
_WORD: Final = re.compile(r"[^\s\d,:;/()+\-\ue000]+")
_TAKEN: Final = "\ue000"
"""Stands where the day or the time was."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day; `hour` may be 24."""

    hour: int = 0
    minute: int = 0
    second: int = 0


@dataclass(frozen=True, slots=True)
class WrittenDate:
    """What a date says, with what it leaves open."""

    day_first: date | None
    """The day, where the first of two numbers is that of the day."""
    month_first: date | None
    """The day, where the first of two numbers is that of the month. For most dates both are the same."""
    clock: Clock
    zone: tzinfo | None

    @property
    def is_ambiguous(self) -> bool:
        return self.day_first is not None and self.month_first is not None and self.day_first != self.month_first

    @property
    def order(self) -> bool | None:
        """Whether the day is first, where the numbers themselves, or the weekday, show it."""
        if (self.day_first is None) == (self.month_first is None):
            return None
        return self.day_first is not None

    def moment(self, style: DateStyle) -> datetime | None:
        """The moment in UTC; None where the order of day and month is not known."""
        day = self.month_first if style.day_first is False else self.day_first
        if self.is_ambiguous and style.day_first is None:
            return None
        if day is None:
            day = self.month_first or self.day_first
        return None if day is None else _moment(day, self.clock, self.zone or timezone(style.zone or timedelta()))

    @property
    def offset(self) -> timedelta | None:
        """The offset from UTC that the date names."""
        day = self.day_first or self.month_first
        if self.zone is None or day is None:
            return None
        return offset_at(self.zone, datetime.combine(day, time(min(self.clock.hour, 23))))


def plausible_moment(moment: datetime | None, now: datetime) -> datetime | None:
    """The date, but never later than now; None where it is too far in the future.

    Articles with a future date would stay above all others (https://github.com/planetxamarin/planetxamarin/issues/239).
    """
    return None if moment is None or moment > now + MISTAKEN else min(moment, now)


def read_date(written: str, language: str | None = None) -> WrittenDate | None:
    """The parts of a date; None where no day can be found in it. `language`: that of the feed, for names."""
    text = _normal(written)
    if unix := _UNIX.fullmatch(text):
        return _from_unix(unix["digits"])
    found = _find_day(text, language)
    if found is None:
        return None
    days, clock, rest = found
    zone_text = rest.partition(_TAKEN)[2]
    if clock is None:
        clock, zone_text = _find_clock(rest, language)
    if clock is None:
        return None
    return WrittenDate(*_by_weekday(days, rest, language), clock, read_zone(zone_text))


Days = tuple[date | None, date | None]
"""The day of `WrittenDate.day_first` and `WrittenDate.month_first`."""


def _normal(written: str) -> str:
    """In lower case, with ASCII digits, without tags; of an HTML `time` element its `datetime`."""
    written = written.strip()
    if "<" in written:
        attribute = _ATTRIBUTE.search(written[:1_000])
        written = attribute[1] if attribute else _TAG.sub(" ", written[:1_000])
    written = written.strip()[:_LONGEST].lower()
    if not written.isascii():
        digits = {ord(c): str(unicodedata.decimal(c)) for c in set(written) if c.isdecimal()}
        written = written.translate(digits | dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\ufeff")))
        written = written.replace("\xa0", " ").replace("\u202f", " ").replace("،", ",")
    return written


def _from_unix(digits: str) -> WrittenDate | None:
    """Seconds, milliseconds or microseconds since 1970."""
    moment = _EPOCH + timedelta(seconds=int(digits[:10]))
    if moment.year > 2100:
        return None
    clock = Clock(moment.hour, moment.minute, moment.second)
    return WrittenDate(moment.date(), moment.date(), clock, UTC)


def _find_day(text: str, language: str | None) -> tuple[Days, Clock | None, str] | None:
    """The day, the time of day where it is joined to it, and the text in which both are replaced by a mark."""
    if found := _COMPACT.search(text):
        day = _date(found["year"], found["month"], found["day"])
        clock = Clock(*(int(found[key] or 0) for key in ("hour", "minute", "second"))) if found["hour"] else None
        return ((day, day), clock, _without(text, found)) if day else None
    for pattern, read in (
        (_YEAR_FIRST, _of_year_first),
        (_WEEK, _of_week),
        (_ORDINAL, _of_ordinal),
        (_YEAR_LAST, _of_numbers),
    ):
        if (found := pattern.search(text)) and any(days := read(found)):
            return days, None, _without(text, found)
    for pattern in (_DAY_NAME, _YEAR_NAME_DAY, _NAME_DAY):
        for found in _overlapping(pattern, text):
            month = month_of(found["name"], language)
            rest = _without(text, found)
            year = found["year"]
            if month is None or (pattern is _YEAR_NAME_DAY and len(year) < 4):
                continue
            if year is None and (lone := _LONE_YEAR.search(rest)):
                year, rest = lone.group(), rest[: lone.start()] + " " + rest[lone.end() :]
            if year and (day := _date(year.lstrip("’'`"), str(month), found["day"])):
                return (day, day), None, rest
    if (found := _SHORT_YEAR.search(text)) and any(days := _of_numbers(found)):
        return days, None, _without(text, found, "one")
    return None


def _overlapping(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    """All matches, also those that begin inside of another one: a word before the month may look like its name."""
    matches: list[re.Match[str]] = []
    position = 0
    while len(matches) < 12 and (found := pattern.search(text, position)):
        matches.append(found)
        position = found.start("name") + 1 if found.start("name") == found.start() else found.start() + 1
    return matches


def _without(text: str, found: re.Match[str], start: str | int = 0) -> str:
    return f"{text[: found.start(start)]} {_TAKEN}{text[found.end() :]}"


def _of_year_first(found: re.Match[str]) -> Days:
    day = _date(found["year"], found["one"], found["two"]) or _date(found["year"], found["two"], found["one"])
    return day, day


def _of_week(found: re.Match[str]) -> Days:
    try:
        day = date.fromisocalendar(int(found["year"]), int(found["week"]), int(found["weekday"] or 1))
    except ValueError:
        return None, None
    return day, day


def _of_ordinal(found: re.Match[str]) -> Days:
    number = int(found["day"])
    if not 1 <= number <= 366 or not _FIRST_YEAR <= int(found["year"]) <= 2200:
        return None, None
    day = date(int(found["year"]), 1, 1) + timedelta(days=number - 1)
    return day, day


def _of_numbers(found: re.Match[str]) -> Days:
    """Day and month in either order. With dots the day is first wherever such dates are written (CLDR)."""
    day_first = _date(found["year"], found["two"], found["one"])
    if found["mark"] == ".":
        return day_first, day_first
    return day_first, _date(found["year"], found["one"], found["two"])


def _date(year: str, month: str, day: str) -> date | None:
    number = int(year)
    if len(year) == 2:
        number += 2000 if number < 69 else 1900
    elif number > 2400:
        number -= _BUDDHIST
    try:
        return date(number, int(month), int(day))
    except ValueError:
        return None


def _by_weekday(days: Days, rest: str, language: str | None) -> Days:
    """The days that fit the weekday, where it names one and only one of them fits."""
    if days[0] is None or days[1] is None or days[0] == days[1]:
        return days
    weekdays = {weekday for word in _WORD.findall(rest) if (weekday := weekday_of(word, language)) is not None}
    fits = [day.weekday() in weekdays for day in days if day]
    return (days[0] if fits[0] else None, days[1] if fits[1] else None) if sum(fits) == 1 else days


def _find_clock(rest: str, language: str | None) -> tuple[Clock | None, str]:
    """The time of day, midnight where there is none, and the text behind it; None for a time that cannot be."""
    found = _CLOCK.search(rest) or _CLOCK_JOINED.search(rest) or _HOUR.search(rest)
    if found is None:
        return Clock(), rest.partition(_TAKEN)[2]
    parts = found.groupdict()
    hour, minute, second = (int(parts.get(key) or 0) for key in ("hour", "minute", "second"))
    before, behind = rest[: found.start()], rest[found.end() :]
    afternoon = _half_of_the_day(before, behind, language)
    if afternoon is not None and hour <= 12:
        hour = hour % 12 + (12 if afternoon else 0)
    if hour > 24 or minute > 59 or second > 60 or (hour == 24 and (minute or second)):
        return None, ""
    return Clock(hour, minute, min(second, 59)), behind


def _half_of_the_day(before: str, behind: str, language: str | None) -> bool | None:
    """Whether the time is in the afternoon, by the word behind it or before it: `3:15 pm`, `下午3:15`."""
    near = (*_WORD.findall(behind)[:2], *reversed(_WORD.findall(before)[-2:]))
    return next((half for word in near if (half := is_afternoon(word, language)) is not None), None)


def _moment(day: date, clock: Clock, zone: tzinfo) -> datetime | None:
    """The date in UTC; None for year 1 and similar dates, which stand for "unknown"."""
    try:
        at = datetime(day.year, day.month, day.day, tzinfo=zone)
        at += timedelta(hours=clock.hour, minutes=clock.minute, seconds=clock.second)
        moment = at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year >= _FIRST_YEAR else None
