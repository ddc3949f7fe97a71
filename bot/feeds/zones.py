"""The time zone of a date in a feed; for a date without one, the zone that the feed usually writes.

feedparser takes a date without a zone, or with an unknown abbreviation, for UTC
(https://github.com/kurtmckee/feedparser/issues/51): the articles of an Indonesian outlet would be seven hours in the
future. RFC 822 defines only the abbreviations of North America; others are ambiguous
(https://github.com/dateutil/dateutil/issues/932, https://github.com/scrapinghub/dateparser/issues/971).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, timedelta, timezone
from typing import Final

_ZONE: Final = re.compile(
    r"\d[:.]\d{2}(?:[.,]\d+)?\s*(?:(?P<name>[a-z]{1,5})|(?:gmt|utc)?(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2}))"
    r"\s*(?:\(.*)?$"
)
"""A time of day and the zone behind it."""

_NAMES: Final = {
    name: timezone(timedelta(hours=hours))
    for hours, names in {
        0: "z ut gmt utc wet",
        1: "cet bst west",
        2: "cest eet sast",
        3: "msk eest",
        5.5: "ist",
        7: "wib ict",
        8: "wita sgt myt hkt pht awst",
        9: "wit jst kst",
        10: "aest",
        11: "aedt",
    }.items()
    for name in names.split()
}
"""Where an abbreviation is used in several places, it means the one with most readers."""

_READ_ALREADY: Final = re.compile("[amny]|[acemp][ds]?t|mest|met")
"""Abbreviations that feedparser knows and only American feeds use (`feedparser.datetimes.rfc822`)."""


def written_zone(written: str) -> timezone | None:
    """The zone that a date is written in; None where it names none, or an unknown one."""
    found = _ZONE.search(written.strip().lower()[:100])
    if found is None:
        return None
    if found["name"]:
        return _NAMES.get(found["name"])
    size = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
    return timezone(size if found["sign"] == "+" else -size) if size < timedelta(days=1) else None


def missing_offset(written: str, default_zone: timezone) -> timedelta:
    """The offset from UTC that feedparser did not subtract from the time of a date."""
    found = _ZONE.search(written.strip().lower()[:100])
    if found is not None and (found["sign"] or _READ_ALREADY.fullmatch(found["name"])):
        return timedelta()
    return (written_zone(written) or default_zone).utcoffset(None)


def usual_zone(moments: Iterable[str]) -> timezone:
    """The zone of most of a feed's dates; UTC where none names a zone."""
    zones = Counter(zone for written in moments if (zone := written_zone(written)) is not None)
    return max(zones, key=lambda zone: zones[zone], default=UTC)
