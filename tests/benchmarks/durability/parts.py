"""The parts, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tests.benchmarks.durability import (
    canaries,
    clocks,
    foreign_answers,
    forgery,
    kills,
    memory,
    ssrf,
    starvation,
    storage,
    workers,
)
from tests.benchmarks.durability.context import Context, Outcome

PARTS: Final[Mapping[str, Callable[[Context], Outcome]]] = {
    "memory": memory.run,
    "clocks": clocks.run,
    "forgery": forgery.run,
    "canaries": canaries.run,
    "ssrf": ssrf.run,
    "foreign-answers": foreign_answers.run,
    "starvation": starvation.run,
    "storage": storage.run,
    "kills": kills.run,
    "workers": workers.run,
}
