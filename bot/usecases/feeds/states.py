"""States of feeds, read and written for many polls at once.

Where nothing has changed, a transaction to read and one to write are most of what a poll costs. What polls ask for
while one transaction is under way goes into the next, together; nobody waits for more to come, and who saves a state
goes on when it is on the disk, as with a transaction of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from bot.model import FeedId, FeedState, Subscription
from bot.store import Store

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class FeedRecord:
    """What is stored of a feed as its poll begins; no state for one that was never polled."""

    state: FeedState | None
    subscriptions: tuple[Subscription, ...] = ()
    """With hubs. Only polls of the feed make new ones."""

    def is_posted(self, now: datetime) -> bool:
        """Whether a hub posts what is new."""
        return any(one.is_active(now) for one in self.subscriptions)


class FeedStates:
    """What polls read and save of their feeds."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reads: _Together[FeedId, FeedRecord] = _Together(self._read)
        self._writes: _Together[FeedState, None] = _Together(self._write)

    async def get(self, feed_id: FeedId) -> FeedRecord:
        return await self._reads.ask(feed_id)

    async def save(self, state: FeedState) -> None:
        """For polls that store nothing else; StoreError where that fails, for all that were saved together."""
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


class _Together(Generic[T, R]):
    """Does for many what was asked one by one, in the order it was asked."""

    def __init__(self, work: Callable[[Sequence[T]], Awaitable[Sequence[R]]]) -> None:
        self._work = work
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._task: asyncio.Task[None] | None = None

    async def ask(self, item: T) -> R:
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        task = self._task = self._task or asyncio.create_task(self._run())
        try:
            return await answer
        except asyncio.CancelledError:
            await asyncio.wait({task})  # it uses the store, which may be closed as soon as we are gone
            raise

    async def _run(self) -> None:
        try:
            while self._waiting:
                asked, self._waiting = self._waiting, []
                await self._answer(asked)
        finally:
            self._task = None

    async def _answer(self, asked: Sequence[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            results = await self._work([item for item, _ in asked])
        except Exception as error:  # -- raised where it was asked
            for _, answer in asked:
                if not answer.done():
                    answer.set_exception(error)
            return
        except BaseException:
            for _, answer in asked:
                answer.cancel()
            raise
        for (_, answer), result in zip(asked, results, strict=True):
            if not answer.done():
                answer.set_result(result)
