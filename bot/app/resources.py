"""Opens what every command needs: the configuration, the database and the adapters, and closes them again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

import structlog

from bot.adapters.clock import SharedClock, SystemClock
from bot.adapters.console import ConsoleMessenger
from bot.adapters.embedding import EndpointEmbedder, LocalEmbedder
from bot.adapters.http import HttpFetcher, HttpSettings, JsonApi
from bot.adapters.llm import EndpointSummarizer
from bot.adapters.logs import configure_logs
from bot.adapters.workers import PebbleWorkers
from bot.app.capacity import Capacity, available_capacity
from bot.config import (
    Configuration,
    Settings,
    database_url,
    find_embedding_key,
    find_summaries_key,
    find_token,
    known_secrets,
    load_configuration,
)
from bot.ports import Clock, Embedder, Fetcher, Workers
from bot.store import Store, open_store
from bot.wording.wording import Wording

log = structlog.get_logger()

KEPT_OPEN = 16
"""Connections to feeds and pages that stay open for a next request, of each kind."""


@dataclass(frozen=True, slots=True)
class Tools:
    """The opened resources. They can be used while another instance is running. Heavy parts load at first use."""

    directory: Path
    environment: Mapping[str, str]
    configuration: Configuration
    store: Store
    clock: Clock
    fetcher: Fetcher
    workers: Workers
    local: LocalEmbedder
    endpoint: EndpointEmbedder | None
    """None if `embedding.url` is empty."""
    summarizer: EndpointSummarizer | None
    """None if `summaries.url` is empty."""
    capacity: Capacity

    @property
    def embedder(self) -> Embedder:
        return self.endpoint or self.local


@asynccontextmanager
async def open_tools(directory: Path, environment: Mapping[str, str]) -> AsyncIterator[Tools]:
    """Load the configuration, open the database and create the adapters; configures the logs, too."""
    configuration = load_configuration(directory, environment)
    settings = configuration.settings
    key, summaries_key = find_embedding_key(environment), find_summaries_key(environment)
    token = find_token(settings, environment, directory)
    configure_logs(secrets=known_secrets(configuration, environment, token))
    async with AsyncExitStack() as stack:
        store = await open_store(database_url(directory, environment), now=SystemClock().now())
        stack.push_async_callback(store.close)
        clock = SharedClock(store.membership.now)
        capacity = available_capacity(settings.polling.concurrency)
        if capacity.is_short_of(settings.polling.concurrency):
            log.warning("few-descriptors", files=capacity.files, polls=capacity.places, waiting=capacity.waiting)
        fetcher = await stack.enter_async_context(
            HttpFetcher(fetcher_settings(settings, capacity), clock, environment=environment)
        )
        workers = PebbleWorkers()
        stack.push_async_callback(workers.close)
        local = LocalEmbedder()
        stack.callback(local.close)
        endpoint = None
        if settings.embedding.url:
            api = await stack.enter_async_context(
                JsonApi(settings.embedding.url, embedding_http_settings(settings), clock, key=key)
            )
            endpoint = EndpointEmbedder(api, settings.embedding.model, local, clock)
        summarizer = None
        if settings.summaries.url:
            api = await stack.enter_async_context(
                JsonApi(settings.summaries.url, summaries_http_settings(settings), clock, key=summaries_key)
            )
            seconds = settings.summaries.seconds
            summarizer = EndpointSummarizer(api, settings.summaries.model, clock, seconds=seconds)
        yield Tools(
            directory, environment, configuration, store, clock, fetcher, workers, local, endpoint, summarizer, capacity
        )


def console_of(tools: Tools, output: TextIO) -> ConsoleMessenger:
    """The messenger that prints to the terminal, in the configured language and time zone."""
    settings = tools.configuration.settings
    return ConsoleMessenger(output, Wording(settings.language), settings.timezone, tools.clock)


def fetcher_settings(settings: Settings, capacity: Capacity) -> HttpSettings:
    """The settings of the fetcher, from `[network]` and `[polling]`, and what fits."""
    return replace(
        http_settings(settings),
        concurrency=capacity.connections,
        lookups=capacity.lookups,
        kept_open=min(KEPT_OPEN, capacity.waiting // 4),
    )


def http_settings(settings: Settings) -> HttpSettings:
    """The settings of all who use HTTP, from `[network]` and `[polling]`."""
    return HttpSettings(
        contact=settings.network.user_agent_contact,
        proxy=settings.network.proxy or "",
        proxy_resolves=settings.network.proxy_resolves,
        allow_hosts=settings.network.allow_hosts,
        per_host=settings.polling.per_host,
    )


def embedding_http_settings(settings: Settings) -> HttpSettings:
    """Limits for the embedding endpoint. It is used to be faster than this machine, so waiting long makes no sense."""
    return replace(http_settings(settings), connect_seconds=3.0, total_seconds=10.0, page_limit=2_000_000)


def summaries_http_settings(settings: Settings) -> HttpSettings:
    """Limits for a language model, which is slow and returns little text."""
    seconds = float(settings.summaries.seconds)
    return replace(http_settings(settings), connect_seconds=3.0, total_seconds=seconds, page_limit=500_000)
