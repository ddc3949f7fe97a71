"""What a feed says about polling it: `ttl`, `skipHours`, `skipDays`, `sy:updatePeriod`, and its WebSub hub.

RSS 2.0: https://www.rssboard.org/rss-specification; `sy:`: https://web.resource.org/rss/1.0/modules/syndication/.
"""

from __future__ import annotations

import re
from datetime import timedelta

_LONGEST = timedelta(days=7)
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS_ELEMENT = re.compile(r"<skipHours>(.{0,2000}?)</skipHours>", re.IGNORECASE | re.DOTALL)
_DAYS_ELEMENT = re.compile(r"<skipDays>(.{0,2000}?)</skipDays>", re.IGNORECASE | re.DOTALL)
_HOUR = re.compile(r"<hour>\s*(\d{1,2})\s*<", re.IGNORECASE)
_DAY = re.compile(r"<day>\s*([a-z]+)\s*<", re.IGNORECASE)
_HEADER_LINK = re.compile(r"""<([^<>]{1,2000})>\s*;[^,<>]*?\brel\s*=\s*["']?(?:[\w:/.-]+ )*?hub\b""", re.IGNORECASE)


def time_to_live(ttl: object, period: object, frequency: object) -> timedelta | None:
    """How long to cache a feed, at most 7 days: `ttl` in minutes, else `sy:updatePeriod` / `sy:updateFrequency`."""
    try:
        minutes = int(str(ttl).strip()[:9])
    except ValueError:
        minutes = 0
    if minutes > 0:
        return min(timedelta(minutes=minutes), _LONGEST)
    span = _PERIODS.get(str(period).strip().lower())
    if span is None:
        return None
    try:
        times = max(1, int(str(frequency).strip()[:9]))
    except ValueError:
        times = 1
    return min(max(span / times, timedelta(minutes=1)), _LONGEST)


def skipped_hours(document: str) -> frozenset[int]:
    """Hours (UTC, 0..23) in which an RSS feed asks not to be polled.

    RSS 2.0 counts from 0; some feeds write 24 for 0.
    """
    found = _HOURS_ELEMENT.search(document)
    return (
        frozenset(int(hour) % 24 for hour in _HOUR.findall(found.group(1)) if int(hour) <= 24) if found else frozenset()
    )


def skipped_days(document: str) -> frozenset[int]:
    """Weekdays (UTC, Monday = 0) on which an RSS feed asks not to be polled."""
    found = _DAYS_ELEMENT.search(document)
    names = (name.lower() for name in _DAY.findall(found.group(1))) if found else ()
    return frozenset(_DAYS.index(name) for name in names if name in _DAYS)


def hub_of_headers(link_header: str) -> str | None:
    """The hub in a `Link` header (W3C WebSub, 4, https://www.w3.org/TR/websub/#discovery; RFC 8288)."""
    found = _HEADER_LINK.search(link_header[:8_000])
    return found.group(1) if found else None
