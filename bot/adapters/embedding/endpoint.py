"""multilingual-e5-small on another machine, behind an OpenAI-compatible `/v1/embeddings`; the local one where it fails.

What the endpoint serves is held against the local model (`probing`) before it is used, and again each time it has
been away. From then on vectors of both are mixed on purpose: an article must not wait for a machine that is off.
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
"""Texts a question; no server known to us takes fewer."""
FIRST_REST = timedelta(seconds=30)
LONGEST_REST = timedelta(minutes=15)
OTHER_MODEL_REST = timedelta(hours=1)
"""Until another model is looked at again: somebody has to change something there first."""

OTHER_MODEL_REMEDY = (
    "serve intfloat/multilingual-e5-small there, with no prompt or prefix of its own, or leave embedding.url empty; "
    "until then the local model does all the work"
)

AWAY_REMEDY = "the local model does its work until it is back"


class EmbeddingApi(Protocol):
    """`bot.adapters.http.JsonApi`; adapters do not import one another."""

    @property
    def shown(self) -> str: ...

    async def ask(self, path: str, question: bytes) -> Fetched | FetchFailed: ...


class LocalModel(Embedder, Protocol):
    """The local embedder, which also says what of a text its model is shown."""

    async def cut(self, texts: Sequence[str]) -> Sequence[str]: ...


class EndpointEmbedder:
    """Implements `bot.ports.Embedder`. Whatever the endpoint does, each text gets its vector.

    After a failure it is left alone for half a minute, then for twice as long each time, up to a quarter of an hour;
    the log has one line when it goes away and one when it is back.
    """

    def __init__(self, api: EmbeddingApi, model: str, local: LocalModel, clock: Clock) -> None:
        """`model`: its name at the endpoint. `local` is closed by whoever made it."""
        self._api = api
        self._model = model
        self._local = local
        self._clock = clock
        self._probes: NDArray[np.float32] | None = None
        self._checking = asyncio.Lock()
        self._is_trusted = False
        self._is_used = False
        self._told: set[bool] = set()
        """What the log has said since it last worked: that it serves another model (True), that it is away (False)."""
        self._failures = 0
        self._rests_until: datetime | None = None

    @property
    def name(self) -> str:
        """That of the local model.

        A stored vector may come from either, and both are interchangeable: that is checked. A name of its own would be
        wrong for each vector made here while the endpoint was away, and would have everything embedded anew whenever
        somebody switches it on or off.
        """
        return self._local.name

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), 384); rows have length 1. A batch that the endpoint fails on is embedded here."""
        batches = [texts[start : start + BATCH] for start in range(0, len(texts), BATCH)]
        parts = [await self._embed_batch(batch) for batch in batches]
        return np.concatenate(parts) if parts else await self._local.embed(texts)

    @property
    def address(self) -> str:
        """Without a login: it may be shown."""
        return self._api.shown

    async def examine(self) -> Agreement | UnusableVectors:
        """Ask for what is known here: the agreement of the same model, or why it is of no use."""
        answer = await self._ask(PROBES)
        if isinstance(answer, UnusableVectors):
            return answer
        if self._probes is None:
            self._probes = await self._local.embed(PROBES)
        found = agreement_of(self._probes, answer)
        return found if found.is_same_model else UnusableVectors(_disagreement(found), is_other_model=True)

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
        """Checks it first, at the first use and after each failure; whoever comes meanwhile waits for the result."""
        if self._is_resting():
            return False
        async with self._checking:
            if self._is_trusted or self._is_resting():
                return self._is_trusted
            found = await self.examine()
            if isinstance(found, UnusableVectors):
                self._note_failure(found)
            else:
                self._is_trusted = True
            return self._is_trusted

    def _is_resting(self) -> bool:
        """A clock that was set back does not make it rest for longer."""
        if self._rests_until is None:
            return False
        return timedelta() < self._rests_until - self._clock.now() <= OTHER_MODEL_REST

    def _note_success(self) -> None:
        if self._told or not self._is_used:
            event = "embedding-endpoint-back" if self._told else "embedding-endpoint-used"
            log.info(event, endpoint=self._api.shown, model=self._model)
        self._is_used = True
        self._told.clear()
        self._failures = 0

    def _note_failure(self, found: UnusableVectors) -> None:
        if self._is_resting():  # another batch that was under way has told
            return
        self._failures += 1
        self._is_trusted = False
        rest = min(FIRST_REST * 2 ** min(self._failures - 1, 10), LONGEST_REST)
        if found.is_other_model:
            rest = OTHER_MODEL_REST
        elif found.retry_after is not None:
            rest = min(max(rest, found.retry_after), OTHER_MODEL_REST)
        self._rests_until = self._clock.now() + rest
        if found.is_other_model not in self._told:
            self._told.add(found.is_other_model)
            self._tell(found)

    def _tell(self, found: UnusableVectors) -> None:
        event = "embedding-endpoint-other-model" if found.is_other_model else "embedding-endpoint-away"
        remedy = OTHER_MODEL_REMEDY if found.is_other_model else AWAY_REMEDY
        log.warning(event, endpoint=self._api.shown, reason=found.reason, what=remedy)


def _disagreement(found: Agreement) -> str:
    return (
        "it serves another model than multilingual-e5-small, or puts something before each text: on "
        f"{len(PROBES)} sentences its vectors agree with the local ones by {found.mean:.2f}, {SAME_MODEL} is needed"
    )
