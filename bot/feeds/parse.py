"""Parses the bytes of a feed into its entries: `parse_feed`.

Pure, but hostile documents may take long or much memory, so callers run it in a worker process
(`bot.adapters.workers`). It fetches nothing and does not select entries; dates are as the feed has them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import islice

from bot.feeds.document_charset import decode_document
from bot.feeds.entry_content import MAX_ENTRIES, bounded
from bot.feeds.json_feed import read_json_feed
from bot.feeds.xml_feed import parse_xml
from bot.model import DateStyle, ParsedFeed, ParseFailed

_PROLOGUE = re.compile(
    r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE(?!\s+html)[^>\[]*(?:\[.*?\])?\s*>)*+", re.IGNORECASE | re.DOTALL
)
_HTML = re.compile(r"<!DOCTYPE\s+html|<html\b|<head\b|<body\b", re.IGNORECASE)
_FEED_ROOT = re.compile(r"<(?:[\w-]+:)?(?:rss|feed|rdf|channel|entry|item)\b", re.IGNORECASE)
_ROOT = re.compile(r"<(?:[\w-]+:)?([\w-]+)")
_ROOT_END = re.compile(r"</(?:[\w-]+:)?(?:rss|feed|rdf|channel)\s*>", re.IGNORECASE)
_ENTRY_END = re.compile(r"</(?:[\w-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_ENTRY_BEGIN = re.compile(r"<(?:[\w-]+:)?(?:item|entry)\b", re.IGNORECASE)
_TAIL = 4_096
"""Characters after the end of a feed that are accepted: comments of caches, scripts added by a host.

See https://github.com/FreshRSS/FreshRSS/issues/8326.
"""

_OTHER_ROOTS = {
    "opml": "this is an OPML list of feeds, not a feed: `kabar feeds import` reads it",
    "urlset": "this is a sitemap, not a feed",
    "sitemapindex": "this is a sitemap, not a feed",
    "error": "the server answered with an error message instead of a feed",
}


def parse_feed(
    body: bytes, headers: Mapping[str, str], url: str, dates: DateStyle | None = None
) -> ParsedFeed | ParseFailed:
    """Parses RSS 0.9-2.0, RDF, Atom or JSON Feed.

    Args:
        headers: the headers of the response, names in lower case.
        url: where the body came from, for relative links.
        dates: how earlier documents of the feed wrote their dates.

    Returns:
        The feed with plain texts: at most 200,000 characters a text, 300 a title, and 5,000 entries; or ParseFailed,
        which says in one line what the document is instead.
    """
    if not body.strip(b" \t\r\n\0"):
        return ParseFailed("the document is empty")
    document = decode_document(body, headers)
    if not document:
        return ParseFailed("the document is empty")
    if document[0] in "{[":
        return _parse_json(document, headers, url, dates)
    if "<" not in document:
        return ParseFailed("this is plain text, not a feed")
    if other := _what_else(document):
        return ParseFailed(other)
    return _parse_markup(document, headers, url, dates)


def _parse_markup(
    document: str, headers: Mapping[str, str], url: str, dates: DateStyle | None
) -> ParsedFeed | ParseFailed:
    is_whole = _ROOT_END.search(document, max(len(document) - _TAIL, 0)) is not None
    read = document if is_whole else _before_the_break(document)
    if not read:
        return ParseFailed("the document breaks off in its first entry")
    read, count = _first_entries(read)
    parsed = parse_xml(read, headers, url, dates)
    return bounded(replace(parsed, is_whole=is_whole), count) if isinstance(parsed, ParsedFeed) else parsed


def _first_entries(document: str) -> tuple[str, int]:
    """The document without the entries beyond `MAX_ENTRIES`, and their number: parsing so many takes a second."""
    ends = [found.end() for found in islice(_ENTRY_END.finditer(document), MAX_ENTRIES + 1)]
    if len(ends) <= MAX_ENTRIES:
        begins = [found.start() for found in islice(_ENTRY_BEGIN.finditer(document), MAX_ENTRIES + 1)]
        return document[: begins[-1]] if len(begins) > MAX_ENTRIES else document, len(begins)
    ends += [found.end() for found in _ENTRY_END.finditer(document, ends[-1])]
    return document[: ends[MAX_ENTRIES - 1]] + document[ends[-1] :], len(ends)


def _before_the_break(document: str) -> str:
    """The document up to its last complete entry; empty where there is none (a truncated download).

    The incomplete entry may lack its guid or its link, so it would be taken for another article once the whole of it
    comes. A document with several entries of which none is ever closed is not truncated, only malformed.
    """
    ends = [found.end() for found in _ENTRY_END.finditer(document)]
    if ends:
        return document[: ends[-1]]
    return "" if len(_ENTRY_BEGIN.findall(document)) == 1 else document


def _parse_json(
    document: str, headers: Mapping[str, str], url: str, dates: DateStyle | None
) -> ParsedFeed | ParseFailed:
    try:
        value = json.loads(document, parse_int=_short_int)
    except ValueError as error:
        return ParseFailed(f"this looks like JSON but cannot be read as such: {str(error)[:100]}")
    except RecursionError:
        return ParseFailed("this JSON is nested too deeply to be a feed")
    parsed = read_json_feed(value, headers, url, dates)
    return bounded(parsed) if isinstance(parsed, ParsedFeed) else parsed


def _short_int(digits: str) -> int | float:
    """An int, or infinity for very many digits: Python refuses more than 4,300, and an identifier has fewer.

    See https://docs.python.org/3/library/stdtypes.html#int-max-str-digits.
    """
    return int(digits) if len(digits) <= 100 else float("inf")


def _what_else(document: str) -> str | None:
    """What the document is, where its root element shows that it is no feed; else None."""
    start = _PROLOGUE.match(document, 0, 200_000)
    position = start.end() if start else 0
    if _HTML.match(document, position):
        # A few servers put a feed into an HTML page, or the doctype of a page before it:
        # https://github.com/maximevaillancourt/maximevaillancourt.com/issues/10
        root = _FEED_ROOT.search(document, position, position + 2_000)
        return None if root and root.group()[1:].lower() not in ("item", "entry") else "this is a web page, not a feed"
    root = _ROOT.match(document, position)
    return _OTHER_ROOTS.get(root.group(1).lower()) if root else None
