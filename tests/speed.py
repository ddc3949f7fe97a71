"""How long work takes, told so that neither a slow machine nor a busy one changes what a test says.

Seconds are of the processor, not of the clock on the wall, and of a usual machine: right after the work, known work is
done, and where that takes twice what it usually takes, the seconds before it count half.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

USUAL: Final = 0.005
"""Seconds that the known work takes on the machine whose seconds the tests speak of: one of a server of 2024."""

_NOT_NOISE: Final = 0.002
"""Seconds below which nothing is concluded from a duration."""


def usual_seconds(work: Callable[[], object], clock: Callable[[], float] = time.process_time) -> float:
    """What the work takes; `time.thread_time` as the clock counts this thread alone."""
    started = clock()
    work()
    return (clock() - started) / slowness()


def slowness() -> float:
    """How many times longer than usual this thread takes here and now; 1 on a machine that is faster than usual."""
    started = time.thread_time()
    _known_work()
    return max(1.0, (time.thread_time() - started) / USUAL)


def growth(work: Callable[[int], Callable[[], object]], size: int) -> float:
    """How many times longer work of four times the size takes: 4 if its cost is in proportion to size, 16 if to its
    square. `work` prepares it, which does not count. Of three times the shortest counts.
    """
    short, long = (min(_seconds(work(each)) for _ in range(3)) for each in (size, 4 * size))
    return long / max(short, _NOT_NOISE)


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _known_work() -> None:
    counted: dict[str, int] = {}
    for number in range(20_000):
        word = str(number * 7_919)
        counted[word[-3:]] = counted.get(word[-3:], 0) + len(word)
