"""Everything Kabar remembers, in one SQLite file: SQLAlchemy Core for the questions, Alembic for the tables."""

from bot.store.database import SqlStore, open_store
from bot.store.instance_lock import InstanceLock

__all__ = ["InstanceLock", "SqlStore", "open_store"]
