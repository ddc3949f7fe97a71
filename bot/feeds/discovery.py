"""Finds the feeds of a web site: those that its page declares or links to, and the usual addresses of feeds.

It does not fetch anything: the caller finds out whether there is a feed at an address. RSS autodiscovery:
https://www.rssboard.org/rss-autodiscovery; JSON Feed: https://www.jsonfeed.org/version/1.1/.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.feeds.bare_ampersands import escape_parameters
from bot.text.charset import decode
from bot.text.clean import clean_title
from bot.text.urls import absolute_url, host_of, without_feed_scheme

MAX_LINKS = 30
_LOOKED_AT = 1_000_000
_TYPES = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/rss",
        "application/atom",
        "application/x-rss+xml",
        "text/rss+xml",
        "application/feed+json",
        "application/json",
        "application/xml",
        "text/xml",
    }
)
_USUAL_PATHS = (
    *("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed.json", "/index.rss", "/feed.atom"),
    *("?format=feed", "?format=rss", "/?feed=rss2"),  # Joomla, Squarespace, WordPress without permalinks
)
_BESIDE = ("feed", "feed.xml", "index.xml", "atom.xml", "rss.xml")
"""Guesses in the folder of a page: a blog in `/blog/`."""
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"<(link|a|base)\s([^<>]{1,4000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"""([a-zA-Z-]{1,20})\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_FEED_PATH = re.compile(
    r"/(?:feeds?|rss|atom)(?:[/.?]|\Z)|\.(?:rss|rdf|atom)(?:\?|\Z)|[?&](?:format|feed|type)=(?:feed|rss2?|atom)\b",
    re.IGNORECASE,
)
_HEADER_LINK = re.compile(
    r"<(?P<address>[^<>]{1,2000})>(?P<parameters>(?:\s*;\s*[\w*-]{1,20}\s*=\s*(?:\"[^\"]{0,500}\"|[^\s;,\"]{1,500}))*)"
)
_HEADER_PARAMETER = re.compile(r";\s*([\w*-]{1,20})\s*=\s*(?:\"([^\"]{0,500})\"|([^\s;,\"]{1,500}))")
_LONGEST_HEADER = 8_000
_PUBLIC_SUFFIX = re.compile(r"(?:ac|co|com|edu|go|gov|my|ne|net|or|org|web)\.[a-z]{2}")
_COMMENTS_FEED = re.compile(r"comment|komentar", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeedLink:
    """An address that may be that of a feed."""

    url: str
    title: str = ""
    is_guess: bool = False
    """The page does not name this address; it is one where sites usually have their feed."""


def typed_address(written: str) -> str | None:
    """A web address as people type it, with `https://`, with `feed:` or without both; None where it cannot be one."""
    written = without_feed_scheme(written)
    if "://" not in written:
        written = f"https://{written}" if "." in written else ""
    return absolute_url(None, written) if written and not written.split()[1:] else None


def feed_links(body: bytes, url: str, headers: Mapping[str, str] | None = None) -> tuple[FeedLink, ...]:
    """Likely feeds, best first: those the page declares, those it links to with a typical address, the usual paths.

    Feeds of comments come after all other feeds of the page. At most 30, and the guessed addresses.

    Args:
        headers: those of the response, whose `Link` may declare feeds, too (RFC 8288). Names are lower-case.
    """
    page = _COMMENT.sub("", decode(body[:_LOOKED_AT], ()))
    declared = {link.url: link for link in _links_of_header((headers or {}).get("link", ""), url)}
    linked: dict[str, FeedLink] = {}
    base = url
    for element, attributes in _elements(page):
        address = absolute_url(base, without_feed_scheme(attributes.get("href", "")))
        if address is None:
            continue
        if element == "base":
            base = address
        elif element == "link" and _declares_feed(attributes):
            declared.setdefault(address, FeedLink(address, clean_title(attributes.get("title", ""))))
        elif element == "a" and (_declares_feed(attributes) or _leads_to_feed(address, url)):
            linked.setdefault(address, FeedLink(address, clean_title(attributes.get("title", ""))))
    named = sorted((linked | declared).values(), key=lambda link: (_is_of_comments(link), link.url not in declared))
    found = {link.url: link for link in named[:MAX_LINKS]}
    folder = absolute_url(url, ".") or url
    beside = [] if folder == absolute_url(url, "/") else [folder + name for name in _BESIDE]
    for path in (*_USUAL_PATHS, *beside):
        guess = absolute_url(url, path)
        if guess and guess not in found:
            found[guess] = FeedLink(guess, is_guess=True)
    return tuple(found.values())


def _links_of_header(header: str, url: str) -> Iterator[FeedLink]:
    """The feeds in a `Link` header: `</feed.xml>; rel="alternate"; type="application/rss+xml"`."""
    for found in _HEADER_LINK.finditer(header[:_LONGEST_HEADER]):
        attributes = {
            name.lower(): double or bare for name, double, bare in _HEADER_PARAMETER.findall(found["parameters"])
        }
        address = absolute_url(url, found["address"])
        if address and _declares_feed(attributes | {"href": address}):
            yield FeedLink(address, clean_title(attributes.get("title", "")))


def _elements(page: str) -> Iterator[tuple[str, dict[str, str]]]:
    for found in _TAG.finditer(page):
        attributes: dict[str, str] = {}
        for name, double, single, bare in _ATTRIBUTE.findall(found.group(2)):
            attributes.setdefault(
                name.lower(), html.unescape(escape_parameters(double or single or bare)).strip()[:4_000]
            )
        yield found.group(1).lower(), attributes


def _declares_feed(attributes: dict[str, str]) -> bool:
    relations = attributes.get("rel", "").lower().split()
    kind = attributes.get("type", "").split(";")[0].strip().lower()
    if "feed" in relations:
        return True
    # Many pages have alternates of type application/json that are no feeds, such as the API of WordPress
    # (https://github.com/manton/JSONFeed/pull/32).
    is_api = kind == "application/json" and "/wp-json" in attributes.get("href", "")
    return "alternate" in relations and kind in _TYPES and not is_api


def _leads_to_feed(address: str, url: str) -> bool:
    return _FEED_PATH.search(address) is not None and _is_near(address, url)


def _is_near(address: str, url: str) -> bool:
    """Whether an address is on the same host or on one beside it: `rss.tempo.co` for `www.tempo.co`."""
    here, there = (host_of(one).removeprefix("www.") for one in (url, address))
    parent = here.partition(".")[2]
    has_parent = "." in parent and not _PUBLIC_SUFFIX.fullmatch(parent)
    return here == there or there.endswith(f".{here}") or (has_parent and there.endswith(f".{parent}"))


def _is_of_comments(link: FeedLink) -> bool:
    return bool(_COMMENTS_FEED.search(link.title) or _COMMENTS_FEED.search(link.url))
