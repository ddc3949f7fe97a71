"""What each part gets, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.e2e.nursery import Nursery


@dataclass(frozen=True, slots=True)
class Context:
    """Where a part works. It makes a folder of its own in `folder`, named after itself."""

    folder: Path
    nursery: Nursery
    seed: int
    quick: bool
    """A short version, for `.ci/run`: about ten seconds, or none of what takes minutes."""
    kills: int | None = None
    """How often Kabar is killed, where `--kills` says so."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether all was as promised, and the lines that say what was counted."""

    is_kept: bool
    lines: tuple[str, ...]
