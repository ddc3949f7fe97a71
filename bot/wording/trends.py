"""The text of a rise (`bot.alerts.trend`), and its days as a line of characters."""

from __future__ import annotations

from bot.model import Rise
from bot.text.clean import clean_title
from bot.wording.amounts import number_text
from bot.wording.wording import Wording

_BARS = "▁▂▃▄▅▆▇█"
_UNKNOWN = "·"


def rise_text(rise: Rise, wording: Wording) -> str:
    """One sentence: the topic, the articles of the last 24 hours, the usual number."""
    articles = wording.say_many(
        "{count} article", "{count} articles", rise.today, count=number_text(rise.today, wording)
    )
    usual = round(rise.habit)
    if usual:
        usually = wording.say("usually about {count} a day", count=number_text(usual, wording))
    else:
        usually = wording.say("usually fewer than one a day")
    return wording.say(
        "“{watch}” is rising: {articles} in 24 hours, {usually}.",
        watch=clean_title(rise.topic_name),
        articles=articles,
        usually=usually,
    )


def sparkline(rise: Rise) -> str:
    """A bar for each day and for the last 24 hours, as one character; a dot for a day that is not known."""
    counts = (*rise.days, rise.today)
    most = max(1, *(count or 0 for count in counts))
    return "".join(_UNKNOWN if count is None else _BARS[-(-count * (len(_BARS) - 1) // most)] for count in counts)
