"""What the whole suite has in common: its options, and a database to begin with."""

from __future__ import annotations

import asyncio
import gc
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import pytest
import structlog
from hypothesis import settings
from sqlalchemy.dialects import registry

from tests.fakes.postgres_server import MISSING, PostgresServer, postgres_server, programs

TORTURE = "torture"
E2E = Path(__file__).parent / "e2e"

sys.dont_write_bytecode = False  # or each process of a run compiles all of Kabar and of its tests anew
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # NumPy's threads would wait for cores that other tests have

registry.register("sqlite.aiosqlite", "tests.compiled_once", "CompiledOnce")

structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)])
"""Its usual colours and frames around each traceback cost more than what tests log about."""

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
    """Tests from end to end mostly wait: spread over the run, they do so while others compute.

    Torture takes minutes: only who asks for it by `-m torture`, or names the test itself, gets it.
    """
    items[:] = _spread(items)
    if TORTURE in (config.option.markexpr or "") or any("::" in str(argument) for argument in config.args):
        return
    tortures = [item for item in items if item.get_closest_marker(TORTURE)]
    items[:] = _without(items, tortures)
    if tortures:
        config.hook.pytest_deselected(items=tortures)


def _spread(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Those from end to end at even distances between the others; modules stay together and in their order."""
    modules = [list(tests) for _, tests in groupby(items, key=lambda item: item.path)]
    waiting = [tests for tests in modules if E2E in tests[0].path.parents]
    others = [tests for tests in modules if E2E not in tests[0].path.parents]
    places = [(place / len(some), tests) for some in (waiting, others) for place, tests in enumerate(some)]
    return [test for _, tests in sorted(places, key=itemgetter(0)) for test in tests]


def pytest_collection_finish() -> None:
    """What is loaded by now stays: looking through it for garbage again and again took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


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


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    """A PostgreSQL server; one for all tests of a process, each with databases of its own."""
    if programs() is None:
        pytest.skip(MISSING)
    with postgres_server(tmp_path_factory.mktemp("postgres")) as started:
        yield started
