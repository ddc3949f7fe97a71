"""Housekeeping: data older than `keep_days` is deleted, its disk space is freed, and the archive is indexed."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.ports import Clock
from bot.store import Store

log = structlog.get_logger()

KEYS_KEPT = timedelta(days=400)
"""Keys of entries are kept longer: they are small, and some feeds list last year's entries again."""

INTERVAL = timedelta(hours=20)
"""Once a day is enough, even if `kabar poll` runs every ten minutes or `kabar run` restarts every hour."""

SUSPICIOUS_GAP = timedelta(days=30)
"""After so long without housekeeping the clock may be wrong: it is trusted if it is still so far ahead a day later."""

_LAST = "last-housekeeping"


async def forget_old(store: Store, clock: Clock, keep_days: int) -> int:
    """Once a day, delete articles, matches, sent deliveries and handled updates that are too old; returns how many.

    Nothing is deleted if the clock is suddenly far ahead: when it is right again, the articles would be sent again.
    """
    now = clock.now()
    async with store.read() as unit:
        last = await unit.key_values.get(_LAST)
    since = timedelta() if last is None else now - datetime.fromisoformat(last)
    if last is not None and timedelta() <= since < INTERVAL:
        return 0
    removed = 0
    if since > SUSPICIOUS_GAP:
        log.warning("clock-far-ahead", days=since.days, what="nothing is forgotten until tomorrow")
    else:
        removed = await store.forget_before(now - timedelta(days=keep_days), KEYS_KEPT)
    async with store.write() as unit:
        await unit.key_values.set(_LAST, now.isoformat())
    (log.info if removed else log.debug)("forgot-old", rows=removed)
    return removed


async def reclaim_space(store: Store) -> int:
    """Free unused disk space. Returns the bytes of a write-ahead log that cannot be truncated yet, and logs them."""
    held = await store.reclaim()
    if held:
        log.warning(
            "log-held", megabytes=held // 1_000_000, what="another program has been reading the database for long"
        )
    return held


INDEXED_AT_ONCE = 50
"""Articles indexed in one transaction: about 100 ms, for which a poll may have to wait."""


async def index_archive(store: Store, clock: Clock, *, until: datetime | None = None) -> int:
    """Index articles that were archived before there was an index; returns how many.

    `until`: stop at this moment. The next call continues where this one stopped.
    """
    count = 0
    while until is None or clock.now() < until:
        async with store.read() as unit:
            if not await unit.articles.unindexed():
                break
        async with store.write() as unit:
            count += await unit.articles.index_more(INDEXED_AT_ONCE)
        await asyncio.sleep(0)
    if count:
        log.info("archive-indexed", articles=count)
    return count
