"""Memory that is free again is given back to the operating system."""

from __future__ import annotations

import asyncio
import ctypes

import pytest

from bot.adapters.free_memory import give_back_memory, keep_giving_back
from bot.adapters.process import resident_memory

_KILOBYTE = 1_000


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="not the C library of GNU")
def test_holes_in_the_heap_are_given_back() -> None:
    pieces = [bytes(_KILOBYTE) for _ in range(60_000)]
    kept = pieces[::40]  # what stays is spread over all of it, so that the C library gives nothing back by itself
    del pieces
    before = resident_memory()
    give_back_memory()
    assert before - resident_memory() > 30_000 * _KILOBYTE
    assert len(kept) == 1_500


async def test_it_ends_when_it_is_asked_to() -> None:
    stop = asyncio.Event()
    task = asyncio.create_task(keep_giving_back(stop))
    await asyncio.sleep(0)
    stop.set()
    await asyncio.wait_for(task, 5)
