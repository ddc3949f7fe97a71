"""Embeddings, stored small."""

from __future__ import annotations

import numpy as np

from bot.store import Store
from tests.contract.store.samples import NOW


async def test_vectors_keep_length_and_direction(store: Store) -> None:
    raw = np.random.default_rng(7).normal(size=(50, 384)).astype(np.float32)
    raw[:, 0] *= 8  # one dimension that outweighs the others, as e5's do
    unit_rows = raw / np.linalg.norm(raw, axis=1, keepdims=True)
    vectors = {f"d{row}": unit_rows[row] for row in range(50)}
    async with store.write() as unit:
        await unit.vectors.put("e5", vectors, NOW)
    async with store.read() as unit:
        found = await unit.vectors.get("e5", list(vectors))
    assert found.keys() == vectors.keys()
    for digest, vector in found.items():
        assert vector.dtype == np.float32
        assert abs(float(np.linalg.norm(vector)) - 1) < 1e-5
        assert float(vector @ vectors[digest]) > 0.999


async def test_models_are_kept_apart_and_unknown_texts_left_out(store: Store) -> None:
    ones = np.full(4, 0.5, dtype=np.float32)
    async with store.write() as unit:
        await unit.vectors.put("e5", {"d": ones}, NOW)
        await unit.vectors.put("other", {"d": -ones}, NOW)
        await unit.vectors.put("e5", {}, NOW)
        assert list(await unit.vectors.get("e5", ["d", "unknown"])) == ["d"]
        assert (await unit.vectors.get("other", ["d"]))["d"].max() < 0
        assert await unit.vectors.get("e5", []) == {}


async def test_putting_again_replaces_and_a_zero_vector_stays_zero(store: Store) -> None:
    async with store.write() as unit:
        await unit.vectors.put("e5", {"d": np.ones(3, dtype=np.float32)}, NOW)
        await unit.vectors.put("e5", {"d": np.zeros(3, dtype=np.float32)}, NOW)
        assert (await unit.vectors.get("e5", ["d"]))["d"].tolist() == [0.0, 0.0, 0.0]
