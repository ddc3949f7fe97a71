"""Reading what can still be read of a damaged database, table by table.

A page that is broken makes the rows on it unreadable, and with them every query that comes upon it. So each table is
read row by row in the order of its rowids; at an error, the next rowid beyond the broken page is sought by doubling the
step and then halving it. Rows of a table without rowids are read from both ends. Of a table that had an error, pages
that are not reached any more are then read from the file (`orphan_pages`).
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, Insert, Select, Table, insert, literal_column, select
from sqlalchemy.dialects import sqlite

from bot.store.sqlite.orphan_pages import BrokenPageError, DatabaseFile

_LAST_ROWID: Final = 2**63 - 1
_AT_ONCE: Final = 500
_DIALECT: Final = sqlite.dialect(paramstyle="qmark")


@dataclass(frozen=True, slots=True)
class Salvaged:
    """How many rows of a table were saved. `gaps`: how often something could not be read in between."""

    table: str
    rows: int
    gaps: int


def salvage(damaged: Path, target: Path, tables: Sequence[Table]) -> tuple[Salvaged, ...]:
    """Copy the readable rows of the tables into a database that has the same tables, empty. The source is not changed.

    Rows that the new tables refuse (two of a key, a required value that is missing) are left out.
    """
    with (
        closing(sqlite3.connect(f"{damaged.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)) as source,
        closing(sqlite3.connect(f"{target.absolute().as_uri()}?mode=rw", uri=True, isolation_level=None)) as saved,
    ):
        source.execute("PRAGMA cell_size_check=ON")  # a broken page is an error, never a wrong value
        saved.execute("PRAGMA foreign_keys=OFF")
        found = [_salvage_table(source, saved, table) for table in tables]
        broken = [table for table, one in zip(tables, found, strict=True) if one.gaps]
        more = _salvage_orphans(damaged, source, saved, broken)
        return tuple(replace(one, rows=one.rows + more.get(one.table, 0)) for one in found)


def _salvage_table(source: sqlite3.Connection, saved: sqlite3.Connection, table: Table) -> Salvaged:
    reader = _Reader(source, table)
    statement = _sql(insert(table).prefix_with("OR IGNORE"))
    rows = 0
    saved.execute("BEGIN")
    for row in reader.rows():
        try:
            rows += saved.execute(statement, row).rowcount
        except sqlite3.Error:  # a value that no such column may have
            reader.gaps += 1
    saved.execute("COMMIT")
    return Salvaged(table.name, rows, reader.gaps)


def _salvage_orphans(
    damaged: Path, source: sqlite3.Connection, saved: sqlite3.Connection, tables: Sequence[Table]
) -> dict[str, int]:
    """How many more rows of the tables were found on pages that no query reaches."""
    by_name = {table.name: table for table in tables}
    try:
        listed = source.execute("SELECT name, rootpage FROM sqlite_master WHERE type = 'table'").fetchall()
        file = DatabaseFile(damaged)
    except (sqlite3.Error, BrokenPageError, OSError, ValueError):
        return {}
    roots = {int(page): str(name) for name, page in listed if name in by_name}
    # As the file has them: columns that were added later are the last ones.
    columns = {
        name: saved.execute("SELECT name, pk, type FROM pragma_table_info(?)", (name,)).fetchall() for name in by_name
    }
    more: Counter[str] = Counter()
    saved.execute("BEGIN")
    for name, row in file.rows_below(roots):
        table, known = by_name[name], columns[name]
        values = dict.fromkeys((column for column, _, _ in known), None) | dict(
            zip((column for column, _, _ in known), row.values, strict=False)
        )
        for column, is_key, kind in known:
            if is_key and kind.upper() == "INTEGER" and values[column] is None:  # it is the rowid itself
                values[column] = row.rowid
        statement = _sql(insert(table).prefix_with("OR IGNORE"))
        with suppress(sqlite3.Error):
            more[name] += saved.execute(statement, [values[column.name] for column in table.c]).rowcount
    saved.execute("COMMIT")
    return more


class _Reader:
    """Reads the rows of a table, and goes on behind what cannot be read."""

    def __init__(self, source: sqlite3.Connection, table: Table) -> None:
        self._source = source
        self._table = table
        self._has_rowid = table.dialect_options["sqlite"]["with_rowid"]
        self.gaps = 0

    def rows(self) -> Iterator[tuple[Any, ...]]:
        return self._by_rowid() if self._has_rowid else self._from_both_ends()

    def _by_rowid(self) -> Iterator[tuple[Any, ...]]:
        rowid: ColumnElement[int] = literal_column("rowid")
        columns = select(rowid, *self._table.c)
        after = -_LAST_ROWID - 1
        while True:
            statement = columns.where(rowid > after).order_by(rowid).limit(_AT_ONCE)
            count = 0
            try:
                for found in self._query(statement):
                    after = found[0]
                    count += 1
                    yield found[1:]
            except sqlite3.Error:
                self.gaps += 1
                start = self._readable_from(after + 1)
                if start is None:
                    return
                after = start - 1
                continue
            if count < _AT_ONCE:
                return

    def _readable_from(self, first: int) -> int | None:
        """The smallest rowid from `first` on at which reading can begin again; None if there is none."""
        step, good = 1, None
        while first + step < _LAST_ROWID:
            if self._can_read_at(first + step):
                good = first + step
                break
            step *= 2
        if good is None:
            return None
        bad = first + step // 2 if step > 1 else first
        while good - bad > 1:
            middle = (good + bad) // 2
            if self._can_read_at(middle):
                good = middle
            else:
                bad = middle
        return good

    def _can_read_at(self, first: int) -> bool:
        rowid: ColumnElement[int] = literal_column("rowid")
        statement = select(rowid, *self._table.c).where(rowid > first - 1).order_by(rowid).limit(1)
        try:
            self._query(statement).fetchone()
        except sqlite3.Error:
            return False
        return True

    def _from_both_ends(self) -> Iterator[tuple[Any, ...]]:
        keys = list(self._table.primary_key.columns)
        statement = select(*self._table.c)
        try:
            yield from self._query(statement.order_by(*keys))
        except sqlite3.Error:
            self.gaps += 1
            try:
                yield from self._query(statement.order_by(*(key.desc() for key in keys)))
            except sqlite3.Error:
                return

    def _query(self, statement: Select[Any]) -> sqlite3.Cursor:
        compiled = statement.compile(dialect=_DIALECT)
        values = [compiled.params[name] for name in compiled.positiontup or ()]
        return self._source.execute(str(compiled), values)


def _sql(statement: Insert) -> str:
    return str(statement.compile(dialect=_DIALECT))
