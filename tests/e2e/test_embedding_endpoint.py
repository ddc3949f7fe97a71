"""With `embedding.url`: the same alerts, whether the endpoint works, is dead or serves something else; a secret key."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.adapters.embedding import LocalEmbedder
from bot.ports import Embedder
from tests.e2e.kabar_process import Finished, Home
from tests.e2e.nursery import CHECKOUT
from tests.fakes.embedding_server import EmbeddingServer
from tests.fakes.feeds import Item, rss

KEY = "sk-key-of-this-test-0123456789"
STORY = "NATO Pastikan Tentara Korea Utara Sudah Berada di Kursk"
NEWS = rss(
    Item(STORY, "Sekjen NATO Mark Rutte mengatakan tentara Korea Utara telah dikirim ke Rusia.", "1", short=True),
    Item(
        "Putin does not deny that North Korean troops are in Russia", "He spoke at a summit in Kazan.", "2", short=True
    ),
    Item("Persib menang tiga gol di Bandung", "Pertandingan malam itu ditonton 20.000 orang.", "3", short=True),
)


class Remembering:
    """An embedder that works out each text once: most here are the same again and again."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, NDArray[np.float32]] = {}

    @property
    def name(self) -> str:
        return self._embedder.name

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known |= zip(new, await self._embedder.embed(new), strict=True)
        return np.stack([self._known[text] for text in texts])


@pytest.fixture(scope="module")
def server() -> Iterator[EmbeddingServer]:
    """The real model behind an endpoint that asks for a key."""
    embedder = LocalEmbedder(threads=1)
    with EmbeddingServer(Remembering(embedder), key=KEY) as server:
        yield server
    embedder.close()


@pytest.fixture
def watching(home: Home, server: EmbeddingServer) -> Home:
    """A topic by example and three articles."""
    server.clear()
    example = (CHECKOUT / "seeds" / "tentara-korea-utara.txt").read_text("utf-8")
    home.write("seeds/troops.txt", example)
    home.topic("troops", examples=["../../seeds/troops.txt"])
    home.configure(home.write("news.xml", NEWS).as_uri())
    home.environment["KABAR_EMBEDDING_KEY"] = KEY
    return home


def use_endpoint(home: Home, url: str) -> None:
    """The proxy that is not there is not asked: the endpoint is near."""
    settings = home.config / "kabar.toml"
    before, _, _ = settings.read_text("utf-8").partition("[network]\n")
    settings.write_text(f'{before}[network]\nproxy = "http://127.0.0.1:9"\n[embedding]\nurl = "{url}"\n', "utf-8")


def events(done: Finished) -> list[str]:
    """The log's events that are about the endpoint."""
    lines = [json.loads(line) for line in done.err.splitlines() if line.startswith("{")]
    return [line["event"] for line in lines if line["event"].startswith("embedding-")]


def titles(done: Finished) -> list[str]:
    return [alert["title"] for alert in done.json]


def test_alerts_are_the_same_with_the_endpoint_without_it_and_with_a_dead_one(
    watching: Home, server: EmbeddingServer
) -> None:
    expected = titles(watching.run("poll", "--json"))
    assert STORY in expected
    assert server.batches == []

    use_endpoint(watching, server.url)
    used = watching.run("poll", "--json", KABAR_DATA=str(watching.folder / "used"))
    assert (used.code, titles(used), events(used)) == (0, expected, ["embedding-endpoint-used"])
    asked = len(server.batches)
    assert asked == 3  # the check, the example, the articles

    use_endpoint(watching, "http://127.0.0.1:9/v1")
    dead = watching.run("poll", "--json", KABAR_DATA=str(watching.folder / "dead"))
    assert (dead.code, titles(dead), events(dead)) == (0, expected, ["embedding-endpoint-away"])
    assert "it refuses the connection" in dead.err
    assert len(server.batches) == asked
    assert KEY not in used.err + used.out + dead.err + dead.out


def test_vectors_are_stored_as_the_local_ones_are_for_both_serve_on(watching: Home, server: EmbeddingServer) -> None:
    use_endpoint(watching, server.url)
    assert STORY in titles(watching.run("poll", "--json"))
    with closing(sqlite3.connect(watching.data / "kabar.db")) as database:
        ((model, count),) = database.execute("SELECT model, count(*) FROM vectors GROUP BY model").fetchall()
    assert model == LocalEmbedder().name
    assert count >= 3


def test_the_doctor_looks_at_the_endpoint(watching: Home, server: EmbeddingServer) -> None:
    assert "embedding" not in [line["what"] for line in watching.run("doctor", "--json").json]
    use_endpoint(watching, server.url)
    well = watching.run("doctor")
    assert f"ok    embedding: {server.url} serves the same model (agreement 1.000)" in well.out

    server.turn = lambda vectors: np.asarray(np.roll(vectors, 1, axis=1), dtype=np.float32)
    other = watching.run("doctor")
    assert other.code == 1
    (line,) = [line for line in other.out.splitlines() if "embedding: " in line]
    assert line.startswith("FAIL")
    assert "another model" in line
    assert "Serve intfloat/multilingual-e5-small there" in other.out

    refused = watching.run("doctor", KABAR_EMBEDDING_KEY="sk-another-key-9876543210")
    assert "401: it asks for a key (KABAR_EMBEDDING_KEY)" in refused.out
    assert "sk-another-key" not in refused.out + refused.err


def test_the_key_is_taken_out_of_whatever_is_logged(watching: Home, server: EmbeddingServer) -> None:
    use_endpoint(watching, server.url)
    watching.write("config/feeds.toml", f'[[feeds]]\nid = "{KEY}"\nurl = "http://127.0.0.1:9/{KEY}"\n')
    done = watching.run("poll")
    assert '"[secret]"' in done.err
    assert KEY not in done.err + done.out


def test_files_are_matched_and_checked_without_the_endpoint(watching: Home, server: EmbeddingServer) -> None:
    use_endpoint(watching, server.url)
    article = json.dumps({"id": "1", "title": STORY, "text": "Pasukan Korea Utara berada di Kursk, kata Rutte."})
    assert watching.run("match", "-", stdin=article).json[0]["id"] == "1"
    assert watching.run("check").code == 0
    assert server.batches == []


def test_a_wrong_address_or_key_is_a_mistake_of_configuration(watching: Home) -> None:
    use_endpoint(watching, "http://gpu.lan:8080/v1/embeddings")
    done = watching.run("check", KABAR_EMBEDDING_KEY="two words-of-a-key")
    assert done.code == 2
    where = len((watching.config / "kabar.toml").read_text("utf-8").splitlines())
    assert f"kabar.toml:{where}: embedding.url: leave out /embeddings" in done.err
    assert "environment: KABAR_EMBEDDING_KEY: a key has no spaces" in done.err
    assert "words" not in done.err
