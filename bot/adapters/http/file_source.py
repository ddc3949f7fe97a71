"""Documents from `file:` URLs (RFC 8089). Only a configuration file may name one; feeds and chats may not."""

from __future__ import annotations

import os
import stat
from urllib.parse import unquote, urlsplit

from bot.model import Fetched, FetchFailed, FetchOutcome, FetchProblem, FetchRequest, NotModified


def read_file(request: FetchRequest, limit: int) -> FetchOutcome:  # noqa: PLR0911 -- one line a kind of failure
    """Read the file of a `file:///…` URL (blocking). The ETag is made from its modification time and size."""
    if not request.trusted:
        return _failed(request, FetchProblem.REFUSED_ADDRESS, "a file is read only where a configuration file names it")
    parts = urlsplit(request.url)
    path = unquote(parts.path)
    if parts.netloc not in ("", "localhost") or not path or "\0" in path:
        return _failed(request, FetchProblem.BAD_CONTENT, "a file's address looks like file:///path/to/feed.xml")
    try:
        # O_NONBLOCK: opening a FIFO for reading would block until another process opens it for writing (fifo(7)).
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        return _failed(request, FetchProblem.UNREACHABLE, f"{path}: {(error.strerror or 'cannot be opened').lower()}")
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return _failed(request, FetchProblem.BAD_CONTENT, f"{path}: not a file")
        etag = f'"{status.st_mtime_ns:x}-{status.st_size:x}"'
        if request.etag == etag:
            return NotModified(url=request.url)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            body = file.read(limit + 1)
    except OSError as error:
        return _failed(request, FetchProblem.UNREACHABLE, f"{path}: {(error.strerror or 'cannot be read').lower()}")
    finally:
        os.close(descriptor)
    if len(body) > limit:
        return _failed(request, FetchProblem.TOO_LARGE, f"{path}: larger than {limit:,} bytes")
    return Fetched(url=request.url, body=body, headers={}, etag=etag)


def _failed(request: FetchRequest, problem: FetchProblem, reason: str) -> FetchFailed:
    return FetchFailed(url=request.url, problem=problem, reason=reason)
