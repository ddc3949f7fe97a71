"""Rows on pages that no page above leads to any more, read from the file itself.

When the first page of a table is broken, its rows are still on the pages below it, but no query reaches them. In a
database that can be vacuumed in steps each page names the page above it, in pointer-map pages; so it can be said of a
page to which table it belongs.

The format of the file: https://www.sqlite.org/fileformat2.html, sections 1.5 to 1.8 and 2.1.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_HEADER: Final = 100
"""Bytes of page 1 before its b-tree header."""

_TABLE_LEAF: Final = 0x0D
_INDEX_LEAF: Final = 0x0A
_INDEX_INTERIOR: Final = 0x02
_ROOT: Final = 1
_BTREE: Final = 5
_POINTER: Final = 5
"""Bytes of an entry of the pointer map: a type, and the page above."""

Value = int | float | str | bytes | None


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is stored."""

    rowid: int | None
    """None in a table without rowids."""
    values: tuple[Value, ...]
    """Columns that were added later may be missing at the end."""


class BrokenPageError(Exception):
    """A page, or a row on it, is not what it should be."""


class DatabaseFile:
    """Reads pages of a database file that nobody writes to."""

    def __init__(self, path: Path) -> None:
        """Raises BrokenPageError for a file that does not begin as a database, OSError or ValueError for none."""
        with path.open("rb") as file:
            self._body = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if self._body[:16] != b"SQLite format 3\0":
            raise BrokenPageError("the file does not begin as a database")
        size = int.from_bytes(self._body[16:18])
        self._size = 65536 if size == 1 else size
        self._usable = self._size - self._body[20]
        self._count = len(self._body) // self._size

    def rows_below(self, roots: Mapping[int, str]) -> Iterator[tuple[str, Row]]:
        """Every row on a page whose topmost page is one of `roots`, with the name that this one has there.

        What cannot be read is left out.
        """
        for number in range(2, self._count + 1):
            page = self._page(number)
            if page[0] not in {_TABLE_LEAF, _INDEX_LEAF, _INDEX_INTERIOR}:
                continue
            name = roots.get(self._root_of(number))
            if name is not None:
                for row in self._rows_on(page):
                    yield name, row

    def _page(self, number: int) -> bytes:
        if not 1 <= number <= self._count:
            raise BrokenPageError("a page beyond the end")
        return self._body[(number - 1) * self._size : number * self._size]

    def _root_of(self, number: int) -> int:
        """The topmost page above a page; 0 if that is not known."""
        for _ in range(64):
            kind, above = self._pointer(number)
            if kind == _ROOT:
                return number
            if kind != _BTREE:
                return 0
            number = above
        return 0

    def _pointer(self, number: int) -> tuple[int, int]:
        """The entry of a page in the pointer map: the first such page is page 2, each is for those that follow it."""
        in_one = self._usable // _POINTER
        map_page = (number - 2) // (in_one + 1) * (in_one + 1) + 2
        offset = (number - map_page - 1) * _POINTER
        if not 2 <= map_page <= self._count or number == map_page:
            return 0, 0
        kind, above = struct.unpack(">BI", self._page(map_page)[offset : offset + _POINTER])
        return kind, above

    def _rows_on(self, page: bytes) -> Iterator[Row]:
        is_table = page[0] == _TABLE_LEAF
        start = 12 if page[0] == _INDEX_INTERIOR else 8
        count = int.from_bytes(page[3:5])
        for index in range(count):
            at = int.from_bytes(page[start + 2 * index : start + 2 * index + 2])
            try:
                yield self._row_at(page, at + (4 if page[0] == _INDEX_INTERIOR else 0), is_table=is_table)
            except (BrokenPageError, IndexError, struct.error, UnicodeDecodeError):
                continue

    def _row_at(self, page: bytes, at: int, *, is_table: bool) -> Row:
        length, at = _varint(page, at)
        rowid = None
        if is_table:
            number, at = _varint(page, at)
            rowid = number - (1 << 64) if number >= 1 << 63 else number
        return Row(rowid, _record(self._payload(page, at, length, is_table=is_table)))

    def _payload(self, page: bytes, at: int, length: int, *, is_table: bool) -> bytes:
        """The bytes of a row, which may go on on overflow pages."""
        if length > len(self._body):
            raise BrokenPageError("a row longer than the file")
        usable = self._usable
        most = usable - 35 if is_table else (usable - 12) * 64 // 255 - 23
        if length <= most:
            return page[at : at + length]
        least = (usable - 12) * 32 // 255 - 23
        here = least + (length - least) % (usable - 4)
        here = here if here <= most else least
        parts = [page[at : at + here]]
        left, following = length - here, int.from_bytes(page[at + here : at + here + 4])
        while left > 0:
            overflow = self._page(following)
            following = int.from_bytes(overflow[:4])
            parts.append(overflow[4 : 4 + min(left, usable - 4)])
            left -= len(parts[-1])
        return b"".join(parts)


def _varint(body: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, and where what follows it begins."""
    value = 0
    for index in range(9):
        byte = body[at + index]
        if index == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + index + 1
    raise BrokenPageError("a number without an end")


def _record(body: bytes) -> tuple[Value, ...]:
    length, at = _varint(body, 0)
    kinds = []
    while at < length:
        kind, at = _varint(body, at)
        kinds.append(kind)
    values: list[Value] = []
    for kind in kinds:
        size = _size_of(kind)
        part = body[at : at + size]
        if len(part) != size:
            raise BrokenPageError("a row that ends too early")
        values.append(_value(kind, part))
        at += size
    return tuple(values)


_SIZES: Final = (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)


def _size_of(kind: int) -> int:
    if kind < len(_SIZES):
        return _SIZES[kind]
    if kind < 12:
        raise BrokenPageError("a kind of value that is not used")
    return (kind - 12) // 2


def _value(kind: int, part: bytes) -> Value:
    if kind == 0:
        return None
    if kind in {8, 9}:
        return kind - 8
    if kind == 7:
        (number,) = struct.unpack(">d", part)
        return float(number)
    if kind < 7:
        return int.from_bytes(part, signed=True)
    return part if kind % 2 == 0 else part.decode()
