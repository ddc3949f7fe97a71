"""Which addresses are web pages, and which two are the same page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.urls import absolute_url, canonical_url, host_of, link_key


@pytest.mark.parametrize(
    "variant",
    [
        "https://www.example.co.id/berita/korut?id=7",
        "HTTPS://WWW.Example.CO.ID:443/berita/korut/?id=7#komentar",
        "https://www.example.co.id/berita/korut?utm_source=rss&id=7&fbclid=abc&UTM_Medium=x",
        "https://www.example.co.id./berita/korut/amp?id=7",
        "https://www.example.co.id/berita/korut/amp/?id=7",
        "https://m.example.co.id/berita/korut?id=7&amp=1",
        "https://amp.example.co.id/berita/korut?id=7",
        "https://mobile.example.co.id/berita/korut?id=7&outputType=amp",
        "https://www.example.co.id/berita/korut.amp?id=7&amp_js_v=0.1&usqp=mq331AQ",
        "https://www.example.co.id/berita/x/../korut?id=7&page=all",
        "https://www.example.co.id/%62erita/korut?id=7&ref=rss",
        "https://www-example-co-id.cdn.ampproject.org/c/s/www.example.co.id/berita/korut?id=7",
        "https://www.google.com/amp/s/www.example.co.id/berita/korut/amp?id=7",
        "  https://www.example.co.id/ber\nita/korut?id=7 ",
    ],
)
def test_variants_of_a_page_have_one_address(variant: str) -> None:
    assert canonical_url(variant) == "https://www.example.co.id/berita/korut?id=7"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://x.example/?p=12", "https://x.example/?p=13"),
        ("https://x.example/news.php?id=1&lang=en", "https://x.example/news.php?id=1&lang=id"),
        ("https://x.example/a?page=2", "https://x.example/a"),
        ("https://x.example/A", "https://x.example/a"),
        ("https://x.example/a%2Fb", "https://x.example/a/b"),
        ("https://x.example/#!/berita/1", "https://x.example/#!/berita/2"),
        ("https://x.example:8080/a", "https://x.example/a"),
        ("https://faß.example/", "https://fass.example/"),
        ("https://x.example/watch?source=42", "https://x.example/watch?source=43"),
        ("https://news.x.example/1", "https://sport.x.example/1"),
        ("https://x.example/amp", "https://x.example/"),
        ("https://x.example/amp-eres", "https://x.example/eres"),
        ("https://x.example/?id=1", "https://x.example/?id=2"),
        ("https://x.example/a?b=1%262", "https://x.example/a?b=1&2"),
    ],
)
def test_different_pages_stay_different(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)
    assert link_key(one) != link_key(other)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)//http://x.example",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://x.example/",
        "https://user@x.example/",
        "https://x.example@evil.example/",
        "http://a:b@evil.example",
        "https://",
        "https:///path",
        "https://x..example/",
        "https://x.example:99999/",
        "https://x.example:abc/",
        "https://exa mple.org/",
        "https://[::1",
        "https://<b>.example/",
        "/relative",
        "www.example.org/a",
        "https://x.example/" + "a" * 5000,
        "https://" + "ü" * 300 + ".example/",
    ],
)
def test_what_is_no_web_address_is_refused(url: str) -> None:
    assert canonical_url(url) is None
    assert link_key(url) is None
    assert host_of(url) == ""


def test_a_backslash_is_a_slash_as_in_browsers() -> None:
    assert canonical_url("https://good.example\\@evil.example/") == "https://good.example/@evil.example"
    assert host_of("https:\\\\good.example\\x") == "good.example"


def test_telephone_hosts_lead_to_the_main_ones() -> None:
    assert canonical_url("https://en.m.wikipedia.org/wiki/NATO") == "https://en.wikipedia.org/wiki/NATO"
    assert canonical_url("https://m.news.example.com/1") == "https://news.example.com/1"
    assert canonical_url("https://m.co.id/1") == "https://m.co.id/1"
    assert canonical_url("https://m.me/1") == "https://m.me/1"


def test_names_in_other_scripts() -> None:
    assert (
        canonical_url("https://BÜCHER.example/straße?q=ä b") == "https://xn--bcher-kva.example/stra%C3%9Fe?q=%C3%A4%20b"
    )
    assert host_of("https://Bücher.example:8080/") == "xn--bcher-kva.example"


def test_the_link_key_leaves_scheme_and_www_out() -> None:
    assert link_key("http://www.x.example/a/") == link_key("https://x.example/a?utm_campaign=z") == "x.example/a"


@pytest.mark.parametrize(
    ("base", "href", "expected"),
    [
        ("https://x.example/a/b.html", "../c?d=1#e", "https://x.example/c?d=1#e"),
        ("https://x.example/a", "//y.example/b", "https://y.example/b"),
        (None, "//y.example/b", "https://y.example/b"),
        (None, "/b", None),
        (None, "https://x.example", "https://x.example/"),
        ("https://x.example/", "javascript:alert(1)", None),
        ("https://x.example/", "mailto:a@x.example", None),
        ("https://x.example/", "https://[", None),
        ("https://x.example/a", "", "https://x.example/a"),
        ("file:///etc/x.xml", "passwd", None),
        ("https://x.example/", " /a b\n", "https://x.example/a%20b"),
    ],
)
def test_links_of_a_document(base: str | None, href: str, expected: str | None) -> None:
    assert absolute_url(base, href) == expected


addresses = st.builds(
    "{}://{}{}{}".format,
    st.sampled_from(["http", "https", "HTTP", "ftp"]),
    st.text(st.characters(exclude_categories=[]), max_size=12)
    | st.sampled_from(["m.a.id", "a.com:80", "[::1]", "ü.de"]),
    st.text(st.sampled_from("/%aé.?&=#!\\~ \u202e\ud8005amp"), max_size=30),
    st.sampled_from(["", "/amp", "?utm_source=1", "?id=1&gclid=2", "#x", ".amp.html"]),
)


@given(addresses | st.text(st.characters(exclude_categories=[])))
def test_any_string_gives_an_ascii_address_or_none_and_the_same_again(url: str) -> None:
    canonical = canonical_url(url)
    absolute = absolute_url("https://x.example/", url)
    assert absolute is None or absolute.isascii()
    assert canonical is None or (
        canonical.isascii()
        and canonical.startswith(("http://", "https://"))
        and canonical_url(canonical) == canonical
        and not set(canonical) & set(' <>"\\\n')
    ), canonical


@pytest.mark.parametrize(
    ("url", "page"),
    [
        ("https://www.google.com/url?rct=j&sa=t&url=https://a.example/x%3Fid%3D1&ct=ga", "https://a.example/x?id=1"),
        ("https://www.google.co.id/url?q=https://a.example/x&sa=U", "https://a.example/x"),
        ("http://www.bing.com/news/apiclick.aspx?ref=F&url=https%3a%2f%2fa.example%2fx&c=1", "https://a.example/x"),
        ("https://l.facebook.com/l.php?u=https%3A%2F%2Fa.example%2Fx&h=AT", "https://a.example/x"),
        ("https://www.google.com/url?q=javascript:alert(1)", "https://www.google.com/url?q=javascript:alert(1)"),
        ("https://a.example/login?url=https://b.example/", "https://a.example/login?url=https://b.example/"),
        ("https://arxiv.org/abs/2401.00001v2", "https://arxiv.org/abs/2401.00001"),
    ],
)
def test_the_page_is_the_one_to_which_a_known_service_leads(url: str, page: str) -> None:
    assert canonical_url(url) == page
