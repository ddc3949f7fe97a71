"""Gives memory that is no longer used back to the operating system.

A poll leaves holes in the heap, which the C library keeps for later: of 199 MB resident after five minutes with 100
feeds, 14 MB were such holes, and they grow for an hour. `malloc_trim` of glibc releases whole pages among them
(malloc_trim(3)); it takes some milliseconds.
"""

from __future__ import annotations

import asyncio
import ctypes
from typing import Final

EVERY: Final = 120.0
"""Seconds."""


def give_back_memory() -> bool:
    """Release what is free of the heap; False where the C library cannot (musl, macOS)."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim is not None and bool(trim(0))


async def keep_giving_back(stop: asyncio.Event) -> None:
    """Give back what is free now and then, until `stop` is set. The event loop goes on meanwhile."""
    while not stop.is_set():
        await asyncio.to_thread(give_back_memory)
        try:
            async with asyncio.timeout(EVERY):
                await stop.wait()
        except TimeoutError:
            continue
