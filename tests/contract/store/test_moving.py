"""Everything is taken along from a file to a server and back; what was interrupted goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.errors import StoreError
from bot.model import DeliveryState, Scope, StoryId, Wanted
from bot.store import Store, moving, open_store
from bot.store.backend import Backend
from bot.store.moving import MovedTable, move_everything
from bot.store.opening import open_database
from bot.store.schema import metadata
from tests.contract.store.samples import NOW, article, owed

ARTICLES = 1_203


@pytest.fixture
async def filled(file_database: str) -> str:
    store = await open_store(file_database, now=NOW)
    await fill(store)
    await store.close()
    return file_database


@pytest.fixture
async def there(server_database: str) -> AsyncIterator[Backend]:
    async with open_database(server_database, now=NOW) as database:
        yield database


async def fill(store: Store) -> None:
    async with store.write() as unit:
        await unit.articles.add([article(f"a{number}") for number in range(ARTICLES)])
        await unit.articles.put_in_stories({article("a1").id: StoryId("s")})
        await unit.outbox.add([owed("1", f"a{number}") for number in range(30)], NOW)
        await unit.key_values.set("x", "1")
        await unit.key_values.set("a", "2")
    async with store.write() as unit:  # the number of a row that is gone is not used again
        (last,) = await unit.outbox.list((DeliveryState.PENDING,), 1, newest_first=True)
        await unit.outbox.drop([last.id])


async def rows_of(database: Backend) -> dict[str, list[tuple[Any, ...]]]:
    async with database.reader.connect() as connection:
        return {
            table.name: [
                tuple(row) for row in await connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in metadata.sorted_tables
        }


async def moved(source: str, target: Backend) -> list[MovedTable]:
    told: list[MovedTable] = []
    async with open_database(source, now=NOW) as here:
        await move_everything(here, target, told.append)
        assert await rows_of(target) == await rows_of(here)
    return told


async def found(url: str, word: str) -> int:
    store = await open_store(url, now=NOW)
    async with store.read() as unit:
        count = len(await unit.articles.find([Wanted(frozenset({word}))], Scope(NOW)))
    await store.close()
    return count


async def test_everything_is_there_and_can_be_searched(filled: str, there: Backend, server_database: str) -> None:
    told = await moved(filled, there)
    assert {one.name: one.rows for one in told}["articles"] == ARTICLES
    word = article("a1").title.split()[0].lower()
    assert await found(server_database, word) == await found(filled, word) > 0


async def test_it_goes_on_where_it_was_interrupted(
    filled: str, there: Backend, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_database(filled, now=NOW) as here:
        with monkeypatch.context() as broken:
            broken.setattr(moving, "_count", interrupted_at("articles"))
            with pytest.raises(KeyboardInterrupt):
                await move_everything(here, there, lambda _: None)
    told = await moved(filled, there)
    assert next(one for one in told if one.name == "articles").brought == 0


def interrupted_at(name: str) -> Any:
    count = moving._count

    async def stop(database: Backend, table: Any) -> int:
        if table.name == name:
            raise KeyboardInterrupt
        return await count(database, table)

    return stop


async def test_what_was_not_brought_to_its_end_is_not_used(
    filled: str, there: Backend, server_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_database(filled, now=NOW) as here:
        monkeypatch.setattr(moving, "_count", interrupted_at("articles"))
        with pytest.raises(KeyboardInterrupt):
            await move_everything(here, there, lambda _: None)
    with pytest.raises(StoreError, match="kabar move-to"):
        await open_store(server_database, now=NOW)


async def test_a_database_with_something_in_it_is_left_alone(filled: str, there: Backend, server_database: str) -> None:
    store = await open_store(server_database, now=NOW)
    async with store.write() as unit:
        await unit.articles.add([article("other")])
    await store.close()
    before = await rows_of(there)
    async with open_database(filled, now=NOW) as here:
        with pytest.raises(StoreError, match="not empty"):
            await move_everything(here, there, lambda _: None)
    assert await rows_of(there) == before


async def test_numbers_go_on_there_and_back_again(
    filled: str, there: Backend, server_database: str, tmp_path: Path
) -> None:
    await moved(filled, there)
    back = f"sqlite:///{tmp_path / 'back.db'}"
    async with open_database(back, now=NOW) as again:
        await moved(server_database, again)
    numbers = []
    for url in (filled, server_database, back):
        store = await open_store(url, now=NOW)
        async with store.write() as unit:
            await unit.outbox.add([owed("2", "new")], NOW)
            (last,) = await unit.outbox.list((DeliveryState.PENDING,), 1, newest_first=True)
            numbers.append(last.id)
        await store.close()
    assert numbers == [31, 31, 31]
