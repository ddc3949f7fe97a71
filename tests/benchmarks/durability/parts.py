"""The parts, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tests.benchmarks.durability import clocks, kills, memory
from tests.benchmarks.durability.context import Context, Outcome

PARTS: Final[Mapping[str, Callable[[Context], Outcome]]] = {
    "memory": memory.run,
    "kills": kills.run,
    "clocks": clocks.run,
}
