"""Units of work: all or nothing, one writer, snapshots; also when tasks are cancelled and processes killed."""

# ruff: noqa: ASYNC220, PT012 -- in a test nothing else waits for a process; a unit that raises has several lines

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.model import AlertId, ArticleId, DeliveryState, FeedId, FeedState, Notice
from bot.store import Store, open_store
from tests.contract.store.samples import NOW, SECOND, article, match, owed


class InterruptedUnitError(Exception):
    pass


async def numbers(store: Store) -> tuple[int, int]:
    """How many articles and how many deliveries there are."""
    async with store.read() as unit:
        return await unit.articles.count(), (await unit.outbox.counts())[DeliveryState.PENDING]


async def test_a_unit_that_raises_leaves_nothing(store: Store) -> None:
    with pytest.raises(InterruptedUnitError):
        async with store.write() as unit:
            await unit.articles.add([article("a")])
            await unit.outbox.add([owed("1", "a")], NOW)
            await unit.feeds.save_state(FeedState(FeedId("antara"), NOW))
            await unit.key_values.set("x", "1")
            raise InterruptedUnitError
    async with store.read() as unit:
        assert await unit.articles.count() == 0
        assert (await unit.outbox.counts())[DeliveryState.PENDING] == 0
        assert await unit.feeds.states() == {}
        assert await unit.key_values.get("x") is None
    async with store.write() as unit:  # and the next one works
        await unit.articles.add([article("a")])
    assert await numbers(store) == (1, 0)


async def test_a_bug_in_a_unit_leaves_nothing_either(store: Store) -> None:
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        async with store.write() as unit:
            await unit.articles.add([article("a")])
            await unit.matches.add([match("not archived")], NOW)
    assert await numbers(store) == (0, 0)


async def test_reading_sees_one_moment(store: Store) -> None:
    async with store.write() as unit:
        await unit.articles.add([article("a")])
    async with store.read() as reading:
        assert await reading.articles.count() == 1
        async with store.write() as unit:
            await unit.articles.add([article("b")])
        assert await reading.articles.count() == 1
    assert (await numbers(store))[0] == 2


async def test_what_is_being_written_is_not_seen_and_does_not_hold_up_readers(store: Store) -> None:
    async with store.write() as unit:
        await unit.articles.add([article("a")])
        assert await asyncio.wait_for(numbers(store), 60) == (0, 0)
    assert await numbers(store) == (1, 0)


async def test_readers_within_readers_do_not_wait_for_one_another(store: Store) -> None:
    async def read_within(depth: int) -> int:
        async with store.read() as unit:
            await asyncio.sleep(0.01)
            return await unit.articles.count() if depth == 0 else await read_within(depth - 1)

    assert await asyncio.wait_for(asyncio.gather(*[read_within(2) for _ in range(8)]), 60) == [0] * 8


async def test_a_reading_unit_cannot_write(store: Store) -> None:
    with pytest.raises(StoreError, match="read-only"):
        async with store.read() as unit:
            await unit.key_values.set("x", "1")


async def test_writers_take_turns_and_lose_nothing(store: Store) -> None:
    async def count_up() -> None:
        async with store.write() as unit:
            so_far = int(await unit.key_values.get("n") or 0)
            await asyncio.sleep(0)
            await unit.key_values.set("n", str(so_far + 1))

    async def read() -> int:
        async with store.read() as unit:
            return int(await unit.key_values.get("n") or 0)

    _, seen = await asyncio.gather(
        asyncio.gather(*[count_up() for _ in range(40)]), asyncio.gather(*[read() for _ in range(40)])
    )
    assert await read() == 40
    assert all(0 <= value <= 40 for value in seen)


async def test_two_processes_on_one_database_take_turns(store: Store, path: Path) -> None:
    other = await open_store(
        f"sqlite:///{path}", now=NOW
    )  # as another process would: `kabar outbox retry` beside `run`
    try:

        async def count_up(through: Store) -> None:
            for _ in range(10):
                async with through.write() as unit:
                    so_far = int(await unit.key_values.get("n") or 0)
                    await unit.key_values.set("n", str(so_far + 1))

        await asyncio.gather(count_up(store), count_up(other))
        async with store.read() as unit:
            assert await unit.key_values.get("n") == "20"
    finally:
        await other.close()


async def test_writing_within_writing_is_a_bug_that_says_so(store: Store) -> None:
    with pytest.raises(RuntimeError, match="inside a write unit"):
        async with store.write(), store.write():
            pass
    async with store.write() as unit:
        await unit.key_values.set("x", "1")
        assert await unit.key_values.get("x") == "1"


async def test_a_cancelled_unit_leaves_nothing_and_the_store_goes_on(store: Store) -> None:
    async def write_for_ever() -> None:
        async with store.write() as unit:
            for number in range(1_000_000):
                await unit.articles.add([article(str(number))])

    for pause in (0.0, 0.001, 0.01, 0.02, 0.05):
        task = asyncio.create_task(write_for_ever())
        await asyncio.sleep(pause)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with store.write() as unit:
            await unit.key_values.set("pause", str(pause))
        assert (await numbers(store))[0] == 0


async def test_cancelled_waiting_writers_and_readers_do_not_use_up_connections(store: Store) -> None:
    async def read_for_ever() -> None:
        async with store.read() as unit:
            while True:
                await unit.articles.get([ArticleId("a")])

    async def write() -> None:
        async with store.write() as unit:
            await unit.key_values.set("x", "1")

    for _ in range(5):
        tasks = [asyncio.create_task(each()) for each in (read_for_ever, read_for_ever, write, write, read_for_ever)]
        await asyncio.sleep(0.005)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    assert await asyncio.wait_for(numbers(store), 60) == (0, 0)
    await asyncio.wait_for(write(), 60)


KILLED = """
import asyncio, sys
from bot.store import open_store
from tests.contract.store.samples import NOW, article, owed

async def main(url):
    store = await open_store(url, now=NOW)
    for number in range(10_000):
        async with store.write() as unit:
            await unit.articles.add([article(f"{number}-{part}") for part in range(5)])
            print(number, "begun", flush=True)
            await unit.outbox.add([owed("1", f"{number}-{part}") for part in range(5)], NOW)
        print(number, "kept", flush=True)

asyncio.run(main(sys.argv[1]))
"""


async def test_a_killed_process_leaves_whole_units(path: Path) -> None:
    url = f"sqlite:///{path}"
    kept = -1
    with subprocess.Popen([sys.executable, "-c", KILLED, url], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.endswith("kept\n"):
                kept = int(line.split()[0])
            if line == "3 begun\n":
                process.send_signal(signal.SIGKILL)
                break
        kept = max([kept, *[int(line.split()[0]) for line in process.stdout if line.endswith("kept\n")]])
    again = await open_store(url, now=NOW)
    try:
        articles, deliveries = await numbers(again)
        assert articles == deliveries
        assert articles % 5 == 0
        assert articles >= 5 * (kept + 1) >= 5 * 3
        async with again.write() as unit:
            (head,) = await unit.outbox.heads(NOW + SECOND, console=False)
            assert head.content == Notice(AlertId("0-0"), "test")
    finally:
        await again.close()


async def test_who_reserves_the_store_writes_and_the_others_wait(store: Store) -> None:
    async def other() -> None:
        async with store.write() as unit:
            await unit.key_values.set("by", "another")

    async with store.reserve():
        waiting = asyncio.create_task(other())
        async with store.write() as unit:
            await unit.key_values.set("by", "who reserved it")
        for _ in range(20):
            await asyncio.sleep(0.01)
        async with store.read() as unit:
            assert await unit.key_values.get("by") == "who reserved it"
        assert not waiting.done()
    await waiting
    async with store.read() as unit:
        assert await unit.key_values.get("by") == "another"


async def test_a_time_limit_that_runs_out_while_planning_is_no_fault_of_the_database(store: Store) -> None:
    with pytest.raises(TimeoutError):
        async with store.planning():
            raise TimeoutError
    with pytest.raises(TimeoutError):
        async with store.reserve():
            raise TimeoutError
    assert await store.examine() is None
    async with asyncio.timeout(20), store.planning(), store.reserve():  # neither lock has stayed behind
        pass
