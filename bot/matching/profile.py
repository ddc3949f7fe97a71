"""The profile of a topic: its examples and counterexamples as features, and its parsed queries."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from bot.features.document import describe
from bot.features.similarity import aligned, unit_rows
from bot.matching.packed_side import PackedSide, pack_side, unpack_side
from bot.matching.query import Query, parse_saved_query
from bot.matching.resemblance import Array
from bot.matching.score import Rows, discounts, threshold_of
from bot.matching.sides import Side, core_of, side_of
from bot.model import Example, Topic

criteria_of = attrgetter("examples", "counterexamples", "query", "require", "exclude", "sensitivity")
"""The fields of a topic that it is judged by. The others are its name, its destinations and its feeds."""


@dataclass(frozen=True, slots=True, eq=False)
class Criteria:
    """What articles are judged by. Topics with equal criteria are judged once.

    `packed_sides` and `vectors` have the rows that `rows` describes; none without examples.
    """

    key: Hashable = field(repr=False)
    """Equal where everything else is: what the topic says, and what its readers' votes have changed."""
    packed_sides: tuple[PackedSide, ...] = field(repr=False)
    vectors: Array = field(repr=False)
    """Aligned vectors, shape (len(packed_sides), 2 * dimensions); zeros for an example without an embedding."""
    rows: Rows
    shown: tuple[Example, ...] = field(repr=False)
    """The example that is shown for each row that can be the nearest; for the core row the first example."""
    threshold: float
    query: Query | None
    require: Query | None
    exclude: Query | None

    @property
    def sides(self) -> tuple[Side, ...]:
        """The features of each row. They are unpacked for each call."""
        return tuple(map(unpack_side, self.packed_sides))


@dataclass(frozen=True, slots=True)
class Profile:
    """A topic prepared for judging."""

    topic: Topic
    criteria: Criteria


def build_profile(
    topic: Topic, vectors: NDArray[np.float32], packed_sides: Sequence[PackedSide] | None = None
) -> Profile:
    """The profile of a topic.

    Args:
        vectors: raw embeddings of `passage(title, text)`, both lines in one row; a row for each example, then one for
            each counterexample. Without rows (shape (0, 0)) they are compared by terms and names only.
        packed_sides: the features of the same, where they are known already.

    Counterexamples of a topic without examples are ignored, since there is nothing that they could count against.

    Raises:
        QueryError: a query cannot be parsed.
        ValueError: the number of rows is wrong.
    """
    examples = topic.examples
    against = topic.counterexamples if examples else ()
    if len(vectors) not in (0, len(examples) + len(topic.counterexamples)):
        raise ValueError(f"{len(vectors)} vectors for {len(examples)} examples")
    compared = (*examples, *against)
    sides = tuple(packed_sides_of(compared) if packed_sides is None else packed_sides[: len(compared)])
    rows = aligned_rows(vectors[: len(compared)], compared)
    shown = examples
    if len(examples) > 1:
        own = rows[: len(examples)]
        rows = np.concatenate([own, core_vector(own), rows[len(examples) :]])
        core = pack_side(core_of([unpack_side(side) for side in sides[: len(examples)]]))
        sides = (*sides[: len(examples)], core, *sides[len(examples) :])
        shown = (*examples, examples[0])
    return Profile(
        topic,
        Criteria(
            key=criteria_of(topic),
            packed_sides=sides,
            vectors=rows,
            rows=Rows(len(examples), opposing=(discounts().counterexample,) * len(against)),
            shown=shown,
            threshold=threshold_of(topic.sensitivity),
            query=_read(topic.query),
            require=_read(topic.require),
            exclude=_read(topic.exclude),
        ),
    )


def packed_sides_of(examples: Sequence[Example]) -> list[PackedSide]:
    """The features of examples: some milliseconds for each."""
    described = (describe(one.title, one.text, one.language, one.published_at) for one in examples)
    return [pack_side(side_of(document)) for document in described]


def aligned_rows(vectors: NDArray[np.float32], examples: Sequence[Example]) -> Array:
    """Raw embeddings, aligned; without columns where there are no embeddings."""
    if not len(vectors):
        return np.zeros((len(examples), 0), np.float32)
    return aligned(vectors, [one.language for one in examples])


def core_vector(rows: Array) -> Array:
    """The normalized mean of aligned vectors, shape (1, 2 * dimensions)."""
    return unit_rows(rows.mean(axis=0).reshape(2, -1)).reshape(1, -1) if rows.shape[1] else rows[:1]


def _read(query: str) -> Query | None:
    return parse_saved_query(query) if query.strip() else None
