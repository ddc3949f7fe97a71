"""In which zone a moment was written; where it says none, the one its feed is used to.

feedparser takes a moment without a zone, or with one of a name it does not know, for UTC: an Indonesian outlet's news
would come from seven hours ahead.
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
"""Behind the time of a day."""

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
"""Of several places with one name, the one with most readers."""

_READ_ALREADY: Final = re.compile("[amny]|[acemp][ds]?t|mest|met")
"""Names that feedparser knows, and no feed outside of America uses (`feedparser.datetimes.rfc822`)."""


def zone_of(written: str) -> timezone | None:
    """The zone that a moment is written in; None where it says none, or none that is known here."""
    found = _ZONE.search(written.strip().lower()[:100])
    if found is None:
        return None
    if found["name"]:
        return _NAMES.get(found["name"])
    size = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"]))
    return timezone(size if found["sign"] == "+" else -size) if size < timedelta(days=1) else None


def left_out(written: str, habit: timezone) -> timedelta:
    """What feedparser did not subtract from the time of a day to come to UTC."""
    found = _ZONE.search(written.strip().lower()[:100])
    if found is not None and (found["sign"] or _READ_ALREADY.fullmatch(found["name"])):
        return timedelta()
    return (zone_of(written) or habit).utcoffset(None)


def habit_of(moments: Iterable[str]) -> timezone:
    """The zone that most of a feed's moments are written in; UTC where none says any."""
    zones = Counter(zone for written in moments if (zone := zone_of(written)) is not None)
    return max(zones, key=lambda zone: zones[zone], default=UTC)
