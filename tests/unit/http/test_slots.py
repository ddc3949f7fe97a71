"""What a host is spared: too many requests at once, and one right after the other."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from bot.adapters.http import slots
from bot.adapters.http.slots import Slots
from tests.fakes.virtual_time import in_virtual_time


async def asked(places: Slots, host: str, seconds: float, times: list[float]) -> None:
    """A request that takes so long; notes when it began."""
    async with places.taken(host):
        times.append(asyncio.get_running_loop().time())
        await asyncio.sleep(seconds)


def gaps(times: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(times)]


@in_virtual_time
async def test_a_host_rests_after_a_request_for_as_long_as_the_request_took() -> None:
    places, times = Slots(4, 1), list[float]()
    await asyncio.gather(*(asked(places, "a.test", 0.5, times) for _ in range(4)))
    assert gaps(times) == pytest.approx([1.0] * 3)


@in_virtual_time
async def test_a_fast_host_is_not_kept_waiting_and_a_stuck_one_not_for_ever() -> None:
    places, times = Slots(16, 2), list[float]()
    await asyncio.gather(*(asked(places, "a.test", 0, times) for _ in range(50)))
    assert len(times) == 50
    assert times[-1] == pytest.approx(times[0])
    stuck: list[float] = []
    await asyncio.gather(*(asked(places, "b.test", 20, stuck) for _ in range(4)))
    assert gaps(stuck) == pytest.approx([0, 20 + slots.LONGEST_REST, 0])


@in_virtual_time
async def test_the_rest_of_one_host_takes_no_place_from_the_others() -> None:
    places, times = Slots(1, 1), list[float]()
    await asked(places, "a.test", 0.5, times)
    await asked(places, "b.test", 0, times)
    assert gaps(times) == pytest.approx([0.5])


@in_virtual_time
async def test_who_gives_up_waiting_keeps_no_place() -> None:
    places, times = Slots(4, 1), list[float]()
    tasks = [asyncio.create_task(asked(places, "a.test", 0.5, times)) for _ in range(3)]
    await asyncio.sleep(0.1)
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asked(places, "a.test", 0, times)
    assert times == pytest.approx([0, 1, 2])
