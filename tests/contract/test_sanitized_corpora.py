"""What feedparser's own tests of its sanitizer expect, read in place (KABAR_BENCH_DATA): no more is shown here.

They hold several hundred ways to write a script, a handler, a style or an element that must not come through. Each is
read as it is, and once more as title and text of an RSS entry, since most of their fields are not shown.
"""

from __future__ import annotations

import ast
import html
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from bot.feeds.parse import parse_feed
from bot.model import Entry, ParsedFeed
from bot.telegram.markup import line, span, to_html, usable_link
from tests.contract.test_feed_corpora import DATA, URL

TESTS = DATA / "feedparser" / "tests" / "wellformed" / "sanitize"
pytestmark = pytest.mark.skipif(not TESTS.is_dir(), reason=f"no tests of feedparser at {TESTS} (set KABAR_BENCH_DATA)")

STRING = r"""u?(?:'''.*?'''|'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
EXPECTED = re.compile(
    r"\['(?:title|summary|description|subtitle|tagline|info|rights|copyright|value)'\] == "
    rf"({STRING}(?:\s*\+\s*{STRING})*)"
)
FIELD = re.compile(
    r"<(title|subtitle|tagline|info|copyright|rights|description|summary|content|fullitem|content:encoded|body|xhtml:body)"
    r"\b([^>]*)>(.*?)</\1>",
    re.DOTALL,
)
TAG = re.compile(r"<[^<>]*>")


def cases() -> Iterator[tuple[str, bytes, Counter[str]]]:
    """The name, the document, and every visible word that feedparser lets through."""
    for path in sorted(TESTS.glob("*.xml")):
        comment, _, document = path.read_bytes().decode("utf-8", "replace").partition("-->")
        values = [
            "".join(ast.literal_eval(part) for part in re.findall(STRING, value)) for value in EXPECTED.findall(comment)
        ]
        if not values:
            continue
        wanted = Counter(word for value in values for word in words(TAG.sub(" ", value)))
        yield path.name, path.read_bytes(), wanted
        if fields := [content for _, kind, content in FIELD.findall(document) if "base64" not in kind]:
            yield f"{path.name} as RSS", as_rss(fields[-1]), wanted + wanted


def as_rss(content: str) -> bytes:
    inside = html.escape(content) if TAG.search(content) else content
    return (
        f"<rss version='2.0'><channel><title>x</title><item><link>https://corpus.example/1</link>"
        f"<title>{inside}</title><description>{inside}</description></item></channel></rss>"
    ).encode()


def words(text: str) -> list[str]:
    return re.findall(r"\w+", html.unescape(text).casefold())


def shown(entry: Entry) -> str:
    """Everything of an entry that could be shown, as Telegram gets it."""
    texts = (entry.title, entry.text, entry.author or "", entry.source or "")
    return to_html([line(span(text, "plain", usable_link(entry.link))) for text in texts if text])


def test_no_word_is_shown_that_feedparser_takes_out() -> None:
    compared, more = 0, []
    for name, document, wanted in cases():
        feed = parse_feed(document, {}, URL)
        compared += 1
        for entry in feed.entries if isinstance(feed, ParsedFeed) else ():
            if extra := Counter(words(f"{entry.title} {entry.text}")) - wanted:
                more.append((name, dict(extra)))
    assert compared > 400
    assert more == [], "\n".join(map(str, more))


def test_every_tag_and_address_in_a_message_is_ours() -> None:
    seen = 0
    for name, document, _ in cases():
        feed = parse_feed(document, {}, URL)
        for entry in feed.entries if isinstance(feed, ParsedFeed) else ():
            seen += 1
            ours = {"</a>", f'<a href="{html.escape(entry.link or "")}">'}
            assert set(re.findall(r"<[^>]*>?", shown(entry))) <= ours, name
            assert all(url is None or url.startswith(("http://", "https://")) for url in (entry.link, entry.image)), (
                name
            )
    assert seen > 200
