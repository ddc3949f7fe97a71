"""Finding the feeds of a site, and lists of feeds from other readers."""

from __future__ import annotations

import pytest

from bot.feeds.discovery import feed_links, typed_address
from bot.feeds.feed_ids import FeedNames
from bot.feeds.opml import read_opml, write_opml
from bot.model import Feed, FeedId, ParseFailed
from tests.speed import usual_seconds

SITE = "https://www.kabar.example/berita/"


def test_declared_feeds_come_first_comments_last_then_guesses() -> None:
    page = b"""<html><head><!-- <link rel="alternate" type="application/rss+xml" href="/no.xml"> -->
    <link rel="alternate" type="application/rss+xml" title="Komentar" href="/comments/feed/">
    <link title='A &amp; B' href=rss.xml type="application/atom+xml" rel="alternate home">
    <link rel="alternate" type="application/json" href="/wp-json/wp/v2/posts/1">
    <link rel="alternate" hreflang="en" href="/en/"><link rel="stylesheet" type="text/css" href="/feed.css">
    </head><body><a href="https://rss.kabar.example/dunia">Dunia</a><a href="/rss/olahraga">Olahraga</a>
    <a href="https://elsewhere.example/feed/">x</a><a href="/feedback">y</a></body></html>"""
    links = feed_links(page, SITE)
    assert [(link.url, link.title) for link in links if not link.is_guess] == [
        ("https://www.kabar.example/berita/rss.xml", "A & B"),
        ("https://rss.kabar.example/dunia", ""),
        ("https://www.kabar.example/rss/olahraga", ""),
        ("https://www.kabar.example/comments/feed/", "Komentar"),
    ]
    assert "https://www.kabar.example/feed" in [link.url for link in links if link.is_guess]


def test_a_base_element_counts() -> None:
    page = b'<base href="https://cdn.example/x/"><link rel="alternate" type="application/rss+xml" href="f.xml">'
    assert feed_links(page, SITE)[0].url == "https://cdn.example/x/f.xml"


@pytest.mark.parametrize(
    ("page", "link", "found"),
    [
        ("<link rel=alternate type=application/atom+xml href=/f.atom>", "", "https://k.example/f.atom"),
        ('<LINK HREF="./feed.xml" REL="alternate" TYPE="application/rss+xml">', "", "https://k.example/sub/feed.xml"),
        ('<link rel="alternate" type="application/rss+xml" href="  /.rss ">', "", "https://k.example/.rss"),
        ('<link rel="alternate" type="text/xml" href="feed://k.example/a">', "", "http://k.example/a"),
        ('<a rel="alternate" type="application/rss+xml" href="/langganan">x</a>', "", "https://k.example/langganan"),
        ('<link rel="alternate" type="text/rss+xml" href="/l">', "", "https://k.example/l"),
        (
            '<a href="/index.php?format=feed&amp;type=rss">RSS</a>',
            "",
            "https://k.example/index.php?format=feed&type=rss",
        ),
        ('<a href="/x?feed=rss2&copy=1&lang=id">RSS</a>', "", "https://k.example/x?feed=rss2&copy=1&lang=id"),
        ("", '</h.xml>; rel="alternate"; type="application/rss+xml", </a>; rel=preload', "https://k.example/h.xml"),
        ("", '</api>; rel="alternate"; type="text/html"', "https://k.example/feed"),
    ],
)
def test_feeds_are_found_however_a_page_or_its_header_names_them(page: str, link: str, found: str) -> None:
    links = feed_links(page.encode(), "https://k.example/sub/page", {"link": link})
    assert links[0].url == found
    assert {"https://k.example/sub/page?format=feed", "https://k.example/sub/feed.xml"} <= {link.url for link in links}


@pytest.mark.parametrize("written", ["feed://k.example/a", "feed:http://k.example/a", " Feed://k.example/a "])
def test_people_give_addresses_with_the_scheme_of_feed_readers(written: str) -> None:
    assert typed_address(written) == "http://k.example/a"


def test_a_list_with_bare_ampersands_and_other_names_of_attributes() -> None:
    feeds = read_opml(
        b"""<opml xmlns="http://opml.org/spec2"><body><outline text="Rock & Roll" xmlUrl="https://a.example/feed?x=1&copy=2"/>
        <outline type="rss" text="A &amp;amp; B" url="https://b.example/feed"/>
        <outline type="include" url="https://c.example/list.opml"/></body></opml>"""
    )
    assert isinstance(feeds, tuple)
    assert [(feed.title, feed.url) for feed in feeds] == [
        ("Rock & Roll", "https://a.example/feed?x=1&copy=2"),
        ("A & B", "https://b.example/feed"),
    ]


def test_hostile_pages_give_guesses_in_no_time() -> None:
    for page in (b"", b"\x00\xff" * 500, b"<!--" * 200_000, b"<link " * 200_000, b"<a href=" * 100_000):
        assert all(link.is_guess for link in feed_links(page, SITE))


OPML = """<?xml version="1.0" encoding="utf-8"?><opml version="2.0"><head><title>x</title></head><body>
<outline text="Dunia"><outline text="Eropa Timur">
<outline type="rss" text="Kabar &amp; Berita" xmlUrl="https://kabar.example/rss?a=1&amp;b=2"/></outline></outline>
<outline type="rss" title="Kabar &amp; Berita" xmlurl="feed://kabar.example/lain" category="/News/Asia,world"/>
<outline type="rss" text="Again" xmlUrl="https://kabar.example/rss?a=1&amp;b=2"/>
<outline type="rss" text="Local" xmlUrl="file:///etc/passwd"/><outline text="No address"/>
<outline type="rss" text="\u65b0\u95fb" xmlUrl="https://www.berita.example/rss"/></body></opml>"""


def test_a_list_from_another_reader() -> None:
    feeds = read_opml(OPML.encode())
    assert not isinstance(feeds, ParseFailed)
    assert [(feed.id, feed.url, feed.title, feed.tags) for feed in feeds] == [
        ("kabar-berita", "https://kabar.example/rss?a=1&b=2", "Kabar & Berita", ("dunia", "eropa-timur")),
        ("kabar-berita-2", "http://kabar.example/lain", "Kabar & Berita", ("news", "asia", "world")),
        ("berita-example", "https://www.berita.example/rss", "新闻", ()),
    ]


def test_what_is_written_can_be_read_again() -> None:
    feeds = [
        Feed(FeedId("a-b"), "https://a.example/?x=1&y=<2>", 'A & "B" <c>', ("id", "world")),
        Feed(FeedId("local"), "file:///seeds/sample.xml", "Local"),
        Feed(FeedId("c"), "https://c.example/rss"),
    ]
    again = read_opml(write_opml(feeds).encode())
    assert not isinstance(again, ParseFailed)
    assert [(feed.title, feed.tags) for feed in again] == [('A & "B" <c>', ("id", "world")), ("c", ())]
    assert again[1].url == "https://c.example/rss"


def test_lists_with_entities_and_other_documents_are_refused() -> None:
    bomb = b'<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]><opml><body><outline text="&a;"/></body></opml>'
    utf16 = bomb.decode().encode("utf-16")
    for body in (bomb, utf16, b"", b"<rss/>", b"{}", b"\xff\xfe\x00", b"<" * 1000):
        assert isinstance(read_opml(body), ParseFailed)


def test_ids_are_readable_and_taken_once() -> None:
    names = FeedNames({"bbc-news-world", "bbc-news-world-2"})
    assert names.give("BBC News – World", "https://x.example/") == "bbc-news-world-3"
    assert names.give("BBC News – World", "https://x.example/") == "bbc-news-world-4"
    assert names.give("", "https://www.kompas.com/rss") == "kompas-com"
    assert names.give("Ünïcode " * 30, "") == "unicode-unicode-unicode-unicode-unicode"
    assert names.give("", "") == "feed"
    assert names.take(FeedId("own"))
    assert not names.take(FeedId("own"))
    assert not names.take(FeedId(""))
    assert names.give("own", "") == "own-2"


def test_lists_made_to_be_slow_are_read_in_time() -> None:
    feeds = [f'<outline text="x" xmlUrl="https://h.example/{number}"/>' for number in range(6_000)]
    deep = '<outline text="map">' * 200
    bodies = (
        f"<opml><body>{''.join(feeds)}</body></opml>",
        f"<opml><body>{deep}{''.join(feeds)}{'</outline>' * 200}</body></opml>",
        f'<opml><body><outline category="{"a," * 1_000_000}" xmlUrl="https://h.example/"/></body></opml>',
    )

    def read() -> None:
        for body in bodies:
            assert isinstance(read_opml(body.encode()), tuple)

    assert usual_seconds(read) < 10  # it was half a minute
