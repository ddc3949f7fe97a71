"""The hours of a chat in its time zone: quiet hours, pauses and digest times. Pure.

A clock time that does not exist on a day, because summer time begins, is the first moment after the gap; of one that
exists twice, the first is meant (PEP 495, https://peps.python.org/pep-0495/).
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
    """Whether alerts of a chat are held now, and why."""

    NONE = "none"
    QUIET = "quiet"
    """The chat's quiet hours: urgent alerts are sent nevertheless."""
    PAUSED = "paused"
    """Somebody paused the chat: nothing is sent."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When a chat may be sent alerts and digests."""

    zone: ZoneInfo
    quiet: QuietHours | None = None
    digest_times: tuple[time, ...] = ()
    paused_until: datetime | None = None
    """It is kept after it has passed: what was queued before it was held because of the pause."""

    def silence(self, now: datetime) -> QuietTime:
        """Whether alerts are held now; a pause takes precedence over quiet hours."""
        if self.paused_until is not None and now < self.paused_until:
            return QuietTime.PAUSED
        return QuietTime.NONE if quiet_until(self.quiet, self.zone, now) is None else QuietTime.QUIET


def rhythm_of(chat: Chat | None, default: ZoneInfo) -> Rhythm:
    """The schedule of a chat; of a chat without any settings, the time zone `default` and no quiet hours."""
    if chat is None:
        return Rhythm(default)
    chosen: Preferences = chat.preferences
    return Rhythm(zone_of(chat.timezone, default), chosen.quiet, chosen.digest_times, chat.paused_until)


def zone_of(name: str | None, default: ZoneInfo) -> ZoneInfo:
    """The time zone of this name; `default` where there is none."""
    try:
        return default if name is None else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError where the name is that of a folder: `Europe`
        return default


def moment_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC time at which the clocks of a zone show this time on this day."""
    wall = datetime.combine(day, at)
    late, early = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if _wall(late, zone) == wall:
        return late
    while late - early > _SECOND:  # PEP 495: in a gap, fold=0 and fold=1 are on either side of it
        middle = early + (late - early) / 2
        early, late = (early, middle) if _wall(middle, zone) >= wall else (middle, late)
    return late.replace(microsecond=0)


def quiet_until(quiet: QuietHours | None, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The end of the quiet hours that `now` is in; None outside of them, or where they are empty."""
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
    """When the clock last showed one of these times; None where there are no times."""
    return max((moment for moment in _around(times, zone, now) if moment <= now), default=None)


def next_of(times: Iterable[time], zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the clock will next show one of these times; None where there are no times."""
    return min((moment for moment in _around(times, zone, now) if moment > now), default=None)


def tomorrow_at(at: time, zone: ZoneInfo, now: datetime) -> datetime:
    """This time on the next calendar day in the zone."""
    return moment_of(now.astimezone(zone).date() + _DAY, at, zone)


def _around(times: Iterable[time], zone: ZoneInfo, now: datetime) -> list[datetime]:
    """The times on today and two days before and after: a zone can skip a whole day (Pacific/Apia, 2011-12-30)."""
    today = now.astimezone(zone).date()
    return [moment_of(today + _DAY * days, at, zone) for at in times for days in range(-2, 3)]


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)
