"""Which feeds are due: asked every two seconds, so what is asked depends on how many are, not on how many there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.feeds.moved_feeds import joined_feeds, without_doubtful
from bot.feeds.poll_order import DuePoll, due_poll
from bot.feeds.poll_schedule import LONGEST_WAIT, is_poll_due
from bot.model import Feed, FeedId, FeedState
from bot.ports import Clock
from bot.store import Store, UnitOfWork
from bot.usecases.shared_work import SharedWork
from bot.usecases.topics.watchlist import watched_feeds

AT_ONCE: Final = 1_000
"""Feeds that do well, and as many that fail, of which one look tells. Where more are due, the next look goes on behind
them: those of one slow server, or of a worker that hangs, must not hide all others.
"""

LOOK_AT_ALL: Final = timedelta(minutes=10)
"""How often those are looked for that a wrong clock has put far ahead."""


@dataclass(frozen=True, slots=True)
class Due:
    """What a look has found."""

    feeds: Mapping[FeedId, Feed]
    """All that are watched; the same object as long as they are the same."""
    merged: Mapping[FeedId, FeedId]
    """Feeds that have moved to the address of another feed, each with that feed."""
    polls: tuple[DuePoll, ...]
    """Feeds of files first, then the longest waiting."""


@dataclass(frozen=True, slots=True)
class _Told:
    """How far looks have come."""

    until: datetime | None = None
    at_last: frozenset[FeedId] = frozenset()
    """Those of that moment, at which many are due where a file has changed all their addresses at once."""

    def after(self, states: Mapping[FeedId, FeedState]) -> _Told:
        """Once these have been told, too."""
        last = max(state.next_poll_at for state in states.values())
        at_last = frozenset(feed_id for feed_id, state in states.items() if state.next_poll_at == last)
        return _Told(last, at_last | self.at_last if last == self.until else at_last)


class DueFeeds:
    """Finds the feeds that are due. It remembers which feeds there are and which have moved."""

    def __init__(self, store: Store, clock: Clock, work: SharedWork) -> None:
        self._store = store
        self._clock = clock
        self._work = work
        self._configured: Sequence[Feed] | None = None
        self._revision = ""
        self._feeds: Mapping[FeedId, Feed] = {}
        self._new: dict[FeedId, None] = {}
        """Those that were never polled."""
        self._asked: frozenset[FeedId] = frozenset()
        """Those that were told since a look began with the longest waiting: only a poll changes where a feed is."""
        self._told_until: dict[bool, _Told] = {}
        """Where the last look ended, for feeds that do well and those that fail; nothing where it has told of all."""
        self._moved: dict[FeedId, str] = {}
        self._joined: Mapping[FeedId, FeedId] = {}
        self._last: datetime | None = None
        self._all_at: datetime | None = None

    async def look(self, configured: Sequence[Feed], *, every: bool = False) -> Due:
        """The feeds to poll now among those of the configuration and those that were added since; `every`: all."""
        now = self._clock.now()
        is_thorough = self._is_time_for_all(now)
        goes_on = bool(self._told_until)
        async with self._store.read() as unit:
            is_changed = await self._read_feeds(unit, configured)
            if is_thorough or is_changed:
                known = await unit.feeds.known()
                self._new = {feed_id: None for feed_id in self._feeds if feed_id not in known}
            states = await (unit.feeds.states() if every else self._states(unit, now, is_thorough=is_thorough))
            merged = await self._merged(unit, is_thorough=is_thorough, is_changed=is_changed)
        if is_changed:
            async with self._store.write() as unit:
                await unit.feeds.watch(self._feeds)
                self._told_until.clear()
                states = states if every else await self._states(unit, now, is_thorough=is_thorough)
        self._last = now
        names = self._feeds if every else [*self._new, *states]
        polls = self._polls(names, states, merged, now, every=every)
        self._asked = (self._asked if goes_on else frozenset()) | {poll.feed.id for poll in polls}
        return Due(self._feeds, merged, polls)

    def _is_time_for_all(self, now: datetime) -> bool:
        """At first, when the clock was set back, and now and then."""
        if self._all_at is not None and self._last is not None and self._last <= now < self._all_at + LOOK_AT_ALL:
            return False
        self._all_at = now
        return True

    async def _read_feeds(self, unit: UnitOfWork, configured: Sequence[Feed]) -> bool:
        revision = await unit.feeds.revision()
        if configured is self._configured and revision == self._revision:
            return False
        feeds = watched_feeds(configured, await unit.feeds.added())
        self._configured, self._revision = configured, revision
        if feeds == self._feeds:
            return False
        self._feeds = feeds
        return True

    async def _states(self, unit: UnitOfWork, now: datetime, *, is_thorough: bool) -> Mapping[FeedId, FeedState]:
        states = await self._next_due(unit, now)
        if is_thorough:
            states.update(await unit.feeds.misdated(now, LONGEST_WAIT))
        if self._new:
            known = await unit.feeds.states(self._new)
            self._new = {feed_id: None for feed_id in self._new if feed_id not in known}
            states.update(known)
        return states

    async def _next_due(self, unit: UnitOfWork, now: datetime) -> dict[FeedId, FeedState]:
        """Those that are due, behind those that the last look has told where there were too many for one."""
        found: dict[FeedId, FeedState] = {}
        limit = AT_ONCE * max(len(self._work.names), 1)
        for is_failing in (False, True):
            told = self._told_until.pop(is_failing, None) or _Told()
            some = await unit.feeds.due(now, limit, is_failing=is_failing, since=told.until, besides=told.at_last)
            if len(some) == limit:
                self._told_until[is_failing] = told.after(some)
            found.update(some)
        return found

    async def _merged(self, unit: UnitOfWork, *, is_thorough: bool, is_changed: bool) -> Mapping[FeedId, FeedId]:
        looked_at = self._moved.keys() if is_thorough else self._asked
        found = await unit.feeds.moved(None if is_thorough else self._asked)
        kept = {feed_id: place for feed_id, place in self._moved.items() if feed_id not in looked_at}
        moved = {**kept, **found}
        if is_changed or moved != self._moved:
            self._moved = moved
            self._joined = joined_feeds(self._feeds, moved)
        others = set(self._joined.values())
        return without_doubtful(self._joined, await unit.feeds.states(others) if others else {})

    def _polls(
        self,
        names: Iterable[FeedId],
        states: Mapping[FeedId, FeedState],
        merged: Mapping[FeedId, FeedId],
        now: datetime,
        *,
        every: bool,
    ) -> tuple[DuePoll, ...]:
        polled = [self._feeds[name] for name in names if name in self._feeds and name not in merged]
        due = [feed for feed in polled if every or is_poll_due(feed, states.get(feed.id), now)]
        due = [feed for feed in due if self._work.has(feed)]
        waiting = {feed_id: state.next_poll_at for feed_id, state in states.items()}
        due.sort(key=lambda feed: (not feed.url.startswith("file:"), waiting.get(feed.id, now)))
        return tuple(due_poll(feed, states.get(feed.id)) for feed in due)
