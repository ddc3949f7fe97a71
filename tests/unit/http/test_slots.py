"""What a host is spared: too many requests at once, and one right after the other."""

from __future__ import annotations

import asyncio
from itertools import pairwise

import pytest

from bot.adapters.http import slots
from bot.adapters.http.slots import Slots


async def asked(places: Slots, host: str, seconds: float, times: list[float]) -> None:
    """A request that takes so long; notes when it began."""
    async with places.taken(host):
        times.append(asyncio.get_running_loop().time())
        await asyncio.sleep(seconds)


def gaps(times: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(times)]


async def test_a_host_rests_after_a_request_for_as_long_as_the_request_took() -> None:
    places, times = Slots(4, 1), list[float]()
    await asyncio.gather(*(asked(places, "a.test", 0.05, times) for _ in range(4)))
    assert all(gap >= 0.099 for gap in gaps(times))


async def test_a_fast_host_is_hardly_kept_waiting_and_a_stuck_one_not_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    places, times = Slots(16, 2), list[float]()
    async with asyncio.timeout(5):
        await asyncio.gather(*(asked(places, "a.test", 0, times) for _ in range(50)))
        monkeypatch.setattr(slots, "LONGEST_REST", 0.01)
        stuck: list[float] = []
        await asyncio.gather(*(asked(places, "b.test", 0.2, stuck) for _ in range(4)))
    assert times[-1] - times[0] < 1
    assert stuck[-1] - stuck[0] < 0.35


async def test_the_rest_of_one_host_takes_no_place_from_the_others() -> None:
    places, times = Slots(1, 1), list[float]()
    await asked(places, "a.test", 0.2, times)
    await asked(places, "b.test", 0, times)
    assert gaps(times)[0] < 0.3


async def test_who_gives_up_waiting_keeps_no_place() -> None:
    places, times = Slots(4, 1), list[float]()
    tasks = [asyncio.create_task(asked(places, "a.test", 0.05, times)) for _ in range(3)]
    await asyncio.sleep(0.01)
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    async with asyncio.timeout(1):
        await asked(places, "a.test", 0, times)
    assert len(times) == 3
