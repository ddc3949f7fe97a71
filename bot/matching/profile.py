"""A topic ready to judge by: its examples as they are compared, its queries read."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from bot.features.document import describe
from bot.features.similarity import centre, unit_rows
from bot.matching.query import Query, parse_query
from bot.matching.resemblance import Array, Side, core_of, side_of
from bot.matching.score import threshold_of
from bot.model import Topic


@dataclass(frozen=True, slots=True)
class Profile:
    """A topic as it is judged by. `sides` and `vectors` have a row an example, and one more, their core, if several."""

    topic: Topic
    sides: tuple[Side, ...]
    vectors: Array = field(repr=False)
    """Centred, shape (len(sides), dimensions); zeros where an example has no embedding."""
    threshold: float
    query: Query | None
    require: Query | None
    exclude: Query | None


def build_profile(topic: Topic, vectors: NDArray[np.float32]) -> Profile:
    """The profile of a topic. `vectors`: raw embeddings of `passage(title, text)`, one row an example.

    No rows at all (shape (0, 0)) leave the examples to their terms and names. Raises QueryError for a bad query,
    ValueError for another number of rows than examples.
    """
    examples = topic.examples
    if len(vectors) not in (0, len(examples)):
        raise ValueError(f"{len(vectors)} vectors for {len(examples)} examples")
    sides = [side_of(describe(one.title, one.text, one.language, one.published_at)) for one in examples]
    rows = (
        centre(vectors, [one.language for one in examples]) if len(vectors) else np.zeros((len(sides), 0), np.float32)
    )
    if len(sides) > 1:
        rows = np.concatenate([rows, core_vector(rows)])
        sides.append(core_of(sides))
    return Profile(
        topic=topic,
        sides=tuple(sides),
        vectors=rows,
        threshold=threshold_of(topic.sensitivity),
        query=_read(topic.query),
        require=_read(topic.require),
        exclude=_read(topic.exclude),
    )


def core_vector(rows: Array) -> Array:
    """What centred vectors have in common, shape (1, dimensions)."""
    return unit_rows(rows.mean(axis=0, keepdims=True))


def _read(query: str) -> Query | None:
    return parse_query(query) if query.strip() else None
