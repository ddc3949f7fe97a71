"""Housekeeping: what is older than `keep_days` goes, its space too; what cannot be searched yet is indexed."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.ports import Clock
from bot.store import Store

log = structlog.get_logger()

KEYS_KEPT = timedelta(days=400)
"""Keys of entries are small, and some feeds repeat last year's entries."""


BETWEEN = timedelta(hours=20)
"""Once a day is enough, also for who runs `kabar poll` every ten minutes or is restarted every hour."""

LONG_AGO = timedelta(days=30)
"""After so long without housekeeping the clock may be wrong: it is believed when it says the same a day later."""

_LAST = "last-housekeeping"


async def forget_old(store: Store, clock: Clock, keep_days: int) -> int:
    """Once a day, remove articles, matches, sent deliveries and handled updates past their time; how many went.

    Not where the clock is suddenly far ahead: what it makes forgotten would be gone, and told again, when it is right.
    """
    now = clock.now()
    async with store.read() as unit:
        last = await unit.key_values.get(_LAST)
    since = timedelta() if last is None else now - datetime.fromisoformat(last)
    if last is not None and timedelta() <= since < BETWEEN:
        return 0
    removed = 0
    if since > LONG_AGO:
        log.warning("clock-far-ahead", days=since.days, what="nothing is forgotten until tomorrow")
    else:
        removed = await store.forget_before(now - timedelta(days=keep_days), KEYS_KEPT)
    async with store.write() as unit:
        await unit.key_values.set(_LAST, now.isoformat())
    (log.info if removed else log.debug)("forgot-old", rows=removed)
    return removed


async def reclaim_space(store: Store) -> int:
    """Give the disk back what is free; the bytes of a log that cannot be cut yet, which is said."""
    held = await store.reclaim()
    if held:
        log.warning(
            "log-held", megabytes=held // 1_000_000, what="another program has been reading the database for long"
        )
    return held


INDEXED_AT_ONCE = 50
"""Articles a transaction indexes: some 100 ms, for which a poll may have to wait."""


async def index_archive(store: Store, clock: Clock, *, until: datetime | None = None) -> int:
    """Make articles findable that were archived before there was an index; how many that were.

    `until`: not beyond this moment. The next time goes on where this one ended.
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
