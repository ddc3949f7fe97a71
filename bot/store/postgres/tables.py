"""The tables of a new database on a server, made at once as they are now. Later changes are migrations."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from bot.store.postgres.full_text import word_index
from bot.store.schema import metadata

_VERSION: Final = "CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY)"


def make_tables(connection: Connection, revision: str) -> None:
    """Make all tables in an empty database, and note their revision."""
    metadata.create_all(connection)
    word_index.create(connection)
    connection.exec_driver_sql(_VERSION)
    connection.exec_driver_sql("INSERT INTO alembic_version VALUES ($1)", (revision,))
