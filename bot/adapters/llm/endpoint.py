"""Client for a language model behind an OpenAI-compatible server; requests one summary at a time."""

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

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
LONGEST_RETRY_AFTER = timedelta(hours=1)
"""The longest Retry-After of the server that is respected."""

AWAY_REMEDY = "stories are told in sentences of their articles until it is back"


class LanguageModelApi(Protocol):
    """The part of `bot.adapters.http.JsonApi` that is used; adapters do not import one another."""

    @property
    def shown(self) -> str: ...

    async def ask(self, path: str, question: bytes) -> Fetched | FetchFailed: ...


class EndpointSummarizer:
    """Implements `bot.ports.Summarizer`. The text of the model is not checked here, but in `bot.summaries.check`.

    After a failure the server is not used for 30 seconds, and after each further failure for twice as long, up to 15
    minutes. The log gets one line when it fails and one when it works again.
    """

    def __init__(self, api: LanguageModelApi, model: str, clock: Clock, *, seconds: float) -> None:
        """`model`: its name at the server. `seconds`: the limit per summary, including the wait for earlier ones."""
        self._api = api
        self._model = model
        self._clock = clock
        self._seconds = seconds
        self._asking = asyncio.Lock()
        self._failures = 0
        self._paused_until: datetime | None = None

    @property
    def address(self) -> str:
        """The URL of the server without its login, safe for logs and messages."""
        return self._api.shown

    async def summarize(self, articles: Sequence[Article], language: Language) -> str | None:
        """The unchecked text of the model, or None if the server is paused, busy, or does not respond in time."""
        if not articles or self._is_paused():
            return None
        deadline = asyncio.get_running_loop().time() + self._seconds
        try:
            async with asyncio.timeout_at(deadline):
                await self._asking.acquire()
        except TimeoutError:
            return None
        try:
            return await self._request_until(deadline, articles, language)
        finally:
            self._asking.release()

    async def _request_until(self, deadline: float, articles: Sequence[Article], language: Language) -> str | None:
        if self._is_paused():  # the request before this one has failed
            return None
        left = deadline - asyncio.get_running_loop().time()
        result: str | UnusableText
        try:
            async with asyncio.timeout_at(deadline):
                result = await self.examine(articles, language)
        except TimeoutError:
            if left < self._seconds / 2:  # most of the time was spent waiting for other summaries: no failure
                return None
            result = UnusableText(f"no answer in {left:.0f} s")
        self._note(result)
        return result if isinstance(result, str) else None

    async def examine(self, articles: Sequence[Article], language: Language) -> str | UnusableText:
        """Request a summary now, even during a pause: the text, or why there is none."""
        outcome = await self._api.ask("/chat/completions", question_of(self._model, articles, language))
        return refusal_of(outcome) if isinstance(outcome, FetchFailed) else read_answer(outcome.body)

    def _is_paused(self) -> bool:
        """Whether the pause after a failure is running. The upper bound matters if the clock was set back."""
        if self._paused_until is None:
            return False
        return timedelta() < self._paused_until - self._clock.now() <= LONGEST_RETRY_AFTER

    def _note(self, result: str | UnusableText) -> None:
        if isinstance(result, str):
            if self._failures:
                log.info("summaries-endpoint-back", endpoint=self._api.shown, model=self._model)
            self._failures = 0
            self._paused_until = None
            return
        self._failures += 1
        pause = min(FIRST_PAUSE * 2 ** min(self._failures - 1, 10), LONGEST_PAUSE)
        if result.retry_after is not None:
            pause = min(max(pause, result.retry_after), LONGEST_RETRY_AFTER)
        self._paused_until = self._clock.now() + pause
        if self._failures == 1:
            log.warning("summaries-endpoint-away", endpoint=self._api.shown, reason=result.reason, what=AWAY_REMEDY)
