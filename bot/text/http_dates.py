"""Dates in HTTP headers (RFC 9110 section 5.6.7), as servers write them."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def http_date(value: str) -> datetime | None:
    """The moment in UTC; None for anything that is no date, such as `0`, `-1`, `soon` or one beyond the year 9999.

    A date without a zone is taken as UTC, which is what every HTTP date is to be in.
    """
    try:
        moment = parsedate_to_datetime(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):  # the last: of some Pythons' parsers
        return None
