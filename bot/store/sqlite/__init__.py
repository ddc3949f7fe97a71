"""Everything that only SQLite can do. The rest of the store is SQLAlchemy Core that other databases could run.

This room knows nothing of the tables, except the full-text index, and nothing of the questions asked of them.
"""

from bot.store.sqlite.connections import (
    create_file,
    has_content,
    looking_engine,
    reading_engine,
    translated,
    writing_engine,
)
from bot.store.sqlite.copies import STAMP, copy_database, stamped, sync
from bot.store.sqlite.examination import FileIdentity, FileWitness, find_damage, space_trouble
from bot.store.sqlite.full_text import WORD_INDEX, add_words, any_of, remove_words, with_words
from bot.store.sqlite.instance_lock import InstanceLock, lock_note
from bot.store.sqlite.rescue import Rescue, rescue_database
from bot.store.sqlite.salvage import Salvaged, salvage
from bot.store.sqlite.vacuum import reclaim_space

__all__ = [
    "STAMP",
    "WORD_INDEX",
    "FileIdentity",
    "FileWitness",
    "InstanceLock",
    "Rescue",
    "Salvaged",
    "add_words",
    "any_of",
    "copy_database",
    "create_file",
    "find_damage",
    "has_content",
    "lock_note",
    "looking_engine",
    "reading_engine",
    "reclaim_space",
    "remove_words",
    "rescue_database",
    "salvage",
    "space_trouble",
    "stamped",
    "sync",
    "translated",
    "with_words",
    "writing_engine",
]
