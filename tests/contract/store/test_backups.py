"""Daily copies: checked, rotated, put back; and a new database of what can be read of a damaged one."""

# ruff: noqa: ASYNC240 -- in a test nothing else waits for the disk

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import StorageTrouble, StoreError
from bot.store import Store, open_store
from bot.store.backups import content_of, copies_in, put_back
from bot.store.repair import repair_database
from bot.store.sqlite import Salvaged
from tests.contract.store.samples import NOW, article

PAGE = 4096
ARTICLES = 400

pytestmark = pytest.mark.only_files


async def fill(store: Store, count: int = ARTICLES) -> None:
    async with store.write() as unit:
        await unit.articles.add([article(f"a{number}") for number in range(count)])
        await unit.key_values.set("x", "1")


def pages_of(path: Path, name: str, kind: str) -> list[int]:
    """The pages of a table or index: its leaves or the pages above them."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(
            "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = ? ORDER BY path", (name, kind)
        )
        return [row[0] for row in found]


def overwrite(path: Path, page: int) -> None:
    with path.open("r+b") as file:
        file.seek((page - 1) * PAGE)
        file.write(os.urandom(PAGE))


async def articles_in(path: Path) -> int:
    store = await open_store(f"sqlite:///{path}", now=NOW)
    async with store.read() as unit:
        count = await unit.articles.count()
    await store.close()
    return count


async def test_the_newest_copies_are_kept_and_older_ones_removed(store: Store, tmp_path: Path) -> None:
    await fill(store, 3)
    folder = tmp_path / "backups"
    for day in range(5):
        await store.copy_into(folder, 3, NOW + timedelta(days=day))
    (folder / "mine.db").write_bytes(b"not one of them")
    copies = copies_in(folder)
    assert [copy.made_at for copy in copies] == [NOW.replace(microsecond=0) + timedelta(days=day) for day in (4, 3, 2)]
    assert (folder / "mine.db").exists()
    assert folder.stat().st_mode & 0o777 == 0o700
    assert copies[0].path.stat().st_mode & 0o777 == 0o600
    assert (await content_of(copies[0].path)).articles == 3


async def test_a_damaged_database_is_not_copied_and_the_good_copies_stay(
    store: Store, path: Path, tmp_path: Path
) -> None:
    await fill(store)
    folder = tmp_path / "backups"
    good = await store.copy_into(folder, 1, NOW)
    await store.close()
    overwrite(path, pages_of(path, "articles", "leaf")[3])
    again = await open_store(f"sqlite:///{path}", now=NOW)
    with pytest.raises(StoreError) as refused:
        await again.copy_into(folder, 1, NOW + timedelta(days=1))
    await again.close()
    assert refused.value.trouble is StorageTrouble.DAMAGED
    assert [copy.path for copy in copies_in(folder)] == [good.path]


async def test_a_copy_is_put_back_and_what_was_there_is_kept_with_its_log(
    store: Store, path: Path, tmp_path: Path
) -> None:
    await fill(store, 3)
    copy = await store.copy_into(tmp_path / "backups", 3, NOW)
    await fill(store, 5)
    await store.close()
    path.with_name("kabar.db-wal").write_bytes(b"left behind")
    before = await put_back(copy.path, path, NOW)
    assert await articles_in(path) == 3
    assert before is not None
    assert before.with_name(f"{before.name}-wal").read_bytes() == b"left behind"
    before.with_name(f"{before.name}-wal").unlink()
    assert await articles_in(before) == 5
    assert copy.path.exists()


async def test_what_is_in_the_log_of_a_copy_is_put_back_too(store: Store, path: Path, tmp_path: Path) -> None:
    """A database that was moved aside has its log beside it."""
    await fill(store, 3)
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM articles").fetchone()  # keeps the log from being copied into the file
        await fill(store, 5)
        for ending in ("", "-wal"):
            shutil.copy(f"{path}{ending}", tmp_path / f"aside.db{ending}")
    await store.close()
    await put_back(tmp_path / "aside.db", path, NOW)
    assert await articles_in(path) == 5


@pytest.mark.parametrize("content", [b"", b"<html>no database</html>" * 500])
async def test_what_is_no_copy_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "copy.db"
    file.write_bytes(content)
    with pytest.raises(StoreError):
        await content_of(file)


async def test_all_but_the_broken_page_is_saved(store: Store, path: Path) -> None:
    await fill(store)
    await store.close()
    leaves = pages_of(path, "articles", "leaf")
    overwrite(path, leaves[len(leaves) // 2])
    done = await repair_database(path, NOW)
    saved = next(table for table in done.tables if table.table == "articles")
    lost = ARTICLES - saved.rows
    assert saved == Salvaged("articles", await articles_in(path), 1)
    assert 0 < lost <= ARTICLES / len(leaves) * 2
    assert done.damaged.name == "kabar.db.damaged-20260304T050607Z"
    assert Salvaged("settings", 1, 0) in done.tables


@pytest.mark.parametrize(
    "index", ["ix_articles_link", "ix_articles_first_seen_at_id", "article_index", "alembic_version"]
)
async def test_a_broken_index_or_derived_table_costs_nothing(store: Store, path: Path, index: str) -> None:
    await fill(store)
    await store.close()
    overwrite(path, pages_of(path, index, "leaf")[0])
    await repair_database(path, NOW)
    assert await articles_in(path) == ARTICLES


async def test_several_broken_pages_of_every_table_leave_the_rest(store: Store, path: Path, tmp_path: Path) -> None:
    await fill(store)
    await store.close()
    for page in pages_of(path, "articles", "leaf")[1::5]:
        overwrite(path, page)
    done = await repair_database(path, NOW)
    saved = next(table for table in done.tables if table.table == "articles")
    assert saved.rows >= ARTICLES * 0.7
    assert saved.gaps > 1


async def test_rows_below_a_broken_first_page_are_saved_from_the_pages_that_are_left(store: Store, path: Path) -> None:
    await fill(store)
    async with store.write() as unit:
        long = replace(article("long"), text="word " * 20_000)
        await unit.articles.add([long])
    await store.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO entry_keys VALUES ('feed', ?, ?, 0)", [(f"key-{n:06}", f"article-{n}") for n in range(5000)]
        )
        roots = dict(
            connection.execute("SELECT name, rootpage FROM sqlite_master WHERE name IN ('articles', 'entry_keys')")
        )
    assert all(pages_of(path, name, "internal")[0] == page for name, page in roots.items())
    for page in roots.values():
        overwrite(path, page)
    done = await repair_database(path, NOW)
    rows = {table.table: table.rows for table in done.tables}
    assert rows["articles"] == ARTICLES + 1
    assert rows["entry_keys"] > 4950  # some are on the first page itself
    store = await open_store(f"sqlite:///{path}", now=NOW)
    async with store.read() as unit:
        assert await unit.articles.get([long.id, article("a7").id]) == (long, article("a7"))
    await store.close()


async def test_what_is_no_database_at_all_is_refused_and_stays_as_it_was(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"<html>no database</html>" * 500)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="kabar restore"):
        await repair_database(path, NOW)
    assert path.read_bytes() == before
    assert [file.name for file in path.parent.iterdir()] == ["kabar.db"]


async def test_keys_of_entries_survive_a_broken_page(store: Store, path: Path, tmp_path: Path) -> None:
    """They have no rowids, and without them each old entry would be news."""
    await store.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO entry_keys VALUES ('feed', ?, ?, 0)", [(f"key-{n:06}", f"article-{n}") for n in range(5000)]
        )
    overwrite(path, pages_of(path, "entry_keys", "leaf")[20])
    done = await repair_database(path, NOW)
    saved = next(table for table in done.tables if table.table == "entry_keys")
    assert 4800 < saved.rows < 5000
    shutil.rmtree(tmp_path / "data")
