"""Ids of feeds: slugs of their title, else of their host."""

from __future__ import annotations

from collections.abc import Collection

from bot.model import FeedId
from bot.text.slugs import numbered, slug
from bot.text.urls import host_of


def feed_id(title: str, url: str, taken: Collection[str]) -> FeedId:
    """A new id beside those taken: `bbc-news`, `bbc-news-2`, `rss-kompas-com`."""
    return FeedId(numbered(slug(title) or slug(host_of(url).removeprefix("www.")) or "feed", taken))
