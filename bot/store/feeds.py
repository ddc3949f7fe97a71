"""States of feeds, and the feeds that were added at run time."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import ColumnElement, Row, delete, func, literal_column, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Feed, FeedId, FeedState, FirstPoll
from bot.store.batches import batched
from bot.store.codec import decode, encode
from bot.store.key_values import KeyValueStore
from bot.store.schema import added_feeds, feed_states
from bot.store.statements import Insert, insert

_KEPT = tuple(field.name for field in fields(FeedState) if field.name != "feed_id")
"""The columns of a state, which have the names of its fields."""


_REVISION = "added-feeds-revision"
_state_row = feed_states.c
_ZERO: ColumnElement[int] = literal_column("0")
"""Written out: an index of some rows is used only where the statement itself names them."""


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

    async def due(
        self,
        now: datetime,
        limit: int,
        *,
        is_failing: bool,
        since: datetime | None = None,
        besides: Collection[FeedId] = (),
    ) -> Mapping[FeedId, FeedState]:
        """States of watched feeds that are due: up to `limit`, the longest waiting first.

        `is_failing`: of those that fail, else of those that do well. `since`: not those that have waited longer, nor
        those `besides`.
        """
        failures = _state_row.failures > _ZERO if is_failing else _state_row.failures == _ZERO
        due = select(feed_states).where(_state_row.watched, ~_state_row.gone, failures, _state_row.next_poll_at <= now)
        if since is not None:
            due = due.where(_state_row.next_poll_at >= since, _state_row.feed_id.not_in(besides))
        rows = await self.connection.execute(due.order_by(_state_row.next_poll_at).limit(limit))
        return {FeedId(row.feed_id): _state(row) for row in rows}

    async def earliest_due(self) -> datetime | None:
        """When the first watched feed is polled again; None if none is."""
        moments = [
            await self.connection.scalar(
                select(_state_row.next_poll_at)
                .where(_state_row.watched, ~_state_row.gone, failures)
                .order_by(_state_row.next_poll_at)
                .limit(1)
            )
            for failures in (_state_row.failures == _ZERO, _state_row.failures > _ZERO)
        ]
        return min((moment for moment in moments if moment is not None), default=None)

    async def polled_count(self) -> int:
        """How many watched feeds were polled before."""
        return await self.connection.scalar(select(func.count()).where(_state_row.watched)) or 0

    async def last_polled(self) -> datetime | None:
        """When any feed was last polled."""
        moment: datetime | None = await self.connection.scalar(select(func.max(_state_row.polled_at)))
        return moment

    async def misdated(self, now: datetime, longest: timedelta) -> Mapping[FeedId, FeedState]:
        """States that a wrong clock has left: polled after now, or to be polled later than in the longest wait."""
        wrong = (_state_row.next_poll_at > now + longest) | (_state_row.polled_at > now)
        rows = await self.connection.execute(select(feed_states).where(_state_row.watched, ~_state_row.gone, wrong))
        return {FeedId(row.feed_id): _state(row) for row in rows}

    async def known(self) -> frozenset[FeedId]:
        """The feeds that were polled before, watched or not."""
        return frozenset(map(FeedId, await self.connection.scalars(select(_state_row.feed_id))))

    async def moved(self, among: Collection[FeedId] | None = None) -> Mapping[FeedId, str]:
        """The addresses of feeds that have moved for good; `among` these only."""
        moved = select(_state_row.feed_id, _state_row.moved_to).where(_state_row.moved_to.is_not(None))
        batches = [moved] if among is None else [moved.where(_state_row.feed_id.in_(ids)) for ids in batched(among)]
        return {FeedId(row.feed_id): row.moved_to for one in batches for row in await self.connection.execute(one)}

    async def watch(self, feed_ids: Collection[FeedId]) -> None:
        """These feeds are on the list now, and no others."""
        watched = set(feed_ids)
        rows = await self.connection.execute(select(_state_row.feed_id, _state_row.watched))
        changed = [row.feed_id for row in rows if row.watched != (row.feed_id in watched)]
        for batch in batched(changed):
            await self.connection.execute(
                update(feed_states).where(_state_row.feed_id.in_(batch)).values(watched=~_state_row.watched)
            )

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

    async def revision(self) -> str:
        """A text that changes whenever any process adds or removes a feed. It is cheap to get."""
        return await KeyValueStore(self.connection).get(_REVISION) or "0"

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
        await self._change()
        return result.rowcount == 1

    async def remove(self, feed_id: FeedId) -> bool:
        """Remove a feed and its state. Its entries stay known: they are not new when the feed is added again."""
        await self.connection.execute(delete(feed_states).where(feed_states.c.feed_id == feed_id))
        result = await self.connection.execute(delete(added_feeds).where(added_feeds.c.feed_id == feed_id))
        await self._change()
        return result.rowcount == 1

    async def _change(self) -> None:
        await KeyValueStore(self.connection).set(_REVISION, str(int(await self.revision()) + 1))


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
