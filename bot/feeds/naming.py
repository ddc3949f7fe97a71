"""Ids of feeds: slugs of their title, else of their host; and when two addresses are spellings of one."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from bot.model import FeedId
from bot.text.slugs import numbered, slug
from bot.text.urls import host_of


def feed_id(title: str, url: str, taken: Collection[str]) -> FeedId:
    """A new id beside those taken: `bbc-news`, `bbc-news-2`, `rss-kompas-com`."""
    return FeedId(numbered(slug(title) or slug(host_of(url).removeprefix("www.")) or "feed", taken))


def address_key(url: str) -> str:
    """What two spellings of one feed's well-formed address have in common."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    query = f"?{parts.query}" if parts.query else ""
    kind = "file" if parts.scheme == "file" else "web"
    return f"{kind}:{host}{port}{parts.path.rstrip('/')}{query}"
