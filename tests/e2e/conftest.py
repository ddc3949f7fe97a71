from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.kabar_process import Home, environment
from tests.e2e.nursery import Nursery
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import FeedServer
from tests.fakes.postgres_server import PostgresServer


@pytest.fixture(scope="session")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Starts Kabar without the second that loading takes; what it compiles serves fresh interpreters too."""
    folder = tmp_path_factory.mktemp("nursery")
    with Nursery(environment(folder / "bytecode"), folder) as nursery:
        yield nursery


@pytest.fixture
def home(tmp_path: Path, nursery: Nursery, request: pytest.FixtureRequest) -> Iterator[Home]:
    """An empty folder to run Kabar in. With KABAR_TEST_STORE=server it works on a database of a PostgreSQL server."""
    made = Home(tmp_path, nursery, nursery.environment)
    if os.environ.get("KABAR_TEST_STORE") != "server":
        yield made
        return
    postgres: PostgresServer = request.getfixturevalue("postgres")
    made.environment["KABAR_DATABASE_URL"] = url = postgres.create()
    yield made
    postgres.drop(url)


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture
def api() -> Iterator[FakeBotApi]:
    with FakeBotApi() as fake:
        yield fake


@pytest.fixture
def connected(home: Home, api: FakeBotApi) -> Iterator[Home]:
    """A home whose Kabar has a token of the fake Bot API; the chat 1001 is there to be written to.

    While it answers people nothing may hold up its event loop.
    """
    api.add_chat(1001)
    home.environment |= {"KABAR_TELEGRAM_TOKEN": api.token, "KABAR_TELEGRAM_API_URL": api.url}
    yield home
    held_up = [f"{hold.at} {hold.seconds} s: {hold.what}" for hold in home.held_up()]
    assert not held_up, "\n".join(["the event loop was held up:", *held_up])
