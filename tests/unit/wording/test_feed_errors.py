"""Why a feed could not be read, for people."""

from __future__ import annotations

import httpcore
import pytest

from bot.adapters.http.bodies import BodyTooLargeError, BodyTooSlowError
from bot.adapters.http.connecting import AddressRefusedError, NameNotFoundError
from bot.adapters.http.failures import failure_from
from bot.adapters.http.http_answers import failure_of
from bot.adapters.http.http_settings import HttpSettings
from bot.adapters.http.targets import Target
from bot.feeds.parse import parse_feed
from bot.model import FetchRequest, Language, ParseFailed
from bot.wording.feed_errors import feed_error_text
from bot.wording.wording import Wording
from tests.fakes.deliveries import NOW

ID, EN = Wording(Language("id")), Wording(Language("en"))
URL = "https://news.example/rss"


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 407, 410, 418, 429, 451, 500, 502, 503])
def test_every_status_is_told_in_the_readers_language(status: int) -> None:
    reason = failure_of(URL, "news.example", status, {}, NOW).reason
    for wording in (ID, EN):
        said = feed_error_text(reason, wording, for_admin=False)
        assert said != reason
        assert said.endswith(f"({status})")


@pytest.mark.parametrize(
    ("status", "headers", "said"),
    [
        (403, {}, "its bot wall keeps programs out (403)"),
        (503, {"cf-mitigated": "challenge"}, "its bot wall keeps programs out (503)"),
        (429, {}, "its bot wall wants it to be read less often (429)"),
        (503, {}, "its site has trouble (503)"),
    ],
)
def test_bot_walls_are_named(status: int, headers: dict[str, str], said: str) -> None:
    reason = failure_of(URL, "news.example", status, headers, NOW).reason
    assert feed_error_text(reason, EN, for_admin=False) == said


@pytest.mark.parametrize(
    "error",
    [
        NameNotFoundError("news.example cannot be found: no network or no such host"),
        NameNotFoundError("news.example cannot be found: the name service did not answer"),
        BodyTooLargeError(),
        BodyTooSlowError(),
        TimeoutError(),
        httpcore.ConnectTimeout(),
        httpcore.ReadTimeout(),
        httpcore.ProxyError("403"),
        httpcore.ConnectError(),
        httpcore.RemoteProtocolError(),
    ],
    ids=repr,
)
def test_every_failure_of_a_network_is_told_in_the_readers_language(error: Exception) -> None:
    reason = failure_from(error, FetchRequest(URL), Target.parse(URL), HttpSettings()).reason
    said = feed_error_text(reason, ID, for_admin=False)
    assert "news.example" not in said, reason


@pytest.mark.parametrize("body", [b"", b"halo", b"<html><body>x</body></html>", b'{"a": 1}', b"<x/>"])
def test_what_is_no_feed_is_told_in_the_readers_language(body: bytes) -> None:
    parsed = parse_feed(body, {}, URL)
    assert isinstance(parsed, ParseFailed)
    assert feed_error_text(parsed.reason, ID, for_admin=False) == "kiriman situsnya bukan RSS atau sejenisnya", (
        parsed.reason
    )


def test_where_a_private_address_leads_is_for_admins() -> None:
    refused = AddressRefusedError("rsshub.lan", 1200, "10.0.0.5", "a private address")
    reason = failure_from(refused, FetchRequest(URL), Target.parse(URL), HttpSettings()).reason
    assert feed_error_text(reason, ID, for_admin=False) == "alamatnya menuju jaringan pribadi"
    assert feed_error_text(reason, ID, for_admin=True) == reason


def test_what_nobody_foresaw_is_said_as_it_is() -> None:
    assert feed_error_text("the moon is full", ID, for_admin=False) == "the moon is full"
