"""Nothing lost, nothing twice without a reason: `python -m tests.benchmarks.durability`.

Kabar is killed several hundred times at random moments and at its fault points while outlets publish and fail, Telegram
fails one call in ten, and somebody asks, makes watches and votes. Then what was lost, repeated, out of order or
half-written is counted (`tests.e2e.reckoning`). `--quick` kills it about twenty times.
The last line is `lost: N`; the exit code is 1 where N is not 0, an order is broken or a repetition has no reason.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import click

from tests.benchmarks.memory import growth_of
from tests.e2e.kabar_process import Home, environment
from tests.e2e.nursery import Nursery
from tests.e2e.ordeal import Ordeal
from tests.e2e.reckoning import Reckoning, reckon, table
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import FeedServer

KILLS, QUICK_KILLS = 300, 20
LONGEST, QUICK_LONGEST = 6.0, 2.2
"""Seconds that a process may live."""


@click.command(help=__doc__)
@click.option("--quick", is_flag=True, help="A minute instead of half an hour.")
@click.option("--kills", type=int, help="How often it is killed.")
@click.option("--seed", type=int, help="For the same choices once more; the machine's own chance stays.")
@click.option("--only", type=click.Choice(["kills", "memory"]), help="One of the two parts.")
@click.option("--keep", type=click.Path(path_type=Path), help="A new folder for data and logs, kept.")
def main(quick: bool, kills: int | None, seed: int | None, only: str | None, keep: Path | None) -> None:
    seed = time.time_ns() if seed is None else seed
    wanted = (QUICK_KILLS if quick else KILLS) if kills is None else kills
    with tempfile.TemporaryDirectory(prefix="kabar-durability-") as name:
        folder = keep or Path(name)
        folder.mkdir(exist_ok=True)
        with Nursery(environment(folder / "bytecode"), folder) as nursery:
            fits = only == "kills" or measure_memory(folder, nursery, quick=quick)
            if only == "memory":
                sys.exit(not fits)
            found = torment(folder, nursery, seed, wanted, QUICK_LONGEST if quick else LONGEST)
    click.echo(table(found))
    click.echo(f"lost: {len(found.lost)}")
    sys.exit(not (found.is_clean and fits))


def torment(folder: Path, nursery: Nursery, seed: int, kills: int, longest: float) -> Reckoning:
    """Live until it was killed so often; then what that came to."""
    click.echo(f"seed {seed}, {kills} kills")
    started = time.monotonic()
    (folder / "ordeal").mkdir()
    home = Home(folder / "ordeal", nursery, nursery.environment)
    with FakeBotApi() as api, FeedServer() as feeds:
        ordeal = Ordeal(home, api, feeds, seed)
        while (done := sum(life.was_killed for life in ordeal.lives)) < kills:
            ordeal.live(longest)
            if ordeal.lives[-1].was_killed and done % 50 == 49:
                click.echo(f"  {done + 1} kills, {time.monotonic() - started:.0f} s", err=True)
        lived = time.monotonic() - started
        ordeal.settle()
        click.echo(f"{lived:.0f} s of kills, {time.monotonic() - started - lived:.0f} s until all was told")
        return reckon(ordeal)


def measure_memory(folder: Path, nursery: Nursery, *, quick: bool) -> bool:
    """Whether the memory of all processes stays flat over many polls."""
    growth = growth_of(folder, nursery, feeds=60 if quick else 500, polls=10 if quick else 300)
    click.echo(growth)
    return growth.is_flat


if __name__ == "__main__":
    main()
