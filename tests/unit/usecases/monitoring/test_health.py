"""Whether the job gets on, told from outside; and that asking changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import StoreError
from bot.feeds.feed_health import Health
from bot.model import Chat, DeliveryState, RetryLater
from bot.store import Store, UnitOfWork
from bot.usecases.monitoring.counters import CountedMessenger
from bot.usecases.monitoring.health import STUCK, HealthMonitor, HealthSigns, StalledPart, trouble_in
from bot.usecases.monitoring.status import Machine
from tests.fakes.feeds import Item
from tests.unit.usecases.newsroom import Newsroom, feed

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=3)
MINUTE = timedelta(minutes=1)
LATE = STUCK + MINUTE
FINE = HealthSigns(LONG_AGO, due=NOW + MINUTE, polled=NOW - MINUTE, owed=None, sent=None)


@pytest.mark.parametrize(
    ("signs", "trouble"),
    [
        (FINE, None),
        (replace(FINE, due=None, polled=None), None),
        (replace(FINE, due=NOW - LATE), None),  # one feed waits, others are polled
        (replace(FINE, polled=NOW - LATE), None),  # nothing is due
        (replace(FINE, due=NOW - LATE, polled=NOW - LATE), StalledPart.POLLS),
        (replace(FINE, due=NOW - LATE, polled=None), StalledPart.POLLS),
        (replace(FINE, started_at=NOW - MINUTE, due=LONG_AGO, polled=LONG_AGO), None),  # back after a break
        (replace(FINE, owed=NOW - LATE), StalledPart.OUTBOX),
        (replace(FINE, owed=NOW - LATE, sent=NOW - MINUTE), None),
        (replace(FINE, owed=NOW - MINUTE, sent=NOW - LATE), None),
        (replace(FINE, started_at=NOW - MINUTE, owed=LONG_AGO), None),
    ],
)
def test_what_is_due_and_not_done_for_a_quarter_of_an_hour_is_trouble(
    signs: HealthSigns, trouble: StalledPart | None
) -> None:
    assert trouble_in(signs, NOW) == trouble


def pulse_of(room: Newsroom, store: Store | None = None, *, within: float = 5.0) -> HealthMonitor:
    machine = Machine("1.0", room.clock.now(), "e5", "", memory=1, database=2)
    feeds = room.attendant.watch.feeds
    return HealthMonitor(
        store or room.store,
        room.clock,
        room.counts,
        lambda: machine,
        lambda: 3,
        lambda: feeds,
        console=False,
        within=within,
    )


def minutes_pass(room: Newsroom, minutes: float) -> None:
    room.clock.set(room.clock.now() + timedelta(minutes=minutes))


async def test_polls_that_stop_are_noticed_and_failing_ones_are_not(room: Newsroom) -> None:
    pulse = pulse_of(room)
    assert await pulse.trouble() is None
    minutes_pass(room, 16)
    assert await pulse.trouble() is StalledPart.POLLS
    assert (await room.poll()).error is not None
    assert await pulse.trouble() is None
    minutes_pass(room, 60)
    assert await pulse.trouble() is StalledPart.POLLS


async def test_messages_that_do_not_get_out_are_noticed(room: Newsroom) -> None:
    pulse = pulse_of(room)
    room.publish("antara", Item("Korea", "Korea", "1", "https://a.example/1"))
    await room.poll()
    room.messenger.script(RetryLater("away", after=timedelta(minutes=20)))
    await room.deliver()
    minutes_pass(room, 16)
    await room.poll()
    assert await pulse.trouble() is StalledPart.OUTBOX
    minutes_pass(room, 10)
    await room.deliver()
    assert await pulse.trouble() is None


class BrokenStore(Store):
    """A store whose disk is read-only, or not there at all."""

    def __init__(self, store: Store, *, readable: bool) -> None:
        vars(self).update(vars(store))
        self._readable = readable

    @asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        if not self._readable:
            raise StoreError("no disk")
        async with super().read() as unit:
            yield unit

    @asynccontextmanager
    async def write(self) -> AsyncIterator[UnitOfWork]:
        raise StoreError("read-only")
        yield  # type: ignore[unreachable]  # makes it a generator


@pytest.mark.parametrize("readable", [True, False])
async def test_a_store_that_cannot_be_used_is_the_trouble(room: Newsroom, readable: bool) -> None:
    assert await pulse_of(room, BrokenStore(room.store, readable=readable)).trouble() is StalledPart.STORE


async def test_who_waits_for_another_writer_is_not_in_trouble(room: Newsroom) -> None:
    async with room.store.write():
        assert await asyncio.create_task(pulse_of(room, within=2).trouble()) is None


async def test_figures_are_of_what_has_happened(room: Newsroom) -> None:
    room.feeds = (feed("antara"), feed("tempo"), feed("new"))
    await room.again()
    room.publish("antara", Item("Korea", "Korea", "1", "https://a.example/1"), Item("Rice", "Rice", "2"))
    await room.poll()
    await room.poll("tempo")
    counted = CountedMessenger(room.messenger, room.counts)
    room.messenger.script(RetryLater("away"))
    async with room.store.read() as unit:
        (head,) = await unit.outbox.heads(room.clock.now(), console=False)
    minutes_pass(room, 2)
    vitals = await pulse_of(room).vitals()
    assert vitals.feeds == dict.fromkeys(Health, 0) | {
        Health.WELL: 1,
        Health.FAILING: 1,
        Health.UNREAD: 1,
    }
    assert vitals.deliveries[DeliveryState.PENDING] == 1
    assert (vitals.articles, vitals.updates, vitals.memory) == (2, 0, 3)
    assert (vitals.oldest_owed, vitals.last_read) == (2 * MINUTE, 2 * MINUTE)
    assert vitals.counts.polls == {"read": 1, "failed": 1}
    assert (vitals.counts.articles, vitals.counts.matches) == (2, 1)
    await counted.send(head, Chat("1001"))
    await counted.send(head, Chat("1001"))
    assert (vitals.counts.sends, vitals.counts.alerts) == ({"later": 1, "sent": 1}, 1)
