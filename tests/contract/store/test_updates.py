"""Incoming updates, kept until they have been handled."""

from __future__ import annotations

from bot.model import ReceivedUpdate, UpdateId
from bot.store import Store
from tests.contract.store.samples import DAY, HOUR, NOW


def received(number: int, body: str = '{"message":{"text":"/mulai \\ud83d"}}', hours: int = 0) -> ReceivedUpdate:
    return ReceivedUpdate(UpdateId(number), body, NOW + HOUR * hours)


async def test_updates_wait_in_order_until_they_are_done(store: Store) -> None:
    async with store.write() as unit:
        await unit.updates.add([received(12, "次"), received(11), received(13)])
        assert await unit.updates.pending(2) == (received(11), received(12, "次"))
        await unit.updates.done(UpdateId(11), NOW)
        assert [update.id for update in await unit.updates.pending(10)] == [12, 13]
        assert await unit.updates.waiting() == 2


async def test_an_update_received_twice_is_handled_once(store: Store) -> None:
    async with store.write() as unit:
        await unit.updates.add([received(11)])
        await unit.updates.done(UpdateId(11), NOW)
        await unit.updates.add([received(11, "again"), received(12)])
        assert await unit.updates.pending(10) == (received(12),)
        await unit.updates.add([])


async def test_the_offset_is_one_past_the_last(store: Store) -> None:
    async with store.write() as unit:
        assert await unit.updates.offset() is None
        await unit.updates.add([received(8), received(9)])
        assert await unit.updates.offset() == 10
        await unit.updates.done(UpdateId(9), NOW)
        assert await unit.updates.offset() == 10


async def test_numbers_that_start_anew_after_a_quiet_week_are_not_skipped(store: Store) -> None:
    async with store.write() as unit:
        await unit.updates.add([received(900)])
        await unit.updates.add([received(20, hours=8 * 24), received(21, hours=8 * 24)])
        assert await unit.updates.offset() == 22
        assert [update.id for update in await unit.updates.pending(10)] == [900, 20, 21]


async def test_ids_larger_than_32_bits(store: Store) -> None:
    async with store.write() as unit:
        await unit.updates.add([received(2**45)])
    await store.forget_before(NOW + DAY, DAY)
    async with store.read() as unit:
        assert await unit.updates.offset() == 2**45 + 1


async def test_updates_are_read_on_from_where_one_has_read_to(store: Store) -> None:
    async with store.write() as unit:
        await unit.updates.add([received(900), received(20, hours=1), received(21, hours=1), received(22, hours=1)])
        assert [one.id for one in await unit.updates.pending(10, after=received(900))] == [20, 21, 22]
        await unit.updates.done(UpdateId(20), NOW)
        assert [one.id for one in await unit.updates.pending(1, after=received(20, hours=1))] == [21]
        assert await unit.updates.pending(10, after=received(22, hours=1)) == ()


async def test_updates_are_found_by_their_ids(store: Store) -> None:
    async with store.write() as unit:
        await unit.updates.add([received(900), received(20, hours=1)])
        found = await unit.updates.get([UpdateId(20), UpdateId(5), UpdateId(900)])
        assert found == (received(900), received(20, hours=1))
        assert await unit.updates.get([]) == ()
