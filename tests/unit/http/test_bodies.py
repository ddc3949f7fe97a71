"""Bodies are decompressed in full or not at all, and never beyond their limit."""

from __future__ import annotations

import gzip
import random
import tracemalloc
import zlib

import pytest

from bot.adapters.http.bodies import BodyBrokenError, BodyReader, BodyTooLargeError

TEXT = b"Pasukan Korea Utara berada di Rusia. " * 300


def read(encoding: str, data: bytes, *, limit: int = 1_000_000, step: int = 50) -> bytes:
    reader = BodyReader(encoding, limit)
    for start in range(0, len(data), step):
        reader.feed(data[start : start + step])
    return reader.finish()


def raw_deflate(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return stream.compress(data) + stream.flush()


@pytest.mark.parametrize("step", [1, 7, 100_000])
@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("", TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("GZIP", gzip.compress(TEXT, mtime=0)),
        ("x-gzip", gzip.compress(TEXT, mtime=0)),
        ("identity, gzip", gzip.compress(TEXT, mtime=0)),
        ("gzip", gzip.compress(TEXT[:1000], mtime=0) + gzip.compress(TEXT[1000:])),
        ("gzip", gzip.compress(TEXT, mtime=0) + b"\0" * 20),
        ("deflate", zlib.compress(TEXT)),
        ("deflate", raw_deflate(TEXT)),
        ("deflate", zlib.compress(TEXT) + b"rubbish"),
    ],
)
def test_a_body_arrives_whole_however_it_is_packed_and_cut(encoding: str, data: bytes, step: int) -> None:
    assert read(encoding, data, step=step) == TEXT


@pytest.mark.parametrize("encoding", ["", "gzip", "deflate"])
def test_an_empty_body_is_empty(encoding: str) -> None:
    assert read(encoding, b"") == b""


@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("gzip", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)[:-9]),
        ("gzip", gzip.compress(TEXT, mtime=0)[:100] + b"\0" * 100),
        ("deflate", zlib.compress(TEXT)[:-5]),
        ("deflate", b"\xff" * 100),
    ],
)
def test_a_broken_or_cut_body_is_no_body(encoding: str, data: bytes) -> None:
    with pytest.raises(BodyBrokenError):
        read(encoding, data)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, br"])
def test_codings_that_were_not_offered_are_refused(encoding: str) -> None:
    with pytest.raises(BodyBrokenError, match="not asked for"):
        read(encoding, b"\x0b\x80packed in some way" * 10)


MARKUP = b"\n<?xml version='1.0'?><rss version='2.0'/>" + b" " * 200


@pytest.mark.parametrize("step", [1, 7, 100_000])
@pytest.mark.parametrize(
    ("encoding", "data"),
    [
        ("aws-chunked", MARKUP),
        ("UTF-8", MARKUP),
        ("none", MARKUP),
        ("gzip", MARKUP),
        ("deflate", MARKUP),
        ("br", MARKUP),
        ("gzip,aws-chunked", gzip.compress(MARKUP, mtime=0)),
        ("aws-chunked, gzip", gzip.compress(MARKUP, mtime=0)),
        ("utf-8", gzip.compress(MARKUP, mtime=0)),
        ("", gzip.compress(MARKUP, mtime=0)),
        ("deflate", gzip.compress(MARKUP, mtime=0)),
        ("gzip, gzip", gzip.compress(gzip.compress(MARKUP, mtime=0), mtime=0)),
        ("gzip", gzip.compress(gzip.compress(MARKUP, mtime=0), mtime=0)),
    ],
)
def test_the_body_says_how_it_is_packed_where_the_header_is_wrong(encoding: str, data: bytes, step: int) -> None:
    assert read(encoding, data, step=step) == MARKUP


def test_a_feed_in_json_or_with_a_mark_is_plain_whatever_the_header_says() -> None:
    assert read("gzip", b'{ "version": "1.1"}') == b'{ "version": "1.1"}'
    assert read("gzip", "\ufeff<rss/>".encode("utf-16-le")) == "\ufeff<rss/>".encode("utf-16-le")


@pytest.mark.parametrize("encoding", ["", "gzip", "aws-chunked"])
def test_a_bomb_in_a_bomb_is_given_up_too(encoding: str) -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * 30_000_000, mtime=0), mtime=0)
    with pytest.raises(BodyTooLargeError):
        read(encoding, bomb)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_a_bomb_is_given_up_at_the_limit_and_not_unpacked(encoding: str) -> None:
    zeros = b"\0" * 50_000_000
    bomb = gzip.compress(zeros, mtime=0) if encoding == "gzip" else zlib.compress(zeros)
    del zeros
    tracemalloc.start()
    try:
        with pytest.raises(BodyTooLargeError):
            BodyReader(encoding, 1_000_000).feed(bomb)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_bytes_that_unpack_to_nothing_are_counted_too() -> None:
    with pytest.raises(BodyTooLargeError):
        read("gzip", gzip.compress(b"", mtime=0) * 6_000, limit=100_000, step=5_000)


@pytest.mark.parametrize("encoding", ["", "gzip"])
def test_a_body_of_exactly_the_limit_is_read_and_one_byte_more_is_not(encoding: str) -> None:
    body = random.Random(1).randbytes(999)
    packed = gzip.compress(body, mtime=0) if encoding else body
    limit = max(len(packed), len(body))
    assert read(encoding, packed, limit=limit) == body
    with pytest.raises(BodyTooLargeError):
        read(encoding, packed, limit=len(body) - 1)
