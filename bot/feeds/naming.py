"""Ids of feeds that people can read and type: slugs of their title, else of their host, each once; and one address
spelled in two ways."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from urllib.parse import urlsplit

from bot.model import FeedId
from bot.text.urls import host_of

_LONGEST = 40
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def feed_id(title: str, url: str, taken: Collection[str]) -> FeedId:
    """A new id beside those taken: `bbc-news`, `bbc-news-2`, `rss-kompas-com`."""
    stem = slug(title) or slug(host_of(url).removeprefix("www.")) or "feed"
    candidate, number = stem, 1
    while candidate in taken:
        number += 1
        candidate = f"{stem}-{number}"
    return FeedId(candidate)


def slug(text: str) -> str:
    """Lower-case ASCII letters and digits joined by hyphens, at most 40; empty for texts without any."""
    folded = unicodedata.normalize("NFKD", text[:300]).encode("ascii", "ignore").decode("ascii").lower()
    whole = _NOT_SLUG.sub("-", folded).strip("-")
    if len(whole) <= _LONGEST:
        return whole
    head, hyphen, _ = whole[: _LONGEST + 1].rpartition("-")
    return head if hyphen else whole[:_LONGEST]


def address_key(url: str) -> str:
    """What two spellings of one feed's well-formed address have in common."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    query = f"?{parts.query}" if parts.query else ""
    kind = "file" if parts.scheme == "file" else "web"
    return f"{kind}:{host}{port}{parts.path.rstrip('/')}{query}"
