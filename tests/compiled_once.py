"""SQLAlchemy compiles each statement anew for each engine, a third of the time of tests that open a store each.

`registry.register("sqlite.aiosqlite", "tests.compiled_once", "CompiledOnce")` lets the engines of a process share what
is compiled; what they connect to, and all that the program does with them, stays their own.
"""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import Engine


class CompiledOnce(SQLiteDialect_aiosqlite):
    """The dialect that the program uses, whose engines have the statements of the first that was connected."""

    supports_statement_cache = True
    first: ClassVar[Engine | None] = None

    @classmethod
    def engine_created(cls, engine: Engine) -> None:
        first = cls.first
        if first is None or first.dialect.server_version_info is None:  # known once it was connected
            cls.first = engine
            return
        engine.dialect = engine.pool._dialect = first.dialect
        engine._compiled_cache = first._compiled_cache
