"""Entries of aggregators and platforms: the article, without what the aggregator added."""

from __future__ import annotations

from xml.sax.saxutils import escape

import pytest

from bot.feeds.parse import parse_feed
from bot.model import Entry, ParsedFeed

ALERTS = "https://www.google.com/url?rct=j&sa=t&url={}&ct=ga&cd=CAIy&usg=AOv"


def entry_of(**parts: str) -> Entry:
    """The only entry of an RSS feed with these elements, whose HTML is escaped."""
    item = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in parts.items())
    document = f"<rss version='2.0'><channel><title>Kumpulan</title><item>{item}</item></channel></rss>"
    parsed = parse_feed(document.encode(), {}, "https://kumpulan.example/feed")
    assert isinstance(parsed, ParsedFeed)
    return parsed.entries[0]


def test_google_news_gives_a_headline_and_its_outlet_and_no_text() -> None:
    entry = entry_of(
        title="Jembatan gantung dibuka - lagi - Warta Kota",
        link="https://news.google.com/rss/articles/CBMiX?oc=5",
        source="Warta Kota",
        description='<ol><li><a href="https://news.google.com/rss/articles/A" target="_blank">Jembatan gantung</a>'
        '&nbsp;&nbsp;<font color="#6f6f6f">Warta Kota</font></li><li><a href="B">Gempa <b>di laut</b></a>&nbsp;&nbsp;'
        '<font color="#6f6f6f">Harian Pagi</font></li></ol>',
    )
    assert (entry.title, entry.source, entry.text) == ("Jembatan gantung dibuka - lagi", "Warta Kota", "")


@pytest.mark.parametrize(
    ("title", "page", "headline", "source"),
    [
        ("Uji <b>jembatan</b> - Warta Kota", "https://www.wartakota.example/a", "Uji jembatan", "Warta Kota"),
        ("Uji jembatan | The New York Times", "https://www.nytimes.com/a", "Uji jembatan", "The New York Times"),
        ("Uji jembatan – BBC News", "https://www.bbc.com/a", "Uji jembatan", "BBC News"),
        (
            "Uji coba - apa artinya",
            "https://www.wartakota.example/a",
            "Uji coba - apa artinya",
            "wartakota.example",
        ),
        ("Uji jembatan", "https://wartakota.example/a?id=3&b=4", "Uji jembatan", "wartakota.example"),
    ],
)
def test_google_alerts_lead_to_the_article(title: str, page: str, headline: str, source: str) -> None:
    escaped = page.replace("?", "%3F").replace("=", "%3D").replace("&", "%26")
    entry = entry_of(title=title, link=ALERTS.format(escaped), description="Kutipan <b>jembatan</b> ...")
    assert (entry.title, entry.link, entry.source) == (headline, page, source)
    assert entry.text == "Kutipan jembatan ..."


def test_a_post_on_reddit_is_not_signed() -> None:
    signed = (
        '{} &#32; submitted by &#32; <a href="https://www.reddit.com/user/warga"> /u/warga </a> <br/> '
        '<span><a href="https://warta.example/x">[link]</a></span> &#32; <span><a href="/1abc/">[comments]</a></span>'
    )
    link = "https://www.reddit.com/r/indonesia/comments/1abc/uji/"
    for text in ("", "Ramai sekali."):
        assert entry_of(title="Uji kereta", link=link, description=signed.format(f"<p>{text}</p>")).text == text


def test_an_abstract_begins_without_the_announcement() -> None:
    entry = entry_of(
        title="Mengukur banjir. (arXiv:2401.00001v2 [cs.CL] UPDATED)",
        link="https://arxiv.org/abs/2401.00001",
        description="arXiv:2401.00001v2 Announce Type: replace \nAbstract: Kami mengukur banjir.",
    )
    assert (entry.title, entry.text) == ("Mengukur banjir.", "Kami mengukur banjir.")


def test_a_text_of_nothing_but_links_is_no_text_unless_it_is_all_there_is() -> None:
    markup = '<a href="/k">Komentar</a> | <a href="/x">Baca <em>selengkapnya</em></a>'
    assert entry_of(title="Banjir", link="https://k.example/1", description=markup).text == ""
    assert entry_of(link="https://k.example/1", description=markup).text == "Komentar | Baca selengkapnya"
    kept = '<p>Lihat <a href="/k">peta</a>.</p>'
    assert entry_of(title="Banjir", link="https://k.example/1", description=kept).text == "Lihat peta."


def test_a_release_without_notes_has_no_text() -> None:
    assert entry_of(title="v1", link="https://github.com/a/b/releases/tag/v1", description="No content.").text == ""
