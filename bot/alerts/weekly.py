"""The note of the week: what was read and alerted, and what nearly was, so that silence is no failure. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.alerts.schedule import QuietTime, Rhythm
from bot.model import AlertId, Article, Match, Notice
from bot.text.clean import clean_title

WEEK = timedelta(days=7)

BEGINS = timedelta(days=5)
"""How old an archive is from which a week can be told."""

FROM = time(9)
"""On Mondays, where the chat is."""

_WATCHES = 5
"""How many watches are listed with what they told."""

_MONDAY = 0


@dataclass(frozen=True, slots=True)
class Miss:
    """An article that nearly was on a watch."""

    watch: str
    match: Match
    article: Article


@dataclass(frozen=True, slots=True)
class Week:
    """A week of a chat."""

    articles: int
    """Read, of all feeds."""
    sources: int
    alerts: int
    """Told to the chat."""
    by_watch: Mapping[str, int]
    """Alerts by the name of their watch."""
    miss: Miss | None


def due_note(rhythm: Rhythm, now: datetime) -> AlertId | None:
    """The note that a chat is owed now, of which there is one a week; None where it is not the time for it."""
    local = now.astimezone(rhythm.zone)
    if local.weekday() != _MONDAY or local.time() < FROM or rhythm.silence(now) is not QuietTime.NONE:
        return None
    year, week, _ = local.isocalendar()
    return AlertId(f"n:weekly:{year}-W{week:02}")


def closest(misses: Sequence[Miss]) -> Miss | None:
    """The one that lacked least."""
    return min(misses, key=lambda miss: miss.match.threshold - miss.match.score, default=None)


def weekly_note(note_id: AlertId, week: Week) -> Notice:
    """The week as a notice; `title` and `link` are those of the near miss."""
    told = sorted(week.by_watch.items(), key=lambda item: (-item[1], item[0]))
    values = {
        "articles": str(week.articles),
        "sources": str(week.sources),
        "alerts": str(week.alerts),
        "watches": "\n".join(f"• {clean_title(name)}: {count}" for name, count in told[:_WATCHES] if count),
    }
    if week.miss is not None:
        values |= {
            "watch": clean_title(week.miss.watch),
            "title": clean_title(week.miss.article.title),
            "link": week.miss.article.link or "",
            "score": str(int(100 * week.miss.match.score)),  # rounded down: it was not enough
            "needed": str(round(100 * week.miss.match.threshold)),
        }
    return Notice(note_id, "weekly", values)
