"""The database while it is in use: a broken page is noticed, and a file that was removed or replaced."""

# ruff: noqa: ASYNC221, ASYNC240 -- in a test nothing else waits for the disk or a process

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import StorageTrouble, StoreError
from bot.store import Store, open_store
from bot.store.sqlite import Rescue
from tests.contract.store.samples import NOW, article

PAGE = 4096


async def filled(store: Store, path: Path) -> None:
    """Some rows in the store, all of them in the main file."""
    async with store.write() as unit:
        await unit.articles.add([article(f"a{number}") for number in range(40)])
        await unit.key_values.set("x", "1")
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


async def trouble(store: Store) -> StorageTrouble | None:
    found = await store.examine()
    return None if found is None else found.trouble


def roots(path: Path) -> dict[str, int]:
    """The first page of each table and index, by its name."""
    with closing(sqlite3.connect(path)) as connection:
        return dict(connection.execute("SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0").fetchall())


def overwrite(path: Path, page: int) -> None:
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(os.urandom(PAGE))


async def read_all(store: Store) -> None:
    async with store.read() as unit:
        await unit.articles.get([article(f"a{number}").id for number in range(40)])


async def test_a_database_that_is_well_is_examined_without_a_finding_again_and_again(store: Store) -> None:
    assert [await trouble(store) for _ in range(3)] == [None] * 3


async def test_a_broken_page_of_any_table_or_index_is_noticed(store: Store, path: Path, tmp_path: Path) -> None:
    await filled(store, path)
    await store.close()
    found = {}
    for name, page in roots(path).items():
        copy = tmp_path / f"{name}.db"
        shutil.copy(path, copy)
        overwrite(copy, page)
        try:
            opened = await open_store(f"sqlite:///{copy}", now=NOW)
        except StoreError as error:  # what is read when it is opened
            found[name] = error.trouble
            continue
        found[name] = await trouble(opened)
        await opened.close()
    assert found == dict.fromkeys(found, StorageTrouble.DAMAGED)
    assert len(found) > 60


async def test_an_index_that_does_not_agree_with_its_table_is_noticed(store: Store, path: Path) -> None:
    await filled(store, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute(
            "UPDATE sqlite_master SET sql = replace(sql, 'link', 'source') WHERE name = 'ix_articles_link'"
        )
    assert await trouble(store) is StorageTrouble.DAMAGED


async def test_an_error_in_between_is_told_at_the_next_examination(store: Store, path: Path) -> None:
    assert await trouble(store) is None
    await filled(store, path)
    overwrite(path, roots(path)["articles"])
    other = await open_store(f"sqlite:///{path}", now=NOW)
    with pytest.raises(StoreError, match="doctor --repair"):
        await read_all(other)
    assert await trouble(other) is StorageTrouble.DAMAGED
    await other.close()


@pytest.mark.parametrize("what", ["file", "folder", "log and file", "log"])
async def test_a_database_that_was_removed_is_written_back_from_what_is_open(
    store: Store, path: Path, what: str
) -> None:
    await filled(store, path)
    async with store.write() as unit:
        await unit.key_values.set("x", "only in the log")
    if what == "folder":
        shutil.rmtree(path.parent)
    else:
        for file in path.parent.glob({"file": "kabar.db", "log": "kabar.db-*"}.get(what, "kabar.db*")):
            file.unlink()
    assert await trouble(store) is StorageTrouble.GONE
    assert await store.rescue(NOW) == Rescue(path, is_in_use=True)
    assert path.stat().st_mode & 0o777 == 0o600
    assert await trouble(store) is None
    async with store.read() as unit:
        assert await unit.key_values.get("x") == "only in the log"
    async with store.write() as unit:
        await unit.key_values.set("y", "goes on")
    await store.close()
    again = await open_store(f"sqlite:///{path}", now=NOW)
    async with again.read() as unit:
        assert await unit.key_values.get("y") == "goes on"
        assert await unit.articles.count() == 40
    await again.close()


async def test_another_file_in_its_place_is_noticed_and_what_was_open_is_kept_beside_it(
    store: Store, path: Path, tmp_path: Path
) -> None:
    await filled(store, path)
    other = await open_store(f"sqlite:///{tmp_path / 'other.db'}", now=NOW)
    await other.close()
    (tmp_path / "other.db").replace(path)
    assert await trouble(store) is StorageTrouble.REPLACED
    saved = await store.rescue(NOW)
    assert saved is not None
    assert not saved.is_in_use
    assert saved.path.name == "kabar.db.rescued-20260304T050607Z"
    rescued = await open_store(f"sqlite:///{saved.path}", now=NOW)
    async with rescued.read() as unit:
        assert await unit.articles.count() == 40
    await rescued.close()
    empty = await open_store(f"sqlite:///{path}", now=NOW)
    async with empty.read() as unit:
        assert await unit.articles.count() == 0
    await empty.close()


@pytest.mark.parametrize("log_too", [False, True])
async def test_a_copy_written_into_the_same_file_is_noticed(
    store: Store, path: Path, tmp_path: Path, log_too: bool
) -> None:
    await filled(store, path)
    await store.claim()
    await store.backup(str(tmp_path / "copy.db"))
    assert await trouble(store) is None
    if log_too:
        for file in path.parent.glob("kabar.db-*"):
            file.unlink()
    path.write_bytes((tmp_path / "copy.db").read_bytes())
    assert await trouble(store) is StorageTrouble.REPLACED


async def test_examining_it_takes_no_lock_from_it(store: Store, path: Path) -> None:
    """Whoever loses the lock loses the log: the next process that closes the database takes itself for the last one."""
    await filled(store, path)
    await store.claim()
    assert [await trouble(store) for _ in range(2)] == [None, None]
    code = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT count(*) FROM articles'); c.close()"
    )
    subprocess.run([sys.executable, "-c", code, str(path)], check=True, timeout=60)
    assert path.with_name("kabar.db-wal").exists()
    async with store.write() as unit:
        await unit.key_values.set("x", "still there")
    assert await trouble(store) is None


async def test_a_store_that_is_halted_is_neither_read_nor_written(store: Store) -> None:
    store.halt(StoreError("broken", StorageTrouble.DAMAGED))
    with pytest.raises(StoreError, match="broken"):
        async with store.read():
            pass
    with pytest.raises(StoreError, match="broken"):
        async with store.write():
            pass
    assert await trouble(store) is StorageTrouble.DAMAGED
