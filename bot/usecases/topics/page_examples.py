"""Examples that are web addresses: fetched once and kept in the database.

A page may disappear, and a restart must not fetch it again.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from bot.config import Configuration, ExampleError, example_from_page
from bot.model import Example, Extracted, Fetched, FetchRequest, Topic, TopicId
from bot.ports import Fetcher, Workers
from bot.store import KeyValueStore, Store
from bot.store.codec import converter, decode

_NAME = "page-examples"

PAGES_PATIENCE = 60.0
"""Seconds for all pages together; those that do not come in time are tried again later."""


@dataclass(frozen=True, slots=True)
class UnreadExample:
    """An example at an address that could not be read; its topic is watched without it."""

    topic_id: TopicId
    url: str
    reason: str


async def with_page_examples(
    store: Store,
    fetcher: Fetcher,
    workers: Workers,
    configuration: Configuration,
    *,
    patience: float = PAGES_PATIENCE,
) -> tuple[tuple[Topic, ...], tuple[UnreadExample, ...]]:
    """The configured topics with their examples that are addresses, and the examples that could not be read."""
    urls = {pending.url for pending in configuration.pending_examples}
    pages = await _pages(store, fetcher, workers, urls, patience)
    topics = {topic.id: topic for topic in configuration.topics}
    unread: list[UnreadExample] = []
    for pending in configuration.pending_examples:
        page = pages[pending.url]
        if isinstance(page, str):
            unread.append(UnreadExample(pending.topic_id, pending.url, page))
            continue
        topic = topics[pending.topic_id]
        if pending.opposing:
            topics[topic.id] = replace(topic, counterexamples=(*topic.counterexamples, page))
        else:
            topics[topic.id] = replace(topic, examples=(*topic.examples, page))
    return tuple(topics.values()), tuple(unread)


async def _pages(
    store: Store, fetcher: Fetcher, workers: Workers, urls: Collection[str], patience: float
) -> Mapping[str, Example | str]:
    """The example at each address, or why it could not be read. Only addresses that are not kept are fetched."""
    async with store.read() as unit:
        before = await kept_pages(unit.key_values)
    missing = sorted(url for url in urls if url not in before)
    deadline = asyncio.get_running_loop().time() + patience

    async def in_time(url: str) -> Example | str:
        try:
            async with asyncio.timeout_at(deadline):
                return await _read_page(fetcher, workers, url)
        except TimeoutError:
            return "the page did not come in time"

    outcomes = await asyncio.gather(*map(in_time, missing))
    fetched = dict(zip(missing, outcomes, strict=True))
    pages = {url: page for url, page in {**before, **fetched}.items() if url in urls and isinstance(page, Example)}
    if pages != before:
        async with store.write() as unit:
            await _keep_pages(unit.key_values, pages)
    return {**fetched, **pages}


async def _read_page(fetcher: Fetcher, workers: Workers, url: str) -> Example | str:
    outcome = await fetcher.fetch(FetchRequest(url, purpose="page"))
    if not isinstance(outcome, Fetched):
        return getattr(outcome, "reason", "the page did not come")
    page = await workers.extract(outcome.body, outcome.headers, outcome.url)
    if not isinstance(page, Extracted):
        return page.reason
    try:
        return example_from_page(page, url)
    except ExampleError as error:
        return str(error)


async def kept_pages(settings: KeyValueStore) -> Mapping[str, Example]:
    """The kept examples by address; none if an update can no longer parse them, so that they are fetched again."""
    try:
        return decode(await settings.get(_NAME) or "{}", dict[str, Example])
    except (ValueError, KeyError, TypeError, AttributeError):
        return {}


async def _keep_pages(settings: KeyValueStore, pages: Mapping[str, Example]) -> None:
    """Keep these and no others: an address that is removed from a topic and added again is fetched again."""
    fields = converter.unstructure(pages)
    await settings.set(_NAME, json.dumps(fields, ensure_ascii=False) if fields else None)
