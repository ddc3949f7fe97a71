"""What polling costs beside `reader` (PyPI), on the same server: `python -m tests.benchmarks.polling`.

Made feeds and the real ones of `../shared/data/feeds/fastfeedparser`, no topics. Each side is a process of its own that
stays up, as a service does: it starts, reads every feed for the first time (cold), asks again where nothing changed
(all answers are 304), then where 5 % of the made ones have a new entry. CPU time and memory are those of the whole
process tree, memory the most that its processes had resident together (pages that they share count in each).
Then how many of the files of other projects' tests can be read, and how often what they expect is what we got.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import psutil

from bot.feeds.parse import parse_feed
from tests.benchmarks.data import DEFAULT_FOLDER

PHASES = ("start", "cold", "all-304", "5 % changed")
SIDES = ("kabar", "reader")
REACH = {"cold": 0.6, "all-304": 0.25}
"""Of reader's CPU time, at most."""

_LONGEST = 900.0
"""Seconds that a phase may take before the benchmark gives up."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a phase took: seconds and MB."""

    cpu: float
    wall: float
    peak: float


class Tree:
    """A process and its children, looked at from outside."""

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._peak = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def cpu(self) -> float:
        """Seconds until now, those of children that have ended too."""
        total = 0.0
        for one in self._members():
            try:
                total += sum(one.cpu_times()[:4])
            except psutil.NoSuchProcess:  # its time is its parent's by now
                continue
        return total

    def peak(self) -> float:
        """MB since this was last asked."""
        peak, self._peak = self._peak, 0
        return peak / 1e6

    def close(self) -> None:
        self._done.set()
        self._thread.join()

    def _members(self) -> list[psutil.Process]:
        try:
            return [self._root, *self._root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []

    def _watch(self) -> None:
        while not self._done.wait(0.05):
            resident = 0
            for one in self._members():
                try:
                    resident += one.memory_info().rss
                except psutil.NoSuchProcess:
                    continue
            self._peak = max(self._peak, resident)


@dataclass(frozen=True, slots=True)
class Site:
    """The server of feeds, from outside."""

    port: int

    def ask(self, command: str) -> object:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/-/{command}", timeout=30) as answer:
            return json.loads(answer.read())


@contextmanager
def serving(made: int, real: Sequence[Path]) -> Iterator[Site]:
    command = [sys.executable, "-m", "tests.benchmarks.polled_server", "--made", str(made)]
    with subprocess.Popen(
        [*command, *(f"--real={folder}" for folder in real)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield Site(int(process.stdout.readline()))
        finally:
            assert process.stdin is not None
            process.stdin.close()


class Side:
    """One of the two, running."""

    def __init__(self, name: str, folder: Path, urls: Sequence[str], workers: int) -> None:
        self._started = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.polled_sides", name, str(folder), str(workers)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._tree = Tree(self._process.pid)
        self._limit = threading.Timer(_LONGEST * len(PHASES), self._process.kill)
        self._limit.daemon = True
        self._limit.start()
        self._say(json.dumps(urls))

    def started(self) -> Cost:
        """Until it is ready to ask; its database is made and knows the feeds."""
        self._hear()
        return Cost(self._tree.cpu(), time.monotonic() - self._started, self._tree.peak())

    def poll(self) -> tuple[Cost, dict[str, float]]:
        """Every feed once; what came of it."""
        before = self._tree.cpu()
        self._tree.peak()
        self._say("poll")
        told = self._hear()
        return Cost(self._tree.cpu() - before, told["wall"], self._tree.peak()), told

    def close(self) -> None:
        self._limit.cancel()
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)
        self._tree.close()

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()

    def _hear(self) -> dict[str, float]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            sys.exit("one of the two ended before it was done: run tests.benchmarks.polled_sides by itself to see why")
        told: dict[str, float] = json.loads(line)
        return told


def measure(name: str, site: Site, workers: int, *, tell: bool) -> dict[str, Cost]:
    """All phases of one side, on a database of its own."""
    site.ask("reset")
    urls = site.ask("urls")
    assert isinstance(urls, list)
    with tempfile.TemporaryDirectory() as folder:
        side = Side(name, Path(folder), urls, workers)
        costs = {"start": side.started()}
        for phase in PHASES[1:]:
            if phase == "5 % changed":
                site.ask("revise")
            site.ask("counts")
            costs[phase], told = side.poll()
            if tell:
                answers = json.dumps(site.ask("counts"))
                click.echo(
                    f"{name:8} {phase:12} answers {answers}, {told['new']} new, {told['failed']} unread", err=True
                )
        side.close()
    return costs


def table(runs: dict[str, list[dict[str, Cost]]]) -> None:
    """Print medians, and what is not reached marked."""
    click.echo(f"\n{'':13}{'CPU s':>25}{'wall s':>25}{'peak MB':>25}")
    click.echo(f"{'':13}" + f"{'kabar':>8}{'reader':>8}{'ratio':>9}" * 3)
    for phase in PHASES:
        line = f"{phase:13}"
        for measured in ("cpu", "wall", "peak"):
            ours, theirs = (statistics.median(getattr(run[phase], measured) for run in runs[side]) for side in SIDES)
            limit = REACH.get(phase, 1.0) if measured == "cpu" else 1.0
            reached = ours <= limit * theirs
            mark = ("" if reached else "!") if phase in REACH else ""
            line += f"{ours:8.2f}{theirs:8.2f}{ours / max(theirs, 1e-9):8.2f}{mark or ' '}"
        click.echo(line)
    click.echo("reach: " + ", ".join(f"{phase} ≤ {share:g} × reader's CPU" for phase, share in REACH.items()), nl=False)
    click.echo(", wall no worse, memory no more (! = not reached)")
    spread = {
        side: f"{min(run['cold'].cpu for run in runs[side]):.1f} to {max(run['cold'].cpu for run in runs[side]):.1f}"
        for side in SIDES
    }
    click.echo(f"cold CPU over {len(runs['kabar'])} runs: kabar {spread['kabar']}, reader {spread['reader']} s")


@click.command()
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), default=DEFAULT_FOLDER)
@click.option("--quick", is_flag=True, help="60 made feeds and one run, instead of 500 and three.")
@click.option(
    "--workers", type=int, default=16, help="Threads of reader; Kabar has its default of 16 requests at once."
)
@click.option("--runs", type=int, default=None)
def main(data: Path, quick: bool, workers: int, runs: int | None) -> None:
    feeds = data / "feeds"
    real = [folder for name in ("benchmark_data", "tests") if (folder := feeds / "fastfeedparser" / name).is_dir()]
    if not real:
        click.echo(f"skipped: there are no real feeds in {feeds / 'fastfeedparser'}; made ones only")
    made = 60 if quick else 500
    measured: dict[str, list[dict[str, Cost]]] = {side: [] for side in SIDES}
    with serving(made, real) as site:
        for number in range(runs or (1 if quick else 3)):
            for side in SIDES if number % 2 == 0 else SIDES[::-1]:
                measured[side].append(measure(side, site, workers, tell=number == 0))
    table(measured)
    read_corpora()


def read_corpora() -> None:
    """Every file of other projects' tests: entries or a reason, never a traceback."""
    from tests.contract import test_feed_corpora as corpora  # noqa: PLC0415 -- it looks for the data when imported

    if not corpora.DATA.is_dir():
        click.echo(f"\nskipped: there are no feeds of other projects in {corpora.DATA}")
        return
    read: Counter[str] = Counter()
    for path in corpora.files():
        try:
            read[type(parse_feed(path.read_bytes(), {}, corpora.URL)).__name__] += 1
        except Exception as error:  # -- that is what is counted
            read["tracebacks"] += 1
            click.echo(f"{path}: {error!r}", err=True)
    agreed, disagreed = corpora.agreement()
    click.echo(
        f"\n{read.total():,} files of feed corpora: {read['ParsedFeed']:,} read, {read['ParseFailed']:,} refused "
        f"with a reason, {read['tracebacks']} tracebacks\n"
        f"feedparser's own expectations that Kabar keeps: {agreed} of {agreed + len(disagreed)} agreed"
    )


if __name__ == "__main__":
    main()
