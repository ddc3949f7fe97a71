"""Copies made while in use."""

# ruff: noqa: ASYNC240 -- in a test nothing else waits for the disk

from __future__ import annotations

import asyncio
from itertools import count
from pathlib import Path

import pytest

from bot.errors import StoreError
from bot.model import DeliveryState
from bot.store import Store, open_store
from tests.contract.store.samples import NOW, article, owed

pytestmark = pytest.mark.only_files


async def test_a_copy_is_whole_while_others_write(store: Store, tmp_path: Path) -> None:
    stop = asyncio.Event()

    async def write() -> int:
        for number in count():
            if stop.is_set():
                return number
            async with store.write() as unit:
                await unit.articles.add([article(f"{number}-{part}") for part in range(3)])
                await unit.outbox.add([owed("1", f"{number}-{part}") for part in range(3)], NOW)
        raise AssertionError

    writing = asyncio.create_task(write())
    copies = [tmp_path / f"copy {number}.db" for number in range(3)]
    for copy in copies:
        await store.backup(str(copy))
    stop.set()
    written = await writing
    sizes = []
    for copy in copies:
        opened = await open_store(f"sqlite:///{copy}", now=NOW)
        async with opened.read() as unit:
            articles, deliveries = await unit.articles.count(), (await unit.outbox.counts())[DeliveryState.PENDING]
        await opened.close()
        assert articles == deliveries
        assert articles % 3 == 0
        sizes.append(articles)
    assert sizes == sorted(sizes)
    assert sizes[-1] <= written * 3
    assert copies[0].stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", [b"", b"precious"])
async def test_a_file_that_is_there_is_not_replaced(store: Store, tmp_path: Path, content: bytes) -> None:
    there = tmp_path / "there.db"
    there.write_bytes(content)
    with pytest.raises(StoreError, match="is there already"):
        await store.backup(str(there))
    assert there.read_bytes() == content


async def test_a_folder_that_is_not_there(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written"):
        await store.backup(str(tmp_path / "nowhere" / "copy.db"))


async def test_of_a_copy_that_fails_nothing_is_left(store: Store, path: Path, tmp_path: Path) -> None:
    await store.close()
    path.write_bytes(b"no longer a database" * 1000)
    with pytest.raises(StoreError, match="damaged"):
        await store.backup(str(tmp_path / "copy.db"))
    assert [each.name for each in tmp_path.iterdir()] == ["data"]
