"""The main job: `kabar run`, which runs until it is stopped, and `kabar poll`, which runs a single cycle."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
from contextlib import suppress
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

import click

from bot.adapters.jsonlines import alert_line
from bot.adapters.small_heap import keep_heap_small
from bot.app.application import Kabar, open_kabar
from bot.app.event_loop import run_job
from bot.app.storage_alarm import tell_unopened
from bot.cli.options import config_option, count, json_option, print_json, progress
from bot.config import database_url
from bot.errors import KabarError, StoreError
from bot.feeds.poll_order import DuePoll
from bot.model import Alert, DeliveryState
from bot.scheduler import Schedule
from bot.store import is_on_server
from bot.usecases.ingest.plan import PollReport

SAME_SIGNAL_WITHIN = 1.0
"""Seconds within which further signals count as the first one: on Ctrl-C both the terminal and `uv run` send SIGINT."""


@click.command()
@config_option
def run(directory: Path) -> None:
    """The main job until SIGTERM or SIGINT. Without a token, alerts are printed."""
    keep_heap_small()
    run_job(_run(directory))


@click.command()
@config_option
def worker(directory: Path) -> None:
    """One more process beside `kabar run`, on a database of a PostgreSQL server: it polls and sends, until SIGTERM."""
    if not is_on_server(database_url(directory, os.environ)):
        raise KabarError(
            "A database file is used by one process, `kabar run`. Several need a PostgreSQL server: set "
            "KABAR_DATABASE_URL=postgresql://user@host/kabar (`kabar move-to` takes along what is stored)."
        )
    keep_heap_small()
    run_job(_run(directory, may_lead=False))


async def _run(directory: Path, *, may_lead: bool = True) -> None:
    stop, started = asyncio.Event(), asyncio.Event()
    job = asyncio.create_task(_serve(directory, stop, started, may_lead=may_lead))

    loop = asyncio.get_running_loop()
    signal_times: list[float] = []

    def handle_stop_signal() -> None:
        """Finish what is running. During startup, or at a second signal, cancel it instead."""
        signal_times.append(loop.time())
        if not started.is_set() or signal_times[-1] - signal_times[0] > SAME_SIGNAL_WITHIN:
            job.cancel()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, handle_stop_signal)
    with suppress(asyncio.CancelledError):
        await job


async def _serve(directory: Path, stop: asyncio.Event, started: asyncio.Event, *, may_lead: bool) -> None:
    loop = asyncio.get_running_loop()
    # SIGHUP ends a process that does not handle it (signal(7)); there is nothing to reload yet, so it does nothing.
    loop.add_signal_handler(signal.SIGHUP, started.is_set)
    try:
        await _open_and_run(directory, stop, started, may_lead=may_lead)
    except StoreError as error:
        if not started.is_set():  # else the admins have been told already
            await tell_unopened(directory, os.environ, error)
        raise


async def _open_and_run(directory: Path, stop: asyncio.Event, started: asyncio.Event, *, may_lead: bool) -> None:
    loop = asyncio.get_running_loop()
    async with open_kabar(directory, os.environ, sys.stdout, may_lead=may_lead) as kabar:
        await _print_start_summary(kabar)
        schedule = Schedule(
            kabar.runtime, kabar.delivery, kabar.companions, kabar.housekeeping, kabar.places, kabar.work
        )
        loop.add_signal_handler(signal.SIGHUP, schedule.reread_now)
        _settle_memory()
        started.set()
        await schedule.run(stop)


def _settle_memory() -> None:
    """Exclude everything loaded so far from garbage collection; a full collection of it took 90 ms.

    Python documentation, gc.freeze.
    """
    gc.collect()
    gc.freeze()


async def _print_start_summary(kabar: Kabar) -> None:
    watch = kabar.runtime.watch
    where = "Telegram" if kabar.connected else "this terminal; `kabar setup` connects Telegram"
    progress(
        f"Kabar {version('kabar')} watches {count(len(watch.topics), 'topic')} in {count(len(watch.feeds), 'feed')}. "
        f"Alerts go to {where}. Ctrl-C stops."
    )
    async with kabar.tools.store.read() as unit:
        counts = await unit.outbox.counts()
        last = await unit.outbox.list((DeliveryState.SENT,), 1, newest_first=True)
    if last and last[0].sent_at:
        sent_count = counts.get(DeliveryState.SENT, 0) + counts.get(DeliveryState.FOLDED, 0)
        progress(
            f"Already told: {count(sent_count, 'message')}, the last at {last[0].sent_at:%Y-%m-%d %H:%M} UTC. "
            f"They are not sent again; `kabar alerts` shows them."
        )


@click.command()
@config_option
@json_option
@click.option("--all", "every", is_flag=True, help="Every feed, not only those that are due.")
def poll(directory: Path, as_json: bool, every: bool) -> None:
    """One cycle over the feeds that are due: read, match, deliver, exit."""
    run_job(_poll(directory, every=every, as_json=as_json))


PATIENCE = timedelta(seconds=60)
"""How long `kabar poll` waits for deliveries that can only be sent a little later, because of rate limits."""


async def _poll(directory: Path, *, every: bool, as_json: bool) -> None:
    async with open_kabar(directory, os.environ, sys.stdout, as_json=as_json) as kabar:
        polls = await kabar.runtime.due(every=every)

        async def one(due: DuePoll) -> PollReport:
            async with kabar.places.taken(due) as turn:
                return await kabar.runtime.poll(due.feed, turn)

        reports = await asyncio.gather(*map(one, polls))
        told = [*(delivery for report in reports for delivery in report.queued), *await kabar.runtime.tell_rest()]
        await kabar.runtime.digest()
        await kabar.runtime.note_week()
        await kabar.runtime.alarm()
        await kabar.runtime.alarm_of_feeds()
        await kabar.delivery.drain(patience=PATIENCE)
        if as_json and kabar.connected:  # without a messenger the deliveries themselves were printed
            for delivery in told:
                if isinstance(delivery.content, Alert):
                    print_json(alert_line(delivery.content, delivery.destination))
        await kabar.housekeeping()
        failed = [report for report in reports if report.error]
        new = sum(report.new for report in reports)
        on_topic = sum(report.on_topic for report in reports)
        progress(
            f"{count(len(reports), 'feed')} polled, {len(failed)} unreachable, "
            f"{count(new, 'new article')}, {on_topic} on a topic."
        )
