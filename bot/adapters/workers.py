"""Parsing and extraction of foreign bytes, where a hang or a crash costs one job and nothing else.

`PebbleWorkers` runs them in processes of their own, started when first needed and stopped when idle.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import resource
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from bot.articles.extraction import extract_page
from bot.feeds.parse import parse_feed
from bot.model import Extracted, ExtractFailed, ParsedFeed, ParseFailed

if TYPE_CHECKING:
    from pebble import ProcessPool

ParseJob = Callable[[bytes, Mapping[str, str], str], ParsedFeed | ParseFailed]
ExtractJob = Callable[[bytes, Mapping[str, str], str], Extracted | ExtractFailed]
T = TypeVar("T")

MEMORY_LIMIT = 512 * 1_024 * 1_024
"""Bytes of address space a worker may take; its libraries are 65 MB of it, a feed of 10 MB needs 100 MB more."""

_START_ALLOWANCE = 30.0
"""Seconds beyond the time limit of a job for starting a process and handing the document over."""


@dataclass(frozen=True, slots=True)
class _Lost:
    """Why a job gave no result."""

    reason: str


class PebbleWorkers:
    """`ports.Workers` on pebble's process pool.

    timeout: seconds a document may take; memory_limit: bytes of address space; idle: seconds without work
    after which the processes are stopped. `close` ends them; a closed one takes no more work.
    """

    def __init__(
        self,
        *,
        max_workers: int = 1,
        timeout: float = 20.0,
        memory_limit: int = MEMORY_LIMIT,
        idle: float = 60.0,
        parse: ParseJob = parse_feed,
        extract: ExtractJob = extract_page,
    ) -> None:
        self._max_workers = max_workers
        self._timeout = timeout
        self._memory_limit = memory_limit
        self._idle = idle
        self._parse = parse
        self._extract = extract
        self._free = asyncio.Semaphore(max_workers)
        self._pool: ProcessPool | None = None
        self._closed = False
        self._running = 0
        self._idle_timer: asyncio.TimerHandle | None = None
        self._ending: set[asyncio.Task[None]] = set()

    async def parse(self, body: bytes, headers: Mapping[str, str], url: str) -> ParsedFeed | ParseFailed:
        """Read a feed; ParseFailed too where reading it hangs, crashes or takes too much memory."""
        result = await self._run(self._parse, body, headers, url)
        return ParseFailed(result.reason) if isinstance(result, _Lost) else result

    async def extract(self, body: bytes, headers: Mapping[str, str], url: str) -> Extracted | ExtractFailed:
        """Read a page; ExtractFailed too where reading it hangs, crashes or takes too much memory."""
        result = await self._run(self._extract, body, headers, url)
        return ExtractFailed(result.reason) if isinstance(result, _Lost) else result

    async def close(self) -> None:
        """Let what is running end, then stop the processes."""
        self._closed = True
        for _ in range(self._max_workers):
            await self._free.acquire()
        for _ in range(self._max_workers):
            self._free.release()
        self._cancel_idle_timer()
        self._discard_pool()
        await asyncio.gather(*self._ending)

    async def _run(
        self, job: Callable[[bytes, Mapping[str, str], str], T], body: bytes, headers: Mapping[str, str], url: str
    ) -> T | _Lost:
        async with self._free:
            if self._closed:
                return _Lost("the program is shutting down")
            self._cancel_idle_timer()
            self._running += 1
            try:
                return await self._run_once(job, (body, dict(headers), url))
            finally:
                self._running -= 1
                if not self._running:
                    self._idle_timer = asyncio.get_running_loop().call_later(self._idle, self._discard_pool)

    async def _run_once(
        self, job: Callable[[bytes, Mapping[str, str], str], T], args: tuple[bytes, dict[str, str], str]
    ) -> T | _Lost:
        from pebble import ProcessExpired  # noqa: PLC0415 -- loaded when first needed

        for _ in range(2):  # a pool whose idle processes were killed from outside says so at the next job
            pool = self._started_pool()
            try:
                future = pool.schedule(job, args=args, timeout=self._timeout)
                return await asyncio.wait_for(asyncio.wrap_future(future), self._timeout + _START_ALLOWANCE)
            except TimeoutError:
                if not future.done():
                    self._discard_pool()
                return _Lost(f"reading it took longer than {self._timeout:g} seconds")
            except ProcessExpired:
                return _Lost("reading it made the reader crash")
            except MemoryError:
                return _Lost("reading it took too much memory")
            except RuntimeError:  # BrokenProcessPool among them
                self._discard_pool()
            except Exception as error:  # -- a bug in a parser costs the document, not the program
                return _Lost(f"reading it failed ({type(error).__name__})")
        return _Lost("the process that reads documents cannot be started")

    def _started_pool(self) -> ProcessPool:
        if self._pool is None:
            from pebble import ProcessPool  # noqa: PLC0415 -- loaded when first needed

            self._pool = ProcessPool(
                max_workers=self._max_workers,
                initializer=_confine,
                initargs=(self._memory_limit,),
                context=multiprocessing.get_context("spawn"),
            )
        return self._pool

    def _discard_pool(self) -> None:
        """Stop the processes in the background; the next job starts new ones."""
        pool, self._pool = self._pool, None
        if pool is not None:
            task = asyncio.get_running_loop().create_task(asyncio.to_thread(_stop, pool))
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)

    def _cancel_idle_timer(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None


def _confine(memory_limit: int) -> None:
    """What a worker process does first: bounds on what it may take, and quiet libraries."""
    import logging  # noqa: PLC0415 -- of the worker process

    os.nice(5)
    resource.setrlimit(resource.RLIMIT_AS, (memory_limit, memory_limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)
    # trafilatura loads it, and NumPy with it (12 MB, a second), for a detection that is never asked for
    sys.modules["py3langid"] = None  # type: ignore[assignment]  # -- how Python marks what cannot be imported


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]  # -- pebble leaves this one untyped
    pool.join()
