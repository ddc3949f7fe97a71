"""Features of examples: kept under the name of what computed them, and their vectors with them."""

from __future__ import annotations

import numpy as np

from bot.store import Store, StoredFeatures
from tests.contract.store.samples import DAY, NOW


async def test_features_come_back_under_their_name_only(store: Store) -> None:
    a, b = StoredFeatures("p1", b"\x00a"), StoredFeatures("p2", b"")
    async with store.write() as unit:
        await unit.examples.put("one", {"a": a, "b": b})
        await unit.examples.put("one", {})
        assert await unit.examples.get("one", ["a", "b", "c"]) == {"a": a, "b": b}
        await unit.examples.put("two", {"a": b})
        assert await unit.examples.get("one", ["a", "b"]) == {"b": b}
        assert await unit.examples.get("two", ["a"]) == {"a": b}


async def test_what_no_topic_has_is_removed(store: Store) -> None:
    features = StoredFeatures("p", b"a")
    async with store.write() as unit:
        await unit.examples.put("one", {"a": features, "b": features})
        await unit.examples.put("before", {"c": features})
        unwanted = await unit.examples.unwanted("one", ["a", "c", "d"])
        assert set(unwanted) == {"b", "c"}
        await unit.examples.remove(unwanted)
        assert await unit.examples.unwanted("", []) == ("a",)


async def test_the_vectors_of_examples_are_not_forgotten(store: Store) -> None:
    row = np.array([0.6, 0.8], np.float32)
    async with store.write() as unit:
        await unit.vectors.put("m", {"shown": row, "seen": row}, NOW - DAY * 100)
        await unit.examples.put("one", {"a": StoredFeatures("shown", b"")})
    await store.forget_before(NOW - DAY * 90, DAY)
    async with store.write() as unit:
        assert set(await unit.vectors.get("m", ["shown", "seen"])) == {"shown"}
        await unit.examples.remove(["a"])
    await store.forget_before(NOW - DAY * 90, DAY)
    async with store.read() as unit:
        assert await unit.vectors.get("m", ["shown"]) == {}
