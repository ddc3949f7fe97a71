"""Alerts and votes, counted: by day and topic, by outlet, and how often readers say that an alert fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from bot.model import Alert, HitRate, SourceAlerts, Stats, TopicAlerts, TopicId, Verdict, Vote
from bot.text.clean import clean_title
from bot.text.lettering import is_drawable
from bot.text.wording import Wording

DAYS = 30

TOPICS = 5
"""As many as can be told apart by their colours; the others are counted together."""

SOURCES = 8
RATES = 8

_LABEL = 60


@dataclass(frozen=True, slots=True)
class Counted:
    """What of an alert is counted."""

    day: date
    topic_id: TopicId
    topic: str
    source: str


def last_days(now: datetime, timezone: ZoneInfo) -> tuple[date, ...]:
    """Days of a time zone, oldest first, today the last."""
    today = now.astimezone(timezone).date()
    return tuple(today - timedelta(days=back) for back in reversed(range(DAYS)))


def bounds(day: date, timezone: ZoneInfo) -> tuple[datetime, datetime]:
    """When a day begins there and when it ends; where clocks are changed it has 23 or 25 hours."""
    begins = datetime.combine(day, time(), timezone)
    return begins, datetime.combine(day + timedelta(days=1), time(), timezone)


def counted_as(alert: Alert, day: date, names: Mapping[TopicId, str]) -> Counted | None:
    """For the topic that it fits best, under the topic's name of today; None for an alert without a reason."""
    if not alert.reasons:
        return None
    best = alert.reasons[0]
    return Counted(day, best.topic_id, names.get(best.topic_id, best.topic_name), clean_title(alert.source))


def tally(days: Sequence[date], told: Sequence[Counted], hits: Iterable[HitRate]) -> Stats:
    """All of it, for these days."""
    per_topic: dict[TopicId, Counter[date]] = {}
    names: dict[TopicId, str] = {}
    for one in told:
        per_topic.setdefault(one.topic_id, Counter())[one.day] += 1
        names[one.topic_id] = one.topic
    order = sorted(per_topic, key=lambda topic: (-per_topic[topic].total(), names[topic]))
    shown = order if len(order) <= TOPICS + 1 else order[:TOPICS]
    topics = [TopicAlerts(names[topic], tuple(per_topic[topic][day] for day in days)) for topic in shown]
    if rest := order[len(shown) :]:
        topics.append(TopicAlerts("", tuple(sum(per_topic[topic][day] for topic in rest) for day in days)))
    sources = Counter(one.source for one in told if one.source)
    ranked = sorted(sources.items(), key=lambda item: (-item[1], item[0]))
    return Stats(
        tuple(days),
        tuple(topics),
        tuple(SourceAlerts(name, alerts) for name, alerts in ranked[:SOURCES]),
        len(sources),
        tuple(sorted(hits, key=lambda hit: (-hit.votes, hit.topic))[:RATES]),
    )


def hit_rate(name: str, votes: Iterable[Vote], since: datetime) -> HitRate | None:
    """Of the votes cast since then; None where there are none: nobody's silence is praise."""
    verdicts = Counter(vote.verdict for vote in votes if vote.cast_at >= since)
    if not verdicts:
        return None
    return HitRate(name, verdicts[Verdict.GOOD], verdicts[Verdict.BAD])


# --- what a picture calls them ---------------------------------------------------------------


def topic_labels(stats: Stats, wording: Wording) -> tuple[str, ...]:
    """A name a topic; those that the picture's font cannot write are numbered."""
    return tuple(
        _label(topic.name, wording.say("Watch {n}", n=number)) if topic.name else wording.say("other watches")
        for number, topic in enumerate(stats.topics, 1)
    )


def source_labels(stats: Stats, wording: Wording) -> tuple[str, ...]:
    """The same for outlets."""
    return tuple(
        _label(source.name, wording.say("Source {n}", n=number)) for number, source in enumerate(stats.sources, 1)
    )


def hit_labels(stats: Stats, wording: Wording) -> tuple[str, ...]:
    """The same for topics that were voted on: the numbers are those of `topic_labels`, others go on from there."""
    numbers = {topic.name: number for number, topic in enumerate(stats.topics, 1) if topic.name}
    further = count(len(stats.topics) + 1)
    for hit in stats.hits:
        if hit.topic not in numbers:
            numbers[hit.topic] = next(further)
    return tuple(_label(hit.topic, wording.say("Watch {n}", n=numbers[hit.topic])) for hit in stats.hits)


def legend(stats: Stats, wording: Wording) -> tuple[tuple[str, str], ...]:
    """What the numbers in the picture stand for: label and name."""
    topics = [(label, topic.name) for label, topic in zip(topic_labels(stats, wording), stats.topics, strict=True)]
    sources = [(label, one.name) for label, one in zip(source_labels(stats, wording), stats.sources, strict=True)]
    hits = [(label, hit.topic) for label, hit in zip(hit_labels(stats, wording), stats.hits, strict=True)]
    named = dict.fromkeys((*topics, *hits, *sources))
    return tuple((label, name) for label, name in named if name and not is_drawable(name))


def _label(name: str, number: str) -> str:
    title = clean_title(name)
    if not title or not is_drawable(title):
        return number
    return title if len(title) <= _LABEL else title[: _LABEL - 1].rstrip() + "…"
