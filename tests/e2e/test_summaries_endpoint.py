"""With `summaries.url`: what the doctor says of the model, and a secret key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.kabar_process import Home
from tests.fakes.llm_server import MODEL, LlmServer

KEY = "sk-key-of-summaries-0123456789"


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with LlmServer(key=KEY) as server:
        yield server


@pytest.fixture
def asking(home: Home, server: LlmServer) -> Home:
    home.configure()
    settings = home.config / "kabar.toml"
    table = f'[summaries]\nurl = "{server.url}"\nmodel = "{MODEL}"\nseconds = 5\n'
    settings.write_text(settings.read_text("utf-8") + table, "utf-8")
    home.environment["KABAR_SUMMARIES_KEY"] = KEY
    return home


def test_the_doctor_looks_at_the_model(asking: Home, server: LlmServer) -> None:
    well = asking.run("doctor")
    assert f"ok    summaries: {server.url} writes a summary in " in well.out

    server.write = lambda _: "Sebanyak 13 desa terendam."
    invents = asking.run("doctor")
    assert invents.code == 1
    assert "which may not be told (number" in invents.out
    assert "Name a model that keeps to the articles" in invents.out

    refused = asking.run("doctor", KABAR_SUMMARIES_KEY="sk-another-key-9876543210")
    assert "401: it asks for a key (KABAR_SUMMARIES_KEY)" in refused.out
    assert "Stories are told in sentences of their articles until it is back." in refused.out
    assert "sk-another-key" not in refused.out + refused.err
    assert KEY not in well.out + well.err + invents.out + invents.err


def test_without_a_model_nothing_is_said_of_one(home: Home) -> None:
    home.configure()
    assert "summaries" not in [line["what"] for line in home.run("doctor", "--json").json]
