"""Feeds as they come, and what is made of them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.feeds.parse import parse_feed
from bot.model import DateStyle, Entry, ParsedFeed, ParseFailed
from tests.speed import usual_seconds

URL = "https://kabar.example/rss/all.xml"


def feed_of(body: str | bytes, headers: dict[str, str] | None = None) -> ParsedFeed:
    parsed = parse_feed(body.encode() if isinstance(body, str) else body, headers or {}, URL)
    assert isinstance(parsed, ParsedFeed), parsed
    return parsed


def rss(item: str, channel: str = "", start: str = '<?xml version="1.0" encoding="utf-8"?>') -> str:
    return (
        f'{start}<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"'
        ' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:atom="http://www.w3.org/2005/Atom">'
        f"<channel><title>Kabar Pagi</title><link>https://kabar.example/</link>{channel}<item>{item}</item></channel></rss>"
    )


def entry_of(item: str) -> Entry:
    return feed_of(rss(item)).entries[0]


def failure_of(body: bytes, headers: dict[str, str] | None = None) -> str:
    parsed = parse_feed(body, headers or {}, URL)
    assert isinstance(parsed, ParseFailed), parsed
    return parsed.reason


def test_everything_an_rss_feed_says() -> None:
    feed = feed_of(
        rss(
            """<title>Banjir &amp;amp; longsor</title><link>/berita/1</link><guid isPermaLink="false">id-1</guid>
            <description>Ringkas.</description>
            <content:encoded><![CDATA[<p>Hujan <b>deras</b>.</p><p>Warga mengungsi.</p>]]></content:encoded>
            <dc:creator>Siti</dc:creator><pubDate>Mon, 16 Jun 2025 10:00:00 +0700</pubDate>
            <media:content url="https://kabar.example/1.jpg" medium="image"/>
            <source url="https://antara.example/">Antara</source>""",
            """<language>id-ID</language><ttl>30</ttl><skipHours><hour>1</hour><hour>24</hour></skipHours>
            <skipDays><day>Sunday</day></skipDays><atom:link rel="hub" href="https://hub.example/"/>
            <atom:link rel="self" href="https://kabar.example/rss/all.xml"/>""",
        )
    )
    assert (feed.title, feed.link, feed.language, feed.format) == (
        "Kabar Pagi",
        "https://kabar.example/",
        "id",
        "rss20",
    )
    assert (feed.ttl, feed.skip_hours, feed.skip_days) == (timedelta(minutes=30), frozenset({0, 1}), frozenset({6}))
    assert (feed.hub, feed.self_link) == ("https://hub.example/", URL)
    assert feed.warning is None
    assert feed.entries == (
        Entry(
            guid="id-1",
            link="https://kabar.example/berita/1",
            title="Banjir & longsor",
            text="Hujan deras.\nWarga mengungsi.",
            author="Siti",
            published_at=datetime(2025, 6, 16, 3, tzinfo=UTC),
            language=feed.entries[0].language,
            image="https://kabar.example/1.jpg",
            source="Antara",
        ),
    )


def test_atom_says_what_is_html_and_what_is_not() -> None:
    feed = feed_of(
        """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://blog.example/a/"><title>Blog</title>
        <link href="https://blog.example/"/>
        <entry><id>tag:1</id><title type="text">How &lt;b&gt; works</title><link href="one"/>
        <updated>2025-06-16T10:00:00Z</updated>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>First.</p><p>Second.</p></div></content>
        </entry>
        <entry><id>tag:2</id><title type="html">&lt;i&gt;Two&lt;/i&gt;</title><link href="two"/>
        <published>2025-06-16</published><summary>1 &lt; 2 &amp; 3</summary></entry></feed>"""
    )
    first, second = feed.entries
    assert (first.title, first.text, first.link) == ("How <b> works", "First.\nSecond.", "https://blog.example/a/one")
    assert (second.title, second.text) == ("Two", "1 < 2 & 3")
    assert first.updated_at == datetime(2025, 6, 16, 10, tzinfo=UTC)
    assert second.published_at == datetime(2025, 6, 16, tzinfo=UTC)
    assert (feed.format, feed.language) == ("atom10", "en")


def test_rdf() -> None:
    feed = feed_of(
        """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://k.example/"><title>K</title></channel>
        <item rdf:about="https://k.example/1"><title>Satu</title><link>https://k.example/1</link>
        <dc:date>2025-06-16T10:00:00+07:00</dc:date></item></rdf:RDF>"""
    )
    assert feed.format == "rss10"
    assert (feed.entries[0].title, feed.entries[0].link) == ("Satu", "https://k.example/1")
    assert feed.entries[0].updated_at == datetime(2025, 6, 16, 3, tzinfo=UTC)


def test_json_feed() -> None:
    feed = feed_of(
        json.dumps(
            {
                "version": "https://jsonfeed.org/version/1.1",
                "title": "Kabar",
                "home_page_url": "https://k.example/",
                "language": "en-US",
                "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
                "items": [
                    {"id": 7, "url": "/7", "content_html": "<p>One</p><p>Two</p>", "authors": [{"name": "Siti"}]},
                    {"id": "x", "content_text": "Plain <text>", "date_published": "2025-06-16T10:00:00.5+07:00"},
                    "no item",
                ],
            }
        )
    )
    seven, plain = feed.entries
    assert (feed.format, feed.language, feed.hub) == ("json11", "en", "https://hub.example/")
    assert (seven.guid, seven.link, seven.text, seven.author) == ("7", "https://k.example/7", "One\nTwo", "Siti")
    assert plain.text == "Plain <text>"
    assert plain.published_at == datetime(2025, 6, 16, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "the document is empty"),
        (b" \n\0\0", "the document is empty"),
        (
            b"\n<!DOCTYPE html><html><head><title>x</title></head><body>404</body></html>",
            "this is a web page, not a feed",
        ),
        (b"<html><body><entry><title>x</title></entry></body></html>", "this is a web page, not a feed"),
        (b"Not found", "this is plain text, not a feed"),
        (b'{"error": 1}', "this is JSON, but not a JSON Feed"),
        (b"[1]", "this is JSON, but not a JSON Feed"),
        (b"<opml><body/></opml>", "this is an OPML list of feeds, not a feed: `kabar feeds import` reads it"),
        (b"<?xml version='1.0'?><!-- x --><urlset><url/></urlset>", "this is a sitemap, not a feed"),
        (b"<note><to>x</to></note>", "there is no RSS, Atom or RDF in this document"),
        (b"[" * 100_000, "this JSON is nested too deeply to be a feed"),
    ],
)
def test_what_is_no_feed_is_called_by_its_name(body: bytes, reason: str) -> None:
    assert failure_of(body) == reason


def test_broken_json_says_where() -> None:
    assert "line 1 column 12" in failure_of(b'{"items": [,]}')


# --- damage ------------------------------------------------------------------------------------


def test_damaged_xml_is_read_with_a_warning() -> None:
    feed = feed_of(rss("<title>A & B &nbsp; C</title><link>https://kabar.example/1?a=1&b=2</link>"))
    assert feed.entries[0].title == "A & B C"
    assert feed.entries[0].link == "https://kabar.example/1?a=1&b=2"
    assert feed.warning is not None
    assert feed.warning.startswith("not well-formed")


def test_control_characters_and_impossible_references() -> None:
    nines = "9" * 5_000
    entry = entry_of(f"<title>A\x00\x08B&#0;&#x1F;&#xD800;&#{nines};C &amp;#{nines}; D</title>")
    assert entry.title == "ABC D"


def test_an_entity_bomb_stays_small() -> None:
    layers = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE rss [<!ENTITY l0 "lol">{layers}]>'
    found: list[ParsedFeed | ParseFailed] = []
    body = rss("<title>Satu &l11;</title>", start=bomb).encode()
    assert usual_seconds(lambda: found.append(parse_feed(body, {}, URL))) < 5
    (parsed,) = found
    assert isinstance(parsed, ParseFailed) or len(parsed.entries[0].title) <= 300


def test_external_entities_are_not_loaded() -> None:
    body = rss("<title>[&x;]</title>", start='<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>')
    assert feed_of(body).entries[0].title in ("[]", "[&x;]")


def test_limits() -> None:
    items = "<item><title>x</title></item>" * 5_100
    feed = feed_of(f"<rss version='2.0'><channel><title>K</title>{items}</channel></rss>")
    assert len(feed.entries) == 5_000
    assert feed.warning == "the feed has 5,100 entries, only the first 5,000 are read"
    entry = entry_of(f"<title>{'judul ' * 100}</title><description>{'kata ' * 100_000}</description>")
    assert len(entry.title) <= 300
    assert len(entry.text) <= 200_000


@pytest.mark.parametrize("separator", ["", "<!-- between -->"])
def test_a_hundred_thousand_entries_cost_no_more_than_those_that_are_read(separator: str) -> None:
    items = separator.join(f"<item><title>Korea {n}</title><guid>g{n}</guid></item>" for n in range(100_000))
    document = f"<rss version='2.0'><channel><title>K</title>{items}<ttl>30</ttl></channel></rss>"
    found: list[ParsedFeed] = []
    assert usual_seconds(lambda: found.append(feed_of(document))) < 5
    (feed,) = found
    assert [feed.entries[0].title, feed.entries[-1].title, len(feed.entries)] == ["Korea 0", "Korea 4999", 5_000]
    assert feed.warning == "the feed has 100,000 entries, only the first 5,000 are read"
    assert (feed.is_whole, feed.ttl) == (True, timedelta(minutes=30))


def test_a_million_entries_that_never_end_cost_no_more_either() -> None:
    body = b"<rss version='2.0'><channel>" + b"<item>" * 1_000_000
    assert usual_seconds(lambda: parse_feed(body, {}, URL)) < 5


def test_deep_and_endless_html_takes_no_time() -> None:
    parts = ("<div>", "<a href='", "<svg>", "<!--", "&amp;", '<b "', "<!", "<", "<x", '<a b="" ', "&lt;p&gt;")

    def read() -> None:
        for part in parts:
            entry_of(f"<title>x</title><description><![CDATA[{part * 60_000}]]></description>")

    assert usual_seconds(read) < 5


# --- characters --------------------------------------------------------------------------------

KYIV = "Київ: нові переговори"


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("utf-8", "utf-8", None),
        ("utf-8", "iso-8859-1", None),
        ("utf-8", "utf-8", "text/xml; charset=ISO-8859-1"),
        ("utf-8", "us-ascii", "text/xml"),
        ("utf-8-sig", "utf-8", None),
        ("utf-16", "utf-16", None),
        ("utf-16-le", "utf-16", None),
        ("koi8-u", "koi8-u", None),
        ("windows-1251", "windows-1251", "application/rss+xml"),
        ("windows-1251", "utf-8", "application/rss+xml; charset=windows-1251"),
    ],
)
def test_encodings_right_and_wrong(encoding: str, declared: str, header: str | None) -> None:
    body = rss(f"<title>{KYIV}</title>", start=f'<?xml version="1.0" encoding="{declared}"?>').encode(encoding)
    assert feed_of(body, {"content-type": header} if header else {}).entries[0].title == KYIV


@pytest.mark.parametrize(
    ("encoding", "declared", "text"),
    [
        ("gbk", "gb2312", "北京新闻"),
        ("cp932", "Shift_JIS", "東京①ニュース"),
        ("cp949", "euc-kr", "서울 뉴스"),
        ("iso2022_jp", "iso-2022-jp", "東京"),
        ("cp1252", "iso-8859-1", "“café”"),
        ("cp1252", "nonsense", "“café”"),
        ("cp1252", "zip", "“café”"),
    ],
)
def test_legacy_encodings(encoding: str, declared: str, text: str) -> None:
    body = rss(f"<title>{text}</title>", start=f'<?xml version="1.0" encoding="{declared}"?>').encode(encoding)
    assert feed_of(body).entries[0].title == text


@pytest.mark.parametrize(
    ("label", "encoding", "text"),
    [
        ("x-sjis", "cp932", "東京で大雨 ①"),
        ("windows-31j", "cp932", "東京で大雨 ①"),
        ("windows-874", "cp874", "ฝนตกหนัก “มาก”"),
        ("x-gbk", "gb18030", "北京今日大雨 €"),
        ("x-euc-jp", "euc_jp", "東京で大雨"),
        ("iso-8859-8-i", "iso8859-8", "גשם כבד"),
        ("x-cp1251", "cp1251", "сильный дождь"),
        ("x-mac-cyrillic", "mac-cyrillic", "сильный дождь"),
    ],
)
def test_labels_of_encodings_that_browsers_know(label: str, encoding: str, text: str) -> None:
    document = rss(f"<title>{text}</title>", start=f'<?xml version="1.0" encoding="{label}"?>')
    assert feed_of(document.encode(encoding)).entries[0].title == text


def test_one_broken_byte_does_not_spoil_the_rest() -> None:
    body = rss(f"<title>{KYIV}</title>").encode().replace(b"</title><link>", b"\xff</title><link>")
    assert feed_of(body).entries[0].title == KYIV


# --- texts -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Satu</p>\n<p>Dua <em>tiga</em></p>", "Satu\nDua tiga"),
        ("Satu<br/>Dua<script>alert('x')</script><style>p{}</style>", "Satu\nDua"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        ("a < b &amp; c &gt; d<p>e", "a < b & c > d\ne"),
        ('<img src="x" alt="a > b">Teks', "Teks"),
        ("<p>sa<!-- no -->tu</p><iframe src='x'>no</iframe>", "satu"),
        ("&lt;p&gt;Dua kali&lt;/p&gt;", "Dua kali"),
        ("<p>&lt;p&gt;Tiga&lt;/p&gt;</p>", "Tiga"),
        ("Plain text\n\nwith paragraphs", "Plain text\nwith paragraphs"),
        ("teks <a href='x", "teks"),
        ("A <!no ~ B", "A <!no ~ B"),
        ("A <!-- no", "A"),
        ("<td>1</td><td>2</td>", "1 2"),
    ],
)
def test_html_becomes_text(html: str, text: str) -> None:
    assert entry_of(f"<title>x</title><description><![CDATA[{html}]]></description>").text == text


def test_lines_that_a_program_broke_are_joined() -> None:
    wrapped = "A line that was broken by a program at some width or the other,\nand goes on here.\nA new line."
    text = "A line that was broken by a program at some width or the other, and goes on here.\nA new line."
    assert entry_of(f"<title>x</title><description>{wrapped}</description>").text == text


@pytest.mark.parametrize(
    ("written", "title"),
    [
        ("Tentang &amp;lt;dl&amp;gt; itu", "Tentang <dl> itu"),
        ("Kapan memakai &lt;button&gt; dan kapan &lt;a&gt;?", "Kapan memakai <button> dan kapan <a>?"),
        ("Selamat tinggal &lt;iframe&gt;, halo &lt;canvas&gt;", "Selamat tinggal <iframe>, halo <canvas>"),
        ("Kosong &lt;canvas&gt;&lt;/canvas&gt; ini", "Kosong ini"),
        ("Mengapa &lt;b&gt;tebal&lt;/b&gt; itu &lt;i class='x'&gt;baik", "Mengapa tebal itu baik"),
        ("Satu&lt;br&gt;dua", "Satu dua"),
    ],
)
def test_a_title_may_talk_about_an_element_of_html(written: str, title: str) -> None:
    assert entry_of(f"<title>{written}</title>").title == title


def test_references_in_a_json_feed_are_those_of_wordpress() -> None:
    items = [{"id": "1", "title": "Kata &#8216;baru&#8217; &amp; lama", "summary": "Ringkas &amp; padat"}]
    feed = feed_of(json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "A &amp; B", "items": items}))
    assert (feed.title, feed.entries[0].title) == ("A & B", "Kata ‘baru’ & lama")
    assert feed.entries[0].text == "Ringkas & padat"


@pytest.mark.parametrize(
    ("item", "author"),
    [
        ("<dc:creator>Ani</dc:creator><dc:creator>Budi</dc:creator>", "Ani, Budi"),
        ("<author>redaksi@warta.online (Ani S.)</author>", "Ani S."),
        ("<author>redaksi@warta.technology</author>", None),
        ("<author>a@x.id (Ani), b@x.museum (Budi)</author>", "Ani, Budi"),
        ("<author>Ani S. &lt;a@x.id&gt;</author>", "Ani S."),
    ],
)
def test_authors_are_names(item: str, author: str | None) -> None:
    assert entry_of(f"<title>x</title>{item}").author == author


@pytest.mark.parametrize(
    "item",
    [
        f"<title>x</title><author>{'a.' * 100_000}@</author>",
        f"<title>{'&lt;b&gt;' * 200_000}</title>",
        f"<title>x</title><description>{'&lt;a href=x&gt;' * 100_000}</description>",
        f"<title>x</title><pubDate>{'1 Nov ' * 50_000}</pubDate>",
        "<title>x</title><description>" + "<![CDATA[ & " * 50_000,
    ],
    ids=["author", "title", "links", "date", "sections"],
)
def test_what_never_ends_takes_no_time(item: str) -> None:
    assert usual_seconds(lambda: parse_feed(rss(item).encode(), {}, URL)) < 5


def test_atom_is_relative_to_the_document_and_not_to_its_id() -> None:
    feed = parse_feed(
        b"""<feed xmlns="http://www.w3.org/2005/Atom"><id>blog/</id><title>Paket</title>
        <link rel="self" href="feed.xml"/><entry><id>rilis/</id><title>Rilis</title>
        <link href="rilis/"/></entry></feed>""",
        {},
        "https://paket.example/blog/feed.xml",
    )
    assert isinstance(feed, ParsedFeed)
    assert feed.entries[0].link == "https://paket.example/blog/rilis/"


def test_a_journal_dates_its_articles_with_prism() -> None:
    document = rss("<title>x</title><prism:publicationDate>2026-03-02</prism:publicationDate>").replace(
        'version="2.0"', 'version="2.0" xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"'
    )
    assert feed_of(document).entries[0].published_at == datetime(2026, 3, 2, tzinfo=UTC)


def test_the_picture_of_an_author_comes_after_that_of_the_article() -> None:
    pictures = "".join(
        f'<media:content url="https://{address}" medium="image"/>'
        for address in ("secure.gravatar.com/avatar/0?s=96", "kabar.example/tanda.svg", "kabar.example/foto.jpg")
    )
    assert entry_of(f"<title>x</title>{pictures}").image == "https://kabar.example/foto.jpg"


def test_titles_keep_words_that_look_like_tags() -> None:
    assert (
        entry_of("<title>Why &amp;lt;vector&amp;gt; grows &lt;b&gt;fast&lt;/b&gt;</title>").title
        == "Why <vector> grows fast"
    )


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Sen, 16 Jun 2025 10:00:00 +0700", datetime(2025, 6, 16, 3, tzinfo=UTC)),
        ("Rabu, 06 Agustus 2025 10:00 WIB", datetime(2025, 8, 6, 3, tzinfo=UTC)),
        ("Wed, 06 Aug 2025 10:00:00 WIB", datetime(2025, 8, 6, 3, tzinfo=UTC)),
        ("2025-08-06T10:00:00 WITA", datetime(2025, 8, 6, 2, tzinfo=UTC)),
        ("Wed, 06 Aug 2025 10:00:00 GMT+0700", datetime(2025, 8, 6, 3, tzinfo=UTC)),
        ("Wed, 06 Aug 2025 10:00:00 XYZ", datetime(2025, 8, 6, 10, tzinfo=UTC)),
        ("2025-06-16 10:00:00", datetime(2025, 6, 16, 10, tzinfo=UTC)),
        ("Mon, 16 Jun 2025 10:00:00 EST", datetime(2025, 6, 16, 15, tzinfo=UTC)),
        ("16 Dez 2025 08:00:00 +0100", datetime(2025, 12, 16, 7, tzinfo=UTC)),
        ("Tue, 01 Jan 2030 00:00:00 GMT", datetime(2030, 1, 1, tzinfo=UTC)),
        ("0001-01-01T00:00:00Z", None),
        ("99 Foo 2025", None),
        ("kemarin", None),
    ],
)
def test_dates(written: str, moment: datetime | None) -> None:
    assert entry_of(f"<title>x</title><pubDate>{written}</pubDate>").published_at == moment


@pytest.mark.parametrize(
    ("others", "written", "hour"),
    [
        (["Mon, 16 Jun 2025 09:00:00 +0700", "Mon, 16 Jun 2025 08:00:00 +0700"], "Mon, 16 Jun 2025 10:00:00", 3),
        (["Mon, 16 Jun 2025 09:00:00 WIB"], "2025-06-16T10:00:00", 3),
        (["2025-06-16T09:00:00+07:00"], "Senin, 16 Juni 2025 10:00", 3),
        (["2025-06-16T09:00:00+07:00"], "Mon, 16 Jun 2025 10:00:00 XYZ", 3),
        (["2025-06-16T09:00:00+07:00"], "Mon, 16 Jun 2025 10:00:00 GMT", 10),
        (["2025-06-16T09:00:00+07:00"], "Mon, 16 Jun 2025 10:00:00 EST", 15),
        (["2025-06-16T09:00:00+07:00", "2025-06-16T09:00Z", "2025-06-16T09:00Z"], "2025-06-16T10:00", 10),
        (["2025-06-16"], "2025-06-16T10:00", 10),
    ],
)
def test_a_moment_without_a_zone_is_in_the_zone_that_its_feed_is_used_to(
    others: list[str], written: str, hour: int
) -> None:
    expected = datetime(2025, 6, 16, hour, tzinfo=UTC)
    items = "".join(f"<item><title>x</title><pubDate>{other}</pubDate></item>" for other in others)
    document = (
        f"<rss version='2.0'><channel>{items}<item><title>y</title><pubDate>{written}</pubDate></item></channel></rss>"
    )
    assert feed_of(document).entries[-1].published_at == expected
    if written.startswith("2025"):
        made = [{"id": str(number), "title": "x", "date_published": at} for number, at in enumerate([*others, written])]
        assert feed_of(json.dumps({"items": made})).entries[-1].published_at == expected


def test_the_zone_of_the_channel_is_that_of_its_entries() -> None:
    item = "<title>x</title><pubDate>2025-06-16 10:00</pubDate>"
    feed = feed_of(rss(item, "<pubDate>Mon, 16 Jun 2025 10:05:00 +0700</pubDate>"))
    assert feed.entries[0].published_at == datetime(2025, 6, 16, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026/11/30 15:00:00", datetime(2026, 11, 30, 15, tzinfo=UTC)),
        ("Mon, 30 Nov 2026 03:15 PM", datetime(2026, 11, 30, 15, 15, tzinfo=UTC)),
        ("Mon, 30 Nov 2026 12:05 a.m. EST", datetime(2026, 11, 30, 5, 5, tzinfo=UTC)),
        ("29/11/2026 15:15", datetime(2026, 11, 29, 15, 15, tzinfo=UTC)),
        ("11/29/2026 3:15:00 PM", datetime(2026, 11, 29, 15, 15, tzinfo=UTC)),
        ("28.11.2026", datetime(2026, 11, 28, tzinfo=UTC)),
        ("03.04.2026 15.30", datetime(2026, 4, 3, 15, 30, tzinfo=UTC)),
        ("Nov 23, 2026", datetime(2026, 11, 23, tzinfo=UTC)),
        ("November 23rd, 2026 at 3:15 pm", datetime(2026, 11, 23, 15, 15, tzinfo=UTC)),
        ("Mon Nov 30 2026 15:00:00 GMT+0700 (Western Indonesia Time)", datetime(2026, 11, 30, 8, tzinfo=UTC)),
        ("Mon Nov 30 15:00:00 WIB 2026", datetime(2026, 11, 30, 8, tzinfo=UTC)),
        ("Mon, 11/02/2026 - 15:00", datetime(2026, 11, 2, 15, tzinfo=UTC)),
        ("lun, 02/11/2026 - 15:00", datetime(2026, 11, 2, 15, tzinfo=UTC)),
        ('&lt;time datetime="2026-11-30T15:00:00+07:00"&gt;Senin&lt;/time&gt;', datetime(2026, 11, 30, 8, tzinfo=UTC)),
        ("1795939200", datetime(2026, 11, 29, 8, tzinfo=UTC)),
        ("1795939200000", datetime(2026, 11, 29, 8, tzinfo=UTC)),
        ("20261130T150000Z", datetime(2026, 11, 30, 15, tzinfo=UTC)),
        ("20261130", datetime(2026, 11, 30, tzinfo=UTC)),
        ("2026-11-30T24:00:00Z", datetime(2026, 12, 1, tzinfo=UTC)),
        ("2026-11-30T15:00:00.123456+07:00", datetime(2026, 11, 30, 8, tzinfo=UTC)),
        ("2026-11-30 15:00 Asia/Jakarta", datetime(2026, 11, 30, 8, tzinfo=UTC)),
        ("2026-06-30 15:00 Europe/Berlin", datetime(2026, 6, 30, 13, tzinfo=UTC)),
        ("Mon, 30 Nov 2026 15:00 UTC+7", datetime(2026, 11, 30, 8, tzinfo=UTC)),
        ("2026年11月30日 下午3:15", datetime(2026, 11, 30, 15, 15, tzinfo=UTC)),
        ("2026년 11월 30일 오전 12:15", datetime(2026, 11, 30, 0, 15, tzinfo=UTC)),
        ("30 พ.ย. 2569 15:00", datetime(2026, 11, 30, 15, tzinfo=UTC)),
        ("٣٠ نوفمبر ٢٠٢٦ ١٥:٠٠", datetime(2026, 11, 30, 15, tzinfo=UTC)),
        ("30 ноября 2026, 15:00 МСК", datetime(2026, 11, 30, 12, tzinfo=UTC)),
        ("30 de noviembre de 2026 15:00", datetime(2026, 11, 30, 15, tzinfo=UTC)),
        ("Lundi 30 Novembre 2026 - 15h30", datetime(2026, 11, 30, 15, 30, tzinfo=UTC)),
        ("2026. november 30. 15:00", datetime(2026, 11, 30, 15, tzinfo=UTC)),
        ("Sabtu, 28 November 2026 | 15:30 WIB", datetime(2026, 11, 28, 8, 30, tzinfo=UTC)),
        ("15:30, 28 Nov 2026", datetime(2026, 11, 28, 15, 30, tzinfo=UTC)),
        ("03/04/2026", None),
        ("30 listopad 2026", None),
        ("31/02/2026", None),
        ("13:75 30 Nov 2026", None),
        ("November 2026", None),
    ],
)
def test_dates_are_right_or_unknown(written: str, moment: datetime | None) -> None:
    assert entry_of(f"<title>x</title><pubDate>{written}</pubDate>").published_at == moment


@pytest.mark.parametrize(
    ("channel", "written", "month"),
    [
        ("<item><pubDate>29/11/2026</pubDate><title>a</title></item>", "03/04/2026", 4),
        ("<item><pubDate>11/29/2026</pubDate><title>a</title></item>", "03/04/2026", 3),
        ("<pubDate>Fri, 03 Apr 2026 10:00:00 +0000</pubDate>", "03/04/2026", 4),
        ("<pubDate>Wed, 04 Mar 2026 10:00:00 +0000</pubDate>", "03/04/2026", 3),
        ("<language>id</language>", "03/04/2026", 4),
        ("<language>en-US</language>", "03/04/2026", 3),
        ("<language>hr</language>", "03 listopad 2026", 10),
        ("<language>pl</language>", "03 listopad 2026", 11),
    ],
)
def test_the_other_dates_of_a_feed_or_its_language_show_which_number_is_the_month(
    channel: str, written: str, month: int
) -> None:
    feed = feed_of(rss(f"<title>x</title><pubDate>{written}</pubDate>", channel))
    assert [one.published_at.month for one in feed.entries[-1:] if one.published_at] == [month]


def test_how_a_feed_writes_its_dates_is_remembered() -> None:
    first = feed_of(rss("<title>x</title><pubDate>29/11/2026 15:15 WIB</pubDate>"))
    assert first.dates == DateStyle(timedelta(hours=7), day_first=True)
    later = rss("<title>y</title><pubDate>03/12/2026 15:15</pubDate>").encode()
    parsed = parse_feed(later, {}, URL, first.dates)
    assert isinstance(parsed, ParsedFeed)
    assert parsed.entries[0].published_at == datetime(2026, 12, 3, 8, 15, tzinfo=UTC)
    assert parsed.dates == first.dates


# --- links -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "link"),
    [
        ("<link>https://kabar.example/1</link>", "https://kabar.example/1"),
        ("<link>  /1  </link>", "https://kabar.example/1"),
        ("<link>//cdn.example/1</link>", "https://cdn.example/1"),
        ("<guid>https://kabar.example/1</guid>", "https://kabar.example/1"),
        ("<guid>12345</guid>", None),
        ('<guid isPermaLink="false">https://kabar.example/1</guid>', None),
        ("<link>javascript:alert(1)</link>", None),
        ("<link>file:///etc/passwd</link>", None),
        ('<atom:link rel="alternate" href="https://kabar.example/2"/>', "https://kabar.example/2"),
        ("<link></link><guid>https://kabar.example/3</guid>", "https://kabar.example/3"),
        ('<link/><guid isPermaLink="true">https://kabar.example/3</guid>', "https://kabar.example/3"),
        ("<guid>https://kabar.example/3</guid><link> </link>", "https://kabar.example/3"),
        ('<link href="https://kabar.example/4" rel="alternate" type="text/html"/>', "https://kabar.example/4"),
        (
            '<link>https://kabar.example/5</link><media:content url="/5.jpg"><link href="/5.jpg"/></media:content>',
            "https://kabar.example/5",
        ),
        (
            '<link>https://kabar.example/5</link><atom:link rel="enclosure" type="image/jpeg">/5.jpg</atom:link>',
            "https://kabar.example/5",
        ),
        (
            '<atom:link href="/6.json" type="application/json"/><atom:link href="/6" type="text/html"/>',
            "https://kabar.example/6",
        ),
        ("<link>/7</link><link>/8</link>", "https://kabar.example/7"),
        ("<link>magnet:?xt=urn:btih:1</link><guid>https://kabar.example/7</guid>", "https://kabar.example/7"),
        ("<link>#</link><guid isPermaLink='True'>https://kabar.example/7</guid>", "https://kabar.example/7"),
        ("<link>https://kabar.example/\n      7\u200b</link>", "https://kabar.example/7"),
        ("<link>N/A</link>", None),
        ("<link>N/A</link><guid isPermaLink='false'>N/A</guid>", None),
        ("<link>www.kabar.example/8</link>", "https://www.kabar.example/8"),
        ("<guid>www.kabar.example/8</guid>", "https://www.kabar.example/8"),
        ('<enclosure url="/9.mp3" type="audio/mpeg" length="1"/>', "https://kabar.example/9.mp3"),
        (
            '<guid isPermaLink="false">e9</guid><media:content url="/9.mp4" type="video/mp4"/>',
            "https://kabar.example/9.mp4",
        ),
        ('<enclosure url="/9.jpg" type="image/jpeg" length="1"/>', None),
        ('<enclosure url="/9.mp3" type="audio/mpeg" length="1"/><link>/10</link>', "https://kabar.example/10"),
        (
            "<link>https://kabar.example/?id=7&section=kota&copy=2&amp;lang=id&lang=su</link>",
            "https://kabar.example/?id=7&section=kota&copy=2&lang=id&lang=su",
        ),
    ],
)
def test_links_are_web_addresses_or_nothing(item: str, link: str | None) -> None:
    assert entry_of(f"<title>x</title>{item}").link == link


def test_a_content_that_is_elsewhere_is_the_link_of_an_atom_entry_without_one() -> None:
    feed = feed_of(
        """<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title><entry><id>urn:1</id><title>Satu</title>
        <content type="text/html" src="https://kabar.example/satu.html"/></entry></feed>"""
    )
    assert feed.entries[0].link == "https://kabar.example/satu.html"


def test_bare_ampersands_are_kept_where_xml_allows_them() -> None:
    entry = entry_of("<title>Toko A & B</title><description><![CDATA[<p>R&D &amp; niaga</p>]]></description>")
    assert (entry.title, entry.text) == ("Toko A & B", "R&D & niaga")
    assert feed_of(rss("<title>A & B</title>")).warning is None


def test_the_description_of_a_picture_is_not_the_text_of_the_post() -> None:
    entry = entry_of(
        """<guid>https://sosial.example/1</guid><description>&lt;p&gt;Tanggul jebol.&lt;/p&gt;</description>
        <media:content url="/a.jpg" medium="image"><media:title>a.jpg</media:title>
        <media:description>Foto dari udara: sawah hijau yang luas, dan sebuah menara di tepi sungai.</media:description>
        </media:content>"""
    )
    assert (entry.title, entry.text, entry.image) == ("", "Tanggul jebol.", "https://kabar.example/a.jpg")


def test_what_a_video_says_of_itself_is_the_text_of_an_entry_that_has_no_other() -> None:
    feed = feed_of(
        """<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/"><title>Kanal</title>
        <entry><id>yt:video:1</id><title>Banjir di kota</title><link rel="alternate" href="https://video.example/1"/>
        <media:group><media:title>Banjir di kota (video)</media:title>
        <media:content url="https://video.example/v/1" type="application/x-shockwave-flash"/>
        <media:thumbnail url="https://video.example/1.jpg"/><media:description>Rekaman warga dari atap pasar.
        </media:description></media:group></entry></feed>"""
    )
    entry = feed.entries[0]
    assert (entry.title, entry.text) == ("Banjir di kota", "Rekaman warga dari atap pasar.")
    assert (entry.link, entry.image) == ("https://video.example/1", "https://video.example/1.jpg")


def test_a_json_feed_off_the_specification() -> None:
    items = [
        {"id": 7, "url": "/7", "title": "a", "authors": {"name": "Sari"}, "date_published": 1795939200},
        {"id": 8.0, "url": "/8", "title": "b", "author": "Budi"},
        {"id": "9", "title": None, "content_text": "c", "authors": None, "attachments": "x"},
    ]
    feed = feed_of(json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items, "expired": "false"}))
    assert [(one.guid, one.author) for one in feed.entries] == [("7", "Sari"), ("8", "Budi"), ("9", None)]
    assert feed.entries[0].published_at == datetime(2026, 11, 29, 8, tzinfo=UTC)


def test_an_image_comes_from_an_enclosure_too() -> None:
    assert (
        entry_of('<title>x</title><enclosure url="/a.jpg" type="image/jpeg" length="1"/>').image
        == "https://kabar.example/a.jpg"
    )
    assert entry_of('<title>x</title><enclosure url="/a.mp3" type="audio/mpeg" length="1"/>').image is None


def test_hub_and_language_from_the_headers() -> None:
    feed = feed_of(
        rss("<title>x</title>"),
        {"link": '<https://hub.example/>; rel="hub", <x>; rel="self"', "content-language": "id"},
    )
    assert (feed.hub, feed.language) == ("https://hub.example/", "id")


def test_how_long_a_copy_is_good() -> None:
    twice_an_hour = "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>"
    assert feed_of(rss("<title>x</title>", twice_an_hour)).ttl == timedelta(minutes=30)
    assert feed_of(rss("<title>x</title>", "<ttl>999999999999</ttl>")).ttl == timedelta(days=7)
    assert feed_of(rss("<title>x</title>", "<ttl>soon</ttl>")).ttl is None


def test_entries_without_anything_are_left_out() -> None:
    assert feed_of(rss("<guid isPermaLink='false'>1</guid>")).entries == ()


BROKEN_OFF = (
    '<rss version="2.0"><channel><title>T</title>'
    "<item><title>One</title><guid>1</guid></item>"
    "<item><title>Two</title><guid>2</guid></item>"
)


@pytest.mark.parametrize(
    "rest", ["<item><title>Three</title><descri", "<item><title>Three</title>", "<item", "<it", ""]
)
def test_an_entry_in_which_the_document_breaks_off_is_left_to_the_next_poll(rest: str) -> None:
    """Read as it is it would be another article than the whole entry, and be told twice."""
    parsed = feed_of(BROKEN_OFF + rest)
    assert [entry.title for entry in parsed.entries] == ["One", "Two"]
    assert not parsed.is_whole


def test_entries_that_are_never_closed_are_read_all_the_same() -> None:
    document = '<rss version="2.0"><channel><title>T</title><item><title>One</title><item><title>Two</title>'
    assert [entry.title for entry in feed_of(document).entries] == ["One", "Two"]
    assert "breaks off" in failure_of(document.partition("<item><title>Two")[0].encode())


@pytest.mark.parametrize("end", ["</channel></rss>", "</channel></rss>\n<!-- cached -->", "</CHANNEL></RSS>\n\0"])
def test_what_ends_as_it_should_is_whole(end: str) -> None:
    assert feed_of(BROKEN_OFF + end).is_whole
