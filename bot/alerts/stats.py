"""Statistics of alerts and votes: alerts by day, topic and outlet, and the share of good votes. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.model import Alert, HitRate, SourceAlerts, Stats, TopicAlerts, TopicId, Verdict, Vote
from bot.text.clean import clean_title

DAYS = 30

TOPICS = 5
"""The most topics that a chart can show in distinct colours; the others are counted together."""

SOURCES = 8
RATES = 8


@dataclass(frozen=True, slots=True)
class CountedAlert:
    """What is counted of one alert."""

    day: date
    topic_id: TopicId
    topic: str
    source: str


def last_days(now: datetime, timezone: ZoneInfo) -> tuple[date, ...]:
    """The last `DAYS` days of a time zone, oldest first, today last."""
    today = now.astimezone(timezone).date()
    return tuple(today - timedelta(days=back) for back in reversed(range(DAYS)))


def day_bounds(day: date, timezone: ZoneInfo) -> tuple[datetime, datetime]:
    """The begin and the end of a day in a time zone; on days when the clocks change it has 23 or 25 hours."""
    begins = datetime.combine(day, time(), timezone)
    return begins, datetime.combine(day + timedelta(days=1), time(), timezone)


def count_alert(alert: Alert, day: date, names: Mapping[TopicId, str]) -> CountedAlert | None:
    """The alert as counted: for the topic with the best score, under its current name. None without a reason."""
    if not alert.reasons:
        return None
    best = alert.reasons[0]
    return CountedAlert(day, best.topic_id, names.get(best.topic_id, best.topic_name), clean_title(alert.source))


def tally(days: Sequence[date], counted: Sequence[CountedAlert], hits: Iterable[HitRate]) -> Stats:
    """The statistics of these days."""
    per_topic: dict[TopicId, Counter[date]] = {}
    names: dict[TopicId, str] = {}
    for one in counted:
        per_topic.setdefault(one.topic_id, Counter())[one.day] += 1
        names[one.topic_id] = one.topic
    order = sorted(per_topic, key=lambda topic: (-per_topic[topic].total(), names[topic]))
    shown = order if len(order) <= TOPICS + 1 else order[:TOPICS]
    topics = [TopicAlerts(names[topic], tuple(per_topic[topic][day] for day in days)) for topic in shown]
    if rest := order[len(shown) :]:
        topics.append(TopicAlerts("", tuple(sum(per_topic[topic][day] for topic in rest) for day in days)))
    sources = Counter(one.source for one in counted if one.source)
    ranked = sorted(sources.items(), key=lambda item: (-item[1], item[0]))
    return Stats(
        tuple(days),
        tuple(topics),
        tuple(SourceAlerts(name, alerts) for name, alerts in ranked[:SOURCES]),
        len(sources),
        tuple(sorted(hits, key=lambda hit: (-hit.votes, hit.topic))[:RATES]),
    )


def hit_rate(name: str, votes: Iterable[Vote], since: datetime) -> HitRate | None:
    """The rate of good votes since a time; None without votes, since no vote is not a good vote."""
    verdicts = Counter(vote.verdict for vote in votes if vote.cast_at >= since)
    if not verdicts:
        return None
    return HitRate(name, verdicts[Verdict.GOOD], verdicts[Verdict.BAD])
