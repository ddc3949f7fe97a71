from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.kabar_process import Home
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import FeedServer


@pytest.fixture(scope="session")
def bytecode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the processes keep compiled modules: each would compile all of them, where nothing may be written."""
    return tmp_path_factory.mktemp("bytecode")


@pytest.fixture
def home(tmp_path: Path, bytecode: Path) -> Home:
    """An empty folder to run Kabar in."""
    return Home(tmp_path, bytecode)


@pytest.fixture
def feeds() -> Iterator[FeedServer]:
    with FeedServer() as server:
        yield server


@pytest.fixture
def api() -> Iterator[FakeBotApi]:
    with FakeBotApi() as fake:
        yield fake


@pytest.fixture
def connected(home: Home, api: FakeBotApi) -> Home:
    """A home whose Kabar has a token of the fake Bot API; the chat 1001 is there to be written to."""
    api.add_chat(1001)
    home.environment |= {"KABAR_TELEGRAM_TOKEN": api.token, "KABAR_TELEGRAM_API_URL": api.url}
    return home
