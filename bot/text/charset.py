"""Decodes untrusted bytes into text, by byte order mark, declared encodings and a guess. It never raises.

It knows neither HTML nor XML. Bytes that are valid UTF-8 beyond ASCII are read as UTF-8 whatever is declared, because
many servers and feeds declare a wrong encoding (https://github.com/wking/rss2email/pull/18).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable

import webencodings

_MARKS = (  # UTF-32 before UTF-16: the mark of UTF-16-LE is the beginning of that of UTF-32-LE
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
)
_UNMARKED = (  # the beginning of markup in encodings without a mark (XML 1.0, appendix F)
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<\x00", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
)
_SUPERSETS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
}
"""Codecs of Python that read everything that the other one reads, and more of what is written under its label."""
_REFUSED = frozenset(
    {"utf-7", "idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "replacement", "x-user-defined"}
)
_SEVEN_BIT = re.compile(r"iso2022|hz")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)


def decode(body: bytes, declared: Iterable[str | None]) -> str:
    """The bytes as text. `declared`: names of encodings from headers and from the document, the most trusted first."""
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    for start, encoding in _UNMARKED:
        if body.startswith(start):
            return body.decode(encoding, "replace")
    candidates = [codec for name in declared if (codec := _usable(name))]
    seven_bit = [codec for codec in candidates if _SEVEN_BIT.match(codec)]
    if body.isascii() and not seven_bit:
        return body.decode("ascii")
    for codec in (*seven_bit, "utf-8", *candidates):
        try:
            return body.decode(codec)
        except UnicodeError:
            continue
    return _decode_damaged(body, candidates)


def served_charset(content_type: str) -> str | None:
    """The `charset` of a Content-Type header, or of an HTML `meta` element with the same syntax."""
    found = _CHARSET.search(content_type)
    return found.group(1) if found else None


def _decode_damaged(body: bytes, candidates: list[str]) -> str:
    """Decodes bytes that are invalid in every candidate encoding, with as few replaced characters as possible.

    A few invalid bytes must not turn a UTF-8 document into mojibake: https://github.com/kurtmckee/feedparser/pull/421.
    """
    as_utf8 = body.decode("utf-8", "replace")
    beyond_ascii = sum(1 for byte in body if byte >= 0xC2)
    if as_utf8.count("\ufffd") * 4 <= beyond_ascii:
        return as_utf8
    return body.decode(next((codec for codec in candidates if codec != "utf-8"), "cp1252"), "replace")


def _usable(name: str | None) -> str | None:
    """Python's name of an encoding for text, or None where the name is unknown or unsafe.

    Labels are those of browsers (WHATWG Encoding, 4.2, https://encoding.spec.whatwg.org/#names-and-labels), by which
    `latin1` means windows-1252 and `x-sjis` Microsoft's Shift_JIS; others are looked up among Python's names.
    """
    if name is None:
        return None
    label = webencodings.lookup(name)
    try:
        codec = codecs.lookup(name) if label is None else label.codec_info
        "".encode(codec.name)  # LookupError for codecs that are not for text (`zip`, `rot13`)
    except (LookupError, UnicodeError, ValueError):
        return None
    if codec.name in _REFUSED or codec.name.startswith(("utf-16", "utf-32")):
        return None  # UTF-16 has a mark or a NUL beside its first "<"; without these the label is wrong
    return _SUPERSETS.get(codec.name, codec.name)
