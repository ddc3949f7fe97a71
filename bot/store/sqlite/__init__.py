"""Everything that only SQLite can do. The rest of the store is SQLAlchemy Core that other databases could run.

This room knows nothing of the tables, except the full-text index, and nothing of the questions asked of them.
"""

from bot.store.sqlite.connections import create_file, reading_engine, translated, writing_engine
from bot.store.sqlite.copies import copy_database
from bot.store.sqlite.full_text import WORD_INDEX, add_words, any_of, remove_words, with_words
from bot.store.sqlite.instance_lock import InstanceLock
from bot.store.sqlite.statements import Insert, insert, without_index
from bot.store.sqlite.vacuum import reclaim_space

__all__ = [
    "WORD_INDEX",
    "Insert",
    "InstanceLock",
    "add_words",
    "any_of",
    "copy_database",
    "create_file",
    "insert",
    "reading_engine",
    "reclaim_space",
    "remove_words",
    "translated",
    "with_words",
    "without_index",
    "writing_engine",
]
