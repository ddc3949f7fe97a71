"""A start with many topics that chats have made: CPU and memory until polling begins.

An ordinary restart: the vectors of examples are stored, and each topic is introduced to its chat. Each number of topics
is measured in a process of its own, from an open database to the end of `Runtime.prepare`.
"""

from __future__ import annotations

import asyncio
import cProfile
import gc
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import click

from bot.store import open_store
from tests.benchmarks.data import Item
from tests.benchmarks.scale.context import Context, Outcome, say, yardstick
from tests.benchmarks.scale.topics import NOW, make_topics, news, topics_like
from tests.unit.usecases.newsroom import Newsroom

NUMBERS: Final = (100, 1_000, 10_000)
ALLOWED: Final = 10.0
"""CPU seconds on a calm machine that a start with 10,000 topics may take."""


def run(context: Context) -> Outcome:
    """CPU and memory of a start, at several numbers of topics."""
    items = news(context.data)
    lines = [f"{'topics':>8} {'CPU s':>8} {'calm s':>8} {'ms each':>8} {'MB stay':>8} {'KB each':>8} {'MB peak':>8}"]
    kept = True
    for count in context.topics or ((100, 300) if context.quick else NUMBERS):
        path = context.folder / str(count)
        (path / "without").mkdir(parents=True)
        asyncio.run(fill(path, count, items))
        command = [sys.executable, "-m", "tests.benchmarks.scale.start", str(path)]
        figures = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        calm = figures["cpu"] / figures["yardstick"]
        kept &= count > NUMBERS[-1] or calm < ALLOWED
        lines.append(
            f"{count:8,} {figures['cpu']:8.2f} {calm:8.2f} {figures['cpu'] / count * 1_000:8.2f} "
            f"{figures['stays']:8.0f} {figures['stays'] / count * 1_024:8.1f} {figures['more']:8.0f}"
        )
        say(lines[-1])
    return Outcome(kept, tuple(lines))


async def fill(path: Path, count: int, items: Sequence[Item]) -> None:
    """A store with so many topics, of which everything is known already."""
    store = await open_store(f"sqlite:///{path / 'kabar.db'}", now=NOW)
    try:
        await make_topics(store, list(topics_like(items, count)), items)
    finally:
        await store.close()
    await (await _start(path)).store.close()  # what is computed once is computed now


async def measure(path: Path) -> Mapping[str, float]:
    """One start, of the process that calls it: CPU seconds, and megabytes beyond what a start without topics takes."""
    await (await _start(path / "without")).store.close()
    machine = yardstick()
    gc.collect()
    Path("/proc/self/clear_refs").write_text("5")  # noqa: ASYNC240 -- proc(5): the peak begins anew
    before, started = _memory("VmRSS"), time.process_time()
    room = await _start(path)
    spent, peak = time.process_time() - started, _memory("VmHWM")
    gc.collect()
    stays = _memory("VmRSS") - before
    await room.store.close()
    return {"cpu": spent, "stays": stays, "more": peak - before, "yardstick": (machine + yardstick()) / 2}


async def _start(path: Path) -> Newsroom:
    room = await Newsroom.open(path, topics=())
    assert not room.embedder.embedded, "every vector is stored"
    return room


def _memory(name: str) -> float:
    """Megabytes of this process (proc(5), `status`)."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) / 1_024 for line in lines if line.startswith(name))


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--profile", type=click.Path(path_type=Path), help="Write where the time goes, for pstats.")
def main(path: Path, profile: Path | None) -> None:
    if profile is None:
        click.echo(json.dumps(asyncio.run(measure(path))))
        return
    with cProfile.Profile() as watched:
        asyncio.run(measure(path))
    watched.dump_stats(profile)


if __name__ == "__main__":
    main()
