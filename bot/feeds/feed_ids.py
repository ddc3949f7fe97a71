"""Ids of feeds: slugs of their title, else of their host; and when two addresses are spellings of one."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from bot.model import FeedId
from bot.text.slugs import slug, with_number
from bot.text.urls import host_of


class FeedNames:
    """Gives ids, each once: `bbc-news`, `bbc-news-2`, `rss-kompas-com`; in time linear in their number."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._next: dict[str, int] = {}
        """The number that a stem comes to next: lists of thousands of feeds have one title for all of them."""

    def give(self, title: str, url: str) -> FeedId:
        """A new id."""
        stem = slug(title) or slug(host_of(url).removeprefix("www.")) or "feed"
        number = self._next.get(stem, 1)
        while (name := with_number(stem, number)) in self._taken:
            number += 1
        self._taken.add(name)
        self._next[stem] = number + 1
        return FeedId(name)

    def take(self, name: FeedId) -> bool:
        """Whether this id was still free; it is taken now."""
        was_free = bool(name) and name not in self._taken
        self._taken.add(name)
        return was_free


def address_key(url: str) -> str:
    """What two spellings of one feed's well-formed address have in common."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    query = f"?{parts.query}" if parts.query else ""
    kind = "file" if parts.scheme == "file" else "web"
    return f"{kind}:{host}{port}{parts.path.rstrip('/')}{query}"
