"""A language model behind an OpenAI-compatible server, asked for one summary at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.adapters.llm.exchange import UnusableText, question_of, read_answer, refusal_of
from bot.model import Article, Fetched, FetchFailed, Language
from bot.ports import Clock

log = structlog.get_logger()

FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=15)
LONGEST_WISH = timedelta(hours=1)
"""Of what a server asks to be left alone for."""

AWAY_REMEDY = "stories are told in sentences of their articles until it is back"


class LanguageModelApi(Protocol):
    """`bot.adapters.http.JsonApi`; adapters do not import one another."""

    @property
    def shown(self) -> str: ...

    async def ask(self, path: str, question: bytes) -> Fetched | FetchFailed: ...


class EndpointSummarizer:
    """Implements `bot.ports.Summarizer`.

    After a failure it is left alone for half a minute, then for twice as long each time, up to a quarter of an hour;
    the log has one line when it goes away and one when it is back. What it writes is not checked here.
    """

    def __init__(self, api: LanguageModelApi, model: str, clock: Clock, *, seconds: float) -> None:
        """`model`: its name there. `seconds`: for one summary as a whole, waiting for others to be written included."""
        self._api = api
        self._model = model
        self._clock = clock
        self._seconds = seconds
        self._asking = asyncio.Lock()
        self._failures = 0
        self._rests_until: datetime | None = None

    @property
    def address(self) -> str:
        """Without a login: it may be shown."""
        return self._api.shown

    async def summarize(self, articles: Sequence[Article], language: Language) -> str | None:
        """What the model writes, unchecked; None while it rests, is busy with others, or does not answer in time."""
        if not articles or self._is_resting():
            return None
        ends = asyncio.get_running_loop().time() + self._seconds
        try:
            async with asyncio.timeout_at(ends):
                await self._asking.acquire()
        except TimeoutError:
            return None
        try:
            return await self._ask_until(ends, articles, language)
        finally:
            self._asking.release()

    async def _ask_until(self, ends: float, articles: Sequence[Article], language: Language) -> str | None:
        if self._is_resting():  # whoever was before has found it away
            return None
        left = ends - asyncio.get_running_loop().time()
        found: str | UnusableText
        try:
            async with asyncio.timeout_at(ends):
                found = await self.examine(articles, language)
        except TimeoutError:
            if left < self._seconds / 2:  # most of the time went into waiting: that says nothing of the server
                return None
            found = UnusableText(f"no answer in {left:.0f} s")
        self._note(found)
        return found if isinstance(found, str) else None

    async def examine(self, articles: Sequence[Article], language: Language) -> str | UnusableText:
        """Ask now, whether it rests or not: what it writes, or why it is of no use."""
        outcome = await self._api.ask("/chat/completions", question_of(self._model, articles, language))
        return refusal_of(outcome) if isinstance(outcome, FetchFailed) else read_answer(outcome.body)

    def _is_resting(self) -> bool:
        """A clock that was set back does not make it rest for longer."""
        if self._rests_until is None:
            return False
        return timedelta() < self._rests_until - self._clock.now() <= LONGEST_WISH

    def _note(self, found: str | UnusableText) -> None:
        if isinstance(found, str):
            if self._failures:
                log.info("summaries-endpoint-back", endpoint=self._api.shown, model=self._model)
            self._failures = 0
            self._rests_until = None
            return
        self._failures += 1
        rest = min(FIRST_REST * 2 ** min(self._failures - 1, 10), LONGEST_REST)
        if found.retry_after is not None:
            rest = min(max(rest, found.retry_after), LONGEST_WISH)
        self._rests_until = self._clock.now() + rest
        if self._failures == 1:
            log.warning("summaries-endpoint-away", endpoint=self._api.shown, reason=found.reason, what=AWAY_REMEDY)
