"""A feed that has another address in its file now: what was remembered of the old address is forgotten."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from bot.feeds.poll_schedule import at_new_address
from bot.model import Feed, FeedId
from bot.store import Store

_ADDRESSES = "feed-addresses"
"""The setting that holds every feed's address, as JSON by feed id."""


async def forget_old_addresses(store: Store, feeds: Mapping[FeedId, Feed], now: datetime) -> None:
    """Validators, redirects and failures are those of an address; the entries that a feed has shown stay known."""
    today = {str(feed.id): feed.url for feed in feeds.values()}
    async with store.read() as unit:
        stored = json.loads(await unit.key_values.get(_ADDRESSES) or "{}")
    if stored == today:
        return
    async with store.write() as unit:
        states = await unit.feeds.states()
        for feed in feeds.values():
            state = states.get(feed.id)
            if state is not None and stored.get(feed.id, feed.url) != feed.url:
                await unit.feeds.save_state(at_new_address(state, now))
        await unit.key_values.set(_ADDRESSES, json.dumps(today))
