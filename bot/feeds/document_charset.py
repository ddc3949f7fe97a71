"""Decodes a feed document: by its byte order mark, the `charset` of the server, or its XML declaration.

The order is that of RFC 7303, 3 (https://www.rfc-editor.org/rfc/rfc7303#section-3); `bot.text.charset` has the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.text.charset import decode, served_charset

_DECLARATION = re.compile(r"""\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
_EBCDIC = b"\x4c\x6f\xa7\x94"
"""`<?xm` in EBCDIC; which code page it is, only the declaration says (XML 1.0, appendix F)."""
_EBCDIC_NAME = re.compile(r"(?:ebcdic-?)?(?:cp|ibm|csibm)\D?\d+", re.IGNORECASE)
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_REFERENCE = re.compile(r"&#(?:[xX]([0-9a-fA-F]+)|([0-9]+));?")


def decode_document(body: bytes, headers: Mapping[str, str]) -> str:
    """The document as text without the characters that XML forbids; never raises. Header names are lower-case.

    Control characters are common in feeds: https://github.com/miniflux/v2/issues/52,
    https://github.com/mmcdole/gofeed/issues/274. Allowed are those of XML 1.0, 2.2
    (https://www.w3.org/TR/xml/#charsets).
    """
    if body.startswith(_EBCDIC):
        text = _decode_ebcdic(body)
    else:
        text = decode(body, (served_charset(headers.get("content-type", "")), _declared(body[:400].decode("latin-1"))))
    if _NOT_XML.search(text):
        text = _NOT_XML.sub("", text)
    if "&#" in text:
        text = _REFERENCE.sub(_keep_valid, text)
    return text.lstrip("\ufeff \t\r\n")


def _decode_ebcdic(body: bytes) -> str:
    declared = _declared(body[:400].decode("cp037"))
    try:
        return body.decode(declared if declared and _EBCDIC_NAME.fullmatch(declared) else "cp037", "replace")
    except LookupError:
        return body.decode("cp037", "replace")


def _declared(start: str) -> str | None:
    found = _DECLARATION.match(start)
    return found.group(1) if found else None


def _keep_valid(found: re.Match[str]) -> str:
    """A character reference if it is to a character that XML allows, else an empty string."""
    hexadecimal, decimal = found.groups()
    digits = (hexadecimal or decimal).lstrip("0")
    if len(digits) > 7:
        return ""
    number = int(digits or "0", 16 if hexadecimal else 10)
    allowed = number in {9, 10, 13} or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD
    return found.group() if allowed or 0x10000 <= number <= 0x10FFFF else ""
