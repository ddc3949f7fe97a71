"""An endpoint on loopback, and an embedder that asks it, with words hashed on both sides instead of a model."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import pytest
import structlog
from structlog.typing import EventDict

from bot.adapters.embedding import EndpointEmbedder
from bot.adapters.http import HttpSettings, JsonApi
from tests.fakes.clock import FakeClock
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.embedding_server import MODEL, EmbeddingServer


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything that a test turns and looks at."""

    server: EmbeddingServer
    embedder: EndpointEmbedder
    local: FakeEmbedder
    clock: FakeClock
    log: list[EventDict]

    @property
    def told(self) -> list[str]:
        """The events of the log so far."""
        return [line["event"] for line in self.log]


@pytest.fixture(scope="package")
def _server() -> Iterator[EmbeddingServer]:
    with EmbeddingServer() as server:
        yield server


@pytest.fixture
def server(_server: EmbeddingServer) -> EmbeddingServer:
    """The package's server, with nothing wrong."""
    _server.clear()
    return _server


@pytest.fixture(scope="package")
def authorities() -> ssl.SSLContext:
    """Trusts nobody, and is made at once."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@pytest.fixture
def patience() -> float:
    """Seconds after which the endpoint is given up; a test of that says fewer."""
    return 60.0


@pytest.fixture
async def bench(server: EmbeddingServer, authorities: ssl.SSLContext, patience: float) -> AsyncIterator[Bench]:
    clock, local = FakeClock(), FakeEmbedder()
    settings = HttpSettings(connect_seconds=patience, total_seconds=patience, page_limit=500_000)
    with structlog.testing.capture_logs() as log:
        async with JsonApi(server.url, settings, clock, ssl_context=authorities) as api:
            yield Bench(server, EndpointEmbedder(api, MODEL, local, clock), local, clock, log)
