"""Numbers, percentages and spans of time in words."""

from __future__ import annotations

from datetime import timedelta

from bot.wording.wording import Wording

_TWO_DAYS = timedelta(days=2)
_TWO_HOURS = timedelta(hours=2)


def number_text(number: int, wording: Wording) -> str:
    """A number with the thousands separator of the language."""
    return f"{number:,}".replace(",", wording.say(","))


def percent(share: float) -> str:
    """A share (0..1) in percent, without decimals and without the sign."""
    return f"{100 * share:.0f}"


def time_span(time: timedelta, wording: Wording) -> str:
    """A span of time in the largest unit of which there are at least two: `7 days`, `47 hours`, `12 minutes`."""
    if time >= _TWO_DAYS:
        return wording.say_many("{n} day", "{n} days", round(time / timedelta(days=1)))
    if time >= _TWO_HOURS:
        return wording.say_many("{n} hour", "{n} hours", round(time / timedelta(hours=1)))
    return wording.say_many("{n} minute", "{n} minutes", max(1, round(time / timedelta(minutes=1))))


def ago(age: timedelta, wording: Wording) -> str:
    """How long ago something was: `just now`, `5 minutes ago`, `3 hours ago`, `2 days ago`."""
    minutes = int(age.total_seconds() // 60)
    if minutes < 1:
        return wording.say("just now")
    if minutes < 60:
        return wording.say_many("{n} minute ago", "{n} minutes ago", minutes, n=minutes)
    hours = minutes // 60
    if hours < 48:
        return wording.say_many("{n} hour ago", "{n} hours ago", hours, n=hours)
    return wording.say_many("{n} day ago", "{n} days ago", hours // 24, n=hours // 24)


def recent_time(time: timedelta, wording: Wording) -> str:
    """A span of time that ends now, as used after `in` or `from`: `the last 7 days`, `the last hour`."""
    if time >= _TWO_DAYS:
        return recent_days(round(time / timedelta(days=1)), wording)
    if time >= _TWO_HOURS:
        return wording.say_many("the last hour", "the last {n} hours", round(time / timedelta(hours=1)))
    return wording.say_many("the last minute", "the last {n} minutes", max(1, round(time / timedelta(minutes=1))))


def recent_days(days: int, wording: Wording) -> str:
    """A number of days that ends now: `the last day`, `the last 30 days`."""
    return wording.say_many("the last day", "the last {n} days", days)
