"""Work that costs as much for many as for one, such as a transaction, is done for all who ask meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Batcher(Generic[T, R]):
    """Collects single requests and handles them in batches, in the order in which they came."""

    def __init__(
        self, work: Callable[[Sequence[T]], Awaitable[Sequence[R]]], gather: Callable[[], float] = lambda: 0.0
    ) -> None:
        """`gather`: seconds that a batch may wait for more, asked when its first request has come."""
        self._work = work
        self._gather = gather
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._task: asyncio.Task[None] | None = None

    async def ask(self, item: T) -> R:
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        task = self._task = self._task or asyncio.create_task(self._run())
        try:
            return await answer
        except asyncio.CancelledError:
            await asyncio.wait({task})  # it uses the store, which may be closed as soon as we return
            raise

    async def _run(self) -> None:
        try:
            while self._waiting:
                if (seconds := self._gather()) > 0:
                    await asyncio.sleep(seconds)
                batch, self._waiting = self._waiting, []
                await self._answer(batch)
        finally:
            self._task = None

    async def _answer(self, batch: Sequence[tuple[T, asyncio.Future[R]]]) -> None:
        try:
            results = await self._work([item for item, _ in batch])
        except Exception as error:  # -- raised in every `ask` of the batch
            for _, answer in batch:
                if not answer.done():
                    answer.set_exception(error)
            return
        except BaseException:
            for _, answer in batch:
                answer.cancel()
            raise
        for (_, answer), result in zip(batch, results, strict=True):
            if not answer.done():
                answer.set_result(result)
