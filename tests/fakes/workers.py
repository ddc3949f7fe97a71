"""Workers without processes, for tests that need parsing and extraction but not their isolation."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial
from typing import TypeVar

from bot.adapters.workers import ExtractJob, ParseJob
from bot.articles.extraction import extract_page
from bot.feeds.parse import parse_feed
from bot.model import DateStyle, Extracted, ExtractFailed, ParsedFeed, ParseFailed

T = TypeVar("T")


class InProcessWorkers:
    """`ports.Workers` without processes: a crash of a parser ends the program, a hang lasts until it ends."""

    def __init__(
        self, *, timeout: float = 20.0, parse: ParseJob = parse_feed, extract: ExtractJob = extract_page
    ) -> None:
        self._timeout = timeout
        self._parse = parse
        self._extract = extract

    async def parse(
        self, body: bytes, headers: Mapping[str, str], url: str, dates: DateStyle | None = None
    ) -> ParsedFeed | ParseFailed:
        """Read a feed; ParseFailed too where that takes longer than the time limit."""
        parse = self._parse if dates is None else partial(self._parse, dates=dates)
        result = await self._run(lambda: parse(body, headers, url))
        return ParseFailed(result) if isinstance(result, str) else result

    async def extract(self, body: bytes, headers: Mapping[str, str], url: str) -> Extracted | ExtractFailed:
        """Read a page; ExtractFailed too where that takes longer than the time limit."""
        result = await self._run(lambda: self._extract(body, headers, url))
        return ExtractFailed(result) if isinstance(result, str) else result

    async def close(self) -> None:
        """Nothing to end: threads that hang are left behind and end with the program."""

    async def _run(self, job: Callable[[], T]) -> T | str:
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(job())
            except Exception as error:  # -- handed to the caller
                future.set_exception(error)

        # not asyncio.to_thread: its threads are waited for when the program ends
        threading.Thread(target=run, name="reader", daemon=True).start()
        try:
            return await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(future)), self._timeout)
        except TimeoutError:
            return f"reading it took longer than {self._timeout:g} seconds"
        except MemoryError:
            return "reading it took too much memory"
        except Exception as error:  # -- a bug in a parser costs the document, not the program
            return f"reading it failed ({type(error).__name__})"
