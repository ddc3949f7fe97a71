"""Housekeeping: what it forgets, and what a clock that is wrong does not make it forget."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.usecases.maintain import forget_old
from tests.fakes.feeds import Item
from tests.unit.usecases.newsroom import Newsroom

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
KEEP_DAYS = 90
TROOPS = Item("Korea sends troops", "Thousands of soldiers left Korea by train.", "g1", "https://a.example/1")
TALKS = Item("Korea talks resume", "Envoys met in Korea for the first time.", "g2", "https://a.example/2")


async def keep_house(room: Newsroom, time: timedelta, step: timedelta = HOUR) -> int:
    """Let time pass, with housekeeping in between; how many rows went."""
    removed = 0
    for _ in range(int(time / step)):
        room.clock.set(room.clock.now() + step)
        removed += await forget_old(room.store, room.clock, KEEP_DAYS)
    return removed


async def told(room: Newsroom, *items: Item) -> None:
    room.publish("antara", *items)
    await room.poll()
    await room.deliver()


async def test_what_is_older_than_it_is_kept_goes(room: Newsroom) -> None:
    await told(room, TROOPS)
    assert await keep_house(room, (KEEP_DAYS - 1) * DAY, DAY) == 0
    assert await keep_house(room, 3 * DAY, DAY) == 3  # the article, its match, its delivery


@pytest.mark.parametrize("jump", [400 * DAY, 40_000 * DAY])
async def test_a_clock_that_is_years_ahead_for_hours_makes_nothing_forgotten_or_told_again(
    room: Newsroom, jump: timedelta
) -> None:
    await keep_house(room, HOUR)
    await told(room, TROOPS)
    room.clock.set(room.clock.now() + jump)
    assert await keep_house(room, 6 * HOUR) == 0
    room.clock.set(room.clock.now() - jump)
    assert await keep_house(room, 2 * DAY) == 0
    await told(room, TALKS, TROOPS)
    await room.later()
    assert room.titles() == ["Korea sends troops"]
    assert [item.title for digest in room.digests() for item in digest.items] == ["Korea talks resume"]


async def test_after_years_of_rest_what_is_old_goes_within_two_days(room: Newsroom) -> None:
    await keep_house(room, HOUR)
    await told(room, TROOPS)
    room.clock.set(room.clock.now() + 400 * DAY)
    assert await keep_house(room, 2 * DAY) == 3
