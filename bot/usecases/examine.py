"""Whether Kabar can do its job here: feeds, database, clock and model, a finding each, with what to do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime

from bot.errors import StoreError
from bot.model import DeliveryState, Feed, Fetched, FetchFailed, FetchRequest
from bot.ports import Clock, Embedder, Fetcher, Store

CLOCK_TOLERANCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of `kabar doctor`. `todo` says what to do where it is not well."""

    what: str
    ok: bool
    says: str
    todo: str = ""


async def examine_store(store: Store) -> Finding:
    """Whether the database can be read and written, and what waits in it."""
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


async def examine_feeds(feeds: Sequence[Feed], fetcher: Fetcher, clock: Clock) -> tuple[Finding, ...]:
    """Each feed asked once, and our clock held against the clocks of their servers."""
    outcomes = await asyncio.gather(
        *(fetcher.fetch(FetchRequest(feed.url, trusted=feed.owner == "file")) for feed in feeds)
    )
    findings = []
    drifts = []
    for feed, outcome in zip(feeds, outcomes, strict=True):
        if isinstance(outcome, FetchFailed):
            findings.append(
                Finding(f"feed {feed.id}", ok=False, says=outcome.reason, todo="It is tried again by itself.")
            )
            continue
        size = f"{len(outcome.body) / 1000:,.0f} kB" if isinstance(outcome, Fetched) else "unchanged"
        findings.append(Finding(f"feed {feed.id}", ok=True, says=size))
        if date := outcome.headers.get("date"):
            try:
                drifts.append(clock.now() - parsedate_to_datetime(date))
            except (ValueError, TypeError):
                continue
    return (*findings, _clock_finding(drifts, clock))


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
