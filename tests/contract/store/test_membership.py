"""Who works on a database: one process on a file, any number on a server."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.store import Store, open_store
from bot.usecases.shared_work import SharedWork
from tests.contract.store.samples import NOW, owed


@pytest.fixture
def kind() -> str:
    return "server"


@pytest.mark.only_files
async def test_several_processes_find_nothing_wrong_with_a_database_that_all_of_them_examine(
    store: Store, database: str
) -> None:
    others = [await open_store(database, now=NOW) for _ in range(3)]
    for _ in range(5):
        found = await asyncio.gather(*(one.examine() for one in (store, *others)))
        assert found == [None] * 4
    for one in others:
        await one.close()


@pytest.mark.only_files
async def test_one_leads_and_another_one_takes_over(store: Store, database: str) -> None:
    first, other = SharedWork(store), await open_store(database, now=NOW)
    second = SharedWork(other)
    await first.join()
    await second.join()
    assert (first.leads, second.leads) == (True, False)
    assert not await first.look()
    assert first.names == second.names == tuple(sorted((first.name, second.name)))
    await store.membership.close()
    assert await second.look()
    assert second.leads
    assert second.names == (second.name,)
    await other.close()


@pytest.mark.only_files
async def test_a_worker_that_may_not_lead_never_does(store: Store, database: str) -> None:
    work = SharedWork(store, may_lead=False)
    await work.join()
    assert not await work.look()
    assert not work.leads


@pytest.mark.only_files
async def test_what_a_dead_worker_had_claimed_is_claimed_by_another_one(store: Store, database: str) -> None:
    dying = await open_store(database, now=NOW)
    dead, alive = SharedWork(dying), SharedWork(store, may_lead=False)
    await dead.join()
    await alive.join()
    later = NOW + timedelta(minutes=5)
    async with store.write() as unit:
        await unit.outbox.add([owed("1", "a"), owed("2", "b")], NOW)
        (mine,) = await unit.outbox.claim_chats(1, NOW, later, by=alive.name, console=False)
    async with dying.write() as unit:
        assert len(await unit.outbox.claim_chats(9, NOW, later, by=dead.name, console=False)) == 1
    async with store.write() as unit:
        assert await unit.outbox.claim_chats(9, NOW, later, by=alive.name, console=False) == ()
    await dying.close()
    await alive.look()
    async with store.write() as unit:
        (claim,) = await unit.outbox.claim_chats(9, NOW, later, by=alive.name, console=False)
    assert claim.delivery.destination.chat != mine.delivery.destination.chat
    assert claim.delivery.attempts == 2
