"""Addresses of hops: what is accepted, where redirects lead, who gets to see a login."""

from __future__ import annotations

import pytest

from bot.adapters.http.targets import NotAnAddressError, Target


@pytest.mark.parametrize(
    "url",
    [
        "",
        "www.kompas.com/feed",
        "//kompas.com/",
        "http://",
        "http:///feed",
        "ftp://kompas.com/",
        "javascript:alert(1)",
        "http://a:99999/",
        "http://a/\nb",
        "http://a/\ud800",
        "http://0177.0.0.1/",
        "http://x/" + "a" * 70_000,
        "http://x/" + "é" * 12_000,
    ],
)
def test_what_is_no_http_address_is_refused(url: str) -> None:
    with pytest.raises(NotAnAddressError):
        Target.parse(url)


@pytest.mark.parametrize(
    ("url", "shown", "host", "port"),
    [
        (" HTTPS://News.ID ", "https://news.id", "news.id", 443),
        ("http://news.id:8080/a b?q=ü#part", "http://news.id:8080/a%20b?q=%C3%BC", "news.id", 8080),
        ("https://bücher.de/", "https://xn--bcher-kva.de/", "xn--bcher-kva.de", 443),
        ("http://[2606:4700::1]:81/x", "http://[2606:4700::1]:81/x", "2606:4700::1", 81),
    ],
)
def test_an_address_is_taken_apart(url: str, shown: str, host: str, port: int) -> None:
    target = Target.parse(url)
    assert (target.shown.rstrip("/"), target.host, target.port) == (shown.rstrip("/"), host, port)


def test_a_login_is_sent_but_not_shown() -> None:
    target = Target.parse("https://me:s%3Acret@news.id/feed")
    assert target.authorization() == "Basic bWU6czpjcmV0"
    assert "cret" not in target.shown
    assert "cret" not in repr(target)
    assert target.with_login() == "https://me:s%3Acret@news.id/feed"


@pytest.mark.parametrize(
    ("location", "shown", "keeps_login"),
    [
        ("/new", "https://news.id/new", True),
        ("new?x=1#y", "https://news.id/a/new?x=1", True),
        ("https://news.id:443/new", "https://news.id/new", True),
        ("//news.id/new", "https://news.id/new", True),
        ("http://news.id/new", "http://news.id/new", False),
        ("https://news.id:444/new", "https://news.id:444/new", False),
        ("https://other.id/new", "https://other.id/new", False),
    ],
)
def test_a_redirect_keeps_the_login_at_its_own_site_only(location: str, shown: str, keeps_login: bool) -> None:
    target = Target.parse("https://me:secret@news.id/a/feed").redirected(location)
    assert target.shown == shown
    assert (target.authorization() is not None) is keeps_login
