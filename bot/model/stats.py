"""What a chat was told lately, counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class TopicAlerts:
    """The alerts of a topic, a figure a day."""

    name: str
    """Empty: all topics that have no figures of their own."""
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
    """What readers said of a topic's alerts; there is none without a vote."""

    topic: str
    good: int
    bad: int

    @property
    def votes(self) -> int:
        return self.good + self.bad

    @property
    def share(self) -> float:
        """0..1"""
        return self.good / self.votes


@dataclass(frozen=True, slots=True)
class Stats:
    """Some days of alerts. Each alert counts once, for the topic that it fits best."""

    days: tuple[date, ...]
    """In the reader's time zone, oldest first."""
    topics: tuple[TopicAlerts, ...]
    """Most alerts first; at last those that are counted together."""
    sources: tuple[SourceAlerts, ...]
    """Most alerts first, those with few left out."""
    source_count: int
    """Outlets in all."""
    hits: tuple[HitRate, ...]
    """Most votes first."""

    @property
    def alerts(self) -> int:
        return sum(topic.total for topic in self.topics)
