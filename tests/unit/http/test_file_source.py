"""`file:` addresses: for configuration files only, and for files only."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.adapters.http import HttpSettings
from bot.model import Fetched, FetchFailed, FetchProblem, FetchRequest, NotModified
from tests.unit.http.conftest import MakeFetcher


async def test_a_file_that_a_configuration_file_names_is_read_and_known_again(
    tmp_path: Path, make_fetcher: MakeFetcher
) -> None:
    path = tmp_path / "umpan ä%20.xml"
    path.write_bytes(b"<rss/>")
    fetcher = make_fetcher(HttpSettings())
    first = await fetcher.fetch(FetchRequest(path.as_uri(), trusted=True))
    assert isinstance(first, Fetched)
    assert first.body == b"<rss/>"
    again = await fetcher.fetch(FetchRequest(path.as_uri(), etag=first.etag, trusted=True))
    assert isinstance(again, NotModified)
    path.write_bytes(b"<rss></rss>")
    changed = await fetcher.fetch(FetchRequest(path.as_uri(), etag=first.etag, trusted=True))
    assert isinstance(changed, Fetched)
    assert changed.body == b"<rss></rss>"


@pytest.mark.parametrize("url", ["file:///etc/hostname", "FILE:///etc/hostname", "file:/etc/hostname"])
async def test_a_file_that_anybody_else_names_is_not_read(url: str, make_fetcher: MakeFetcher) -> None:
    outcome = await make_fetcher(HttpSettings()).fetch(FetchRequest(url))
    assert isinstance(outcome, FetchFailed)
    assert outcome.problem is FetchProblem.REFUSED_ADDRESS


async def test_what_is_no_readable_file_is_one_calm_line(tmp_path: Path, make_fetcher: MakeFetcher) -> None:
    fetcher = make_fetcher(HttpSettings(feed_limit=10))
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large").write_bytes(b"x" * 11)
    reasons = {}
    for name in ("absent.xml", ".", "pipe", "large"):
        outcome = await fetcher.fetch(FetchRequest(f"file://{tmp_path}/{name}", trusted=True))
        assert isinstance(outcome, FetchFailed)
        reasons[name] = outcome.reason.removeprefix(f"{tmp_path}/{name}: ")
    assert reasons == {
        "absent.xml": "no such file or directory",
        ".": "not a file",
        "pipe": "not a file",
        "large": "larger than 10 bytes",
    }


@pytest.mark.parametrize("url", ["file://otherhost/etc/hostname", "file:", "file:///a%00b"])
async def test_a_strange_file_address_is_refused(url: str, make_fetcher: MakeFetcher) -> None:
    outcome = await make_fetcher(HttpSettings()).fetch(FetchRequest(url, trusted=True))
    assert isinstance(outcome, FetchFailed)
