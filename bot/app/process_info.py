"""What /status says of the process: its version, since when it runs, its model, its memory and its database."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from bot.adapters.process import peak_memory, size_of
from bot.app.resources import Tools
from bot.config import database_url
from bot.usecases.monitoring.status import Machine


def machine_of(tools: Tools) -> Callable[[], Machine]:
    """A look at it, whenever asked; it has been running since now."""
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
    """What was written last is in a log beside it (https://www.sqlite.org/wal.html), at times most of it."""
    size = size_of(database)
    return None if size is None else size + (size_of(database.with_name(f"{database.name}-wal")) or 0)
