"""The weekly summary: what was read and sent, and the nearest miss, so that silence does not look like a failure.

Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.alerts.schedule import QuietTime, Rhythm
from bot.model import AlertId, Article, Match, Notice
from bot.text.clean import clean_title

WEEK = timedelta(days=7)

BEGINS = timedelta(days=5)
"""An archive that is younger than this gets no weekly summary."""

FROM = time(9)
"""On Mondays from this time on, in the chat's time zone."""

_WATCHES = 5
"""The most topics that are listed with their number of alerts."""

_MONDAY = 0


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An article that almost reached the threshold of a topic."""

    watch: str
    match: Match
    article: Article


@dataclass(frozen=True, slots=True)
class Week:
    """The figures of a week for one chat."""

    articles: int
    """Articles read in all feeds."""
    sources: int
    alerts: int
    """Alerts sent to the chat."""
    by_watch: Mapping[str, int]
    """Alerts by the name of the topic."""
    miss: NearMiss | None


def due_note(rhythm: Rhythm, now: datetime) -> AlertId | None:
    """The id of the weekly summary that is due for a chat, one for each ISO week; None where none is due now."""
    local = now.astimezone(rhythm.zone)
    if local.weekday() != _MONDAY or local.time() < FROM or rhythm.silence(now) is not QuietTime.NONE:
        return None
    year, week, _ = local.isocalendar()
    return AlertId(f"n:weekly:{year}-W{week:02}")


def nearest_miss(misses: Sequence[NearMiss]) -> NearMiss | None:
    """The near miss with the least distance to its threshold."""
    return min(misses, key=lambda miss: miss.match.threshold - miss.match.score, default=None)


def weekly_note(note_id: AlertId, week: Week) -> Notice:
    """The week as a notice; its `title` and `link` are those of the near miss."""
    ranked = sorted(week.by_watch.items(), key=lambda item: (-item[1], item[0]))
    values = {
        "articles": str(week.articles),
        "sources": str(week.sources),
        "alerts": str(week.alerts),
        "watches": "\n".join(f"• {clean_title(name)}: {count}" for name, count in ranked[:_WATCHES] if count),
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
