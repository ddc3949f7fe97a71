"""A document that makes its reader hang, crash or eat memory costs its feed one poll; the others go on."""

from __future__ import annotations

import asyncio

import pytest

from bot.adapters.workers import PebbleWorkers
from tests.contract.test_workers import read_or_misbehave
from tests.fakes.feed_server import Answer
from tests.fakes.feeds import Item
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.newsroom import feed

MISBEHAVING = {
    "hang": "reading it took longer than 5 seconds",
    "crash": "reading it made the reader crash",
    "eat": "reading it took too much memory",
    "bug": "reading it failed (LookupError)",
}


def story(name: str) -> Item:
    return Item(f"Korea {name}", f"Korea and {name}.", name, f"https://a.example/{name}")


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
