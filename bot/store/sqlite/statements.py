"""Parts of statements that only SQLite has."""

from __future__ import annotations

from typing import TypeVar

from sqlalchemy import ColumnElement, UnaryExpression
from sqlalchemy.dialects.sqlite import Insert, insert
from sqlalchemy.sql.operators import custom_op

__all__ = ["Insert", "insert", "without_index"]

T = TypeVar("T")


def without_index(column: ColumnElement[T]) -> ColumnElement[T]:
    """The column, written so that SQLite uses no index for it (https://www.sqlite.org/optoverview.html, section 7).

    Reading most of a large table from end to end is many times faster than looking up its rows through an index.
    """
    return UnaryExpression(column, operator=custom_op("+"), type_=column.type)
