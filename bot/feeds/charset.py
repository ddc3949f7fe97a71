"""The characters of a feed document, by what the server, the mark at its start and its XML declaration say.

The order is that of RFC 7303 (byte order mark, `charset` of the server, XML declaration) with one
exception that real feeds ask for: bytes that are valid UTF-8 beyond ASCII are UTF-8, whatever was declared.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping

_MARKS = (  # UTF-32 before UTF-16: the latter's mark begins the former's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
)
_UNMARKED = (  # how "<?xm" or "<x" begins (XML 1.0, appendix F)
    (b"\x00\x00\x00<", "utf-32-be"),
    (b"<\x00\x00\x00", "utf-32-le"),
    (b"\x00<\x00", "utf-16-be"),
    (b"<\x00", "utf-16-le"),
    (b"\x4c\x6f\xa7\x94", "cp037"),
)
_SUPERSETS = {  # what documents that declare the first are really written in (WHATWG Encoding, section 4.2)
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "tis-620": "cp874",
}
_REFUSED = frozenset({"utf-7", "idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"})
_SEVEN_BIT = re.compile(r"iso2022|hz")

_DECLARATION = re.compile(r"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:-]{1,40})""", re.IGNORECASE)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")


def decode_document(body: bytes, headers: Mapping[str, str]) -> str:
    """The document as text that XML allows; never raises. Header names are lower-case."""
    text = _decode(body, headers)
    if _NOT_XML.search(text):
        text = _NOT_XML.sub("", text)
    if "&#" in text:
        text = _REFERENCE.sub(_keep_valid, text)
    return text.lstrip("\ufeff \t\r\n")


def _decode(body: bytes, headers: Mapping[str, str]) -> str:
    for mark, encoding in _MARKS:
        if body.startswith(mark):
            return body[len(mark) :].decode(encoding, "replace")
    for start, encoding in _UNMARKED:
        if body.startswith(start):
            # of the EBCDIC family only the declaration can say which one
            declared = _usable(_declared(body[:400].decode(encoding, "replace"))) if encoding == "cp037" else None
            return body.decode(declared or encoding, "replace")
    candidates = [
        _usable(name)
        for name in (_served(headers.get("content-type", "")), _declared(body[:400].decode("latin-1")))
        if name
    ]
    seven_bit = [name for name in candidates if name and _SEVEN_BIT.match(name)]
    if body.isascii() and not seven_bit:
        return body.decode("ascii")
    for encoding_name in (*seven_bit, "utf-8", *candidates):
        if encoding_name is None:
            continue
        try:
            return body.decode(encoding_name)
        except UnicodeError:
            continue
    return _decode_damaged(body, next((name for name in candidates if name), None))


def _decode_damaged(body: bytes, declared: str | None) -> str:
    """A document that is not wholly in any encoding it could be in: as much of it as possible."""
    as_utf8 = body.decode("utf-8", "replace")
    damaged = as_utf8.count("\ufffd")
    if damaged * 4 <= sum(1 for byte in body if byte >= 0xC2):
        return as_utf8
    return body.decode(declared if declared and declared != "utf-8" else "cp1252", "replace")


def _served(content_type: str) -> str | None:
    found = _CHARSET.search(content_type)
    return found.group(1) if found else None


def _declared(start: str) -> str | None:
    found = _DECLARATION.match(start)
    return found.group(1) if found else None


def _usable(name: str | None) -> str | None:
    """Python's name of an encoding of text, or None."""
    if name is None:
        return None
    try:
        codec = codecs.lookup(name)
        "".encode(codec.name)  # LookupError for codecs that are not for text (`zip`, `rot13`)
    except (LookupError, UnicodeError, ValueError):
        return None
    if codec.name in _REFUSED or codec.name.startswith(("utf-16", "utf-32")):
        return None  # a UTF-16 document starts with a mark or "<\0"; one that does not is mislabelled
    return _SUPERSETS.get(codec.name, codec.name)


def _keep_valid(found: re.Match[str]) -> str:
    """A character reference that XML allows, or nothing."""
    hexadecimal, decimal = found.groups()
    digits = (hexadecimal or decimal).lstrip("0")
    if len(digits) > 7:
        return ""
    number = int(digits or "0", 16 if hexadecimal else 10)
    allowed = number in {9, 10, 13} or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD
    return found.group() if allowed or 0x10000 <= number <= 0x10FFFF else ""
