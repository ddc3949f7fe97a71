"""Reads the dates of feeds: aware and in UTC, or None.

feedparser reads the formats of RFC 822 (RSS), RFC 3339 (Atom) and W3CDTF. This module corrects the time zone of its
result and reads what feedparser cannot: month names of other languages than English
(https://github.com/simplepie/simplepie/pull/632, https://github.com/feedjira/feedjira/issues/186). The time zone of a
date is read in `bot.feeds.zones`; `default_zone` is the zone for dates that name none.
"""

from __future__ import annotations

import re
from calendar import timegm
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from time import struct_time

from bot.feeds.zones import missing_offset, written_zone

MISTAKEN = timedelta(days=1)
"""A date may be this far in the future by a wrong time zone or clock; a later one is not a date of publication."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_YEAR = 1900

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januari january janvier enero januar gennaio janeiro",
            "feb februari february février fevrier febrero februar febbraio fevereiro peb pebruari",
            "mar maret march mars marzo märz mrt maart março mac",
            "apr april avril abril aprile",
            "may mei mai mayo maggio maio",
            "jun juni june juin junio giugno junho",
            "jul juli july juillet julio luglio julho julai",
            "aug agu ags agustus august août aout agosto agt ogos",
            "sep sept september septembre septiembre settembre setembro",
            "oct okt oktober october octobre octubre ottobre outubro",
            "nov november nopember nop novembre noviembre novembro",
            "dec des desember december décembre diciembre dezember dez dicembre dezembro dis disember",
        ),
        start=1,
    )
    for name in names.split()
}
_WRITTEN = re.compile(
    r"(?P<day>\d{1,2})[\s./-]+(?P<month>[^\W\d_]{3,12})\.?[\s,/-]+(?P<year>\d{4})"
    r"(?:[\s,|T-]+(?:pukul\s+)?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?)?"
    r"(?:\s*(?:[A-Za-z]{1,5}\b|[+-]\d{2}:?\d{2}))?"
)
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?")


def parsed_moment(parsed: struct_time | None, written: str | None, default_zone: timezone = UTC) -> datetime | None:
    """The date as feedparser parsed it, with the right time zone, else as `parse_moment` reads it."""
    if parsed is None:
        return parse_moment(written, default_zone) if written else None
    try:
        return _plausible(_EPOCH + timedelta(seconds=timegm(parsed)) - missing_offset(written or "", default_zone))
    except (ValueError, OverflowError, TypeError):
        return None


def parse_moment(written: str, default_zone: timezone = UTC) -> datetime | None:
    """Reads ISO 8601 / RFC 3339, RFC 822, or day, month name and year in one of a few languages; None if it cannot."""
    written = written.strip()[:100]
    if iso := _ISO.match(written):
        return _from_iso(iso, written_zone(written) or default_zone)
    if in_words := _WRITTEN.search(written.lower()):
        return _from_words(in_words, written_zone(in_words.group()) or default_zone)
    try:
        moment = parsedate_to_datetime(written)
        return _plausible(moment if moment.tzinfo else moment.replace(tzinfo=default_zone))
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def plausible_moment(moment: datetime | None, now: datetime) -> datetime | None:
    """The date, but never later than now; None where it is too far in the future.

    Articles with a future date would stay above all others (https://github.com/planetxamarin/planetxamarin/issues/239).
    """
    return None if moment is None or moment > now + MISTAKEN else min(moment, now)


def _from_iso(found: re.Match[str], default_zone: timezone) -> datetime | None:
    day, time, zone = found.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{time or '00:00'}{zone or ''}")
    except ValueError:
        return None
    return _plausible(moment if moment.tzinfo else moment.replace(tzinfo=default_zone))


def _from_words(found: re.Match[str], zone: timezone) -> datetime | None:
    month = _MONTHS.get(found["month"])
    if month is None:
        return None
    try:
        return _plausible(
            datetime(
                int(found["year"]),
                month,
                int(found["day"]),
                int(found["hour"] or 0),
                int(found["minute"] or 0),
                int(found["second"] or 0),
                tzinfo=zone,
            )
        )
    except (ValueError, OverflowError):
        return None


def _plausible(moment: datetime) -> datetime | None:
    """The date in UTC; None for year 1 and similar dates, which stand for "unknown"."""
    try:
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year >= _FIRST_YEAR else None
