"""What Kabar weighs after many polls beside after few: the real process on made feeds, its readers counted too."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.durability.context import Context, Outcome
from tests.e2e.kabar_process import SETTINGS, Home, KabarProcess
from tests.e2e.news import article, feed_of
from tests.e2e.nursery import Nursery
from tests.fakes.feed_server import FeedServer

QUICKLY = SETTINGS.replace("[polling]", "[polling]\nconcurrency = 64\nper_host = 20")
WARM_UP = 0.2
"""The share of polls that caches fill in."""

CHANGED = 20
"""One feed in so many has a new article each time round."""

ALLOWED = 5.0
"""Megabytes."""
FEW_MORE = 3
"""Descriptors: a connection more or less is open at any moment."""
_PATIENCE = 3600.0
_MB = 1_048_576


@dataclass(frozen=True, slots=True)
class Growth:
    """Resident megabytes of all processes of one Kabar."""

    feeds: int
    polls: int
    warm: float
    end: float
    articles: int
    seconds: float
    descriptors: tuple[float, float]
    """Open files of the main process, after few polls and at the end."""

    @property
    def more(self) -> float:
        return self.end - self.warm

    @property
    def is_flat(self) -> bool:
        before, after = self.descriptors
        return self.more <= ALLOWED and after <= before + FEW_MORE

    def __str__(self) -> str:
        return (
            f"memory: {self.feeds} feeds × {self.polls} polls, {self.articles} articles, {self.seconds:.0f} s: "
            f"{self.warm:.1f} MB after {WARM_UP:.0%}, {self.end:.1f} MB at the end ({self.more:+.1f} MB); open files "
            f"{self.descriptors[0]:.0f}, then {self.descriptors[1]:.0f}"
        )


def run(context: Context) -> Outcome:
    """Whether the memory of all processes stays flat over many polls."""
    feeds, polls = (60, 10) if context.quick else (100, 2_000)
    growth = growth_of(context.folder, context.nursery, feeds=feeds, polls=polls)
    return Outcome(growth.is_flat, (str(growth),))


def growth_of(folder: Path, nursery: Nursery, *, feeds: int, polls: int) -> Growth:
    """Runs it until the server was asked `feeds` × `polls` times."""
    (folder / "memory").mkdir()
    home = Home(folder / "memory", nursery, nursery.environment)
    with FeedServer() as server:
        home.configure(*(server.url(f"/{number}") for number in range(feeds)), settings=QUICKLY)
        home.topic("korea", query="korea", chats=["1001"])
        for number in range(feeds):
            server.put_feed(f"/{number}", feed_of(article(number, "rice")))
        started, articles = time.monotonic(), 0
        weights: list[tuple[int, float, int]] = []
        with home.start("run", fresh=True) as kabar:
            while (asked := server.asked) < feeds * polls:
                assert time.monotonic() - started < _PATIENCE, f"only {asked} polls"
                assert kabar.is_running(), kabar.err[-3000:]
                while articles < asked // CHANGED:
                    about = "korea" if articles % 10 == 0 else "rice"
                    number = articles % feeds
                    server.put_feed(f"/{number}", feed_of(article(feeds + articles, about)))
                    articles += 1
                weights.append((asked, resident_of(kabar), len(list(Path(f"/proc/{kabar.pid}/fd").iterdir()))))
                time.sleep(0.2)
            assert kabar.stop() == 0, kabar.err[-3000:]
    warm = [one for one in weights if WARM_UP <= one[0] / (feeds * polls) < 2 * WARM_UP]
    end = [one for one in weights if one[0] / (feeds * polls) >= 1 - WARM_UP / 2]
    means = [(statistics.mean(one[1] for one in part), statistics.mean(one[2] for one in part)) for part in (warm, end)]
    (before, open_before), (after, open_after) = means
    took = time.monotonic() - started
    return Growth(feeds, polls, before, after, articles, took, (open_before, open_after))


def resident_of(kabar: KabarProcess) -> float:
    """Megabytes of the process and those it has started; shared pages count in each (proc(5), VmRSS)."""
    return sum(map(_resident, [kabar.pid, *kabar.relatives()])) / _MB


def _resident(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS:")), 0)
