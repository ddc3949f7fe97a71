"""The checks of `kabar doctor`: a finding for each feed, the database, the clock and the model, with a remedy."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urljoin

from bot.errors import StoreError
from bot.feeds.bot_walls import no_feed
from bot.feeds.feed_requests import feed_request
from bot.model import DeliveryState, Feed, FetchFailed, FetchProblem, NotModified, ParseFailed
from bot.ports import Clock, Embedder, Fetcher, Workers
from bot.store import Store
from bot.text.http_dates import http_date

CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `kabar doctor`. `todo` is the remedy if it is not ok."""

    what: str
    ok: bool
    says: str
    todo: str = ""


async def examine_store(store: Store) -> Finding:
    """Whether the database can be read and written, and how many deliveries wait in it."""
    try:
        async with store.write() as unit:
            counts = await unit.outbox.counts()
            articles = await unit.articles.count()
    except StoreError as error:
        return Finding("database", ok=False, says=str(error), todo="Free disk space, or restore a backup.")
    dead = counts.get(DeliveryState.DEAD, 0)
    waiting = counts.get(DeliveryState.PENDING, 0) + counts.get(DeliveryState.HELD, 0)
    says = f"{articles:,} articles, {waiting} deliveries waiting, {dead} that could not be delivered"
    return Finding("database", ok=dead == 0, says=says, todo="See them: kabar outbox" if dead else "")


async def examine_model(embedder: Embedder) -> Finding:
    """Whether the model loads and answers, and how fast."""
    started = time.perf_counter()
    try:
        await embedder.embed(["Kabar hari ini"])
    except (OSError, RuntimeError, ImportError) as error:
        return Finding("model", ok=False, says=str(error), todo="Install kabar again: the model comes with it.")
    return Finding("model", ok=True, says=f"{embedder.name}, ready in {time.perf_counter() - started:.2f} s")


async def examine_feeds(feeds: Sequence[Feed], fetcher: Fetcher, workers: Workers, clock: Clock) -> tuple[Finding, ...]:
    """Poll each feed once, and compare our clock with those of the servers."""
    examined = await asyncio.gather(*(_examine_feed(feed, fetcher, workers) for feed in feeds))
    dates = [http_date(date) for _finding, date in examined]
    drifts = [clock.now() - date for date in dates if date is not None]
    return (*(finding for finding, _date in examined), _clock_finding(drifts, clock))


async def _examine_feed(feed: Feed, fetcher: Fetcher, workers: Workers) -> tuple[Finding, str]:
    """The finding about a feed, and the `Date` header of its server, empty if there is none."""
    what = f"feed {feed.id}"
    outcome = await fetcher.fetch(feed_request(feed, None))
    if isinstance(outcome, FetchFailed):
        return Finding(what, ok=False, says=outcome.reason, todo=_todo(feed, outcome)), ""
    date = outcome.headers.get("date", "")
    if isinstance(outcome, NotModified):
        return Finding(what, ok=True, says="unchanged"), date
    parsed = await workers.parse(outcome.body, outcome.headers, outcome.url)
    if isinstance(parsed, ParseFailed):
        failed = no_feed(outcome, parsed.reason)
        return Finding(what, ok=False, says=failed.reason, todo=_todo(feed, failed)), date
    return Finding(what, ok=True, says=f"entries: {len(parsed.entries)}"), date


def _todo(feed: Feed, failed: FetchFailed) -> str:
    if feed.url.startswith("file:"):
        return "Correct its path in feeds.toml, or put the file there."
    seek = f"Look for its new address: kabar feeds discover {urljoin(feed.url, '/')}"
    match failed.problem:
        case FetchProblem.GONE:
            return f"It is no longer polled. {seek}"
        case FetchProblem.BAD_CONTENT:
            return seek
        case FetchProblem.BLOCKED | FetchProblem.RATE_LIMITED:
            return "It is tried again by itself, seldom."
        case _:
            return seek if failed.status == 404 else "It is tried again by itself."


def _clock_finding(drifts: Sequence[timedelta], clock: Clock) -> Finding:
    now = f"{clock.now():%Y-%m-%d %H:%M:%S} UTC"
    if not drifts:
        return Finding("clock", ok=True, says=f"{now} (no server to compare with)")
    drift = sorted(drifts)[len(drifts) // 2]
    if abs(drift) <= CLOCK_TOLERANCE:
        return Finding("clock", ok=True, says=f"{now}, as the feeds' servers have it")
    minutes = abs(drift).total_seconds() / 60
    side = "ahead of" if drift > timedelta() else "behind"
    says = f"{now}, {minutes:,.0f} min {side} the feeds' servers"
    return Finding("clock", ok=False, says=says, todo="Switch time synchronisation on: timedatectl set-ntp true")
