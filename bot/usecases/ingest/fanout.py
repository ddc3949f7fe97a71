"""Tells many chats of a document, one part after another: each is planned and stored as a small document is.

A part is planned from a snapshot of its chats, off the event loop, and stored with its own end in one transaction, if
the snapshot is still the same; so a crash anywhere leaves it told or untold. Between two parts others write. A part
that is overtaken again and again is divided: its first chats are told alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import structlog

from bot.errors import StoreError
from bot.features.document import Document
from bot.model import Destination, Fanout, FanoutId, NewDelivery, OpenPart, StoryId, Topic, TopicId
from bot.ports import Clock, FaultPoints
from bot.store import DecodedContents, Store, UnitOfWork
from bot.usecases.ingest.alerting import AlertCandidate, plan_alerts
from bot.usecases.ingest.compositions import Compositions
from bot.usecases.ingest.fanout_parts import addressed_to, candidates_of, first_chats
from bot.usecases.ingest.merge_stories import plan_mergers
from bot.usecases.ingest.planned_outbox import OutboxChanges, PlannedOutbox, store_outbox
from bot.usecases.ingest.score_articles import document_of
from bot.usecases.ingest.snapshot import Snapshot, read_snapshot
from bot.usecases.topics.watchlist import Audiences, Watchlist

log = structlog.get_logger()

OPTIMISTIC: Final = 3
"""Attempts while others may write. After so many that were overtaken, a few chats are planned while they wait."""

SMALLER: Final = 4
"""After each attempt that failed, so many times fewer chats are told at once."""

FEW: Final = 16
"""Chats that are planned while others wait."""

CRASHES_ALLOWED: Final = 3
"""Failures of our own code on one chat after which it is left out, so that those behind it are told."""

STORE_PAUSE: Final = 10.0
"""Seconds to wait after a database error: the disk may be full, or another program may hold the database."""

LOOK, LOOK_FOR_OTHERS = 60.0, 1.0
"""Seconds after which open parts are looked for without a wake-up: a command in another process may have left some; and
where other workers add them all the time.
"""

_EVERY: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class _Job:
    """What the parts of a fan-out share, as long as they are told."""

    id: FanoutId
    fanout: Fanout
    documents: tuple[Document, ...]
    compositions: Compositions


@dataclass(frozen=True, slots=True)
class _Basis:
    """What of the store a part's plan rests on."""

    snapshot: Snapshot
    stories: Mapping[StoryId, StoryId]
    """Stories that have become a part of another one since, and what they are called here."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A part, as far as it is told at once."""

    open_part: OpenPart
    job: _Job
    now_told: tuple[Destination, ...]
    later: tuple[Destination, ...]
    candidates: tuple[AlertCandidate, ...]
    topics: Mapping[TopicId, Topic]
    watchlist: Watchlist
    now: datetime


class FanoutWorker:
    """Works off what many chats are still to be told. Call `wake` when something was added."""

    def __init__(
        self, store: Store, clock: Clock, faults: FaultPoints, audiences: Audiences, watching: Callable[[], Watchlist]
    ) -> None:
        self._store = store
        self._clock = clock
        self._faults = faults
        self._audiences = audiences
        self._watching = watching
        self._woken = asyncio.Event()
        self._turn = asyncio.Lock()
        self._job: _Job | None = None
        self._crashes = 0

    def wake(self) -> None:
        """Look for open parts now."""
        self._woken.set()

    async def run(self, stop: asyncio.Event, told: Callable[[], None]) -> None:
        """Tell part after part until `stop` is set; the rest is told after the next start. `told`: after each."""
        stopping = asyncio.create_task(stop.wait())
        try:
            while not stop.is_set():
                self._woken.clear()
                wait = LOOK_FOR_OTHERS if self._store.membership.is_shared else LOOK
                try:
                    while not stop.is_set() and await self.tell_next() is not None:
                        told()
                except StoreError as error:
                    log.error("fanout-waits", reason=str(error))  # noqa: TRY400 -- the reason says it all
                    wait = STORE_PAUSE
                except Exception:  # -- a defect in one document's fan-out must not end the job
                    log.exception("fanout-waits")
                woken = asyncio.create_task(self._woken.wait())
                await asyncio.wait({stopping, woken}, timeout=wait, return_when=asyncio.FIRST_COMPLETED)
                woken.cancel()
        finally:
            stopping.cancel()

    async def work_off(self) -> tuple[NewDelivery, ...]:
        """Tell all parts that are open; returns what was queued."""
        queued: list[NewDelivery] = []
        while (part := await self.tell_next()) is not None:
            queued += part
        return tuple(queued)

    async def tell_next(self) -> tuple[NewDelivery, ...] | None:
        """Tell the next part, or as much of it as goes through; returns what was queued, None if nothing is open."""
        async with self._turn:
            overtaken, chats = 0, _EVERY
            while True:
                is_exclusive = overtaken >= OPTIMISTIC
                async with self._others_waiting(is_exclusive):
                    attempt = await self._begin(min(chats, FEW) if is_exclusive else chats)
                    if attempt is None:
                        return None
                    changes = await self._told(attempt)
                if changes is not None:
                    return changes.queued
                overtaken += 1
                chats = max(1, len(attempt.now_told) // SMALLER)

    async def _told(self, attempt: _Attempt) -> OutboxChanges | None:
        """None where nothing is stored: fewer chats are tried next.

        So a chat on which our own code fails is alone in the end, and left out; all others are told.
        """
        try:
            changes = await self._tell(attempt)
        except StoreError:
            raise
        except Exception:  # -- see above; it is logged with its traceback
            log.exception("fanout-crashed", chats=len(attempt.now_told))
            if len(attempt.now_told) > 1:
                return None
            self._crashes += 1
            if self._crashes < CRASHES_ALLOWED:
                return None
            log.error("fanout-left-out", chats=[str(to) for to in attempt.now_told])  # noqa: TRY400 -- as above
            async with self._store.write() as unit:
                await self._finish(unit, attempt)
            changes = OutboxChanges()
        self._crashes = 0
        return changes

    async def _begin(self, chats: int) -> _Attempt | None:
        """The first chats of the next part, and what they are alerted to by what is watched now."""
        watchlist = self._watching()
        async with self._store.read() as unit:
            open_part = await unit.fanouts.first()
            if open_part is None:
                self._job = None
                return None
            job = await self._job_of(unit, open_part.fanout_id)
            audience = await self._audiences.read(unit)
            ids = await unit.chats.current_ids({to.chat for to in open_part.part.destinations})

        def begun() -> _Attempt:
            part = open_part.part
            now_told, later = first_chats(part.destinations, lambda to: replace(to, chat=ids[to.chat]), chats)
            candidates = candidates_of(job.fanout, part, job.documents)
            named = {match.topic_id for item in candidates for match in item.matches}
            watched = {name: watchlist.topics[name] for name in named if name in watchlist.topics}
            topics = addressed_to(now_told, audience.address(watched), audience.default)
            return _Attempt(open_part, job, now_told, later, candidates, topics, watchlist, self._clock.now())

        return await asyncio.to_thread(begun)  # a topic may have a hundred thousand destinations

    async def _tell(self, attempt: _Attempt) -> OutboxChanges | None:
        """None where the plan was overtaken, and nothing is stored."""
        contents = DecodedContents()
        async with self._store.read() as unit:
            basis = await self._read(unit, attempt, contents)
        changes = await asyncio.to_thread(_plan, attempt, basis)
        async with self._store.write() as unit:
            if self._watching().topics is not attempt.watchlist.topics:
                return None
            first = await unit.fanouts.first_id()
            if first != attempt.open_part.id or await self._read(unit, attempt, contents) != basis:
                return None
            await self._store_part(unit, attempt, changes)
            self._faults.reach("fanout.before-commit")
        self._faults.reach("fanout.committed")
        return changes

    async def _read(self, unit: UnitOfWork, attempt: _Attempt, contents: DecodedContents) -> _Basis:
        fanout = attempt.job.fanout
        own = {item.article.id: item.article.story_id for item in attempt.candidates}
        since = {
            story: was
            for article_id, story in (await unit.articles.stories_of(own)).items()
            if (was := own[article_id]) is not None and was != story
        }
        ids = await unit.chats.current_ids({to.chat for to in attempt.now_told}) if fanout.merged else {}
        snapshot = await read_snapshot(
            unit,
            await self._audiences.read(unit),
            attempt.topics,
            [(item.article, item.matches) for item in attempt.candidates],
            {**fanout.merged, **since},
            attempt.now,
            contents,
            merging=dict.fromkeys(replace(to, chat=ids[to.chat]) for to in attempt.now_told) if fanout.merged else (),
        )
        return _Basis(snapshot, since)

    async def _store_part(self, unit: UnitOfWork, attempt: _Attempt, changes: OutboxChanges) -> None:
        part = attempt.open_part.part
        matches = [*part.judged, *(match for _, match in part.matches)]
        there = await unit.articles.those_there({match.article_id for match in matches})
        kept = [match for match in matches if match.article_id in there]
        await unit.matches.add(kept, attempt.job.fanout.judged_at, unless_newer=True)
        await store_outbox(unit, changes, attempt.now)
        await self._finish(unit, attempt)

    async def _finish(self, unit: UnitOfWork, attempt: _Attempt) -> None:
        if attempt.later:
            await unit.fanouts.shorten(attempt.open_part.id, attempt.later)
        else:
            await unit.fanouts.finish(attempt.open_part)

    async def _job_of(self, unit: UnitOfWork, fanout_id: FanoutId) -> _Job:
        if self._job is None or self._job.id != fanout_id:
            fanout = await unit.fanouts.get(fanout_id)
            documents = await asyncio.to_thread(lambda: tuple(document_of(item.article) for item in fanout.articles))
            self._job = _Job(fanout_id, fanout, documents, Compositions())
        return self._job

    @asynccontextmanager
    async def _others_waiting(self, exclusive: bool) -> AsyncIterator[None]:
        """Keep others from writing, where plans have been overtaken too often."""
        if not exclusive:
            yield
            return
        async with self._store.reserve():
            yield


def _plan(attempt: _Attempt, basis: _Basis) -> OutboxChanges:
    """What the chats are told, as for a document that is told at once."""
    attempt.job.compositions.forget_many()
    snapshot, fanout, now = basis.snapshot, attempt.job.fanout, attempt.now
    outbox = PlannedOutbox(snapshot.threads, now, snapshot.current)
    plan_mergers(outbox, snapshot, fanout.merged, attempt.watchlist.language, now)
    plan_alerts(
        attempt.candidates,
        outbox,
        snapshot,
        attempt.watchlist,
        attempt.topics,
        attempt.job.compositions,
        now,
        first_poll=fanout.first_poll,
    )
    return outbox.changes()
