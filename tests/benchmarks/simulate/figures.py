"""What a simulation came to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from tests.benchmarks.simulate import costs as unit
from tests.benchmarks.simulate.kabar import Kabar
from tests.benchmarks.simulate.workload import Size

_RATE = 25.0
WARMING = 3_600.0
"""Seconds at the beginning that are not counted: the intervals settle."""
LATE = 60.0
"""Seconds that feeds may be asked too late (of 100, 95 are asked earlier)."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the time after the first hour."""

    size: Size
    polls: float
    """A second, as articles and messages."""
    articles: float
    messages: float
    cores: float
    """Used by all workers and the database server."""
    statements: float
    """A second."""
    shares: dict[str, float]
    """How much of each thing that is limited is used; the fullest of what each worker has."""
    late: float
    """Seconds that feeds are asked too late (95 %)."""
    since_published: tuple[float, float, float]
    """Seconds until a message has arrived: median, 95 %, 99 %."""
    since_read: tuple[float, float, float]
    waiting: int
    """Messages that wait at the end."""

    @property
    def first(self) -> str:
        """What is used most."""
        return max(self.shares, key=self.shares.__getitem__)

    @property
    def keeps_up(self) -> bool:
        return self.late < LATE and max(self.shares.values()) < 0.99

    @property
    def memory(self) -> float:
        """Bytes of a worker."""
        size = self.size
        stories = min(unit.STORIES_KEPT, 14 * 86_400 * self.articles * size.on_topic) * unit.MEMORY_STORY
        return unit.MEMORY + size.topics * unit.MEMORY_TOPIC + size.feeds * unit.MEMORY_FEED + stories


def simulate(size: Size, rates: Sequence[float] | None = None) -> Figures:
    """Run it; the same size and seed give the same figures. `rates`: as of `Kabar`."""
    kabar = Kabar(size, rates)
    begins = kabar.began + WARMING
    kabar.events.run(begins)
    before, counts, polled = _busy(kabar), _counts(kabar), len(kabar.late)
    kabar.events.run(kabar.began + size.hours * 3_600)
    seconds = kabar.events.now - begins
    used = {
        name: [(b - a) / seconds for a, b in zip(before[name], now, strict=True)] for name, now in _busy(kabar).items()
    }
    polls, articles, messages, statements = (
        (now - then) / seconds for then, now in zip(counts, _counts(kabar), strict=True)
    )
    shares = {name: max(values) for name, values in used.items()} | {"Telegram": messages / _RATE}
    cores = sum(sum(used[name]) for name in ("event loop", "parsing", "embedding", "database"))
    sent = kabar.outbox.sent
    counted = [place for place, at in enumerate(sent.at) if at >= begins]
    return Figures(
        size,
        polls,
        articles,
        messages,
        cores,
        statements,
        shares,
        percentile(kabar.late[polled:], 0.95),
        _three([sent.since_published[place] for place in counted]),
        _three([sent.since_read[place] for place in counted]),
        kabar.outbox.waiting,
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The least of the values that so many are not above (the nearest rank); 0 where there are none."""
    ordered = sorted(values)
    return ordered[max(ceil(share * len(ordered)) - 1, 0)] if ordered else 0.0


def _three(values: Sequence[float]) -> tuple[float, float, float]:
    return percentile(values, 0.5), percentile(values, 0.95), percentile(values, 0.99)


def _busy(kabar: Kabar) -> dict[str, list[float]]:
    return {
        "event loop": [worker.loop.busy for worker in kabar.workers],
        "parsing": [worker.parser.busy for worker in kabar.workers],
        "embedding": [worker.embedder.busy for worker in kabar.workers],
        "write lock": [kabar.database.writing.busy],
        "planning lock": [kabar.database.planning.busy],
        "database": [kabar.database.cpu],
    }


def _counts(kabar: Kabar) -> tuple[float, float, float, float]:
    return kabar.polls, kabar.articles, kabar.outbox.queued, kabar.database.statements
