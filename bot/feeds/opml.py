"""Reads and writes lists of feeds as OPML 1.0 and 2.0 (http://opml.org/spec2.opml), for exchange with feed readers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any
from xml.sax.saxutils import quoteattr

from bot.feeds.bare_ampersands import escape_bare_ampersands
from bot.feeds.document_charset import decode_document
from bot.feeds.feed_ids import FeedNames
from bot.feeds.html_text import unescape
from bot.model import Feed, ParseFailed
from bot.text.clean import clean_title
from bot.text.masked_urls import masked_text
from bot.text.slugs import slug
from bot.text.urls import absolute_url, host_of, without_feed_scheme

MAX_FEEDS = 5_000
MAX_TAGS = 20
_LONGEST_CATEGORY = 2_000
_FEED_TYPES = frozenset({"rss", "atom", "rss1", "feed", "jsonfeed"})
"""Not `include` and `link`, whose `url` is another list or a page (OPML 2.0)."""
_DECLARATION = re.compile(r"\A<\?xml[^>]*>\s*")


def read_opml(body: bytes) -> tuple[Feed, ...] | ParseFailed:
    """The feeds of a list, each address once, with new ids, and the folders they are in as tags.

    Outlines without a web address are left out. A document that defines entities is refused, and nothing external is
    loaded (XML External Entities:
    https://owasp.org/www-community/vulnerabilities/XML_External_Entity_(XXE)_Processing).
    """
    from lxml import etree  # type: ignore[import-untyped]  # noqa: PLC0415 -- no types; loaded when first needed

    document = escape_bare_ampersands(_DECLARATION.sub("", decode_document(body, {})))
    if "<!ENTITY" in document:
        return ParseFailed("this list of feeds defines entities, which no reader writes: it is not read")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        root = etree.fromstring(document.encode("utf-8"), parser)
    except (etree.LxmlError, ValueError) as error:
        return ParseFailed(f"this is not an OPML list of feeds ({type(error).__name__})")
    if root is None or _name(root) != "opml":
        return ParseFailed("this is not an OPML list of feeds")
    feeds: dict[str, Feed] = {}
    names = FeedNames()
    folders: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if _name(element) != "outline":
            continue
        if event == "end":
            folders.pop()
            continue
        # Readers write the address where a feed has no title; it becomes a name, an id and what alerts show.
        title = masked_text(clean_title(unescape(_attribute(element, "title") or _attribute(element, "text"))))
        address = _address(element)
        if address and address not in feeds and len(feeds) < MAX_FEEDS:
            paths = _attribute(element, "category")[:_LONGEST_CATEGORY].split(",")
            categories = [slug(part) for path in paths for part in path.split("/")]
            tags = tuple(tag for tag in dict.fromkeys((*folders, *categories)) if tag)[:MAX_TAGS]
            feeds[address] = Feed(id=names.give(title, address), url=address, title=title, tags=tags)
        folders.append("" if address else slug(title))
    return tuple(feeds.values())


def write_opml(feeds: Iterable[Feed], title: str = "Kabar", withheld: Sequence[Feed] = ()) -> str:
    """The list as OPML 2.0, without the feeds that are local files.

    `withheld`: feeds that are left out because of a secret; a comment names them.
    """
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"  <head><title>{_text(title)}</title></head>",
        "  <body>",
        *_comment(withheld),
    ]
    for feed in feeds:
        if feed.url.startswith(("http://", "https://")):
            name, address = quoteattr(clean_title(feed.title or feed.id)), quoteattr(feed.url)
            category = f" category={quoteattr(','.join(feed.tags))}" if feed.tags else ""
            lines.append(f'    <outline type="rss" text={name} title={name} xmlUrl={address}{category}/>')
    return "\n".join([*lines, "  </body>", "</opml>", ""])


def _comment(withheld: Sequence[Feed]) -> list[str]:
    if not withheld:
        return []
    # XML 1.0, section 2.5: there are no two hyphens in a comment.
    names = [re.sub("-(?=-)", "- ", f"{clean_title(feed.title or feed.id)} ({host_of(feed.url)})") for feed in withheld]
    return [
        "    <!-- Left out, because their addresses bear a secret:",
        *(f"         {_text(masked_text(name))}" for name in names),
        "    -->",
    ]


def _text(value: str) -> str:
    return clean_title(value).replace("&", "&amp;").replace("<", "&lt;")


def _address(element: Any) -> str | None:
    """The web address of an outline: `xmlUrl`, or `url` where its type is that of a feed (Feedbro writes that).

    Some feed readers put `feed:` before the scheme or in its place.
    """
    written = _attribute(element, "xmlUrl")
    if not written and _attribute(element, "type").lower() in _FEED_TYPES:
        written = _attribute(element, "url")
    written = without_feed_scheme(written)
    return absolute_url(None, written) if written else None


def _name(element: Any) -> str:
    return element.tag.rpartition("}")[2].lower() if isinstance(element.tag, str) else ""


def _attribute(element: Any, name: str) -> str:
    """An attribute in any case (`xmlUrl`, `xmlurl`, `URL`): https://github.com/tkem/mopidy-podcast/pull/47."""
    value = element.get(name)
    if value is None:
        value = next((given for key, given in element.items() if key.lower() == name.lower()), "")
    return str(value)
