"""Several processes take documents of one database in: they come to the same stories, and each tells once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.store import Store, open_store
from tests.fakes.clock import FakeClock
from tests.fakes.feeds import Item
from tests.fakes.postgres_server import PostgresServer
from tests.unit.usecases.newsroom import Newsroom, feed

FLOOD = "Korea floods: the river Han has flooded nine villages near Paju, 3,500 people were led to safety on Monday."
QUAKE = "Korea shakes: an earthquake of 5.1 hit Busan at noon; 47 buildings are damaged, trains stand still."


@pytest.fixture
async def stores(postgres: PostgresServer) -> AsyncIterator[list[Store]]:
    url = postgres.create()
    opened = [await open_store(url, now=FakeClock().now()) for _ in range(2)]
    yield opened
    for store in opened:
        await store.close()
    postgres.drop(url)


async def test_each_knows_the_stories_that_the_other_has_made(stores: list[Store]) -> None:
    rooms = [await Newsroom.open(Path("/nowhere"), feeds=[feed("antara"), feed("tempo")], store=one) for one in stores]
    flood = Item("Floods at the Han", FLOOD, "f1", "https://a.example/1")
    again = replace(flood, guid="f2", link="https://b.example/1", text=FLOOD + " Rain goes on.")
    quake = Item("Earthquake in Busan", QUAKE, "q1", "https://b.example/2")
    rooms[1].publish("tempo", quake)
    await rooms[1].poll("tempo")  # from here on it remembers stories
    rooms[0].publish("antara", flood)
    await rooms[0].poll()
    rooms[1].publish("tempo", again, quake)
    await rooms[1].poll("tempo")
    async with stores[0].read() as unit:
        (one, two, three) = await unit.articles.since(FakeClock().now(), 9)
        story = {article.link: article.story_id for article in (one, two, three)}
    assert story["https://a.example/1"] == story["https://b.example/1"] != story["https://b.example/2"]
