"""How long something takes, for tests that hostile input costs time in proportion to its length and no more."""

from __future__ import annotations

import time
from collections.abc import Callable


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds of this process: other programs on the machine do not count."""
    started = time.process_time()
    work()
    return time.process_time() - started
