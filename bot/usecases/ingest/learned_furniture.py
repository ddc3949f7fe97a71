"""What is stored of the furniture of feeds (`bot.articles.furniture`): the keys of the lines that were learned."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.articles.furniture import Furniture
from bot.model import FeedId
from bot.store import UnitOfWork

RECENT = 40
"""Earlier articles of a feed with which those of a document are compared."""


async def read_furniture(unit: UnitOfWork, feed_id: FeedId, *, learns: bool) -> Furniture:
    """The furniture of a feed as it was learned so far; if it `learns`, with the feed's last articles to compare."""
    stored = json.loads(await unit.key_values.get(_name(feed_id)) or "[]")
    furniture = Furniture(map(str, stored))
    if learns:
        furniture.learn(await unit.articles.latest_of(feed_id, RECENT))
    return furniture


async def store_furniture(unit: UnitOfWork, feed_id: FeedId, keys: Sequence[str]) -> None:
    """Store the keys of all lines that are known to be furniture of a feed."""
    if keys:
        await unit.key_values.set(_name(feed_id), json.dumps(keys))


def _name(feed_id: FeedId) -> str:
    return f"furniture:{feed_id}"
