"""Statements that both kinds of database run.

SQLAlchemy has an INSERT with ON CONFLICT for each of them; PostgreSQL's has all that SQLite's has, and compiles for
both, which a test checks.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction

__all__ = ["Insert", "insert", "without_index"]


class without_index(GenericFunction[Any]):  # noqa: N801 -- written like a function, as SQLAlchemy's own are
    """The column, written so that SQLite uses no index for it (https://www.sqlite.org/optoverview.html, section 7).

    Reading most of a large table from end to end is many times faster than looking up its rows through an index.
    PostgreSQL knows how many rows there are, and chooses by itself.
    """

    inherit_cache = True

    def __init__(self, column: ColumnElement[Any]) -> None:
        super().__init__(column, type_=column.type)


@compiles(without_index)
def _plain(element: without_index, compiler: SQLCompiler, **options: Any) -> str:
    return compiler.process(element.clauses, **options)


@compiles(without_index, "sqlite")
def _prefixed(element: without_index, compiler: SQLCompiler, **options: Any) -> str:
    return f"+{compiler.process(element.clauses, **options)}"
