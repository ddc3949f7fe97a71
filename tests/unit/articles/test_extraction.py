"""Pages of outlets, and pages that are none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.articles.extraction import extract_page
from bot.model import Extracted, ExtractFailed
from tests.speed import usual_seconds

URL = "https://www.kabar.example/berita/1?utm_source=x"
BODY = "".join(f"<p>Paragraf {n}: warga desa memperbaiki jembatan kayu setelah banjir surut.</p>" for n in range(8))
HEAD = """<title>Jembatan diperbaiki | Kabar</title><link rel="canonical" href="/berita/1">
<meta property="og:title" content="Jembatan diperbaiki"><meta property="og:image" content="/jembatan.jpg">
<meta property="og:site_name" content="Kabar Pagi"><meta name="author" content="Siti Rahma">
<meta property="article:published_time" content="2025-06-16T10:00:00+07:00">"""


def page(head: str = HEAD, body: str = BODY, lang: str = "id-ID") -> str:
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head>{head}</head><body><nav><a href="/">Beranda</a></nav><article>'
        f"<h1>Jembatan diperbaiki</h1>{body}<script>alert('x')</script></article><footer>2025</footer></body></html>"
    )


def article_of(html: str | bytes, headers: dict[str, str] | None = None) -> Extracted:
    found = extract_page(html.encode() if isinstance(html, str) else html, headers or {}, URL)
    assert isinstance(found, Extracted), found
    return found


def test_an_article_and_what_its_page_says_of_it() -> None:
    article = article_of(page())
    lines = article.text.split("\n")
    assert article.title == "Jembatan diperbaiki"
    assert lines[0] == "Paragraf 0: warga desa memperbaiki jembatan kayu setelah banjir surut."
    assert len(lines) == 8
    assert "alert" not in article.text
    assert (article.language, article.author, article.site) == ("id", "Siti Rahma", "Kabar Pagi")
    assert article.published_at == datetime(2025, 6, 16, 3, tzinfo=UTC)
    assert article.canonical == "https://www.kabar.example/berita/1"
    assert article.image == "https://www.kabar.example/jembatan.jpg"


@pytest.mark.parametrize(
    ("link", "canonical"),
    [
        ("https://kabar.example/berita/2", "https://kabar.example/berita/2"),
        ("https://www.kabar.example/", None),
        ("https://other.example/berita/1", None),
        ("javascript:alert(1)", None),
    ],
)
def test_a_canonical_link_counts_on_its_own_site_only(link: str, canonical: str | None) -> None:
    found = article_of(page(head=f'<link rel="canonical" href="{link}">')).canonical
    assert found is None if canonical is None else found is not None and found.endswith("kabar.example/berita/2")


def test_the_time_of_json_ld() -> None:
    head = '<script type="application/ld+json">{"@type":"NewsArticle","datePublished":"2025-06-16T10:00:00Z"}</script>'
    assert article_of(page(head=head)).published_at == datetime(2025, 6, 16, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("encoding", "head", "header"),
    [
        ("utf-8", '<meta charset="iso-8859-1">', "text/html; charset=iso-8859-1"),
        ("windows-1251", '<meta charset="windows-1251">', ""),
        ("windows-1251", "", "text/html; charset=windows-1251"),
        ("utf-16", "", ""),
    ],
)
def test_characters(encoding: str, head: str, header: str) -> None:
    text = "".join(f"<p>{n}. Жители деревни починили деревянный мост после наводнения.</p>" for n in range(5))
    assert "Жители деревни" in article_of(page(head=head, body=text).encode(encoding), {"content-type": header}).text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  ",
        b"plain words without any markup",
        b"%PDF-1.7 binary",
        b"<html><body><p>Accept cookies</p></body></html>",
        b"<!--" * 1000,
        b"\x00\x01<\xff\xfe>" * 100,
    ],
)
def test_what_is_no_article_is_a_failure_with_a_reason(body: bytes) -> None:
    found = extract_page(body, {}, URL)
    assert isinstance(found, ExtractFailed)
    assert found.reason


def test_deep_and_huge_pages_end() -> None:
    def extract() -> None:
        bodies = (b"<div>" * 200_000, b"<b><i>" * 100_000 + BODY.encode(), b"<p>kata " * 200_000, b"<table>" * 20_000)
        for body in bodies:
            found = extract_page(body, {}, URL)
            assert isinstance(found, ExtractFailed) or len(found.text) <= 200_000

    assert usual_seconds(extract) < 5
