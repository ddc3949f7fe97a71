"""Reads times of day, spans of hours and durations as people type them, in Indonesian or English."""

from __future__ import annotations

import re
from datetime import time, timedelta

from bot.model import QuietHours

LONGEST = timedelta(days=366)
"""Longer durations are taken for typing errors."""

MOST_TIMES = 8
"""The most digest times of a day."""

_CLOCK = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(am|pm)?")
_HALF_OF_DAY = re.compile(r"(?<=\d)\s+(?=[ap]m\b)")
_AT = re.compile(r"\b(?:jam|pukul|at|from|dari)\b")
_UNTIL = re.compile(r"\s*(?:[-–—]|\b(?:to|until|till|sampai|hingga|s/d)\b)\s*")
_BETWEEN = re.compile(r"(?:[\s,;&+]|\b(?:dan|and)\b)+")
_DURATION = re.compile(r"(\d{1,5})\s*([a-z]+)")
_MINUTES = {
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes", "mnt", "menit"), 1),
    **dict.fromkeys(("h", "hour", "hours", "j", "jam"), 60),
    **dict.fromkeys(("d", "day", "days", "hari"), 24 * 60),
    **dict.fromkeys(("w", "week", "weeks", "minggu", "pekan"), 7 * 24 * 60),
}


def read_span(text: str) -> QuietHours | None:
    """A daily span: `22-6`, `22.30–06.15`, `10pm to 6am`; None where it is not one, or an empty one."""
    ends = _UNTIL.split(_plain(text))
    clocks = [_clock(end) for end in ends]
    if len(clocks) != 2 or clocks[0] is None or clocks[1] is None or clocks[0] == clocks[1]:
        return None
    return QuietHours(clocks[0], clocks[1])


def read_times(text: str) -> tuple[time, ...] | None:
    """Times of day: `7:00 18:00`, `7, 12.30 dan 18`; sorted, without repetitions. None where any part is not a time."""
    clocks = [_clock(part) for part in _BETWEEN.split(_plain(text)) if part]
    times = {clock for clock in clocks if clock is not None}
    return tuple(sorted(times)) if times and None not in clocks and len(times) <= MOST_TIMES else None


def read_duration(text: str) -> timedelta | None:
    """A duration: `2h`, `3 hari`; None where it is not one, or zero, or longer than `LONGEST`."""
    match = _DURATION.fullmatch(text.strip().lower())
    if match is None or match[2] not in _MINUTES:
        return None
    minutes = int(match[1]) * _MINUTES[match[2]]
    return timedelta(minutes=minutes) if 0 < minutes <= LONGEST / timedelta(minutes=1) else None


def _plain(text: str) -> str:
    return _AT.sub(" ", _HALF_OF_DAY.sub("", text.lower())).strip()


def _clock(text: str) -> time | None:
    """A time of day: `7`, `07:30`, `7.30`, `7pm`, `24`; None where it is not one."""
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), match[3]
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour == 24 and minute == 0:
        hour = 0
    return time(hour, minute) if hour < 24 and minute < 60 else None
