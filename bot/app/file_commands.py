"""For commands that only read a file: no database and no state."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bot.adapters.clock import SystemClock
from bot.adapters.embedding import LocalEmbedder
from bot.adapters.http import HttpFetcher, HttpSettings
from bot.adapters.workers import PebbleWorkers
from bot.model import Fetched, FetchFailed, FetchRequest, ParsedFeed, ParseFailed, Topic
from bot.usecases.group_file import Grouper
from bot.usecases.match_file import Matcher

ALL_CORES = os.cpu_count() or 1
"""Commands that only read a file have the machine to themselves."""


@asynccontextmanager
async def open_matcher(topics: Sequence[Topic]) -> AsyncIterator[Matcher]:
    """Articles of a file against topics: no database, no network, no state."""
    embedder = LocalEmbedder(threads=ALL_CORES)
    try:
        yield await Matcher.of(topics, embedder)
    finally:
        embedder.close()


@asynccontextmanager
async def open_grouper() -> AsyncIterator[Grouper]:
    """Articles of a file grouped by event."""
    embedder = LocalEmbedder(threads=ALL_CORES)
    try:
        yield Grouper(embedder)
    finally:
        embedder.close()


async def read_feed(url: str) -> ParsedFeed | ParseFailed:
    """The feed at an address or `file:` address. The operator named it: it may be a private one."""
    workers = PebbleWorkers()
    try:
        async with HttpFetcher(HttpSettings(), SystemClock()) as fetcher:
            outcome = await fetcher.fetch(FetchRequest(url, trusted=True))
        if not isinstance(outcome, Fetched):
            return ParseFailed(outcome.reason if isinstance(outcome, FetchFailed) else "nothing came")
        return await workers.parse(outcome.body, outcome.headers, outcome.url)
    finally:
        await workers.close()
