"""Keeps the heap of the C library small, which otherwise grows for an hour.

Each connection to the database has a thread, and glibc gives threads heaps of their own, up to eight for each core
(mallopt(3), M_ARENA_MAX): what one poll has freed in one of them the next poll cannot use in another. With 100 feeds
that are polled all the time, 19 MB were free after six minutes and kept; with two heaps, whose free ends are given back
to the operating system, 3 MB.
"""

from __future__ import annotations

import ctypes
from typing import Final

_ARENA_MAX: Final = -8
_TRIM_THRESHOLD: Final = -1
"""Parameters of mallopt(3), from malloc.h of glibc."""

HEAPS: Final = 2
_GIVEN_BACK_FROM: Final = 128 * 1024
"""Free bytes at the end of a heap from which they are given back. Setting it keeps glibc from raising it by itself."""


def keep_heap_small() -> bool:
    """Limit the heaps of this process, before it has threads; False where the C library cannot (musl, macOS)."""
    limit = getattr(ctypes.CDLL(None), "mallopt", None)
    if limit is None:
        return False
    return bool(limit(_ARENA_MAX, HEAPS)) and bool(limit(_TRIM_THRESHOLD, _GIVEN_BACK_FROM))
