"""Long lists in pieces that one statement can take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final, TypeVar

BATCH: Final = 500
"""Values an IN list holds: well below SQLite's limit of 32,766 variables, and few statements are cached."""

T = TypeVar("T")


def batched(values: Iterable[T], size: int = BATCH) -> Iterator[tuple[T, ...]]:
    """Tuples of up to `size` values, in order."""
    remaining = iter(values)
    while batch := tuple(islice(remaining, size)):
        yield batch
