"""Several workers on one PostgreSQL database, killed one after another while the others go on."""

from __future__ import annotations

import time

import click

from tests.benchmarks.durability.context import Context, Outcome
from tests.benchmarks.durability.kills import STRUCK
from tests.e2e.kabar_process import Home
from tests.e2e.reckoning import reckon, table
from tests.e2e.workers_ordeal import WorkersOrdeal
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import FeedServer
from tests.fakes.postgres_server import MISSING, postgres_server, programs

KILLS, QUICK_KILLS = 300, 10
WORKERS = 3
LONGEST, QUICK_LONGEST = 6.0, 3.0
"""Seconds until the next one is killed."""


def run(context: Context) -> Outcome:
    """What was lost, repeated, out of order or half-written (`tests.e2e.reckoning`)."""
    if programs() is None:
        return Outcome(True, (f"skipped: {MISSING}",))
    wanted = context.kills or (QUICK_KILLS if context.quick else KILLS)
    click.echo(f"seed {context.seed}, {WORKERS} workers, {wanted} kills")
    folder = context.folder / "workers"
    (folder / "postgres").mkdir(parents=True)
    home = Home(folder, context.nursery, context.nursery.environment)
    with postgres_server(folder / "postgres", syncs=True) as server, FakeBotApi() as api, FeedServer() as feeds:
        home.environment["KABAR_DATABASE_URL"] = server.create()
        ordeal = WorkersOrdeal(home, api, feeds, context.seed, workers=WORKERS, is_short=context.quick)
        started = time.monotonic()
        try:
            while (done := sum(life.was_killed for life in ordeal.lives)) < wanted:
                ordeal.live(QUICK_LONGEST if context.quick else LONGEST)
                if ordeal.lives[-1].was_killed and done % 50 == 49:
                    click.echo(f"  {done + 1} kills, {time.monotonic() - started:.0f} s", err=True)
            lived = time.monotonic() - started
            ordeal.settle()
        finally:
            ordeal.kill_all()
        click.echo(f"{lived:.0f} s of kills, {time.monotonic() - started - lived:.0f} s until all was told")
        found = reckon(ordeal)
    has_struck = found.sums["faults that struck"] >= STRUCK * found.sums["kills"]
    return Outcome(found.is_clean and has_struck, (table(found), f"lost: {len(found.lost)}"))
