"""Escapes ampersands that stand for themselves in XML, mostly in addresses: `?id=7&copy=2`.

They make a document ill-formed (XML 1.0, 2.4), and what reads it all the same takes `&copy` for © and `&lang` for 〈
(https://github.com/FreshRSS/FreshRSS/issues/4916). In CDATA sections and comments they are allowed.
"""

from __future__ import annotations

import re

_FOUND = re.compile(
    r"<!\[CDATA\[(?:.*?\]\]>|.*)|<!--(?:.*?-->|.*)|&(?!#\d+;|#[xX][0-9a-fA-F]+;|[A-Za-z_][\w.-]{0,40};)", re.DOTALL
)
"""A section that is kept as it is, or a bare ampersand. What is never closed goes to the end of the document."""
_BARE = re.compile(r"&(?!#\d+;|#[xX][0-9a-fA-F]+;|[A-Za-z_][\w.-]{0,40};)")
_BARE_IN_ATTRIBUTE = re.compile(r"&(?=\w+(?:=|\Z))")


def escape_bare_ampersands(document: str) -> str:
    """The document with `&amp;` for each ampersand that begins no reference."""
    if not _BARE.search(document):
        return document
    return _FOUND.sub(lambda found: "&amp;" if found.group() == "&" else found.group(), document)


def escape_parameters(attribute: str) -> str:
    """An attribute of HTML in which `&copy=` is the beginning of a parameter (HTML, 13.2.5.73)."""
    return _BARE_IN_ATTRIBUTE.sub("&amp;", attribute)
