"""Builds what the commands need that read articles or feeds from files. They use no database and keep no state."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.adapters.clock import SystemClock
from bot.adapters.embedding import LocalEmbedder
from bot.adapters.http import HttpFetcher, HttpSettings
from bot.adapters.workers import PebbleWorkers
from bot.model import Fetched, FetchFailed, FetchRequest, ParsedFeed, ParseFailed
from bot.ports import Embedder

ALL_CORES = os.cpu_count() or 1
"""These commands may use all cores, unlike the main job, which shares the machine."""


@asynccontextmanager
async def open_embedder() -> AsyncIterator[Embedder]:
    """The model on all cores."""
    embedder = LocalEmbedder(threads=ALL_CORES)
    try:
        yield embedder
    finally:
        embedder.close()


async def read_feed(url: str) -> ParsedFeed | ParseFailed:
    """Read the feed at a URL, which may be a `file:` URL or a private address, because the operator entered it."""
    workers = PebbleWorkers()
    try:
        async with HttpFetcher(HttpSettings(), SystemClock()) as fetcher:
            outcome = await fetcher.fetch(FetchRequest(url, trusted=True))
        if not isinstance(outcome, Fetched):
            return ParseFailed(outcome.reason if isinstance(outcome, FetchFailed) else "nothing came")
        return await workers.parse(outcome.body, outcome.headers, outcome.url)
    finally:
        await workers.close()
