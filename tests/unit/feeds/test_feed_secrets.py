"""A private feed's own secrets: they reach no reader of its articles, and no list of feeds."""

from __future__ import annotations

import pytest

from bot.feeds.feed_secrets import bears_secret, shared_feeds, without_secrets
from bot.feeds.opml import read_opml, write_opml
from bot.model import Entry, Feed, FeedId, ParsedFeed

KEY = "9f86d081884c7d659a2feaa0c55ad015"


def document(*entries: Entry, title: str = "Outlet", link: str | None = None) -> ParsedFeed:
    return ParsedFeed(title, link, None, "rss20", entries)


@pytest.mark.parametrize(
    ("address", "link", "shown"),
    [
        (f"https://x.example/rss?key={KEY}", f"https://x.example/a?id=7&key={KEY}", "https://x.example/a?id=7"),
        (f"https://x.example/rss?key={KEY}", f"https://x.example/rss?key={KEY}#7", "https://x.example/rss"),
        (f"https://x.example/rss?key={KEY}", f"https://x.example/a?{KEY}", "https://x.example/a"),
        (f"https://x.example/rss?key={KEY}", f"https://y.example/a?from=x-{KEY}", "https://y.example/a"),
        (f"https://x.example/{KEY}/rss", f"https://x.example/{KEY}/article/7", None),
        ("https://x.example/rss?key=swordfish", "https://x.example/swordfish?key=swordfish&p=1", None),
        ("https://x.example/rss?key=swordfish", "https://x.example/on-swordfish?p=1", "https://x.example/on-swordfish?p=1"),
        ("https://me:p%40ss12@x.example/rss", "https://x.example/a?auth=p@ss12", "https://x.example/a"),
        (f"https://x.example/rss?key={KEY}", "https://x.example/a?key=another", "https://x.example/a?key=another"),
        ("https://x.example/rss", f"https://x.example/{KEY}", f"https://x.example/{KEY}"),
    ],
)  # fmt: skip
def test_links_lead_on_without_the_feeds_key(address: str, link: str, shown: str | None) -> None:
    (entry,) = without_secrets(document(Entry("1", link, "T", "text", image=link)), [address]).entries
    assert (entry.link, entry.image) == (shown, shown)


def test_texts_lose_the_key_and_keep_words() -> None:
    address = f"https://president:{KEY}@x.example/rss?key=election"
    entry = Entry(
        "1", None, f"Elections {KEY}", f"The president said: election https://x.example/?key=election&a=1 {KEY}",
        author=f"mail {KEY}", source=f"https://x.example/?token={KEY}",
    )  # fmt: skip
    cleaned = without_secrets(document(entry, title=f"Feed of {KEY}", link=f"https://x.example/{KEY}"), [address])
    (after,) = cleaned.entries
    assert after.title == "Elections …"
    assert after.text == "The president said: election https://x.example/?key=…&a=1 …"
    assert (after.author, after.source) == ("mail …", "https://x.example/?token=…")
    assert (cleaned.title, cleaned.link) == ("Feed of …", None)


def test_a_public_document_is_left_as_it_is() -> None:
    parsed = document(Entry("1", "https://x.example/a", "T", f"text {KEY}"))
    assert without_secrets(parsed, ["https://x.example/rss"]) is parsed


def test_what_bears_a_secret_is_no_part_of_a_list_for_others() -> None:
    def feed(name: str, url: str = "", **headers: str) -> Feed:
        return Feed(FeedId(name), url or f"https://{name}.example/rss", f"{name}--x", headers=tuple(headers.items()))

    bare, harmless = feed("bare"), feed("harmless", Accept="text/html")
    variable = feed("variable", Authorization="Bearer ${NEWS_KEY}")
    literal, keyed = feed("literal", Cookie="session=1"), feed("keyed", f"https://k.example/?key={KEY}")
    assert [bears_secret(one) for one in (bare, harmless, variable, literal, keyed)] == [
        False,
        False,
        False,
        True,
        True,
    ]
    shared = shared_feeds([bare, keyed, variable, literal])
    assert (shared.shown, shared.withheld) == ((bare, variable), (keyed, literal))
    written = write_opml(shared.shown, withheld=shared.withheld)
    assert KEY not in written
    assert "keyed- -x (k.example)" in written
    again = read_opml(written.encode())
    assert isinstance(again, tuple)
    assert [one.url for one in again] == [bare.url, variable.url]


def test_a_list_that_has_addresses_as_titles_makes_no_ids_with_keys() -> None:
    body = f'<opml><body><outline type="rss" text="https://x.example/rss?key={KEY}" xmlUrl="https://x.example/rss?key={KEY}"/></body></opml>'
    (feed,) = read_opml(body.encode())  # type: ignore[misc]
    assert KEY in feed.url
    assert KEY not in feed.id + feed.title
