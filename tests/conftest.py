"""What the whole suite has in common: its options, and a database to begin with."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy.dialects import registry

TORTURE = "torture"

sys.dont_write_bytecode = False  # or each process of a run compiles all of Kabar and of its tests anew
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy's threads would wait for cores that other tests have

registry.register("sqlite.aiosqlite", "tests.compiled_once", "CompiledOnce")

settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--torture-seconds",
        type=float,
        default=60.0,
        metavar="N",
        help="how long each test marked `torture` goes on breaking things (run them with -m torture)",
    )


def pytest_xdist_auto_num_workers() -> int:
    """Two more than there are cores: tests from end to end mostly wait for what they have started."""
    return (os.cpu_count() or 1) + 2


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Torture takes minutes: only who asks for it by `-m torture`, or names the test itself, gets it."""
    if TORTURE in (config.option.markexpr or "") or any("::" in str(argument) for argument in config.args):
        return
    tortures = [item for item in items if item.get_closest_marker(TORTURE)]
    items[:] = _without(items, tortures)
    if tortures:
        config.hook.pytest_deselected(items=tortures)


def _without(items: Sequence[pytest.Item], unwanted: Sequence[pytest.Item]) -> list[pytest.Item]:
    return [item for item in items if item not in unwanted]


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that was made once: a copy of it is ten times faster than a migration for each test."""
    from bot.store import open_store  # noqa: PLC0415 -- half a second that other tests save

    path = tmp_path_factory.mktemp("store") / "empty.db"

    async def make() -> None:
        await (await open_store(f"sqlite:///{path}", now=datetime(2026, 3, 2, tzinfo=UTC))).close()

    asyncio.run(make())
    return path


@pytest.fixture
def new_database(tmp_path: Path, empty_database: Path) -> Path:
    """The test's own copy of the empty database: `kabar.db` in its folder."""
    return Path(shutil.copyfile(empty_database, tmp_path / "kabar.db"))
