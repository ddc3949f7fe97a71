"""What every Embedder promises: any text, unit rows, the same vector for the same text whatever stands beside it."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from bot.adapters.embedding import Agreement, EndpointEmbedder, LocalEmbedder
from bot.adapters.http import HttpSettings, JsonApi
from bot.ports import Embedder
from tests.fakes.clock import FakeClock
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.embedding_server import MODEL, EmbeddingServer
from tests.fakes.feed_server import Answer
from tests.speed import slowness

KOREA = "Pasukan Korea Utara dikirim ke Rusia untuk berperang melawan Ukraina, kata NATO."
KOREA_AGAIN = "NATO: pasukan Korea Utara berada di Rusia dan berperang melawan Ukraina."
FOOTBALL = "Timnas sepak bola menang dua gol tanpa balas pada laga persahabatan di Surabaya."
HOSTILE = [
    "",
    " \n\t",
    "\0",
    "Pasukan\0 Korea",
    "\ud800",
    "\u202e\u200b\ufeff",
    "x" * 300_000,
    "kata " * 100_000,
    "北朝鮮の兵士がロシアに派遣された。" * 5_000,
    "ก" * 100_000,
    "\U0010ffff" * 1_000,
    "<script>alert(1)</script>",
]


@pytest.fixture(scope="module")
def local() -> Iterator[LocalEmbedder]:
    embedder = LocalEmbedder(threads=1)
    yield embedder
    embedder.close()


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddingServer]:
    with EmbeddingServer() as server:
        yield server


@asynccontextmanager
async def open_endpoint(
    server: EmbeddingServer, local: LocalEmbedder | FakeEmbedder
) -> AsyncIterator[EndpointEmbedder]:
    clock = FakeClock()
    async with JsonApi(server.url, HttpSettings(), clock, ssl_context=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)) as api:
        yield EndpointEmbedder(api, MODEL, local, clock)


@pytest.fixture
async def endpoint(server: EmbeddingServer) -> AsyncIterator[EndpointEmbedder]:
    async with open_endpoint(server, FakeEmbedder()) as embedder:
        yield embedder


@pytest.fixture(params=["local", "fake", "endpoint", "endpoint away"])
def embedder(
    request: pytest.FixtureRequest, local: LocalEmbedder, server: EmbeddingServer, endpoint: EndpointEmbedder
) -> Embedder:
    if request.param in ("local", "fake"):
        return local if request.param == "local" else FakeEmbedder()
    server.clear()
    server.trouble = Answer(status=503) if request.param == "endpoint away" else None
    return endpoint


async def test_rows_have_length_one_and_the_order_of_the_texts(embedder: Embedder) -> None:
    vectors = await embedder.embed([KOREA, FOOTBALL, KOREA])
    assert vectors.dtype == np.float32
    assert vectors.shape[0] == 3
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1, 1], abs=1e-4)
    assert np.array_equal(vectors[0], vectors[2])
    assert not np.allclose(vectors[0], vectors[1])


async def test_no_texts_are_no_rows_of_the_same_width(embedder: Embedder) -> None:
    assert (await embedder.embed([])).shape == (0, (await embedder.embed(["x"])).shape[1])


async def test_a_vector_does_not_depend_on_the_texts_beside_it(embedder: Embedder) -> None:
    alone = await embedder.embed([KOREA])
    beside = await embedder.embed(["", FOOTBALL * 10, KOREA, "北朝鮮"])
    assert np.array_equal(alone[0], beside[2])


async def test_any_text_gets_a_finite_unit_vector_in_bounded_time(embedder: Embedder) -> None:
    async with asyncio.timeout(300):
        vectors = await embedder.embed(HOSTILE)
    assert np.isfinite(vectors).all()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(HOSTILE)), abs=1e-4)


async def test_texts_on_one_story_are_nearer_than_others(embedder: Embedder) -> None:
    korea, again, football = await embedder.embed([KOREA, KOREA_AGAIN, FOOTBALL])
    assert korea @ again > korea @ football


async def test_the_name_says_nothing_of_the_texts_and_stays(embedder: Embedder) -> None:
    before = embedder.name
    await embedder.embed([KOREA])
    assert embedder.name == before
    assert before.strip()


async def test_the_model_reads_across_languages(local: LocalEmbedder) -> None:
    korea, english, football = await local.embed(
        [KOREA, "NATO says North Korean troops were sent to Russia to fight against Ukraine.", FOOTBALL]
    )
    assert korea @ english > korea @ football


async def test_what_stands_after_the_first_words_does_not_count_and_what_stands_there_does(
    local: LocalEmbedder,
) -> None:
    head = KOREA * 10
    same, also, other = await local.embed([head + FOOTBALL, head + "lain", FOOTBALL + head])
    assert np.array_equal(same, also)
    assert not np.allclose(same, other)


async def test_the_event_loop_goes_on_while_the_model_works(local: LocalEmbedder) -> None:
    await local.embed(["warm"])
    longest = 0.0
    work = asyncio.create_task(local.embed([KOREA * 5] * 4))
    turns = 0
    while not work.done():
        before = time.thread_time()  # of the loop's own thread: how busy the machine is does not count
        await asyncio.sleep(0)
        longest = max(longest, time.thread_time() - before)
        turns += 1
    assert turns > 20
    assert longest / slowness() < 0.25


async def test_an_endpoint_with_the_local_model_gives_the_very_same_vectors(local: LocalEmbedder) -> None:
    with EmbeddingServer(local) as server:
        async with open_endpoint(server, local) as embedder:
            texts = [KOREA, "0123456789abcdef" * 90, "北朝鮮の兵士がロシアに派遣された。" * 50, ""]
            assert np.allclose(await embedder.embed(texts), await local.embed(texts), atol=1e-6)
            found = await embedder.examine()
    assert isinstance(found, Agreement)
    assert found.mean == pytest.approx(1, abs=1e-5)
    assert len(server.batches) == 3
