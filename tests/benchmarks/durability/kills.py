"""Killed at random moments and at its fault points while outlets, Telegram and people go on."""

from __future__ import annotations

import time
from concurrent.futures import Future, ThreadPoolExecutor

import click

from tests.benchmarks.durability.context import Context, Outcome
from tests.e2e.kabar_process import Home
from tests.e2e.ordeal import Ordeal
from tests.e2e.reckoning import Reckoning, added, reckon, table
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import FeedServer

KILLS, QUICK_KILLS = 300, 20
LONGEST, QUICK_LONGEST = 5.0, 2.2
"""Seconds that a process may live, where it starts in time for it."""

STARTS = 3.0
"""A life may take as long as so many starts: one that always ends during the start has little to lose."""

AT_ONCE = 2
"""Ordeals at the same time, each with a home, outlets and a Telegram of its own: most of a life is waiting."""

STRUCK = 0.25
"""Faults of Telegram for each kill that must have struck: fewer would prove little."""


def run(context: Context) -> Outcome:
    """What was lost, repeated, out of order or half-written (`tests.e2e.reckoning`)."""
    wanted = context.kills or (QUICK_KILLS if context.quick else KILLS)
    at_once = 1 if context.quick else AT_ONCE
    click.echo(f"seed {context.seed}, {wanted} kills, {at_once} at once")
    shares = [(wanted + number) // at_once for number in range(at_once)]
    with ThreadPoolExecutor(at_once) as pool:
        ordeals = [pool.submit(_torment, context, number, share) for number, share in enumerate(shares)]
    broken = [f"an ordeal ended early: {error}" for error in map(Future.exception, ordeals) if error]
    found = added([ordeal.result() for ordeal in ordeals if not ordeal.exception()])
    if not found.sums:
        return Outcome(False, tuple(broken))
    has_struck = found.sums["faults that struck"] >= STRUCK * found.sums["kills"]
    return Outcome(found.is_clean and has_struck and not broken, (table(found), f"lost: {len(found.lost)}", *broken))


def _torment(context: Context, number: int, kills: int) -> Reckoning:
    """Live until it was killed so often; then what that came to."""
    started = time.monotonic()
    folder = context.folder / f"ordeal-{number + 1}"
    folder.mkdir()
    home = Home(folder, context.nursery, context.nursery.environment)
    with FakeBotApi() as api, FeedServer() as feeds:
        ordeal = Ordeal(home, api, feeds, context.seed + number, is_short=context.quick)
        shortest = QUICK_LONGEST if context.quick else LONGEST
        while (done := sum(life.was_killed for life in ordeal.lives)) < kills:
            ordeal.live(max(shortest, STARTS * ordeal.start_takes))
            if ordeal.lives[-1].was_killed and done % 50 == 49:
                click.echo(f"  {folder.name}: {done + 1} kills, {time.monotonic() - started:.0f} s", err=True)
        lived = time.monotonic() - started
        ordeal.settle()
        rest = time.monotonic() - started - lived
        click.echo(f"{folder.name}: {lived:.0f} s of kills, {rest:.0f} s until all was told")
        return reckon(ordeal)
