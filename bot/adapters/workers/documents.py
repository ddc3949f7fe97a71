"""Implements `bot.ports.Workers` with pebble's pool of processes.

The processes are started when the first document arrives and stopped when there has been nothing to do for a while.
"""

from __future__ import annotations

import asyncio
import os
import resource
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from bot.adapters.workers.pipe_locks import PipeContext
from bot.articles.extraction import extract_page
from bot.errors import is_out_of_files
from bot.feeds.parse import parse_feed
from bot.model import DateStyle, Extracted, ExtractFailed, ParsedFeed, ParseFailed

if TYPE_CHECKING:
    from pebble import ProcessPool

ParseJob = Callable[..., ParsedFeed | ParseFailed]
"""As `parse_feed`."""
ExtractJob = Callable[[bytes, Mapping[str, str], str], Extracted | ExtractFailed]
T = TypeVar("T")

MEMORY_LIMIT = 512 * 1_024 * 1_024
"""Address space of a worker, in bytes. Its libraries use 65 MB, and a feed of 10 MB needs another 100 MB."""

_ATTEMPTS = 2
_PAUSE = 2.0
"""Attempts to start a process, and seconds between them where this one has no file descriptor left for its pipes."""

_START_ALLOWANCE = 30.0
"""Extra seconds, beyond the time limit of a job, to start a process and to pass the document to it."""


@dataclass(frozen=True, slots=True)
class _JobFailed:
    """A job that gave no result, with the reason."""

    reason: str


class PebbleWorkers:
    """Implements `bot.ports.Workers` with pebble's process pool.

    `timeout`: seconds per document. `memory_limit`: bytes of address space per process. `idle`: seconds without work
    after which the processes are stopped. After `close` no more jobs are accepted.
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
        self._closing: set[asyncio.Task[None]] = set()

    async def parse(
        self, body: bytes, headers: Mapping[str, str], url: str, dates: DateStyle | None = None
    ) -> ParsedFeed | ParseFailed:
        """Parse a feed. ParseFailed also if the parser hangs, crashes or needs too much memory."""
        result = await self._run(
            self._parse if dates is None else partial(self._parse, dates=dates), body, headers, url
        )
        return ParseFailed(result.reason) if isinstance(result, _JobFailed) else result

    async def extract(self, body: bytes, headers: Mapping[str, str], url: str) -> Extracted | ExtractFailed:
        """Extract the article of a page. ExtractFailed also if that hangs, crashes or needs too much memory."""
        result = await self._run(self._extract, body, headers, url)
        return ExtractFailed(result.reason) if isinstance(result, _JobFailed) else result

    async def close(self) -> None:
        """Wait for running jobs, then stop the processes."""
        self._closed = True
        for _ in range(self._max_workers):
            await self._free.acquire()
        for _ in range(self._max_workers):
            self._free.release()
        self._cancel_idle_timer()
        self._discard_pool()
        await asyncio.gather(*self._closing)

    async def _run(
        self, job: Callable[[bytes, Mapping[str, str], str], T], body: bytes, headers: Mapping[str, str], url: str
    ) -> T | _JobFailed:
        async with self._free:
            if self._closed:
                return _JobFailed("the program is shutting down")
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
    ) -> T | _JobFailed:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return await self._run_in_pool(job, args, is_last=attempt == _ATTEMPTS)
            except RuntimeError:  # idle processes were killed from outside: the pool reports that only at the next job
                self._discard_pool()
            except OSError as error:
                self._discard_pool()
                if not is_out_of_files(error):
                    break
                await asyncio.sleep(_PAUSE)
        return _JobFailed("the process that reads documents cannot be started")

    async def _run_in_pool(
        self,
        job: Callable[[bytes, Mapping[str, str], str], T],
        args: tuple[bytes, dict[str, str], str],
        *,
        is_last: bool,
    ) -> T | _JobFailed:
        """Raises RuntimeError and OSError where the process cannot be started or used.

        A process that was killed while it waited for a job owned the lock of the pipe, and no other one gets any job:
        unless it `is_last`, an attempt whose job is not begun in time is given up.
        """
        from pebble import ProcessExpired  # noqa: PLC0415 -- loaded when first needed

        future = self._started_pool().schedule(job, args=args, timeout=self._timeout)
        result = asyncio.wrap_future(future)
        done, _ = await asyncio.wait({result}, timeout=_START_ALLOWANCE)
        if not (done or is_last or future.running()):
            result.cancel()
            raise RuntimeError("the job was not begun")
        try:
            return await asyncio.wait_for(result, self._timeout)
        except TimeoutError:
            if not future.done():
                self._discard_pool()
            return _JobFailed(f"reading it took longer than {self._timeout:g} seconds")
        except ProcessExpired:
            return _JobFailed("reading it made the reader crash")
        except MemoryError:
            return _JobFailed("reading it took too much memory")
        except (RuntimeError, OSError):  # BrokenProcessPool among them
            raise
        except Exception as error:  # -- a bug in a parser must lose only this document
            return _JobFailed(f"reading it failed ({type(error).__name__})")

    def _started_pool(self) -> ProcessPool:
        if self._pool is None:
            from pebble import ProcessPool  # noqa: PLC0415 -- loaded when first needed

            self._pool = ProcessPool(
                max_workers=self._max_workers,
                initializer=_limit_process,
                initargs=(self._memory_limit,),
                context=PipeContext(),
            )
        return self._pool

    def _discard_pool(self) -> None:
        """Stop the processes in the background; the next job starts new ones."""
        pool, self._pool = self._pool, None
        if pool is not None:
            task = asyncio.get_running_loop().create_task(asyncio.to_thread(_stop, pool))
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)

    def _cancel_idle_timer(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
            self._idle_timer = None


def _limit_process(memory_limit: int) -> None:
    """Limit a new worker process: low priority, bounded address space and no core dump (setrlimit(2)), no logging."""
    import logging  # noqa: PLC0415 -- of the worker process

    os.nice(5)
    resource.setrlimit(resource.RLIMIT_AS, (memory_limit, memory_limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    logging.disable(logging.CRITICAL)
    # trafilatura imports py3langid, and with it NumPy (12 MB, one second), for a language detection that is not used.
    # None in sys.modules makes an import fail (Python reference, section 5.3.1, "The module cache").
    sys.modules["py3langid"] = None  # type: ignore[assignment]  # -- see above


def _stop(pool: ProcessPool) -> None:
    pool.stop()  # type: ignore[no-untyped-call]  # -- pebble leaves this one untyped
    pool.join()
