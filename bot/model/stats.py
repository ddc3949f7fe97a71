"""Counts of the alerts that a chat was sent lately."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class TopicAlerts:
    """The number of alerts of a topic on each day."""

    name: str
    """Empty for the sum of all topics that are not listed by name."""
    per_day: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.per_day)


@dataclass(frozen=True, slots=True)
class SourceAlerts:
    """How many alerts came from an outlet."""

    name: str
    alerts: int


@dataclass(frozen=True, slots=True)
class HitRate:
    """How readers voted on a topic's alerts. It exists only where there is at least one vote."""

    topic: str
    good: int
    bad: int

    @property
    def votes(self) -> int:
        return self.good + self.bad

    @property
    def share(self) -> float:
        """The share of good votes, 0..1."""
        return self.good / self.votes


@dataclass(frozen=True, slots=True)
class Stats:
    """Alerts of some days. Each alert counts once, for the topic with the best score."""

    days: tuple[date, ...]
    """Days in the reader's time zone, oldest first."""
    topics: tuple[TopicAlerts, ...]
    """The topic with most alerts first; the sum of the remaining topics last."""
    sources: tuple[SourceAlerts, ...]
    """The outlet with most alerts first; those with few alerts are left out."""
    source_count: int
    """The number of all outlets, the ones left out included."""
    hits: tuple[HitRate, ...]
    """The topic with most votes first."""

    @property
    def alerts(self) -> int:
        return sum(topic.total for topic in self.topics)
