"""What the operating system says of this process."""

from __future__ import annotations

import resource
import sys
from pathlib import Path


def peak_memory() -> int:
    """The most memory that was resident so far, in bytes (getrusage(2): kilobytes on Linux, bytes on macOS)."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def resident_memory() -> int:
    """What is resident now, in bytes (proc(5), /proc/self/statm); the most so far where that cannot be read."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return peak_memory()
    return pages * resource.getpagesize()


def size_of(path: Path) -> int | None:
    """Bytes of a file; None where it cannot be seen."""
    try:
        return path.stat().st_size
    except OSError:
        return None
