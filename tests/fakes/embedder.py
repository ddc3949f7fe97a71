"""An embedder without a model: words hashed into a vector, so that texts that share words are near each other.

All vectors lie close together, as those of the model do: around the mean of all languages that is shipped for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from hashlib import blake2b
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from bot.adapters.embedding.model_input import model_text
from bot.features.similarity import DIMENSIONS, openings


class FakeEmbedder:
    """Implements `bot.ports.Embedder`: feature hashing with signs (Weinberger et al., arXiv:0902.2206)."""

    def __init__(self, dimensions: int = 384) -> None:
        self._dimensions = dimensions
        self.embedded: list[str] = []
        """Every text it was given, in order."""

    @property
    def name(self) -> str:
        return f"fake-words-{self._dimensions}"

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.embedded.extend(texts)
        vectors = np.zeros((len(texts), self._dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = self._vector(text)
        return vectors

    async def cut(self, texts: Sequence[str]) -> list[str]:
        """As the local embedder shows texts to its model."""
        return [model_text(text, 90) for text in texts]

    def _vector(self, text: str) -> NDArray[np.float32]:
        vector = np.zeros(self._dimensions, dtype=np.float32)
        for word in re.findall(r"\w+", text[:20_000].casefold()):
            digest = int.from_bytes(blake2b(word.encode("utf-8", "replace"), digest_size=8).digest(), "big")
            vector[digest % self._dimensions] += 1.0 if digest >> 63 else -1.0
        length = float(np.linalg.norm(vector))
        if length == 0.0:
            vector[0] = length = 1.0
        common = _mean() if self._dimensions == DIMENSIONS else np.zeros(self._dimensions, np.float32)
        own = np.sqrt(1 - common @ common) * vector / np.float32(length)
        return np.asarray((common + own) / np.linalg.norm(common + own), np.float32)


@cache
def _mean() -> NDArray[np.float32]:
    with (files("bot.features") / "data" / "language_means.npz").open("rb") as source:
        return openings(np.load(source, allow_pickle=False)["*"].astype(np.float32))
