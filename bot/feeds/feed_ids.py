"""Ids of feeds, made from their titles or hosts; and a key that is the same for two spellings of an address."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from bot.model import FeedId
from bot.text.slugs import slug, with_number
from bot.text.urls import host_of


class FeedNames:
    """Makes unique ids: `bbc-news`, `bbc-news-2`, `rss-kompas-com`. The time is linear in the number of feeds."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._next: dict[str, int] = {}
        """The next number to try for each stem; lists of thousands of feeds can have one title for all of them."""

    def give(self, title: str, url: str) -> FeedId:
        """A new id from the title of a feed, else from its host."""
        stem = slug(title) or slug(host_of(url).removeprefix("www.")) or "feed"
        number = self._next.get(stem, 1)
        while (name := with_number(stem, number)) in self._taken:
            number += 1
        self._taken.add(name)
        self._next[stem] = number + 1
        return FeedId(name)

    def take(self, name: FeedId) -> bool:
        """Reserve this id; False where it was taken before."""
        was_free = bool(name) and name not in self._taken
        self._taken.add(name)
        return was_free


def address_key(url: str) -> str:
    """A key of a feed's address without scheme, `www.`, default port and trailing slash.

    The same feed under http and https was a double subscription in https://github.com/FreshRSS/FreshRSS/issues/2167.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    port = f":{parts.port}" if parts.port not in (None, 80, 443) else ""
    query = f"?{parts.query}" if parts.query else ""
    kind = "file" if parts.scheme == "file" else "web"
    return f"{kind}:{host}{port}{parts.path.rstrip('/')}{query}"
