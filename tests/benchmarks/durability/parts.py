"""The parts, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tests.benchmarks.durability import canaries, foreign_answers, forgery, kills, memory, storage
from tests.benchmarks.durability.context import Context, Outcome

PARTS: Final[Mapping[str, Callable[[Context], Outcome]]] = {
    "memory": memory.run,
    "forgery": forgery.run,
    "canaries": canaries.run,
    "foreign-answers": foreign_answers.run,
    "storage": storage.run,
    "kills": kills.run,
}
