"""Everything Kabar remembers, in one SQLite file: SQLAlchemy Core for the questions, Alembic for the tables."""

from bot.adapters.store.database import SqlStore, open_store
from bot.adapters.store.lock import InstanceLock

__all__ = ["InstanceLock", "SqlStore", "open_store"]
