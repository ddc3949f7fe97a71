"""Who works on a database: one process on a file, any number on a server."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest

from bot.errors import StorageTrouble, StoreError
from bot.store import Store, open_store
from bot.store.postgres.server_clock import ServerClock
from bot.usecases.shared_work import SharedWork
from tests.contract.store.samples import NOW, owed
from tests.fakes.postgres_server import PostgresServer


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


@pytest.mark.only_files
@pytest.mark.parametrize("limit", ["statement_timeout", "lock_timeout", "idle_session_timeout"])
async def test_limits_that_a_host_sets_for_all_of_its_databases_end_no_work_that_waits(
    store: Store, database: str, postgres: PostgresServer, limit: str
) -> None:
    postgres.query(f"ALTER DATABASE {database.rpartition('/')[2]} SET {limit} = '500ms'")
    other = await open_store(database, now=NOW)
    async with other.write() as unit, other.planning():
        await unit.key_values.set("a", "1")

    async def write_slowly() -> None:
        async with store.write():
            await asyncio.sleep(1.5)

    slow = asyncio.create_task(write_slowly())
    await asyncio.sleep(0.1)
    async with other.write() as unit:  # waits for the other one
        assert await unit.key_values.get("a") == "1"
    async with other.planning(), other.read() as unit:  # connections that have had nothing to do
        assert await unit.key_values.get("a") == "1"
    await slow
    await other.close()


@pytest.mark.only_files
async def test_nobody_leads_on_a_server_that_lets_nobody_write(
    store: Store, database: str, postgres: PostgresServer
) -> None:
    """A standby, or a primary that has become one: it knows nothing of who leads on the other."""
    postgres.query(f"ALTER DATABASE {database.rpartition('/')[2]} SET default_transaction_read_only = on")
    work = SharedWork(store)
    with pytest.raises(StoreError, match="is read-only") as raised:
        await work.join()
    assert raised.value.trouble is StorageTrouble.READ_ONLY
    assert not work.leads


@pytest.mark.only_files
async def test_what_could_not_be_set_free_at_once_is_set_free_with_the_next_look(store: Store, database: str) -> None:
    dying = await open_store(database, now=NOW)
    dead, alive = SharedWork(dying), SharedWork(store)
    await dead.join()
    await alive.join()
    later = NOW + timedelta(minutes=5)
    async with store.write() as unit:
        await unit.outbox.add([owed("1", "a")], NOW)
    async with dying.write() as unit:
        assert len(await unit.outbox.claim_chats(9, NOW, later, by=dead.name, console=False)) == 1
    await dying.close()
    async with store.write() as unit:
        looking = asyncio.create_task(alive.look())
        await asyncio.sleep(0.5)
        await unit.key_values.set("a", "1")
        looking.cancel()  # as where the server gives no answer just then
        await asyncio.gather(looking, return_exceptions=True)
    await alive.look()
    async with store.write() as unit:
        assert len(await unit.outbox.claim_chats(9, NOW, later, by=alive.name, console=False)) == 1


@pytest.mark.only_files
async def test_a_worker_that_stands_still_is_replaced(store: Store, database: str, postgres: PostgresServer) -> None:
    """Its process is stopped, or its machine swaps: its sessions last, as the kernel answers for it."""
    standing = await open_store(database, now=NOW)
    first, second = SharedWork(standing), SharedWork(store, patience=3.0)
    await first.join()
    await second.join()
    planning = standing.planning()
    await planning.__aenter__()
    assert not await second.look()
    await asyncio.sleep(3.5)
    await second.look()  # ends the sessions
    async with asyncio.timeout(60), store.planning():
        pass
    while not second.leads:
        await second.look()
    assert second.names == (second.name,)
    with pytest.raises(StoreError, match="the connection has ended"):
        await planning.__aexit__(None, None, None)
    with pytest.raises(StoreError, match="the connection has ended"):
        await first.look()
    await first.look()
    assert (first.leads, len(first.names)) == (False, 2)
    await standing.close()


@pytest.mark.only_files
async def test_all_go_by_the_clock_of_the_server(store: Store, postgres: PostgresServer) -> None:
    assert store.membership.now() is None
    await SharedWork(store).join()
    told = datetime.fromisoformat(postgres.query("SELECT clock_timestamp() AT TIME ZONE 'UTC'")[0]).replace(tzinfo=UTC)
    now = store.membership.now()
    assert now is not None
    assert abs(now - told) < timedelta(seconds=2)


def test_a_servers_time_goes_on_between_two_looks_and_does_not_jitter() -> None:
    clock = ServerClock()
    started = monotonic()
    clock.set(NOW, started, started)
    first = clock.now()
    clock.set(NOW + timedelta(seconds=0.2), started, started + 0.4)  # an answer that took long says little
    second = clock.now()
    assert first is not None
    assert second is not None
    assert NOW <= first <= second < NOW + timedelta(seconds=0.2 + monotonic() - started)
    clock.set(NOW + timedelta(minutes=1), started, started)
    third = clock.now()
    assert third is not None
    assert third >= NOW + timedelta(minutes=1)


async def test_a_pooler_in_front_of_the_server_is_named_as_what_it_is() -> None:
    """PgBouncer knows none of what Kabar sets for its sessions, and keeps no session for it in its usual mode."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:  # the first request may be for TLS
            length = int.from_bytes(await reader.readexactly(4), "big")
            await reader.readexactly(length - 4)
            if length > 8:
                break
            writer.write(b"N")
        error = b"SFATAL\0C08P01\0Munsupported startup parameter: tcp_keepalives_idle\0\0"
        writer.write(b"E" + (len(error) + 4).to_bytes(4, "big") + error)
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as pooler:
        port = pooler.sockets[0].getsockname()[1]
        with pytest.raises(StoreError, match="a pooler in front of one"):
            await open_store(f"postgresql://kabar@127.0.0.1:{port}/kabar", now=NOW)


@pytest.mark.only_files
async def test_who_has_lost_their_session_leads_nothing_and_comes_back_under_their_name(
    store: Store, postgres: PostgresServer
) -> None:
    work = SharedWork(store)
    await work.join()
    ended = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = 1801547109"
    postgres.query(ended)
    with pytest.raises(StoreError, match="The connection to"):
        await work.look()
    assert (work.leads, work.names) == (False, ())
    before = work.name
    assert await work.look()
    assert (work.name, work.names) == (before, (before,)), "what it had claimed is still its own"
