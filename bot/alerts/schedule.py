"""The hours of a chat in its own time zone: when it is quiet there or paused, when its digests come. Pure.

Clock times that do not exist on a day (summer time begins) count from the moment after the gap; of those that come
twice the first counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.model import Chat, Preferences, QuietHours

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


class QuietTime(StrEnum):
    """Why alerts are held back for a while."""

    NONE = "none"
    QUIET = "quiet"
    """The chat's quiet hours: what is urgent passes."""
    PAUSED = "paused"
    """Somebody asked for it: nothing passes."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a chat wants to be told."""

    zone: ZoneInfo
    quiet: QuietHours | None = None
    digest_times: tuple[time, ...] = ()
    paused_until: datetime | None = None
    """Past ones stay: what was held before that moment was held because of the pause."""

    def silence(self, now: datetime) -> QuietTime:
        """Whether the chat wants to hear nothing now; a pause goes before quiet hours."""
        if self.paused_until is not None and now < self.paused_until:
            return QuietTime.PAUSED
        return QuietTime.NONE if quiet_until(self.quiet, self.zone, now) is None else QuietTime.QUIET


def rhythm_of(chat: Chat | None, default: ZoneInfo) -> Rhythm:
    """The rhythm of a chat; of one that nobody has heard from, that of somebody who has chosen nothing."""
    if chat is None:
        return Rhythm(default)
    chosen: Preferences = chat.preferences
    return Rhythm(zone_of(chat.timezone, default), chosen.quiet, chosen.digest_times, chat.paused_until)


def zone_of(name: str | None, default: ZoneInfo) -> ZoneInfo:
    """The time zone of this name; the default where there is none."""
    try:
        return default if name is None else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: the name of a folder of the database
        return default


def moment_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """When the clocks of a zone show this time on this day, in UTC."""
    wall = datetime.combine(day, at)
    late, early = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if _wall(late, zone) == wall:
        return late
    while late - early > _SECOND:  # PEP 495: in a gap the two lie on either side of it
        middle = early + (late - early) / 2
        early, late = (early, middle) if _wall(middle, zone) >= wall else (middle, late)
    return late.replace(microsecond=0)


def quiet_until(quiet: QuietHours | None, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the quiet hours end in which `now` lies; None where it lies in none, or they begin as they end."""
    if quiet is None or quiet.begins == quiet.ends:
        return None
    today = now.astimezone(zone).date()
    for day in (today - _DAY, today):
        last = day if quiet.begins < quiet.ends else day + _DAY
        begins, ends = moment_of(day, quiet.begins, zone), moment_of(last, quiet.ends, zone)
        if begins <= now < ends:
            return ends
    return None


def last_of(times: Iterable[time], zone: ZoneInfo, now: datetime) -> datetime | None:
    """When one of these times of day was last; None where there are none."""
    return max((moment for moment in _around(times, zone, now) if moment <= now), default=None)


def next_of(times: Iterable[time], zone: ZoneInfo, now: datetime) -> datetime | None:
    """When one of these times of day is next."""
    return min((moment for moment in _around(times, zone, now) if moment > now), default=None)


def tomorrow_at(at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """This time on the next day of the calendar there."""
    return moment_of(now.astimezone(zone).date() + _DAY, at, zone)


def _around(times: Iterable[time], zone: ZoneInfo, now: datetime) -> list[datetime]:
    """Of yesterday, today, tomorrow, and a day more on either side: a zone may leave a day out."""
    today = now.astimezone(zone).date()
    return [moment_of(today + _DAY * days, at, zone) for at in times for days in range(-2, 3)]


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
