"""States of feeds, and the feeds added at run time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.adapters.store.content import decode_names, encode_names
from bot.adapters.store.schema import added_feeds, feed_states
from bot.adapters.store.sqlite import insert
from bot.model import Feed, FeedId, FeedState, FirstPoll


@dataclass(frozen=True, slots=True)
class SqlFeeds:
    """Implements `bot.ports.FeedStore`."""

    connection: AsyncConnection

    async def states(self) -> Mapping[FeedId, FeedState]:
        rows = await self.connection.execute(select(feed_states))
        return {FeedId(row.feed_id): _state(row) for row in rows}

    async def state(self, feed_id: FeedId) -> FeedState | None:
        rows = await self.connection.execute(select(feed_states).where(feed_states.c.feed_id == feed_id))
        row = rows.one_or_none()
        return None if row is None else _state(row)

    async def save_state(self, state: FeedState) -> None:
        values = {
            "next_poll_at": state.next_poll_at,
            "etag": state.etag,
            "last_modified": state.last_modified,
            "polled_at": state.polled_at,
            "succeeded_at": state.succeeded_at,
            "failures": state.failures,
            "error": state.error,
            "interval": state.interval,
            "moved_to": state.moved_to,
            "gone": state.gone,
        }
        statement = insert(feed_states).values(feed_id=state.feed_id, **values)
        await self.connection.execute(statement.on_conflict_do_update(index_elements=["feed_id"], set_=values))

    async def added(self) -> tuple[Feed, ...]:
        rows = await self.connection.execute(
            select(added_feeds).order_by(added_feeds.c.added_at, added_feeds.c.feed_id)
        )
        return tuple(_feed(row) for row in rows)

    async def add(self, feed: Feed, now: datetime) -> bool:
        result = await self.connection.execute(
            insert(added_feeds)
            .values(
                feed_id=feed.id,
                url=feed.url,
                title=feed.title,
                tags=encode_names(feed.tags),
                first_poll=feed.first_poll.value,
                owner=feed.owner,
                every=feed.every,
                added_at=now,
            )
            .on_conflict_do_nothing()
        )
        return result.rowcount == 1

    async def remove(self, feed_id: FeedId) -> bool:
        """The entries it has shown stay known, so that adding it again repeats nothing."""
        await self.connection.execute(delete(feed_states).where(feed_states.c.feed_id == feed_id))
        result = await self.connection.execute(delete(added_feeds).where(added_feeds.c.feed_id == feed_id))
        return result.rowcount == 1


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
    )


def _feed(row: Row[tuple[object, ...]]) -> Feed:
    return Feed(
        id=FeedId(row.feed_id),
        url=row.url,
        title=row.title,
        tags=decode_names(row.tags),
        first_poll=FirstPoll(row.first_poll),
        owner=row.owner,
        every=row.every,
    )
