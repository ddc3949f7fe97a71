"""Moments as feeds write them: aware, UTC, or None.

What RFC 822, ISO 8601 and W3CDTF allow is read by feedparser; here is what it returns and what it leaves:
month names of other languages, the time zones of Indonesia.
"""

from __future__ import annotations

import re
from calendar import timegm
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from time import struct_time

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
_ZONES = {"wib": "+0700", "wita": "+0800", "wit": "+0900", "gmt": "+0000", "utc": "+0000", "z": "+0000", "ut": "+0000"}
_WRITTEN = re.compile(
    r"(?P<day>\d{1,2})[\s./-]+(?P<month>[^\W\d_]{3,12})\.?[\s,/-]+(?P<year>\d{4})"
    r"(?:[\s,|T-]+(?:pukul\s+)?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second>\d{2}))?)?"
    r"(?:\s*(?P<zone>[A-Za-z]{1,4}\b|[+-]\d{2}:?\d{2}))?"
)
_ISO = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s*(Z|[+-]\d{2}:?\d{2})?)?")


def moment_of(parsed: struct_time | None, written: str | None) -> datetime | None:
    """What feedparser made of a date, else what the words say."""
    if parsed is not None:
        try:
            return _plausible(_EPOCH + timedelta(seconds=timegm(parsed)))
        except (ValueError, OverflowError, TypeError):
            return None
    return parse_moment(written) if written else None


def parse_moment(written: str) -> datetime | None:
    """ISO 8601 / RFC 3339, RFC 822, or day, month name and year in a few languages. Without a zone: UTC."""
    written = written.strip()[:100]
    iso = _ISO.match(written)
    if iso:
        return _from_iso(*iso.groups())
    in_words = _WRITTEN.search(written.lower())
    if in_words:
        return _from_words(in_words)
    try:
        moment = parsedate_to_datetime(written)
        return _plausible(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError, TypeError, IndexError):
        return None


def _from_iso(day: str, time: str | None, zone: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(f"{day}T{time or '00:00'}{zone or ''}")
    except ValueError:
        return None
    return _plausible(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def _from_words(found: re.Match[str]) -> datetime | None:
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
                tzinfo=_zone(found["zone"]),
            )
        )
    except (ValueError, OverflowError):
        return None


def _zone(written: str | None) -> timezone:
    offset = _ZONES.get(written or "", written or "").replace(":", "")
    if not offset.startswith(("+", "-")):
        return UTC
    size = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:5]))
    return timezone(size if offset[0] == "+" else -size)


def _plausible(moment: datetime) -> datetime | None:
    """In UTC; the year 1 and its like are fillers for "unknown"."""
    try:
        moment = moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year >= _FIRST_YEAR else None
