"""Embeddings for benchmarks, computed once and kept outside the project (`~/.cache/kabar-bench`)."""

from __future__ import annotations

import asyncio
import hashlib
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.adapters.embedding import LocalEmbedder
from bot.features.similarity import DIMENSIONS, passage
from tests.benchmarks.data import Item

CACHE = Path.home() / ".cache" / "kabar-bench"
_SAVED_EVERY = 500


class VectorCache:
    """Raw embeddings of articles by the digest of their passage, on one core."""

    def __init__(self, folder: Path = CACHE) -> None:
        self._embedder = LocalEmbedder(threads=1)
        self._path = folder / f"{self._embedder.name}.npz"
        self._known = self._kept()
        self.asked: set[str] = set()
        """Ids of the articles asked for since this was cleared: what was fitted meanwhile has seen no others."""

    def has(self, item: Item) -> bool:
        """Whether its embeddings are kept already."""
        return all(_digest(line) in self._known for line in _lines(item))

    def of(self, items: Sequence[Item]) -> NDArray[np.float32]:
        """Both embeddings of each in one row, shape (len(items), 2 * dimensions)."""
        self.asked.update(item.id for item in items)
        texts = {_digest(line): line for item in items for line in _lines(item)}
        missing = [digest for digest in texts if digest not in self._known]
        started = time.monotonic()
        for start in range(0, len(missing), _SAVED_EVERY):
            batch = missing[start : start + _SAVED_EVERY]
            rows = asyncio.run(self._embedder.embed([texts[digest] for digest in batch]))
            self._known.update(zip(batch, rows.astype(np.float16), strict=True))
            self._save()
            done = start + len(batch)
            left = (time.monotonic() - started) / done * (len(missing) - done)
            print(f"embedded {done} of {len(missing)} texts, {left:.0f} s left", file=sys.stderr)
        kept = [np.concatenate([self._known[_digest(line)] for line in _lines(item)]) for item in items]
        return np.stack(kept).astype(np.float32) if kept else np.zeros((0, 2 * DIMENSIONS), np.float32)

    def keep(self) -> KeptEmbedder:
        """An embedder that computes only what is not kept."""
        return KeptEmbedder(self._embedder, self._known, self._save)

    def _kept(self) -> dict[str, NDArray[np.float16]]:
        if not self._path.is_file():
            return {}
        with np.load(self._path, allow_pickle=False) as kept:
            return dict(zip(kept["digests"].tolist(), kept["vectors"], strict=True))

    def _save(self) -> None:
        """With what another process may have added meanwhile."""
        self._known = {**self._kept(), **self._known}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        written = self._path.with_suffix(f".{os.getpid()}.npz")
        np.savez(written, digests=np.array(list(self._known)), vectors=np.stack(list(self._known.values())))
        written.replace(self._path)


class KeptEmbedder:
    """Implements `bot.ports.Embedder`."""

    def __init__(
        self, embedder: LocalEmbedder, known: dict[str, NDArray[np.float16]], save: Callable[[], None]
    ) -> None:
        self._embedder = embedder
        self._known = known
        self._keep = save

    @property
    def name(self) -> str:
        return self._embedder.name

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        missing = list({_digest(text): text for text in texts if _digest(text) not in self._known}.values())
        if missing:
            rows = await self._embedder.embed(missing)
            self._known.update(zip(map(_digest, missing), rows.astype(np.float16), strict=True))
        rows_kept = [self._known[_digest(text)] for text in texts]
        return np.stack(rows_kept).astype(np.float32) if rows_kept else np.zeros((0, DIMENSIONS), np.float32)

    def save(self) -> None:
        """Keep what was computed for the next time."""
        self._keep()


def _lines(item: Item) -> list[str]:
    return passage(item.title, item.text).split("\n")


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
