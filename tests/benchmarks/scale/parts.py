"""The parts, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tests.benchmarks.durability.context import Context, Outcome
from tests.benchmarks.scale import fanout

PARTS: Final[Mapping[str, Callable[[Context], Outcome]]] = {
    "fanout": fanout.run,
}
