"""The last number that each table has given to a row: none of them is used again, also when the row is gone."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Table, column, func, select, table, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.schema import metadata

_SEQUENCES = table("sqlite_sequence", column("name"), column("seq"))
"""https://www.sqlite.org/autoinc.html"""


async def last_numbers(connection: AsyncConnection) -> Mapping[str, int]:
    """By the table."""
    if connection.dialect.name == "postgresql":
        found = {}
        for one in _numbered():
            sequence = table(_sequence_of(one), column("last_value"), column("is_called"))
            last, is_called = (await connection.execute(select(sequence))).one()
            found[one.name] = last if is_called else 0
        return found
    rows = await connection.execute(select(_SEQUENCES.c.name, _SEQUENCES.c.seq))
    return {row.name: row.seq for row in rows}


async def set_last_numbers(connection: AsyncConnection, numbers: Mapping[str, int]) -> None:
    """Let each table go on after its number, or after that of its last row if that is higher."""
    for one in _numbered():
        (key,) = one.primary_key.columns
        last = max(numbers.get(one.name, 0), await connection.scalar(select(func.max(key))) or 0)
        if not last:
            continue
        if connection.dialect.name == "postgresql":
            await connection.execute(select(func.setval(_sequence_of(one), last)))
        elif one.dialect_options["sqlite"]["autoincrement"]:
            changed = update(_SEQUENCES).where(_SEQUENCES.c.name == one.name).values(seq=last)
            if not (await connection.execute(changed)).rowcount:
                await connection.execute(_SEQUENCES.insert().values(name=one.name, seq=last))


def _numbered() -> list[Table]:
    return [one for one in metadata.sorted_tables if one.autoincrement_column is not None]


def _sequence_of(one: Table) -> str:
    """As PostgreSQL names that of a SERIAL column (documentation, chapter 8.1.4)."""
    (key,) = one.primary_key.columns
    return f"{one.name}_{key.name}_seq"
