"""Taking everything along to a database of another kind: from a file to a server, or back.

Tables are copied row by row in the order of their keys, some hundred rows a transaction, and counted in the end. What
was interrupted goes on where it was. The database that everything comes from is only read.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, Table, func, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import StoreError
from bot.store.backend import Backend
from bot.store.batches import BATCH
from bot.store.full_text import add_words
from bot.store.key_values import KeyValueStore
from bot.store.numbering import last_numbers, set_last_numbers
from bot.store.schema import indexed_words, metadata, settings
from bot.store.statements import insert

UNDER_WAY: Final = "moving-from"
"""Set in a database that has not got everything yet, and must not be used."""


@dataclass(frozen=True, slots=True)
class MovedTable:
    """How many rows of a table are there now, and how many of them this call has brought."""

    name: str
    rows: int
    brought: int


async def move_everything(source: Backend, target: Backend, tell: Callable[[MovedTable], None]) -> None:
    """Copy all tables into a database that is empty, or has got a part of the same one before.

    `tell` is called after each table. Raises StoreError where the target has anything else in it, and where a count
    does not agree in the end.
    """
    with source.watched(), target.watched():
        await _begin(source, target)
        for table in metadata.sorted_tables:
            brought = await _copy(source, target, table)
            there, rows = await _count(source, table), await _count(target, table)
            if table is settings:
                rows -= 1  # the mark
            if there != rows:
                raise StoreError(f"{table.name} has {there} rows in {source.place} and {rows} in {target.place}.")
            tell(MovedTable(table.name, rows, brought))
        async with source.reader.connect() as reading, target.writer.begin() as writing:
            await set_last_numbers(writing, await last_numbers(reading))
            await KeyValueStore(writing).set(UNDER_WAY, None)


async def _begin(source: Backend, target: Backend) -> None:
    if source.place == target.place:
        raise StoreError(f"{source.place} is the database that is in use.")
    async with target.writer.begin() as connection:
        marks = KeyValueStore(connection)
        mark = await marks.get(UNDER_WAY)
        if mark == source.place:
            return
        filled = [table.name for table in metadata.sorted_tables if await _is_filled(connection, table)]
        if filled:
            raise StoreError(f"{target.place} is not empty: there are rows in {', '.join(filled)}. Use a new database.")
        await marks.set(UNDER_WAY, source.place)


async def _is_filled(connection: AsyncConnection, table: Table) -> bool:
    return (await connection.execute(select(table).limit(1))).first() is not None


async def _copy(source: Backend, target: Backend, table: Table) -> int:
    """Returns how many rows were brought."""
    keys = tuple(table.primary_key.columns)
    async with target.reader.connect() as connection:
        last = None if table is settings else await _last_key(connection, table)
    brought = 0
    async with source.reader.connect() as reading:
        while True:
            following = select(table).order_by(*keys).limit(BATCH)
            if last is not None:
                following = following.where(tuple_(*keys) > tuple_(*last))
            rows = (await reading.execute(following)).all()
            if not rows:
                return brought
            async with target.writer.begin() as writing:
                await writing.execute(insert(table).on_conflict_do_nothing(), [dict(row._mapping) for row in rows])
                if table is indexed_words:
                    await add_words(writing, [(row.number, zlib.decompress(row.words).decode()) for row in rows])
            last = _key_of(rows[-1], table)
            brought += len(rows)


async def _last_key(connection: AsyncConnection, table: Table) -> tuple[Any, ...] | None:
    keys = tuple(table.primary_key.columns)
    row = (await connection.execute(select(table).order_by(*(key.desc() for key in keys)).limit(1))).first()
    return None if row is None else _key_of(row, table)


def _key_of(row: Row[Any], table: Table) -> tuple[Any, ...]:
    return tuple(row._mapping[key] for key in table.primary_key.columns)


async def _count(database: Backend, table: Table) -> int:
    async with database.reader.connect() as connection:
        return await connection.scalar(select(func.count()).select_from(table)) or 0
