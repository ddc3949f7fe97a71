"""The embedding endpoint: used where it serves our model, and whatever it does, each text gets its vector."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.adapters.embedding.probing import PROBES
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.feed_server import Answer
from tests.unit.embedding.conftest import Bench

TEXTS = [f"Berita nomor {number} tentang gempa dan banjir di kota {number}" for number in range(5)]
WITH_ERROR = {"error": {"message": "CUDA out of memory", "type": "server_error"}}


async def right_vectors(texts: list[str] = TEXTS) -> NDArray[np.float32]:
    return await FakeEmbedder().embed(texts)


async def is_right(bench: Bench, texts: list[str] = TEXTS) -> bool:
    """Whether embedding gives what it must, wherever it was done."""
    return bool(np.allclose(await bench.embedder.embed(texts), await right_vectors(texts), atol=1e-6))


def was_here(bench: Bench, texts: list[str] = TEXTS) -> bool:
    return all(text in bench.local.embedded for text in texts)


def noisy(cosine: float) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    """Makes vectors of about this cosine to the right ones, and of another length."""

    def turn(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
        noise = np.random.default_rng(1).normal(size=vectors.shape)
        noise -= (noise * vectors).sum(axis=1, keepdims=True) * vectors
        noise /= np.linalg.norm(noise, axis=1, keepdims=True)
        return np.asarray(3 * (cosine * vectors + np.sqrt(1 - cosine**2) * noise), dtype=np.float32)

    return turn


# --- when all is well ---------------------------------------------------------------------------


async def test_texts_go_to_the_endpoint_with_their_prefix_in_bounded_batches(bench: Bench) -> None:
    texts = [f"kabar {number}" for number in range(40)]
    assert await is_right(bench, texts)
    assert bench.local.embedded == list(PROBES)
    check, *batches = bench.server.batches
    assert check == list(PROBES)
    assert [len(batch) for batch in batches] == [16, 16, 8]
    assert [text for batch in batches for text in batch] == texts
    assert bench.told == ["embedding-endpoint-used"]


async def test_it_is_checked_once_however_many_come_at_first(bench: Bench) -> None:
    results = await asyncio.gather(*(bench.embedder.embed([text]) for text in TEXTS))
    assert np.allclose(np.concatenate(results), await right_vectors(), atol=1e-6)
    assert bench.server.batches.count(list(PROBES)) == 1
    assert len(bench.server.batches) == 6


async def test_vectors_are_in_the_order_of_the_texts_whatever_the_order_of_the_answer(bench: Bench) -> None:
    bench.server.rewrite = lambda data: data[::-1]
    assert await is_right(bench)
    assert not was_here(bench)


async def test_vectors_of_any_length_and_of_another_rounding_are_used(bench: Bench) -> None:
    bench.server.turn = noisy(0.986)  # what 4 bits leave of full precision
    vectors = await bench.embedder.embed(TEXTS)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(5), abs=1e-5)
    assert (vectors * await right_vectors()).sum(axis=1) == pytest.approx(np.full(5, 0.986), abs=0.002)
    assert not was_here(bench)


async def test_its_name_is_that_of_the_local_model_for_the_vectors_are_mixed(bench: Bench) -> None:
    assert bench.embedder.name == bench.local.name
    await bench.embedder.embed(TEXTS)
    assert bench.embedder.name == bench.local.name


# --- another model ------------------------------------------------------------------------------


def of_another_kind(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.roll(vectors, 7, axis=1), dtype=np.float32)


def of_other_texts(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(np.roll(vectors, 1, axis=0), dtype=np.float32)


def larger(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.concatenate([vectors, vectors], axis=1)


@pytest.mark.parametrize("turn", [of_another_kind, of_other_texts, larger, noisy(0.954)])
async def test_another_model_is_said_once_and_not_used(
    bench: Bench, turn: Callable[[NDArray[np.float32]], NDArray[np.float32]]
) -> None:
    bench.server.turn = turn
    for _ in range(3):
        assert await is_right(bench)
        await bench.clock.advance(900)
    assert was_here(bench)
    (line,) = bench.log
    assert line["event"] == "embedding-endpoint-other-model"
    assert line["log_level"] == "warning"
    assert "multilingual-e5-small" in line["reason"]
    assert "embedding.url" in line["what"]
    assert bench.server.batches == [list(PROBES)]


async def test_the_right_model_is_found_once_it_is_there(bench: Bench) -> None:
    bench.server.turn = of_another_kind
    await bench.embedder.embed(TEXTS)
    bench.server.turn = noisy(1.0)
    await bench.clock.advance(3601)
    assert await is_right(bench)
    assert bench.server.batches[-1] == TEXTS
    assert bench.told == ["embedding-endpoint-other-model", "embedding-endpoint-back"]


async def test_a_model_that_was_changed_while_it_was_away_is_noticed(bench: Bench) -> None:
    assert await is_right(bench)
    bench.server.trouble = Answer(status=503)
    await bench.embedder.embed(TEXTS)
    bench.server.trouble, bench.server.turn = None, of_another_kind
    await bench.clock.advance(31)
    assert await is_right(bench)
    assert bench.told == ["embedding-endpoint-used", "embedding-endpoint-away", "embedding-endpoint-other-model"]


# --- troubles -----------------------------------------------------------------------------------


def json_answer(value: object, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status, {"content-type": "application/json"})


TROUBLES: dict[str, tuple[Answer, str]] = {
    "an error": (json_answer(WITH_ERROR, 500), "500"),
    "an error with 200": (json_answer(WITH_ERROR), "no vectors"),
    "a wrong model name": (json_answer(WITH_ERROR, 404), "embedding.model"),
    "a key is wanted": (json_answer(WITH_ERROR, 401), "KABAR_EMBEDDING_KEY"),
    "too many questions": (Answer(status=429), "429"),
    "a bad gateway": (Answer(b"<html>Bad Gateway</html>", 502), "502"),
    "a page": (Answer(b"<!doctype html><title>Login</title>", headers={"content-type": "text/html"}), "not JSON"),
    "half of it": (Answer(b'{"data": [{"index": 0, "embedding": [0.1, '), "not JSON"),
    "nothing": (Answer(b""), "not JSON"),
    "a list": (Answer(b"[1, 2]"), "no vectors"),
    "a deep one": (Answer(b"[" * 100_000), "not JSON"),
    "not Unicode": (Answer(b"\xff\xfe{"), "not JSON"),
    "a slow one": (Answer(b"{}", delay=600), "within 2 s"),
    "a dripping one": (Answer(b" " * 1000, drip=0.1), "within 2 s"),
    "a huge one": (Answer(b'{"data": "' + b"x" * 2_000_000), "500,000 bytes"),
    "a bomb": (Answer(b"\x1f\x8b broken", headers={"content-encoding": "gzip"}), "cannot be read"),
    "a redirect": (Answer(status=307, headers={"location": "http://169.254.169.254/"}), "redirects"),
}


@pytest.mark.parametrize(
    ("name", "patience"),
    [(name, 2.0 if said == "within 2 s" else 60.0) for name, (_, said) in TROUBLES.items()],
    ids=TROUBLES,
)
async def test_a_batch_that_fails_is_embedded_here_and_said_once(bench: Bench, name: str, patience: float) -> None:
    assert await is_right(bench, ["sebelum"])
    bench.server.trouble, said = TROUBLES[name]
    async with asyncio.timeout(60):
        for _ in range(3):
            assert await is_right(bench)
    assert was_here(bench)
    assert bench.server.batches.count(TEXTS) == 1  # it is waited for once, not three times
    _used, away = bench.log
    assert away["event"] == "embedding-endpoint-away"
    assert said in away["reason"]
    assert "CUDA" not in away["reason"]


def with_first(embedding: object) -> Callable[[list[dict[str, Any]]], Any]:
    return lambda data: [{**data[0], "embedding": embedding}, *data[1:]]


REWRITES: dict[str, Callable[[list[dict[str, Any]]], Any]] = {
    "one missing": lambda data: data[1:],
    "one too many": lambda data: [*data, data[0]],
    "one twice": lambda data: [data[0], *data[:-1]],
    "an index beyond": lambda data: [{**data[0], "index": 99}, *data[1:]],
    "an index below": lambda data: [{**data[0], "index": -1}, *data[1:]],
    "an index that is none": lambda data: [{**data[0], "index": True}, *data[1:]],
    "not a number": with_first([float("nan")] * 384),
    "infinite": with_first([float("inf"), *[0.0] * 383]),
    "only zeros": with_first([0] * 384),
    "next to nothing": with_first([1e-30] * 384),
    "beyond float32": with_first([1e300] * 384),
    "of hundreds of digits": with_first([10**400] * 384),
    "texts": with_first(["1.0"] * 384),
    "base64": with_first("AAAA"),
    "no object": lambda data: ["x"] * len(data),
    "nothing": lambda data: None,
}


@pytest.mark.parametrize("name", REWRITES)
async def test_vectors_that_cannot_be_right_are_not_used(bench: Bench, name: str) -> None:
    bench.server.rewrite = REWRITES[name]
    assert await is_right(bench)
    assert was_here(bench)
    assert bench.told == ["embedding-endpoint-away"]


async def test_only_the_batch_that_failed_is_embedded_here(bench: Bench) -> None:
    texts = [f"kabar {number}" for number in range(20)]
    bench.server.trouble, bench.server.trouble_from = Answer(status=500), 13
    assert await is_right(bench, texts[:12])
    assert await is_right(bench, texts)
    assert bench.local.embedded == [*PROBES, *texts]  # the four that are left find it resting
    await bench.clock.advance(31)
    bench.local.embedded.clear()
    assert await is_right(bench, texts[-4:])
    assert bench.local.embedded == []


# --- away and back ------------------------------------------------------------------------------


async def test_it_is_left_alone_for_longer_and_longer_and_comes_back(bench: Bench) -> None:
    bench.server.trouble = Answer(status=500)
    asked = []
    for _ in range(60):
        before = len(bench.server.batches)
        await bench.embedder.embed(["kabar"])
        asked.append(len(bench.server.batches) > before)
        await bench.clock.advance(60)
    assert sum(asked) < 12
    assert asked[0]
    assert any(asked[45:])
    bench.server.trouble = None
    await bench.clock.advance(900)
    assert await is_right(bench)
    assert bench.server.batches[-1] == TEXTS
    assert bench.told == ["embedding-endpoint-away", "embedding-endpoint-back"]
    bench.server.trouble = Answer(status=500)
    await bench.embedder.embed(["kabar"])
    await bench.clock.advance(31)  # it has worked: the first rest is a short one again
    bench.server.trouble = None
    assert await is_right(bench)
    assert bench.server.batches[-1] == TEXTS
    assert bench.told == ["embedding-endpoint-away", "embedding-endpoint-back"] * 2


async def test_it_may_say_itself_how_long_it_wants_to_be_left_alone(bench: Bench) -> None:
    bench.server.trouble = Answer(status=429, headers={"retry-after": "300"})
    await bench.embedder.embed(TEXTS)
    bench.server.trouble = None
    await bench.clock.advance(290)
    await bench.embedder.embed(TEXTS)
    assert len(bench.server.batches) == 1
    await bench.clock.advance(15)
    await bench.embedder.embed(TEXTS)
    assert bench.server.batches[-1] == TEXTS


async def test_one_that_answers_the_check_and_nothing_else_makes_no_noise(bench: Bench) -> None:
    bench.server.trouble, bench.server.trouble_from = Answer(status=413), 16
    for _ in range(20):
        assert await is_right(bench, [f"kabar {number}" for number in range(16)])
        await bench.clock.advance(60)
    assert bench.told == ["embedding-endpoint-away"]
    assert len(bench.server.batches) < 14


async def test_a_clock_that_was_set_back_does_not_keep_it_away(bench: Bench) -> None:
    bench.server.trouble = Answer(status=500)
    await bench.embedder.embed(TEXTS)
    bench.server.trouble = None
    bench.clock.set(bench.clock.now().replace(year=2020))
    assert await is_right(bench)
    assert bench.server.batches[-1] == TEXTS


async def test_many_that_fail_at_once_are_one_failure(bench: Bench) -> None:
    assert await is_right(bench, ["sebelum"])
    bench.server.trouble = Answer(status=500, delay=0.1)
    results = await asyncio.gather(*(bench.embedder.embed([text]) for text in TEXTS))
    assert np.allclose(np.concatenate(results), await right_vectors(), atol=1e-6)
    assert bench.told == ["embedding-endpoint-used", "embedding-endpoint-away"]
    bench.server.trouble = None
    await bench.clock.advance(31)
    assert await is_right(bench)
    assert bench.server.batches[-1] == TEXTS
