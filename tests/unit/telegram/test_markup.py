"""Marks become tags that Telegram accepts, whatever the text; lengths are counted as it counts them."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.telegram.markup import (
    MESSAGE_LIMIT,
    Line,
    Span,
    Style,
    line,
    shortened,
    span,
    telegram_length,
    to_html,
    to_plain,
    units,
)
from tests.fakes.bot_api_text import parse_text, utf16_length

TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from("<>&\"';/🙂日"), max_size=60) | st.sampled_from(
    ["&lt;", "</b>", "<b>", "&amp;amp;", "&#60;", "<a href='x'>"]
)
STYLES: st.SearchStrategy[Style] = st.sampled_from(["plain", "bold", "italic", "code"])
LINKS = st.none() | TEXTS.map(lambda text: f"https://news.example/?q={text}")


@st.composite
def lines(draw: st.DrawFn) -> list[Line]:
    spans = st.builds(span, TEXTS, STYLES, LINKS)
    return [line("x"), *draw(st.lists(st.lists(spans, max_size=4).map(tuple), max_size=4))]


@given(lines())
@settings(max_examples=100, deadline=None)
def test_html_is_accepted_and_reads_as_the_text_that_was_meant(written: list[Line]) -> None:
    html = to_html(written)
    parsed = parse_text(html, "HTML")
    assert parsed.text == "\n".join("".join(part.text for part in parts) for parts in written)
    assert telegram_length(html) == utf16_length(parsed.text)


@given(lines())
@settings(max_examples=50, deadline=None)
def test_plain_text_has_every_character_and_every_address(written: list[Line]) -> None:
    plain = to_plain(written)
    assert units(plain) >= telegram_length(to_html(written))
    assert all(part.link in plain for parts in written for part in parts if part.link and part.text)


@given(st.text(st.sampled_from("ab 🙂日"), max_size=200), st.integers(1, 60))
def test_a_shortened_text_is_never_longer_than_allowed(text: str, limit: int) -> None:
    short = shortened(text, limit)
    assert units(short) <= limit
    assert short == text or short.endswith("…")


def test_length_counts_utf16_units_after_entities() -> None:
    assert telegram_length('<b><a href="https://x.example/?a=1&amp;b=2">a&lt;b</a></b> 🙂') == len("a<b ") + 2


def test_an_address_that_is_no_web_address_is_no_link() -> None:
    assert span("baca", link="javascript:alert(1)") == Span("baca")
    assert span("baca", link="https://x.example/a\nb") == Span("baca")
    assert span("baca", link="https://x.example/\ud800") == Span("baca")
    assert span("baca", link="https://x.example/" + "a" * 3000) == Span("baca")


def test_a_cut_falls_between_words() -> None:
    assert shortened("Pasukan Korea Utara di Rusia", 20) == "Pasukan Korea Utara…"
    assert units(shortened("🙂" * MESSAGE_LIMIT, 101)) <= 101
