"""What every part is given, and what it gives back."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

_ADDITIONS = 10_000_000


@dataclass(frozen=True, slots=True)
class Context:
    """Where and how much is measured."""

    folder: Path
    """An empty folder for databases."""
    data: Path
    """The folder of the news data, read in place."""
    quick: bool = False
    """About ten seconds: whether it works at all."""
    topics: tuple[int, ...] = ()
    """Numbers of topics to measure at; empty: the part's own."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The figures of a part, and whether what it promises is kept."""

    is_kept: bool
    lines: tuple[str, ...]


def yardstick() -> float:
    """CPU seconds of ten million additions now: about 1 on a calm machine, more where others use its caches."""
    started, total = time.process_time(), 0
    while total < _ADDITIONS:
        total += 1
    return time.process_time() - started


def say(line: str) -> None:
    """Say how far it is."""
    print(line, file=sys.stderr, flush=True)
