"""Everything that only PostgreSQL can do. The rest of the store is SQLAlchemy Core that SQLite runs as well.

asyncpg is imported by SQLAlchemy when an engine is made: it is an extra (`kabar[postgres]`).
"""

from bot.store.postgres.connections import (
    lasting_engine,
    process_name,
    reading_engine,
    server_address,
    translated,
    writing_engine,
)
from bot.store.postgres.full_text import add_words, any_of, remove_words, with_words
from bot.store.postgres.locks import MAKING_TABLES, PLANNING, WRITING, hold, hold_until_commit
from bot.store.postgres.members import ServerMembership
from bot.store.postgres.tables import make_tables

__all__ = [
    "MAKING_TABLES",
    "PLANNING",
    "WRITING",
    "ServerMembership",
    "add_words",
    "any_of",
    "hold",
    "hold_until_commit",
    "lasting_engine",
    "make_tables",
    "process_name",
    "reading_engine",
    "remove_words",
    "server_address",
    "translated",
    "with_words",
    "writing_engine",
]
