"""What forgetting frees goes back to the disk, while others write; and the log does not grow for ever."""

# ruff: noqa: ASYNC240 -- in a test nothing else waits for the disk

from __future__ import annotations

import asyncio
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.store import Store, open_store
from tests.contract.store.samples import DAY, NOW, article
from tests.contract.store.test_opening import files_no_larger_than

OLD = NOW - DAY * 100
LIMIT = NOW - DAY * 90


async def fill(store: Store, articles: int, name: str = "old") -> None:
    """With 40 KB each."""
    for start in range(0, articles, 20):
        many = [
            replace(article(f"{name}{n}", seen=OLD), text=f"{n} rice " + "- " * 20_000)
            for n in range(start, start + 20)
        ]
        async with store.write() as unit:
            await unit.articles.add(many)


def used(path: Path) -> int:
    """Bytes on the disk."""
    return sum(each.stat().st_size for each in path.parent.iterdir() if each.name != "ballast")


def is_whole(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as database:
        return [row[0] for row in database.execute("PRAGMA integrity_check")] == ["ok"]


async def test_what_is_forgotten_is_given_back_and_nobody_waits_long(store: Store, path: Path) -> None:
    await fill(store, 600)
    async with store.write() as unit:
        await unit.articles.add([article("new")])
    assert await store.reclaim() == 0
    before = used(path)
    await store.forget_before(LIMIT, DAY)

    written = 0
    reclaiming = asyncio.create_task(store.reclaim())
    for number in count(1):
        async with store.write() as unit:
            await unit.key_values.set("x", str(number))
        written = number
        if reclaiming.done():
            break
    assert await reclaiming == 0
    assert written > 3
    assert used(path) < before / 4
    assert is_whole(path)
    async with store.read() as unit:
        assert [each.id for each in await unit.articles.since(OLD, 10)] == ["new"]


async def test_a_little_is_kept_for_tomorrow(store: Store, path: Path) -> None:
    await fill(store, 80)
    await store.forget_before(LIMIT, DAY)
    before = path.stat().st_size
    await store.reclaim()
    assert path.stat().st_size == before


async def test_a_database_of_before_is_rewritten_once(store: Store, path: Path) -> None:
    await fill(store, 200)
    await store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.execute("PRAGMA journal_mode=DELETE")
        database.execute("PRAGMA auto_vacuum=NONE")
        database.execute("VACUUM")
        database.execute("PRAGMA journal_mode=WAL")
    again = await open_store(f"sqlite:///{path}", now=NOW)
    try:
        before = path.stat().st_size
        for _ in range(2):
            await fill(again, 200, "more")
            await again.forget_before(LIMIT, DAY)
            await again.reclaim()
            await again.backup(str(path.with_name(f"copy{time.monotonic_ns()}")))
        with closing(sqlite3.connect(path)) as database:
            assert database.execute("PRAGMA auto_vacuum").fetchone() == (2,)
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        assert path.stat().st_size < before / 4
        assert is_whole(path)
    finally:
        await again.close()


async def test_a_full_disk_is_no_harm(store: Store, path: Path) -> None:
    await fill(store, 200)
    await store.forget_before(LIMIT, DAY)
    async with store.write() as unit:
        await unit.key_values.set("x", "kept")
    log = path.with_name(f"{path.name}-wal")
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert log.stat().st_size == 0
    with files_no_larger_than(100_000), pytest.raises(StoreError, match=r"disk|full"):
        await store.reclaim()
    assert await store.reclaim() == 0
    assert is_whole(path)
    async with store.read() as unit:
        assert await unit.key_values.get("x") == "kept"


async def test_a_log_that_grew_behind_a_long_reader_is_cut_and_until_then_named(store: Store, path: Path) -> None:
    log = path.with_name(f"{path.name}-wal")
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()
        await fill(store, 600)
        size = log.stat().st_size
        assert size > 16_000_000
        started = time.monotonic()
        assert await store.reclaim() == size
        assert time.monotonic() - started < 10, "a lock is waited for"
        reader.execute("COMMIT")
    assert await store.reclaim() == 0
    assert log.stat().st_size == 0
    async with store.read() as unit:
        assert await unit.articles.count() == 600
