"""How a feed writes its dates: the zone of dates that name none, and the order of day and month in numbers.

A date without a zone is in the zone of the feed's other dates: taken for UTC, the articles of an Indonesian outlet
would be seven hours in the future (https://github.com/kurtmckee/feedparser/issues/51). `03/04/2026` is read as the
feed's other dates are. What a document does not show is as earlier documents of the feed have shown it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.feeds.calendar_words import is_day_first
from bot.feeds.dates import WrittenDate, read_date
from bot.model import DateStyle

_CLOSER: Final = 4
"""The dates of a document are near one another: an order that brings them this many times closer together is right."""


@dataclass(frozen=True, slots=True)
class FeedDates:
    """The dates of a document as far as they could be read, and the style in which they are written."""

    read: Mapping[str, WrittenDate | None]
    style: DateStyle

    def moment(self, written: str) -> datetime | None:
        """The moment that one of the document's dates means; None for what cannot be read."""
        found = self.read.get(written)
        return None if found is None else found.moment(self.style)


def feed_dates(written: Iterable[str], language: str | None, remembered: DateStyle | None) -> FeedDates:
    """Read all dates of a document.

    Args:
        language: the tag that the feed declares, such as `id` or `en-US`.
        remembered: how earlier documents of the feed wrote their dates.
    """
    tag = (language or "").strip().lower().replace("_", "-")
    code = tag.partition("-")[0] or None
    texts = [text for text in written if text.strip()]
    read = {text: read_date(text, code) for text in dict.fromkeys(texts)}
    found = [one for text in texts if (one := read[text]) is not None]
    known = remembered or DateStyle()
    return FeedDates(read, DateStyle(_zone(found, known), _day_first(found, known, tag, code)))


def _zone(dates: Iterable[WrittenDate], known: DateStyle) -> timedelta | None:
    zones = Counter(offset for one in dates if (offset := one.offset) is not None)
    return max(zones, key=lambda zone: zones[zone], default=known.zone)


def _day_first(dates: list[WrittenDate], known: DateStyle, tag: str, code: str | None) -> bool | None:
    shown = Counter(one.order for one in dates if one.order is not None)
    if shown[True] != shown[False]:
        return shown[True] > shown[False]
    if not any(one.is_ambiguous for one in dates):
        return known.day_first
    by_nearness = _nearer(dates)
    if by_nearness is not None:
        return by_nearness
    if known.day_first is not None:
        return known.day_first
    return False if tag == "en-us" else True if tag.startswith("en-") else is_day_first(code)


def _nearer(dates: list[WrittenDate]) -> bool | None:
    """The order in which the dates of the document are much nearer to one another; None if neither is."""
    if len(dates) < 2:
        return None
    spans = []
    for day_first in (True, False):
        days = [
            day.toordinal()
            for one in dates
            if (day := one.day_first if day_first else one.month_first or one.day_first)
        ]
        spans.append(max(days) - min(days) + 1 if days else 0)
    by_day, by_month = spans
    if by_day * _CLOSER <= by_month:
        return True
    return False if by_month * _CLOSER <= by_day else None
