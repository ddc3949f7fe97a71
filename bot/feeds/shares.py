"""Which of several workers polls a feed: all feeds of one server fall to the same one, which asks it politely.

Rendezvous hashing (Thaler and Ravishankar, "Using name-based mappings to increase hit rates", IEEE/ACM Transactions on
Networking 6(1), 1998): each worker reckons by itself, and where one comes or goes, only its own share moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

from bot.model import Feed
from bot.text.urls import host_of


def is_share_of(name: str, feed: Feed, names: Sequence[str]) -> bool:
    """Whether the feed falls to the worker with this name, among those with `names`."""
    if len(names) < 2:
        return True
    server = host_of(feed.url) or feed.id
    return name == max(names, key=lambda one: _weight(one, server))


def _weight(name: str, server: str) -> bytes:
    return blake2b(f"{name}\n{server}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
