"""What stands in the plot of a rise, in the reader's words."""

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
"""Days between two dates under the bars, counted back from the last."""

_LATER = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class RisePicture:
    """The words and figures."""

    title: str
    subtitle: str
    bars: tuple[int | None, ...]
    """The last one is the rise; None: nothing is known."""
    count: str
    """Of the last bar."""
    habit: float
    usual: str
    ticks: tuple[tuple[int, str], ...]
    """Position of a bar, and its date."""


def rise_picture(rise: Rise, wording: Wording, timezone: ZoneInfo) -> RisePicture:
    """The plot's words and figures."""
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
    """With its date: a picture is looked at later, too."""
    return wording.time(moment, timezone, now=moment + _LATER)


def _day(moment: datetime, wording: Wording, timezone: ZoneInfo) -> str:
    day = moment.astimezone(timezone).date()
    return wording.say("{day} {month}", day=day.day, month=months(spoken(wording.language))[day.month - 1])
