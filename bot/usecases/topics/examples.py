"""What topics compare articles with: features and embeddings of examples, computed once and kept in the database."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bot.features.similarity import digest_of_text, passage
from bot.matching.packed_side import PackedSide
from bot.matching.profile import packed_sides_of
from bot.matching.program import features_name
from bot.model import Example
from bot.ports import Clock, Embedder
from bot.store import Store, StoredFeatures
from bot.store.batches import batched
from bot.usecases.ingest.score_articles import embed_passages

Vectors = Mapping[str, NDArray[np.float32]]
"""Embeddings by the digest of their text."""

_AT_ONCE: Final = 200
"""Examples described in one turn off the event loop, and stored in one transaction: about half a second."""


@dataclass(frozen=True, slots=True)
class ReadExample:
    """An example ready to be compared with articles."""

    side: PackedSide
    vector: NDArray[np.float32]
    """The raw embeddings of its passage, both lines in one row."""


async def new_examples(embedder: Embedder, examples: Collection[Example]) -> Mapping[Example, ReadExample]:
    """Describe and embed examples."""
    each_once = tuple(dict.fromkeys(examples))
    features = await asyncio.to_thread(_described, each_once)
    vectors = await new_vectors(embedder, {one.passage: _passage(example) for example, one in features.items()})
    return _read(features, vectors)


async def stored_examples(
    store: Store, embedder: Embedder, clock: Clock, examples: Collection[Example]
) -> Mapping[Example, ReadExample]:
    """The same, from the database where it was computed before, so that a start need not wait for it."""
    name, digests = features_name(), {example: digest_of_example(example) for example in dict.fromkeys(examples)}
    async with store.read() as unit:
        stored = await unit.examples.get(name, list(digests.values()))
    features = {example: stored[digest] for example, digest in digests.items() if digest in stored}
    for batch in batched((example for example in digests if example not in features), _AT_ONCE):
        described = await asyncio.to_thread(_described, batch)
        async with store.write() as unit:
            await unit.examples.put(name, {digests[example]: one for example, one in described.items()})
        features |= described
    async with store.read() as unit:
        vectors = await unit.vectors.get(embedder.name, [one.passage for one in features.values()])
    lacking = {one.passage: example for example, one in features.items() if one.passage not in vectors}
    texts = {digest: _passage(example) for digest, example in lacking.items()}
    return _read(features, {**vectors, **await stored_vectors(store, embedder, clock, texts)})


async def forget_other_examples(store: Store, examples: Iterable[Example]) -> None:
    """Remove the stored features of all examples but these, which are those of all topics."""
    digests = await asyncio.to_thread(lambda: [digest_of_example(example) for example in examples])
    async with store.read() as unit:
        unwanted = await unit.examples.unwanted(features_name(), digests)
    for batch in batched(unwanted):
        async with store.write() as unit:
            await unit.examples.remove(batch)


async def new_vectors(embedder: Embedder, passages: Mapping[str, str]) -> Vectors:
    """Embed texts; they and their vectors are keyed by digest."""
    if not passages:
        return {}
    rows = await embed_passages(embedder, list(passages.values()))
    return dict(zip(passages, rows, strict=True))


async def stored_vectors(store: Store, embedder: Embedder, clock: Clock, passages: Mapping[str, str]) -> Vectors:
    """The same, from the database where they were computed before, so that a start need not wait for the model.

    New vectors are returned as the database rounds them, so that the next start does not change any score.
    """
    if not passages:
        return {}
    async with store.read() as unit:
        vectors = await unit.vectors.get(embedder.name, list(passages))
    new = await new_vectors(embedder, {digest: text for digest, text in passages.items() if digest not in vectors})
    if not new:
        return vectors
    async with store.write() as unit:
        await unit.vectors.put(embedder.name, new, clock.now())
        return await unit.vectors.get(embedder.name, list(passages))


def digest_of_example(example: Example) -> str:
    """The key of all that is said in an example: equal ones of different topics have the same."""
    said = (example.title, example.text, example.language, str(example.published_at))
    return blake2b("\0".join(said).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _described(examples: Sequence[Example]) -> dict[Example, StoredFeatures]:
    return {
        example: StoredFeatures(digest_of_text(_passage(example)), side)
        for example, side in zip(examples, packed_sides_of(examples), strict=True)
    }


def _passage(example: Example) -> str:
    return passage(example.title, example.text)


def _read(features: Mapping[Example, StoredFeatures], vectors: Vectors) -> Mapping[Example, ReadExample]:
    return {example: ReadExample(PackedSide(one.data), vectors[one.passage]) for example, one in features.items()}
