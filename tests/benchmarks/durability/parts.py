"""The parts, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tests.benchmarks.durability import canaries, forgery, kills, memory
from tests.benchmarks.durability.context import Context, Outcome

PARTS: Final[Mapping[str, Callable[[Context], Outcome]]] = {
    "canaries": canaries.run,
    "forgery": forgery.run,
    "memory": memory.run,
    "kills": kills.run,
}
