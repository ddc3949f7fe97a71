"""Memory and file descriptors of this process and sizes of files, as the operating system reports them."""

from __future__ import annotations

import resource
import sys
from pathlib import Path


def peak_memory() -> int:
    """The peak resident memory so far, in bytes. getrusage(2) reports kilobytes on Linux and bytes on macOS."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def resident_memory() -> int:
    """The resident memory now, in bytes (proc(5), /proc/self/statm); the peak on systems without that file."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return peak_memory()
    return pages * resource.getpagesize()


def size_of(path: Path) -> int | None:
    """The size of a file in bytes, or None if it cannot be read."""
    try:
        return path.stat().st_size
    except OSError:
        return None


def raise_file_limit(enough: int) -> int:
    """The number of file descriptors that this process may have, after raising it to `enough` as far as is allowed.

    A process may raise its soft limit up to the hard one (setrlimit(2)); the usual soft limit is 1,024 for the sake of
    programs that use select(2).
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return enough
    wanted = enough if hard == resource.RLIM_INFINITY else min(enough, hard)
    if soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (OSError, ValueError):  # macOS has a limit of its own below an infinite hard one
            return soft
        return wanted
    return soft
