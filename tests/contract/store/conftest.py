"""The databases that the store's contract is run on: a file, and one of a PostgreSQL server.

Tests that take the `path` of a file, or are marked `only_files`, are about files alone.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.store import Store, open_store
from tests.contract.store.samples import NOW
from tests.fakes.postgres_server import PostgresServer


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    is_of_both = "store" in metafunc.fixturenames and "path" not in metafunc.fixturenames
    if is_of_both and not metafunc.definition.get_closest_marker("only_files"):
        metafunc.parametrize("kind", ["file", "server"])


@pytest.fixture
def kind() -> str:
    """Of the database: `file` or `server`."""
    return "file"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "kabar.db"


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    opened = await open_store(database, now=NOW)
    yield opened
    await opened.close()


@pytest.fixture
def database(kind: str, request: pytest.FixtureRequest) -> str:
    """The address of an empty database of the kind."""
    return str(request.getfixturevalue(f"{kind}_database"))


@pytest.fixture
def file_database(path: Path, empty_database: Path) -> str:
    path.parent.mkdir()
    shutil.copyfile(empty_database, path)
    return f"sqlite:///{path}"


@pytest.fixture
def server_database(postgres: PostgresServer) -> Iterator[str]:
    url = postgres.create()
    yield url
    postgres.drop(url)
