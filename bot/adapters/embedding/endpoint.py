"""multilingual-e5-small on another machine with an OpenAI-compatible `/v1/embeddings`, with the local model as backup.

Before the endpoint is used, and after each outage, its vectors are compared with those of the local model (`probing`).
After that, vectors of both are mixed on purpose: an article must not wait for a machine that is switched off.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np
import structlog
from numpy.typing import NDArray

from bot.adapters.embedding.exchange import UnusableVectors, question_of, read_answer, refusal_of
from bot.adapters.embedding.probing import PROBES, SAME_MODEL, Agreement, agreement_of
from bot.model import Fetched, FetchFailed
from bot.ports import Clock, Embedder

log = structlog.get_logger()

BATCH = 16
"""Texts per request; no server known to us accepts fewer."""
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(minutes=15)
OTHER_MODEL_PAUSE = timedelta(hours=1)
"""The pause if the endpoint serves another model, which somebody has to change there first."""

OTHER_MODEL_REMEDY = (
    "serve intfloat/multilingual-e5-small there, with no prompt or prefix of its own, or leave embedding.url empty; "
    "until then the local model does all the work"
)

AWAY_REMEDY = "the local model does its work until it is back"


class EmbeddingApi(Protocol):
    """The part of `bot.adapters.http.JsonApi` that is used; adapters do not import one another."""

    @property
    def shown(self) -> str: ...

    async def ask(self, path: str, question: bytes) -> Fetched | FetchFailed: ...


class LocalModel(Embedder, Protocol):
    """The local embedder, which can also return the part of a text that its model sees."""

    async def cut(self, texts: Sequence[str]) -> Sequence[str]: ...


class EndpointEmbedder:
    """Implements `bot.ports.Embedder`. Each text gets a vector, whether the endpoint works or not.

    After a failure the endpoint is not used for 30 seconds, and after each further failure for twice as long, up to 15
    minutes. The log gets one line when it fails and one when it works again.
    """

    def __init__(self, api: EmbeddingApi, model: str, local: LocalModel, clock: Clock) -> None:
        """`model`: its name at the endpoint. `local` is closed by the caller."""
        self._api = api
        self._model = model
        self._local = local
        self._clock = clock
        self._probes: NDArray[np.float32] | None = None
        self._checking = asyncio.Lock()
        self._is_trusted = False
        self._is_used = False
        self._logged: set[bool] = set()
        """Failures logged since the endpoint last worked: True for another model, False for no usable response."""
        self._failures = 0
        self._paused_until: datetime | None = None

    @property
    def name(self) -> str:
        """The name of the local model.

        A stored vector may come from either model, and the check ensures that both are interchangeable. A separate name
        would be wrong for the vectors made here during an outage, and switching the endpoint on or off would make
        Kabar embed all texts again.
        """
        return self._local.name

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), 384), with rows of length 1. If the endpoint fails for a batch, it is embedded locally."""
        batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        parts = [await self._embed_batch(batch) for batch in batches]
        return np.concatenate(parts) if parts else await self._local.embed(texts)

    @property
    def address(self) -> str:
        """The URL of the endpoint without its login, safe for logs and messages."""
        return self._api.shown

    async def examine(self) -> Agreement | UnusableVectors:
        """Compare the endpoint with the local model: their agreement, or why the endpoint cannot be used."""
        answer = await self._ask(PROBES)
        if isinstance(answer, UnusableVectors):
            return answer
        if self._probes is None:
            self._probes = await self._local.embed(PROBES)
        result = agreement_of(self._probes, answer)
        return result if result.is_same_model else UnusableVectors(_disagreement(result), is_other_model=True)

    async def _embed_batch(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if await self._may_be_asked():
            answer = await self._ask(texts)
            if not isinstance(answer, UnusableVectors):
                self._note_success()
                return answer
            self._note_failure(answer)
        return await self._local.embed(texts)

    async def _ask(self, texts: Sequence[str]) -> NDArray[np.float32] | UnusableVectors:
        shown = await self._local.cut(texts)
        outcome = await self._api.ask("/embeddings", question_of(self._model, shown))
        if isinstance(outcome, FetchFailed):
            return refusal_of(outcome)
        return read_answer(outcome.body, len(texts))

    async def _may_be_asked(self) -> bool:
        """Whether to use the endpoint. It is checked at the first use and after a failure; other callers wait."""
        if self._is_paused():
            return False
        async with self._checking:
            if self._is_trusted or self._is_paused():
                return self._is_trusted
            result = await self.examine()
            if isinstance(result, UnusableVectors):
                self._note_failure(result)
            else:
                self._is_trusted = True
            return self._is_trusted

    def _is_paused(self) -> bool:
        """Whether the pause after a failure is running. The upper bound matters if the clock was set back."""
        if self._paused_until is None:
            return False
        return timedelta() < self._paused_until - self._clock.now() <= OTHER_MODEL_PAUSE

    def _note_success(self) -> None:
        if self._logged or not self._is_used:
            event = "embedding-endpoint-back" if self._logged else "embedding-endpoint-used"
            log.info(event, endpoint=self._api.shown, model=self._model)
        self._is_used = True
        self._logged.clear()
        self._failures = 0

    def _note_failure(self, result: UnusableVectors) -> None:
        if self._is_paused():  # another batch that ran at the same time has already recorded the failure
            return
        self._failures += 1
        self._is_trusted = False
        pause = min(FIRST_PAUSE * 2 ** min(self._failures - 1, 10), LONGEST_PAUSE)
        if result.is_other_model:
            pause = OTHER_MODEL_PAUSE
        elif result.retry_after is not None:
            pause = min(max(pause, result.retry_after), OTHER_MODEL_PAUSE)
        self._paused_until = self._clock.now() + pause
        if result.is_other_model not in self._logged:
            self._logged.add(result.is_other_model)
            self._log_failure(result)

    def _log_failure(self, result: UnusableVectors) -> None:
        event = "embedding-endpoint-other-model" if result.is_other_model else "embedding-endpoint-away"
        remedy = OTHER_MODEL_REMEDY if result.is_other_model else AWAY_REMEDY
        log.warning(event, endpoint=self._api.shown, reason=result.reason, what=remedy)


def _disagreement(result: Agreement) -> str:
    return (
        "it serves another model than multilingual-e5-small, or puts something before each text: on "
        f"{len(PROBES)} sentences its vectors agree with the local ones by {result.mean:.2f}, {SAME_MODEL} is needed"
    )
