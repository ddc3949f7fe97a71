"""Facts about the process for /status: version, start time, embedding model, memory and size of the database."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from bot.adapters.process import peak_memory, size_of
from bot.app.resources import Tools
from bot.config import database_url
from bot.usecases.monitoring.status import Machine


def machine_of(tools: Tools) -> Callable[[], Machine]:
    """A function that returns the current facts. The moment of this call counts as the start time."""
    started_at = tools.clock.now()
    database = Path(database_url(tools.directory, tools.environment).removeprefix("sqlite:///"))

    def look() -> Machine:
        return Machine(
            version=version("kabar"),
            started_at=started_at,
            model=tools.local.name,
            endpoint="" if tools.endpoint is None else tools.endpoint.address,
            memory=peak_memory(),
            database=_size_with_log(database),
        )

    return look


def _size_with_log(database: Path) -> int | None:
    """The size of the database and of its write-ahead log, which holds the latest changes (https://sqlite.org/wal.html)."""
    size = size_of(database)
    return None if size is None else size + (size_of(database.with_name(f"{database.name}-wal")) or 0)
