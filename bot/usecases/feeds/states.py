"""States of feeds: read and written in batches for many polls, and reset where a feed has a new address.

A poll of a feed that has not changed costs little more than its two transactions, one to read and one to write. So
what polls ask for while one transaction runs is done together in the next one. No poll waits for a batch to fill, and
`save` returns when the state is committed, as with a transaction of its own.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.feeds.poll_schedule import at_new_address
from bot.model import Feed, FeedId, FeedState, Subscription
from bot.store import Store
from bot.usecases.batcher import Batcher

_ADDRESSES = "feed-addresses"
"""The key under which the address of every feed is stored, as JSON by feed id."""


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """What is stored of a feed when its poll begins. A feed that was never polled has no state."""

    state: FeedState | None
    subscriptions: tuple[Subscription, ...] = ()
    """Subscriptions with WebSub hubs. Only polls of the feed add any."""

    def is_posted(self, now: datetime) -> bool:
        """Whether a hub pushes new entries."""
        return any(one.is_active(now) for one in self.subscriptions)


class FeedStates:
    """Reads and saves feed records for polls, in batches."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reads: Batcher[FeedId, FeedRecord] = Batcher(self._read)
        self._writes: Batcher[FeedState, None] = Batcher(self._write)

    async def get(self, feed_id: FeedId) -> FeedRecord:
        return await self._reads.ask(feed_id)

    async def save(self, state: FeedState) -> None:
        """For polls that store nothing else. StoreError, for every poll of the batch, if the transaction fails."""
        await self._writes.ask(state)

    async def _read(self, feed_ids: Sequence[FeedId]) -> Sequence[FeedRecord]:
        async with self._store.read() as unit:
            states = await unit.feeds.states(feed_ids)
            subscriptions = await unit.subscriptions.of_feeds(feed_ids)
        return [
            FeedRecord(states.get(feed_id), tuple(one for one in subscriptions if one.feed_id == feed_id))
            for feed_id in feed_ids
        ]

    async def _write(self, states: Sequence[FeedState]) -> Sequence[None]:
        async with self._store.write() as unit:
            await unit.feeds.save_states(states)
        return [None] * len(states)


async def reset_moved_feeds(store: Store, feeds: Mapping[FeedId, Feed], now: datetime) -> None:
    """Reset the state of feeds whose address in the configuration has changed since the last call.

    Validators, redirects and failures belong to an address. The entries that a feed has shown stay known.
    """
    current = {str(feed.id): feed.url for feed in feeds.values()}
    async with store.read() as unit:
        stored = json.loads(await unit.key_values.get(_ADDRESSES) or "{}")
    if stored == current:
        return
    async with store.write() as unit:
        states = await unit.feeds.states()
        for feed in feeds.values():
            state = states.get(feed.id)
            if state is not None and stored.get(feed.id, feed.url) != feed.url:
                await unit.feeds.save_state(at_new_address(state, now))
        await unit.key_values.set(_ADDRESSES, json.dumps(current))
