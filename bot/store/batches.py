"""Long lists of values in batches that one statement can take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

BATCH: Final = 500
"""How many values an IN list holds: well below SQLite's limit of 32,766 variables."""

T = TypeVar("T")


def batched(values: Iterable[T], size: int = BATCH) -> Iterator[tuple[T, ...]]:
    """Tuples of up to `size` values, in order."""
    remaining = iter(values)
    while batch := tuple(islice(remaining, size)):
        yield batch
