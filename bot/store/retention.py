"""Deleting rows that are older than the archive keeps them.

This takes many short transactions, so that a poll never waits long to write; it may stop after any of them. Dead
deliveries are kept until somebody retries or drops them, pending and held ones until they are sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Select, delete, exists, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryState
from bot.store.archive_index import forget_index
from bot.store.schema import (
    articles,
    changes,
    deliveries,
    drafts,
    entry_keys,
    example_features,
    expectations,
    matches,
    mutes,
    updates,
    vectors,
)

BATCH: Final = 500
"""How many rows one transaction deletes: about 20 ms, including the sync of the disk."""

_ARTICLES: Final = 100
"""How many articles one transaction deletes: fewer, as their words are removed from the index as well."""


EntryAt = tuple[str, str]
"""A feed and one of its entry keys."""


async def forget_articles(connection: AsyncConnection, moment: datetime) -> int:
    """Delete a batch of articles first seen before the moment, and their matches. Returns how many of both."""
    old = await _ids(connection, select(articles.c.id).where(articles.c.first_seen_at < moment), _ARTICLES)
    await forget_index(connection, old)
    judged = await connection.execute(delete(matches).where(matches.c.article_id.in_(old)))
    gone = await connection.execute(delete(articles).where(articles.c.id.in_(old)))
    return judged.rowcount + gone.rowcount


async def forget_deliveries(connection: AsyncConnection, moment: datetime) -> int:
    """Delete a batch of deliveries sent before the moment, or queued before it and superseded. Returns how many."""
    replaced = deliveries.c.state.in_((DeliveryState.FOLDED, DeliveryState.SUPERSEDED))
    sent_before = (deliveries.c.state == DeliveryState.SENT) & (deliveries.c.sent_at < moment)
    old = await _ids(connection, select(deliveries.c.id).where(sent_before))
    old += await _ids(connection, select(deliveries.c.id).where(replaced, deliveries.c.created_at < moment))
    return (await connection.execute(delete(deliveries).where(deliveries.c.id.in_(old)))).rowcount


async def forget_updates(connection: AsyncConnection, moment: datetime) -> int:
    """Delete a batch of updates handled before the moment; the newest stays for the offset. Returns how many."""
    newest = select(updates.c.id).order_by(updates.c.received_at.desc(), updates.c.id.desc()).limit(1)
    handled = select(updates.c.id).where(updates.c.handled_at < moment, updates.c.id != newest.scalar_subquery())
    old = await _ids(connection, handled)
    return (await connection.execute(delete(updates).where(updates.c.id.in_(old)))).rowcount


async def forget_conversations(connection: AsyncConnection, moment: datetime) -> None:
    """Delete old drafts, expectations, changes and mutes, of which there are a few a day."""
    await connection.execute(delete(drafts).where(drafts.c.created_at < moment))
    await connection.execute(delete(expectations).where(expectations.c.until < moment))
    await connection.execute(delete(changes).where(changes.c.at < moment))
    await connection.execute(delete(mutes).where(mutes.c.muted_at < moment))


async def forget_vectors(connection: AsyncConnection, moment: datetime) -> int:
    """Delete a batch of vectors that were last stored before the moment. Returns how many.

    Those of examples stay: a start that had to embed all of them again would take hours.
    """
    shown = exists().where(example_features.c.passage == vectors.c.digest)
    old = select(vectors.c.model, vectors.c.digest).where(vectors.c.used_at < moment, ~shown).limit(BATCH)
    key = tuple_(vectors.c.model, vectors.c.digest)
    return (await connection.execute(delete(vectors).where(key.in_(old)))).rowcount


async def stale_keys(connection: AsyncConnection, moment: datetime, after: EntryAt) -> Sequence[EntryAt]:
    """A batch of the entry keys last seen before the moment: those that follow `after`, in order."""
    key = tuple_(entry_keys.c.feed_id, entry_keys.c.key)
    rows = await connection.execute(
        select(entry_keys.c.feed_id, entry_keys.c.key)
        .where(entry_keys.c.last_seen_at < moment, key > after)
        .order_by(entry_keys.c.feed_id, entry_keys.c.key)
        .limit(BATCH)
    )
    return [(row.feed_id, row.key) for row in rows]


async def forget_keys(connection: AsyncConnection, moment: datetime, keys: Sequence[EntryAt]) -> None:
    """Delete those of these keys that have not been seen since the moment."""
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
