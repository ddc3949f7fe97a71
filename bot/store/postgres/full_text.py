"""The full-text index of the archive: Kabar's own words as a `tsvector`, under a GIN index.

PostgreSQL documentation, "Full Text Search", chapter 12. Neither its parser nor its dictionaries are used: words are
cut, folded and stemmed before they come here, as they are for SQLite.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Column,
    Index,
    MetaData,
    Select,
    Table,
    Text,
    bindparam,
    cast,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSQUERY, TSVECTOR
from sqlalchemy.ext.asyncio import AsyncConnection

_LONGEST: Final = 2_000
"""Bytes that a word may have (chapter 12.11: 2 KB)."""

word_index: Final = Table(
    "article_words",
    MetaData(),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("words", TSVECTOR, nullable=False),
    Index("ix_article_words_words", "words", postgresql_using="gin"),
)

_ADDING = insert(word_index).values(
    number=bindparam("a_number"), words=func.array_to_tsvector(bindparam("some_words", type_=ARRAY(Text)))
)


async def add_words(connection: AsyncConnection, words: Iterable[tuple[int, str]]) -> None:
    """Index articles by number; each brings its words, separated by blanks."""
    rows = [{"a_number": number, "some_words": _fitting(line.split(" "))} for number, line in words]
    if rows:
        await connection.execute(_ADDING, rows)


async def remove_words(connection: AsyncConnection, words: Iterable[tuple[int, str]]) -> None:
    """Remove articles from the index."""
    numbers = [number for number, _ in words]
    if numbers:
        await connection.execute(delete(word_index).where(word_index.c.number.in_(numbers)))


def with_words(condition: str) -> Select[Any]:
    """The numbers of the articles that meet a condition made by `any_of`."""
    return select(word_index.c.number).where(word_index.c.words.op("@@")(cast(condition, TSQUERY)))


def any_of(words: Collection[str], beginnings: Collection[str]) -> str | None:
    """A condition for `with_words`: one of the words, or a word with one of the beginnings. None: nothing can match."""
    terms = [_quoted(word) for word in _fitting(sorted(words))]
    terms += [f"{_quoted(beginning)}:*" for beginning in _fitting(sorted(beginnings))]
    return " | ".join(terms) or None


def _fitting(words: Iterable[str]) -> list[str]:
    return [word for word in words if _fits(word)]


def _fits(word: str) -> bool:
    """Neither a zero byte nor half a character can be stored, so nothing that is stored has one."""
    try:
        return "\0" not in word and 0 < len(word.encode()) < _LONGEST
    except UnicodeEncodeError:
        return False


def _quoted(word: str) -> str:
    """As a lexeme of a tsquery (chapter 8.11.2): quotes and backslashes are doubled."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
