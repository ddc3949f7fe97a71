"""Forgetting what is older than the archive is kept.

In many short transactions, so that a poll never waits long for the writer; stopping in between loses nothing.
Dead deliveries stay until someone retries or drops them, pending and held ones until they are told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Select, delete, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryState
from bot.store.archive_index import forget_index
from bot.store.schema import (
    articles,
    changes,
    deliveries,
    drafts,
    entry_keys,
    expectations,
    matches,
    mutes,
    updates,
    vectors,
)

BATCH: Final = 500
"""Rows a transaction removes: some 20 ms, of which a disk's sync is a part."""

_ARTICLES: Final = 100
"""Of these, whose words are taken out of the index as well."""


EntryAt = tuple[str, str]
"""A feed and one of its entry keys."""


async def forget_articles(connection: AsyncConnection, moment: datetime) -> int:
    """A batch of the articles first seen before the moment, with their matches; how many of both went."""
    old = await _ids(connection, select(articles.c.id).where(articles.c.first_seen_at < moment), _ARTICLES)
    await forget_index(connection, old)
    judged = await connection.execute(delete(matches).where(matches.c.article_id.in_(old)))
    gone = await connection.execute(delete(articles).where(articles.c.id.in_(old)))
    return judged.rowcount + gone.rowcount


async def forget_deliveries(connection: AsyncConnection, moment: datetime) -> int:
    """A batch of the deliveries sent, or queued and overtaken, before the moment; how many went."""
    overtaken = deliveries.c.state.in_((DeliveryState.FOLDED, DeliveryState.SUPERSEDED))
    sent_before = (deliveries.c.state == DeliveryState.SENT) & (deliveries.c.sent_at < moment)
    old = await _ids(connection, select(deliveries.c.id).where(sent_before))
    old += await _ids(connection, select(deliveries.c.id).where(overtaken, deliveries.c.created_at < moment))
    return (await connection.execute(delete(deliveries).where(deliveries.c.id.in_(old)))).rowcount


async def forget_updates(connection: AsyncConnection, moment: datetime) -> int:
    """A batch of the updates handled before the moment; how many went. The newest stays: the offset is read off it."""
    newest = select(updates.c.id).order_by(updates.c.received_at.desc(), updates.c.id.desc()).limit(1)
    handled = select(updates.c.id).where(updates.c.handled_at < moment, updates.c.id != newest.scalar_subquery())
    old = await _ids(connection, handled)
    return (await connection.execute(delete(updates).where(updates.c.id.in_(old)))).rowcount


async def forget_conversations(connection: AsyncConnection, moment: datetime) -> None:
    """Drafts that nobody finished, questions nobody answered, changes and mutes: a few a day at most."""
    await connection.execute(delete(drafts).where(drafts.c.created_at < moment))
    await connection.execute(delete(expectations).where(expectations.c.until < moment))
    await connection.execute(delete(changes).where(changes.c.at < moment))
    await connection.execute(delete(mutes).where(mutes.c.muted_at < moment))


async def forget_vectors(connection: AsyncConnection, moment: datetime) -> int:
    """A batch of the vectors last put before the moment; how many went."""
    old = select(vectors.c.model, vectors.c.digest).where(vectors.c.used_at < moment).limit(BATCH)
    key = tuple_(vectors.c.model, vectors.c.digest)
    return (await connection.execute(delete(vectors).where(key.in_(old)))).rowcount


async def stale_keys(connection: AsyncConnection, moment: datetime, after: EntryAt) -> Sequence[EntryAt]:
    """A batch of the (feed, key) last seen before the moment, in order, from behind `after`."""
    key = tuple_(entry_keys.c.feed_id, entry_keys.c.key)
    rows = await connection.execute(
        select(entry_keys.c.feed_id, entry_keys.c.key)
        .where(entry_keys.c.last_seen_at < moment, key > after)
        .order_by(entry_keys.c.feed_id, entry_keys.c.key)
        .limit(BATCH)
    )
    return [(row.feed_id, row.key) for row in rows]


async def forget_keys(connection: AsyncConnection, moment: datetime, keys: Sequence[EntryAt]) -> None:
    """Remove those of these keys that have not been seen since."""
    for feed_id, entries in groupby(keys, lambda entry: entry[0]):
        await connection.execute(
            delete(entry_keys).where(
                entry_keys.c.feed_id == feed_id,
                entry_keys.c.key.in_([key for _, key in entries]),
                entry_keys.c.last_seen_at < moment,
            )
        )


async def _ids(connection: AsyncConnection, old: Select[Any], limit: int = BATCH) -> list[Any]:
    return list(await connection.scalars(old.limit(limit)))
