"""The heap of a process with many threads stays small."""

from __future__ import annotations

import ctypes
import subprocess
import sys

import pytest

_AFTER_THREADS = """
import sys, threading
from bot.adapters.small_heap import keep_heap_small
from bot.adapters.process import resident_memory

if "small" in sys.argv:
    assert keep_heap_small()
barrier, turns, kept = threading.Barrier(12), threading.Lock(), []

def work():
    barrier.wait()  # all are there, so that none takes over the heap of another
    with turns:
        pieces = [bytes(1_000) for _ in range(4_000)]
        kept.append(pieces[-1])
        del pieces
    barrier.wait()

threads = [threading.Thread(target=work) for _ in range(12)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(resident_memory())
"""


def resident(*arguments: str) -> int:
    command = [sys.executable, "-c", _AFTER_THREADS, *arguments]
    return int(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallopt"), reason="not the C library of GNU")
def test_what_threads_have_freed_is_given_back() -> None:
    assert resident() - resident("small") > 10_000_000
