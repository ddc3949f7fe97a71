"""Housekeeping: what is older than `keep_days` goes."""

from __future__ import annotations

from datetime import timedelta

import structlog

from bot.ports import Clock, Store

log = structlog.get_logger()

KEYS_KEPT = timedelta(days=400)
"""Keys of entries are small, and some feeds repeat last year's entries."""


async def forget_old(store: Store, clock: Clock, keep_days: int) -> int:
    """Remove articles, matches, sent deliveries and handled updates past their time; how many went."""
    removed = await store.forget_before(clock.now() - timedelta(days=keep_days), KEYS_KEPT)
    log.info("forgot-old", rows=removed)
    return removed
