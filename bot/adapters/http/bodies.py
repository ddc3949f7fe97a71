"""Reading a body up to a size limit, decompression included, so that a compression bomb cannot exhaust the memory.

Supports the content codings gzip and deflate (RFC 9110 section 8.4.1). "deflate" means the zlib format of RFC 1950, but
some servers send raw deflate data (RFC 9110 section 8.4.1.2, note); both are read. Other codings are not offered in
Accept-Encoding, so a response that uses one is a failure.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable

_GZIP = zlib.MAX_WBITS | 16
_RAW_DEFLATE = -zlib.MAX_WBITS


class BodyTooLargeError(Exception):
    """The body is longer than the limit."""


class BodyBrokenError(Exception):
    """The body cannot be decompressed, or ends before its compressed stream does."""


class BodyReader:
    """Collects a body piece by piece. `limit` applies to the bytes received and to the decompressed bytes."""

    def __init__(self, encoding: str, limit: int) -> None:
        """`encoding`: the value of Content-Encoding. Raises BodyBrokenError for a coding that was not offered."""
        codings = [coding for coding in (part.strip().lower() for part in encoding.split(",")) if coding]
        codings = [coding for coding in codings if coding != "identity"]
        if codings not in ([], ["gzip"], ["x-gzip"], ["deflate"]):
            raise BodyBrokenError(f"it is packed in a way that was not asked for ({', '.join(codings)[:40]!a})")
        self._limit = limit
        self._received = 0
        self._parts: list[bytes] = []
        self._length = 0
        self._inflate: Callable[[bytes], None] | None = None
        if codings == ["deflate"]:
            self._inflate = self._inflate_deflate
        elif codings:
            self._inflate = self._inflate_gzip
        self._stream = zlib.decompressobj(_GZIP)
        self._started = False

    def feed(self, data: bytes) -> None:
        """Add the next piece as it was received. Raises BodyTooLargeError or BodyBrokenError."""
        self._received += len(data)
        if self._received > self._limit:
            raise BodyTooLargeError
        if self._inflate is None:
            self._keep(data)
            return
        try:
            self._inflate(data)
        except zlib.error as error:
            raise BodyBrokenError("its compression is broken") from error

    def finish(self) -> bytes:
        """The whole body. Raises BodyBrokenError if the compressed stream is incomplete."""
        if self._inflate is not None and self._started and not self._stream.eof:
            raise BodyBrokenError("it ends too early")
        return b"".join(self._parts)

    def _inflate_gzip(self, data: bytes) -> None:
        while data:
            if self._stream.eof:  # a further member (RFC 1952 section 2.2) or padding, which is ignored
                if not data.startswith(b"\x1f"):
                    return
                self._stream = zlib.decompressobj(_GZIP)
            data = self._pour(data)

    def _inflate_deflate(self, data: bytes) -> None:
        if not self._started and data:
            # A zlib stream begins with a byte whose low half is 8, the compression method (RFC 1950 section 2.2).
            self._stream = zlib.decompressobj(zlib.MAX_WBITS if data[0] & 0x0F == 8 else _RAW_DEFLATE)
        if not self._stream.eof:
            self._pour(data)

    def _pour(self, data: bytes) -> bytes:
        """Decompress until the stream or the data ends, and return the bytes that follow the stream."""
        self._started = True
        while data and not self._stream.eof:
            self._keep(self._stream.decompress(data, self._limit - self._length + 1))
            data = self._stream.unconsumed_tail
        return self._stream.unused_data

    def _keep(self, part: bytes) -> None:
        self._length += len(part)
        if self._length > self._limit:
            raise BodyTooLargeError
        self._parts.append(part)
