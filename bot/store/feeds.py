"""States of feeds, and the feeds that were added at run time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from functools import cache

from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Feed, FeedId, FeedState, FirstPoll
from bot.store.batches import batched
from bot.store.codec import decode, encode
from bot.store.schema import added_feeds, feed_states
from bot.store.sqlite import Insert, insert

_KEPT = tuple(field.name for field in fields(FeedState) if field.name != "feed_id")
"""The columns of a state, which have the names of its fields."""


@dataclass(frozen=True, slots=True)
class FeedStore:
    """States of all feeds, and the feeds that were added at run time."""

    connection: AsyncConnection

    async def states(self, feed_ids: Collection[FeedId] | None = None) -> Mapping[FeedId, FeedState]:
        """The states of these feeds, or of all. Feeds that were never polled have none."""
        if feed_ids is None:
            rows = list(await self.connection.execute(select(feed_states)))
        else:
            rows = [
                row
                for batch in batched(feed_ids)
                for row in await self.connection.execute(select(feed_states).where(feed_states.c.feed_id.in_(batch)))
            ]
        return {FeedId(row.feed_id): _state(row) for row in rows}

    async def save_state(self, state: FeedState) -> None:
        """Add or replace the state of a feed."""
        await self.save_states([state])

    async def save_states(self, states: Sequence[FeedState]) -> None:
        """Add or replace the states of several feeds. If a feed is there twice, its last state counts."""
        if not states:
            return
        rows = [{name: getattr(state, name) for name in ("feed_id", *_KEPT)} for state in states]
        await self.connection.execute(_saving(), rows)

    async def added(self) -> tuple[Feed, ...]:
        """The feeds that were added at run time, oldest first."""
        rows = await self.connection.execute(
            select(added_feeds).order_by(added_feeds.c.added_at, added_feeds.c.feed_id)
        )
        return tuple(_feed(row) for row in rows)

    async def add(self, feed: Feed, now: datetime) -> bool:
        """Add a feed. False if there is one with this id or address already."""
        result = await self.connection.execute(
            insert(added_feeds)
            .values(
                feed_id=feed.id,
                url=feed.url,
                title=feed.title,
                tags=encode(feed.tags),
                first_poll=feed.first_poll.value,
                owner=feed.owner,
                every=feed.every,
                added_at=now,
            )
            .on_conflict_do_nothing()
        )
        return result.rowcount == 1

    async def remove(self, feed_id: FeedId) -> bool:
        """Remove a feed and its state. Its entries stay known: they are not new when the feed is added again."""
        await self.connection.execute(delete(feed_states).where(feed_states.c.feed_id == feed_id))
        result = await self.connection.execute(delete(added_feeds).where(added_feeds.c.feed_id == feed_id))
        return result.rowcount == 1


@cache
def _saving() -> Insert:
    """The statement is built once, as polls without news do little else."""
    statement = insert(feed_states)
    kept = {name: statement.excluded[name] for name in _KEPT}
    return statement.on_conflict_do_update(index_elements=["feed_id"], set_=kept)


def _state(row: Row[tuple[object, ...]]) -> FeedState:
    return FeedState(
        feed_id=FeedId(row.feed_id),
        next_poll_at=row.next_poll_at,
        etag=row.etag,
        last_modified=row.last_modified,
        polled_at=row.polled_at,
        succeeded_at=row.succeeded_at,
        failures=row.failures,
        error=row.error,
        interval=row.interval,
        moved_to=row.moved_to,
        gone=row.gone,
        failing_since=row.failing_since,
        overrun_at=row.overrun_at,
        entries=row.entries,
        empty_since=row.empty_since,
        newest_at=row.newest_at,
        lull=row.lull,
        lulls=row.lulls,
        document_at=row.document_at,
        date_zone=row.date_zone,
        day_first=row.day_first,
    )


def _feed(row: Row[tuple[object, ...]]) -> Feed:
    return Feed(
        id=FeedId(row.feed_id),
        url=row.url,
        title=row.title,
        tags=decode(row.tags, tuple[str, ...]),
        first_poll=FirstPoll(row.first_poll),
        owner=row.owner,
        every=row.every,
    )
