"""The parts, in the order in which they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from tests.benchmarks.scale import alike, deliver, due, edits, fanout, judge, start, workers
from tests.benchmarks.scale.context import Context, Outcome

PARTS: Final[Mapping[str, Callable[[Context], Outcome]]] = {
    "deliver": deliver.run,
    "due": due.run,
    "fanout": fanout.run,
    "start": start.run,
    "edits": edits.run,
    "workers": workers.run,
    "alike": alike.run,
    "judge": judge.run,
}
