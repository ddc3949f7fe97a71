"""Poll a feed: what its server answers, and what is known of it then."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from random import Random

import structlog

from bot.errors import KabarError
from bot.feeds.bot_walls import no_feed
from bot.feeds.poll_schedule import (
    NO_ANSWER,
    after_failure,
    after_not_modified,
    at_new_address,
    poll_address,
    slow_down_for_push,
)
from bot.model import (
    Feed,
    FeedId,
    FeedState,
    FetchFailed,
    FetchProblem,
    NotModified,
    ParsedFeed,
)
from bot.ports import Clock
from bot.store import Store
from bot.text.urls import host_of
from bot.usecases.feeds.states import FeedRecord, FeedStates
from bot.usecases.ingest.feed_locks import FeedLocks
from bot.usecases.ingest.incoming_document import IncomingDocument, Pushed
from bot.usecases.ingest.network_outage import NetworkOutage
from bot.usecases.ingest.pipeline import Pipeline
from bot.usecases.ingest.plan import PollReport
from bot.usecases.ingest.poll_places import FAIR, Turn
from bot.usecases.topics.watchlist import Watchlist

log = structlog.get_logger()

SOON = timedelta(minutes=2)
"""Within this time feeds are asked again once the network is back."""


class Poller:
    """Polls feeds against a watch."""

    def __init__(
        self,
        store: Store,
        pipeline: Pipeline,
        clock: Clock,
        random: Random,
    ) -> None:
        self._store = store
        self._states = FeedStates(store)
        self._pipeline = pipeline
        self._clock = clock
        self._random = random
        self._turns = FeedLocks()
        self._silence = NetworkOutage()

    async def poll(self, feed: Feed, watching: Callable[[], Watchlist], turn: Turn) -> PollReport:
        """One poll, in its turn. Whatever the server, the network or the document does is in the report.

        `watching` says what is watched now, which may change while the poll is under way.
        """
        async with self._turns.of(feed.id):
            return await self._poll_now(feed, watching, turn)

    async def _poll_now(self, feed: Feed, watching: Callable[[], Watchlist], turn: Turn) -> PollReport:
        record = await self._states.get(feed.id)
        try:
            report = await self._poll(feed, record, watching, turn)
        except KabarError:
            raise
        except Exception as error:  # -- our own failure on a document is no reason to ask for it again at once
            log.exception("poll-crashed", feed=feed.id)
            reason = f"Kabar failed on this feed ({type(error).__name__}); its log says more"
            report = await self._failed(
                feed, record.state, FetchFailed(feed.url, FetchProblem.BAD_CONTENT, reason), watching()
            )
        if watching().feeds.get(feed.id, feed).url != feed.url:
            await self._forget_address(feed.id)
        if not feed.url.startswith("file:"):  # a file answers where no server does
            await self._hasten(self._silence.after(feed.id, is_answered=report.problem not in NO_ANSWER))
        return report

    async def _poll(self, feed: Feed, record: FeedRecord, watching: Callable[[], Watchlist], turn: Turn) -> PollReport:
        state = record.state
        is_conditional = state is not None and (state.etag or state.last_modified)
        outcome = await turn.asking(self._pipeline.fetch(feed, state)) or _cut_short(feed)
        turn.note_answer(is_answered=not (isinstance(outcome, FetchFailed) and outcome.problem in NO_ANSWER))
        if isinstance(outcome, FetchFailed):
            return await self._failed(feed, state, outcome, watching())
        if isinstance(outcome, NotModified) and state is not None and is_conditional:
            return await self._unchanged(feed, record, state, outcome, watching())
        if isinstance(outcome, NotModified):
            # Nothing was asked conditionally, so there is nothing that it could be the same as.
            odd = FetchFailed(outcome.url, FetchProblem.BAD_CONTENT, "says 'not modified' to the first question")
            return await self._failed(feed, state, odd, watching())
        parsed = await self._pipeline.parse(outcome.body, outcome.headers, outcome.url, state)
        if not isinstance(parsed, ParsedFeed):
            return await self._failed(feed, state, no_feed(outcome, parsed.reason), watching())
        return await self._pipeline.take_in(IncomingDocument(feed, record, outcome, parsed), watching, turn)

    async def take(
        self, feed: Feed, body: bytes, headers: Mapping[str, str], watching: Callable[[], Watchlist]
    ) -> PollReport:
        """What a hub has posted of a feed, on the same way as what a poll brings.

        What cannot be read is no fault of the feed's, which is asked itself at its time.
        """
        async with self._turns.of(feed.id):
            record = await self._states.get(feed.id)
            state = record.state
            if state is None or state.succeeded_at is None:
                return PollReport(feed, error="a hub posts what has not been read before")
            url = poll_address(feed, state)
            parsed = await self._pipeline.parse(body, headers, url, state)
            if not isinstance(parsed, ParsedFeed):
                log.warning("push-unreadable", feed=feed.id, reason=parsed.reason)
                return PollReport(feed, error=parsed.reason)
            return await self._pipeline.take_in(IncomingDocument(feed, record, Pushed(url), parsed), watching)

    async def _unchanged(
        self, feed: Feed, record: FeedRecord, state: FeedState, outcome: NotModified, watch: Watchlist
    ) -> PollReport:
        """A feed whose hub posts what is new is asked less often."""
        now, jitter = self._clock.now(), self._random.random()
        after = after_not_modified(feed, state, outcome, limits=watch.limits, now=now, jitter=jitter)
        if record.is_posted(now):
            after = slow_down_for_push(feed, after, limits=watch.limits, now=now, jitter=jitter)
        await self._states.save(after)
        return PollReport(feed, unchanged=True)

    async def _failed(self, feed: Feed, state: FeedState | None, failed: FetchFailed, watch: Watchlist) -> PollReport:
        now = self._clock.now()
        after = after_failure(
            feed,
            state,
            failed,
            limits=watch.limits,
            now=now,
            jitter=self._random.random(),
            is_network_away=self._silence.holds_for(feed.id),
        )
        await self._states.save(after)
        minutes = (after.next_poll_at - now).total_seconds() / 60
        again_in = "never" if after.gone else f"{minutes:.0f} min"
        log.warning("feed-unreachable", feed=feed.id, reason=failed.reason, again_in=again_in)
        return PollReport(feed, error=failed.reason, problem=failed.problem)

    async def _forget_address(self, feed_id: FeedId) -> None:
        """It was corrected while the old one was asked: what that has said must not keep the new one waiting."""
        async with self._store.write() as unit:
            state = (await unit.feeds.states([feed_id])).get(feed_id)
            if state is not None:
                await unit.feeds.save_state(at_new_address(state, self._clock.now()))

    async def _hasten(self, feeds: Collection[FeedId]) -> None:
        """The network is back: these are asked within a few minutes."""
        if not feeds:
            return
        now = self._clock.now()
        async with self._store.write() as unit:
            for state in (await unit.feeds.states(feeds)).values():
                soon = now + SOON * self._random.random()
                await unit.feeds.save_state(replace(state, next_poll_at=min(state.next_poll_at, soon)))
        log.info("network-back", feeds=len(feeds))


def _cut_short(feed: Feed) -> FetchFailed:
    reason = f"{host_of(feed.url) or feed.id} did not answer within {FAIR:g} s, and many other feeds were waiting"
    return FetchFailed(feed.url, FetchProblem.TIMEOUT, reason)
