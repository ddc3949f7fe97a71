"""Column types for values that SQL databases store differently or not exactly; here they are integers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Integer
from sqlalchemy import Text as _Text
from sqlalchemy.dialects.postgresql import TEXT
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NO_THREAD = -1

Number = BigInteger().with_variant(Integer, "sqlite")
"""The number of a row. SQLite gives numbers by itself to columns of the type INTEGER alone, of up to 64 bits."""


class Text(TypeDecorator[str]):
    """Text that is compared and ordered by its characters, as SQLite and Python do, whatever the server's language.

    What no database can store is replaced: half characters, which JSON can write, and zero bytes, which PostgreSQL
    refuses (its documentation, chapter 8.3).
    """

    impl = _Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TEXT(collation="C") if dialect.name == "postgresql" else _Text())

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002 -- SQLAlchemy's signature
        if value is None:
            return None
        if "\0" in value:
            value = value.replace("\0", "\ufffd")
        try:
            value.encode()
        except UnicodeEncodeError:
            return value.encode("utf-8", "replace").decode()
        return value


class UtcTime(TypeDecorator[datetime]):
    """An aware datetime as microseconds since 1970 in UTC: exact, in order, and always aware when it is read."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 -- SQLAlchemy's signature
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a time zone cannot be stored: {value!r}")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 -- SQLAlchemy's signature
        return None if value is None else _EPOCH + int(value) * _MICROSECOND


class Duration(TypeDecorator[timedelta]):
    """A timedelta in microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Dialect) -> int | None:  # noqa: ARG002 -- SQLAlchemy's signature
        return None if value is None else value // _MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> timedelta | None:  # noqa: ARG002 -- SQLAlchemy's signature
        return None if value is None else int(value) * _MICROSECOND


class ThreadColumn(TypeDecorator[int | None]):
    """A thread of a chat. "No thread" is stored as a number, because NULLs are never equal in a unique index."""

    impl = BigInteger
    cache_ok = True
    coerce_to_is_types = ()

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int:  # noqa: ARG002 -- SQLAlchemy's signature
        return _NO_THREAD if value is None else value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> int | None:  # noqa: ARG002 -- SQLAlchemy's signature
        return None if value == _NO_THREAD else value
