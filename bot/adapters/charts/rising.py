"""The content of the chart for a topic with unusually many articles, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model import Rise
from bot.text.clean import clean_title
from bot.text.lettering import is_drawable
from bot.text.locales import months, spoken
from bot.wording.amounts import number_text
from bot.wording.wording import Wording

_EVERY = 7
"""Every how many days there is a date under the bars, counted back from the last bar."""

_LATER = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class RisePicture:
    """The numbers and labels of the chart."""

    title: str
    subtitle: str
    bars: tuple[int | None, ...]
    """Articles per 24 hours; the last bar is the unusual one. None means that nothing is known of that day."""
    count: str
    """The label of the last bar."""
    habit: float
    usual: str
    ticks: tuple[tuple[int, str], ...]
    """Index of a bar, and its date."""


def rise_picture(rise: Rise, wording: Wording, timezone: ZoneInfo) -> RisePicture:
    """The content of the chart for this rise."""
    name = clean_title(rise.topic_name)
    last = len(rise.days)
    usual = round(rise.habit)
    return RisePicture(
        title=name if name and is_drawable(name) else wording.say("Rising"),
        subtitle=wording.say("Articles in 24 hours, up to {time}", time=_moment(rise.until, wording, timezone)),
        bars=(*rise.days, rise.today),
        count=number_text(rise.today, wording),
        habit=rise.habit,
        usual=wording.say("usually {count}", count=number_text(usual, wording) if usual else "< 1"),
        ticks=tuple(
            (index, _day(rise.until - timedelta(days=last - index), wording, timezone))
            for index in range(last, -1, -_EVERY)
        ),
    )


def _moment(moment: datetime, wording: Wording, timezone: ZoneInfo) -> str:
    """The time, always with its date, because the chart may be looked at on a later day."""
    return wording.time(moment, timezone, now=moment + _LATER)


def _day(moment: datetime, wording: Wording, timezone: ZoneInfo) -> str:
    day = moment.astimezone(timezone).date()
    return wording.say("{day} {month}", day=day.day, month=months(spoken(wording.language))[day.month - 1])
