"""The time zone that is written behind a time of day.

RFC 822 defines only the abbreviations of North America; others are ambiguous
(https://github.com/dateutil/dateutil/issues/932, https://github.com/scrapinghub/dateparser/issues/971).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_OFFSET: Final = re.compile(r"(?<!\d)(?P<sign>[+\-\u2212])\s?(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?(?!\d)")
_PLACE: Final = re.compile(
    r"\b(?:africa|america|antarctica|asia|atlantic|australia|europe|indian|pacific)/[a-z_/-]{2,40}"
)
_WORD: Final = re.compile(r"(?<![^\W_])[a-zа-я]{1,5}(?![^\W_])")
_LARGEST: Final = timedelta(hours=14)

_NAMES: Final = {
    name: timezone(timedelta(hours=hours))
    for hours, names in {
        -10: "hst",
        -9: "akst",
        -8: "pst akdt",
        -7: "mst pdt",
        -6: "cst mdt",
        -5: "est cdt",
        -4: "edt ast",
        -3: "adt brt art",
        0: "z ut gmt utc wet",
        1: "cet bst west met",
        2: "cest mest eet sast cat",
        3: "msk мск eest eat",
        4: "gst",
        5: "pkt",
        5.5: "ist",
        7: "wib ict",
        8: "wita sgt myt hkt pht awst",
        9: "wit jst kst",
        10: "aest",
        11: "aedt",
        12: "nzst",
        13: "nzdt",
    }.items()
    for name in names.split()
}
"""Where an abbreviation is used in several places, it means the one with most readers."""


def read_zone(text: str) -> tzinfo | None:
    """The zone in the text behind a time of day, in lower case; None where it names none, or an unknown one."""
    if offset := _offset_of(text):
        return offset
    if place := _PLACE.search(text):
        return _place_zone(place.group())
    return next((zone for word in _WORD.findall(text) if (zone := _NAMES.get(word)) is not None), None)


def _offset_of(text: str) -> timezone | None:
    for found in _OFFSET.finditer(text):
        size = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
        if size <= _LARGEST:
            return timezone(size if found["sign"] == "+" else -size) if size else UTC
    return None


def _place_zone(place: str) -> tzinfo | None:
    """The zone of an IANA name, which is written with capitals: `Asia/Jakarta`, `America/Port-au-Prince`."""
    name = re.sub(
        r"[a-z]+", lambda word: word.group() if word.group() in ("au", "of", "es") else word.group().title(), place
    )
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def offset_at(zone: tzinfo, moment: datetime) -> timedelta:
    """The offset from UTC of a zone at a local time, which has no zone."""
    return zone.utcoffset(moment) or timedelta()
