"""A topic ready to judge by: its examples and counterexamples as they are compared, its queries read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.features.document import describe
from bot.features.similarity import aligned, unit_rows
from bot.matching.query import Query, parse_query
from bot.matching.resemblance import Array, Side, core_of, side_of
from bot.matching.score import Rows, discounts, threshold_of
from bot.model import Example, Topic


@dataclass(frozen=True, slots=True)
class Profile:
    """A topic as it is judged by. `sides` and `vectors` have what `rows` says; none where a topic has no examples."""

    topic: Topic
    sides: tuple[Side, ...]
    vectors: Array = field(repr=False)
    """Aligned, shape (len(sides), 2 * dimensions); zeros where an example has no embedding."""
    rows: Rows
    shown: tuple[Example, ...] = field(repr=False)
    """The example of each row, for those rows that can be nearest to an article; for the core the first."""
    threshold: float
    query: Query | None
    require: Query | None
    exclude: Query | None


def build_profile(topic: Topic, vectors: NDArray[np.float32]) -> Profile:
    """The profile of a topic.

    `vectors`: raw embeddings of `passage(title, text)`, both lines in one row, a row an example, then one a
    counterexample. No rows at all (shape (0, 0)) leave both to their terms and names. Raises QueryError for a bad
    query, ValueError for another number of rows. Without examples there is nothing that a counterexample could speak
    against: they are left out.
    """
    examples = topic.examples
    against = topic.counterexamples if examples else ()
    if len(vectors) not in (0, len(examples) + len(topic.counterexamples)):
        raise ValueError(f"{len(vectors)} vectors for {len(examples)} examples")
    sides = sides_of((*examples, *against))
    rows = aligned_rows(vectors[: len(sides)], (*examples, *against))
    shown = examples
    if len(examples) > 1:
        own = rows[: len(examples)]
        rows = np.concatenate([own, core_vector(own), rows[len(examples) :]])
        sides = [*sides[: len(examples)], core_of(sides[: len(examples)]), *sides[len(examples) :]]
        shown = (*examples, examples[0])
    return Profile(
        topic=topic,
        sides=tuple(sides),
        vectors=rows,
        rows=Rows(len(examples), opposing=(discounts().counterexample,) * len(against)),
        shown=shown,
        threshold=threshold_of(topic.sensitivity),
        query=_read(topic.query),
        require=_read(topic.require),
        exclude=_read(topic.exclude),
    )


def sides_of(examples: Sequence[Example]) -> list[Side]:
    """Examples as they are compared."""
    return [side_of(describe(one.title, one.text, one.language, one.published_at)) for one in examples]


def aligned_rows(vectors: NDArray[np.float32], examples: Sequence[Example]) -> Array:
    """Raw embeddings, aligned; no columns where there are no embeddings."""
    if not len(vectors):
        return np.zeros((len(examples), 0), np.float32)
    return aligned(vectors, [one.language for one in examples])


def core_vector(rows: Array) -> Array:
    """What aligned vectors have in common, shape (1, 2 * dimensions)."""
    return unit_rows(rows.mean(axis=0).reshape(2, -1)).reshape(1, -1) if rows.shape[1] else rows[:1]


def _read(query: str) -> Query | None:
    return parse_query(query) if query.strip() else None
