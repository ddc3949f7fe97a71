"""Searching the archive: what is found, within which time, and what is said of what was left."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import QueryError
from bot.model import Article, ArticleId, FeedId, Language
from bot.store import Store, open_store
from bot.usecases.offers import Offers
from bot.usecases.search import MOST_FOUND, Searcher, kept_search
from tests.fakes.clock import FakeClock
from tests.speed import slowness

CLOCK = FakeClock()
NOW = CLOCK.now()


@pytest.fixture
async def store(new_database: Path) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite:///{new_database}", now=NOW)
    yield opened
    await opened.close()


def article(number: int, title: str, text: str = "", language: str = "id", source: str = "Antara") -> Article:
    return Article(
        ArticleId(f"a{number:04}"),
        title,
        text,
        Language(language),
        first_seen_at=NOW - timedelta(minutes=number),
        feed_id=FeedId("antara"),
        source=source,
    )


async def archive(store: Store, *articles: Article) -> None:
    async with store.write() as unit:
        await unit.articles.add(articles)


async def found(store: Store, query: str) -> list[str]:
    return list((await Searcher(store, FakeClock()).search(query)).found)


async def test_what_the_words_lead_to_is_put_to_the_query_exactly(store: Store) -> None:
    await archive(
        store,
        article(1, "Elections in Japan", "A vote was held.", "en"),
        article(2, "The election", "In Japan, not today.", "en"),
        article(3, "Japan wins", "An electron.", "en"),
        article(4, "選挙", "日本の選挙が行われた。", "ja"),
    )
    assert await found(store, "election Japan") == ["a0001", "a0002"]
    assert await found(store, '"election in Japan"') == []
    assert await found(store, "title:election NOT today") == ["a0001"]
    assert await found(store, "elect*") == ["a0001", "a0002", "a0003"]
    assert await found(store, "日本の選挙") == ["a0004"]
    assert await found(store, "lang:ja") == ["a0004"]
    assert await found(store, "/electr?/") == ["a0001", "a0002", "a0003"]
    assert await found(store, "NOT japan") == ["a0004"]


async def test_a_query_that_cannot_be_read_says_where(store: Store) -> None:
    with pytest.raises(QueryError) as caught:
        await Searcher(store, FakeClock()).search("beras (naik")
    assert caught.value.position == 6


async def test_more_than_anybody_leafs_through_is_not_looked_for(store: Store) -> None:
    await archive(store, *(article(number, f"Gempa {number}") for number in range(MOST_FOUND + 40)))
    result = await Searcher(store, FakeClock()).search("gempa")
    assert len(result.found) == MOST_FOUND
    assert result.found[0] == "a0000"
    assert not result.is_whole


async def test_exactly_as_many_as_are_looked_for_are_whole_or_not(store: Store) -> None:
    await archive(store, *(article(number, f"Gempa {number}") for number in range(MOST_FOUND)))
    assert (await Searcher(store, FakeClock()).search("gempa")).is_whole


async def test_when_the_time_is_up_what_was_found_is_told(store: Store) -> None:
    await archive(store, *(article(number, f"Gempa {number}") for number in range(100)))
    result = await Searcher(store, FakeClock()).search("gempa", seconds=0)
    assert 0 < len(result.found) < 100
    assert not result.is_whole


async def test_the_event_loop_is_not_held_up(store: Store) -> None:
    text = " ".join(f"kata{number}" for number in range(1_500))
    await archive(store, *(article(number, f"Gempa {number}", text) for number in range(150)))
    longest = 0.0
    searching = asyncio.create_task(Searcher(store, FakeClock()).search("/gempa 1/"))
    while not searching.done():
        before = time.thread_time()  # of the loop's own thread: how busy the machine is does not count
        await asyncio.sleep(0.001)
        longest = max(longest, time.thread_time() - before)
    assert len(searching.result().found) == 61
    assert longest / slowness() < 0.1


async def test_a_small_archive_is_searched_whole(store: Store) -> None:
    await archive(store, article(1, "Gempa"))
    result = await Searcher(store, FakeClock()).search("gempa")
    assert result.is_whole
    assert result.begins == NOW - timedelta(minutes=1)


async def test_a_search_is_kept_where_it_was_made(store: Store) -> None:
    await archive(store, *(article(number, f"Gempa {number}") for number in range(10)))
    searcher = Searcher(store, FakeClock())
    result = await searcher.search("gempa")
    number = await searcher.keep("1", result)
    page = await searcher.page("1", number, 8, 8)
    assert page is not None
    assert page[0] == result
    assert [one.title for one in page[1]] == ["Gempa 8", "Gempa 9"]
    assert await searcher.page("2", number, 0, 8) is None
    async with store.read() as unit:
        assert await kept_search(unit.key_values, "1", number + 1) is None


async def test_a_chat_keeps_the_newest_offers_and_never_gives_a_number_twice(store: Store) -> None:
    offers = Offers("test", most=3)
    async with store.write() as unit:
        numbers = [await offers.keep(unit.key_values, "1", f"v{number}") for number in range(5)]
        assert await offers.keep(unit.key_values, "2", "other") == 1
        kept = [await offers.get(unit.key_values, "1", number) for number in numbers]
    assert numbers == [1, 2, 3, 4, 5]
    assert kept == [None, None, "v2", "v3", "v4"]
