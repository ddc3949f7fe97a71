"""Reading a body up to a size limit, decompression included, so that a compression bomb cannot exhaust the memory.

Supports the content codings gzip and deflate (RFC 9110 section 8.4.1). "deflate" means the zlib format of RFC 1950, but
some servers send raw deflate data (RFC 9110 section 8.4.1.2, note); both are read. Other codings are not offered in
Accept-Encoding.

What Content-Encoding says is often not what the body is: `aws-chunked` is left over from an upload to an object store
(https://github.com/FreshRSS/FreshRSS/issues/8374), `UTF-8` and `none` are no codings at all, a proxy unpacks a body and
keeps the header, and a file `feed.xml.gz` is sent without any. So the beginning of the body decides: gzip is recognized
by its magic number (RFC 1952 section 2.3.1), and markup or JSON is taken as it is. Only where the beginning is neither
does the header decide.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import Final

_GZIP: Final = zlib.MAX_WBITS | 16
_RAW_DEFLATE: Final = -zlib.MAX_WBITS
_GZIP_MAGIC: Final = b"\x1f\x8b\x08"
_GZIP_NAMES: Final = frozenset({"gzip", "x-gzip"})
_PACKED: Final = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz", "exi", "pack200-gzip"})
"""Registered codings that cannot be read here (IANA HTTP Content Coding Registry)."""
_PLAIN: Final = re.compile(rb"\xff\xfe|\xfe\xff|(?:\xef\xbb\xbf)?[ \t\r\n]*(?:<[?!a-zA-Z]|\{\s*\"|\[\s*[\[{\"])")
"""How markup and JSON begin, with a byte order mark or without; or text in UTF-16 with its mark."""
_SNIFFED: Final = 64
"""Bytes of the beginning that are looked at."""
_MOST_LAYERS: Final = 3
"""How often a body is unpacked: a file that is a gzip archive itself may be sent as gzip."""


class BodyTooLargeError(Exception):
    """The body is longer than the limit."""


class BodyTooSlowError(Exception):
    """The body comes in drops."""


class BodyBrokenError(Exception):
    """The body cannot be decompressed, or ends before its compressed stream does."""


class BodyReader:
    """Collects a body piece by piece. `limit` applies to the bytes received and to the decompressed bytes."""

    def __init__(self, encoding: str, limit: int) -> None:
        """`encoding`: the value of Content-Encoding."""
        self._codings = [coding for part in encoding.split(",") if (coding := part.strip().lower())]
        self._limit = limit
        self._received = 0
        self._head = b""
        self._is_begun = False
        self._parts: list[bytes] = []
        self._length = 0
        self._take: Callable[[bytes], None] = self._keep
        self._stream = zlib.decompressobj(_GZIP)
        self._started = False

    def feed(self, data: bytes) -> None:
        """Add the next piece as it was received. Raises BodyTooLargeError or BodyBrokenError."""
        self._received += len(data)
        if self._received > self._limit:
            raise BodyTooLargeError
        if self._is_begun:
            self._unpack(data)
            return
        self._head += data
        if len(self._head) >= _SNIFFED:
            self._begin()

    def finish(self) -> bytes:
        """The whole body. Raises BodyBrokenError if the compressed stream is incomplete, or BodyTooLargeError."""
        if not self._is_begun:
            self._begin()
        body = self._whole()
        for _ in range(_MOST_LAYERS - 1):
            if not body.startswith(_GZIP_MAGIC):
                break
            self._parts, self._length, self._take = [], 0, self._inflate_gzip
            self._stream = zlib.decompressobj(_GZIP)
            self._unpack(body)
            body = self._whole()
        return body

    def _whole(self) -> bytes:
        if self._started and not self._stream.eof:
            raise BodyBrokenError("it ends too early")
        return b"".join(self._parts)

    def _begin(self) -> None:
        """Decide by the beginning of the body, else by the header, how the body is unpacked."""
        head, self._head, self._is_begun = self._head, b"", True
        if not head:
            return
        if head.startswith(_GZIP_MAGIC):
            self._take = self._inflate_gzip
        elif not _PLAIN.match(head):
            self._take = self._take_as_declared()
        self._unpack(head)

    def _take_as_declared(self) -> Callable[[bytes], None]:
        if unreadable := [coding for coding in self._codings if coding in _PACKED]:
            raise BodyBrokenError(f"it is packed in a way that was not asked for ({', '.join(unreadable)[:40]!a})")
        if "deflate" in self._codings:
            return self._inflate_deflate
        return self._inflate_gzip if _GZIP_NAMES & set(self._codings) else self._keep

    def _unpack(self, data: bytes) -> None:
        try:
            self._take(data)
        except zlib.error as error:
            raise BodyBrokenError("its compression is broken") from error

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
