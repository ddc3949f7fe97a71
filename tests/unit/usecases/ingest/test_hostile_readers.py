"""A document that makes its reader hang, crash or eat memory costs its feed one poll; the others go on."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.adapters.workers import PebbleWorkers
from bot.model import DeliveryState
from tests.contract.test_workers import read_or_misbehave
from tests.fakes.feed_server import Answer
from tests.fakes.feeds import Item, rss
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.newsroom import feed

KEY = "9f86d081884c7d659a2feaa0c55ad015"
MISBEHAVING = {
    "hang": "reading it took longer than 5 seconds",
    "crash": "reading it made the reader crash",
    "eat": "reading it took too much memory",
    "bug": "reading it failed (LookupError)",
}


def story(name: str) -> Item:
    return Item(f"Korea {name}", f"Korea and {name}.", name, f"https://a.example/{name}")


@pytest.mark.parametrize(
    ("address", "link"),
    [
        (f"https://one.example/feed?apikey={KEY}", f"https://one.example/korea?apikey={KEY}&p=1"),
        (f"https://one.example/{KEY}/feed", "korea/1"),
        (f"https://one.example/{KEY}/feed", "#1"),
        (f"https://me:{KEY}@one.example/feed", f"https://one.example/korea?again={KEY}"),
    ],
)
async def test_who_reads_an_article_does_not_see_the_key_of_its_feed(
    open_room: OpenRoom, address: str, link: str
) -> None:
    room = await open_room(feeds=[replace(feed("one"), url=address, title="")])
    item = Item(f"Korea {KEY}", f"Korea and {address} say {KEY}.", "1", link)
    room.fetcher.answers[address] = Answer(rss(item, title=f"Outlet {KEY}"), headers={"content-type": "text/xml"})
    await room.poll("one")
    await room.deliver()
    (title,) = room.titles()
    assert title == "Korea …"
    async with room.store.read() as unit:
        (article,) = await unit.articles.since(room.clock.now() - timedelta(days=1), 5)
        deliveries = await unit.outbox.list(list(DeliveryState), 10)
    assert KEY not in str(article)
    assert KEY not in str(deliveries)
    assert (article.link or "").startswith("https://one.example/korea") == ("?" in link)


@pytest.mark.parametrize("rounds", [2])
async def test_each_costs_its_feed_a_poll_and_the_others_nothing(open_room: OpenRoom, rounds: int) -> None:
    room = await open_room(feeds=[feed(name) for name in ("one", *MISBEHAVING, "two")])
    workers = PebbleWorkers(timeout=5, parse=read_or_misbehave)
    room.workers = workers
    await room.again()
    try:
        for number in range(rounds):
            for name in MISBEHAVING:
                room.fetcher.answers[f"https://{name}.example/feed"] = Answer(name.encode())
            for name in ("one", "two"):
                room.publish(name, *(story(f"{name} {count}") for count in range(number + 1)))
            reports = await asyncio.gather(*(room.poll(name) for name in ("one", *MISBEHAVING, "two")))
            assert {report.feed.id: report.error for report in reports if report.error} == MISBEHAVING
        for name in MISBEHAVING:  # and once they behave they are read
            room.publish(name, story(name))
            await room.poll(name)
        await room.deliver()
    finally:
        await workers.close()
    told = {f"Korea {name} {number}" for name in ("one", "two") for number in range(rounds)}
    assert set(room.titles()) == told | {f"Korea {name}" for name in MISBEHAVING}
