"""An XML parser for feedparser (`PREFERRED_XML_PARSERS`) that collects text before it hands it over.

By default expat calls Python for each piece of text between two references, and most feeds escape their HTML: 800,000
pieces in 100 feeds. With `buffer_text` (https://docs.python.org/3/library/pyexpat.html) the result is the same.
"""

from __future__ import annotations

from xml.parsers.expat import XMLParserType
from xml.sax.expatreader import ExpatParser

_PIECE = 65_536


class BufferedExpatParser(ExpatParser):
    def reset(self) -> None:
        super().reset()
        expat: XMLParserType = self._parser  # type: ignore[attr-defined]  # -- typeshed does not know of it
        expat.buffer_size = _PIECE
        expat.buffer_text = True


def create_parser() -> BufferedExpatParser:
    """The function that `xml.sax.make_parser` looks for in a module of `PREFERRED_XML_PARSERS`."""
    return BufferedExpatParser()
