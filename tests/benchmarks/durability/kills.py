"""Killed at random moments and at its fault points while outlets, Telegram and people go on."""

from __future__ import annotations

import time

import click

from tests.benchmarks.durability.context import Context, Outcome
from tests.e2e.kabar_process import Home
from tests.e2e.ordeal import Ordeal
from tests.e2e.reckoning import Reckoning, reckon, table
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import FeedServer

KILLS, QUICK_KILLS = 300, 20
LONGEST, QUICK_LONGEST = 6.0, 2.2
"""Seconds that a process may live."""


def run(context: Context) -> Outcome:
    """What was lost, repeated, out of order or half-written (`tests.e2e.reckoning`)."""
    wanted = context.kills or (QUICK_KILLS if context.quick else KILLS)
    found = _torment(context, wanted, QUICK_LONGEST if context.quick else LONGEST)
    return Outcome(found.is_clean, (table(found), f"lost: {len(found.lost)}"))


def _torment(context: Context, kills: int, longest: float) -> Reckoning:
    """Live until it was killed so often; then what that came to."""
    click.echo(f"seed {context.seed}, {kills} kills")
    started = time.monotonic()
    (context.folder / "ordeal").mkdir()
    home = Home(context.folder / "ordeal", context.nursery, context.nursery.environment)
    with FakeBotApi() as api, FeedServer() as feeds:
        ordeal = Ordeal(home, api, feeds, context.seed)
        while (done := sum(life.was_killed for life in ordeal.lives)) < kills:
            ordeal.live(longest)
            if ordeal.lives[-1].was_killed and done % 50 == 49:
                click.echo(f"  {done + 1} kills, {time.monotonic() - started:.0f} s", err=True)
        lived = time.monotonic() - started
        ordeal.settle()
        click.echo(f"{lived:.0f} s of kills, {time.monotonic() - started - lived:.0f} s until all was told")
        return reckon(ordeal)
