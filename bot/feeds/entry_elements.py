"""Corrects the events of an XML parser where feedparser would take one element for another.

feedparser goes by the names of elements and not by where they stand, so the link of a picture became that of the
article (https://github.com/FreshRSS/FreshRSS/issues/5323), and the description of a picture its text
(https://github.com/kurtmckee/feedparser/issues/195).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any, Final
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesNSImpl

Name = tuple[str | None, str]

_MEDIA: Final = re.compile(r"https?://(?:search\.yahoo|www\.rssboard)\.\w+/(?:mrss|media-rss)/?")
_OWNERS_OF_LINKS: Final = frozenset({"item", "entry", "channel", "feed", "source", "rdf", "image", "textinput", "rss"})
_XHTML: Final = "http://www.w3.org/1999/xhtml"
_OBJECTS: Final = frozenset({"content", "thumbnail", "player"})
"""Media RSS elements of one picture or video: what is in them describes it, and not the entry."""
_RENAMED: Final = {"description": "aboutmedia", "title": "mediatitle"}
"""Of Media RSS, outside of `media:content`: the video's, which is the entry's only where it has no text of its own.

feedparser makes keys of their new names: `media_aboutmedia`, `media_mediatitle`.
"""
_PEOPLE: Final = frozenset({"author", "creator", "contributor", "managingeditor", "webmaster", "name", "email"})
_LONGEST_NAME: Final = 500
"""feedparser looks for a mail address in a name, in quadratic time (https://github.com/kurtmckee/feedparser/issues/562).
"""
_NO_ADDRESS: Final = re.compile(r"(?:n/?a|none|null|nil|undefined|false|#|-|about:blank)?", re.IGNORECASE)


_OTHER_ADDRESSES: Final = ("uri", "url")
_OF_OTHER_SCHEME: Final = re.compile(r"(?!https?:|feed:)[a-z][a-z0-9+-]{1,20}:(?!\d)", re.IGNORECASE)
"""`magnet:`, `mailto:`: not a page, which may be in the guid (https://github.com/laminas/laminas-feed/issues/94)."""


class EntryElements(ContentHandler):
    """Passes events on to feedparser's handler, corrected.

    Dropped are the elements that describe a picture, links inside of other elements than the entry, and links without
    an address, behind which feedparser would not see the permalink in `guid`.
    """

    def __init__(self, handler: Any) -> None:
        super().__init__()
        self._handler = handler
        self._path: list[Name] = []
        self._objects = 0
        """How many elements of `_path` are pictures or videos. Counted, because the path may be 100,000 long."""
        self._markup = 0
        """How many elements of `_path` are XHTML."""
        self._dropped = 0
        """How deep the current element is in a dropped one; 0 outside."""
        self._link: tuple[Name, str | None, AttributesNSImpl] | None = None
        """A link whose text is being read."""
        self._link_text: list[str] = []
        self._name_length = 0
        """Characters of the current name that were passed on."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._handler, name)

    def startElementNS(self, name: Name, qname: str | None, attrs: AttributesNSImpl) -> None:  # noqa: N802 -- SAX calls it so
        if self._dropped or self._link is not None or self._is_dropped(name):
            self._dropped += 1
            return
        if name[1] == "link" and not _attribute(attrs, "href") and self._is_owner(self._path[-1:]):
            self._link, self._link_text = (name, qname, attrs), []
            return
        self._path.append(name)
        self._objects += _is_object(name)
        self._markup += name[0] == _XHTML
        self._name_length = 0
        if name[1] == "guid" and (declared := _attribute(attrs, "isPermaLink")):
            attrs = _with_attribute(attrs, "isPermaLink", declared.strip().lower())
        new_name = self._renamed(name)
        self._handler.startElementNS(new_name, _renamed_qname(qname, new_name[1]), attrs)

    def endElementNS(self, name: Name, qname: str | None) -> None:  # noqa: N802 -- SAX calls it so
        if self._dropped:
            self._dropped -= 1
            return
        if self._link is not None:
            self._pass_link(*self._link, "".join(self._link_text).strip())
            self._link = None
            return
        self._path.pop()
        self._objects -= _is_object(name)
        self._markup -= name[0] == _XHTML
        new_name = self._renamed(name)
        self._handler.endElementNS(new_name, _renamed_qname(qname, new_name[1]))

    def characters(self, content: str) -> None:
        if self._dropped:
            return
        if self._link is not None:
            self._link_text.append(content)
            return
        if self._path and self._path[-1][1].lower() in _PEOPLE:
            content = content[: max(_LONGEST_NAME - self._name_length, 0)]
            self._name_length += len(content)
        self._handler.characters(content)

    def setDocumentLocator(self, locator: Any) -> None:  # noqa: N802 -- SAX calls it so
        self._handler.setDocumentLocator(locator)

    def startPrefixMapping(self, prefix: str | None, uri: str) -> None:  # noqa: N802 -- SAX calls it so
        self._handler.startPrefixMapping(prefix, uri)

    def _is_dropped(self, name: Name) -> bool:
        if name[1] == "link" and _is_plain(name) and not self._is_owner(self._path[-1:]) and not self._markup:
            return True
        return self._objects > 0 and _is_media(name) and name[1] in _RENAMED

    def _is_owner(self, parent: list[Name]) -> bool:
        return not parent or parent[0][1].lower() in _OWNERS_OF_LINKS

    def _renamed(self, name: Name) -> Name:
        if _is_media(name) and name[1] in _RENAMED:
            return name[0], _RENAMED[name[1]]
        return name

    def _pass_link(self, name: Name, qname: str | None, attrs: AttributesNSImpl, address: str) -> None:
        """Pass on a link with its address as text; one that has a relation (`enclosure`) with it as attribute."""
        if _NO_ADDRESS.fullmatch(address) or _OF_OTHER_SCHEME.match(address):
            return
        attrs = _without_attributes(attrs, _OTHER_ADDRESSES)  # feedparser would take them for the address
        if _attribute(attrs, "rel"):
            attrs, address = _with_attribute(attrs, "href", address), ""
        self._handler.startElementNS(name, qname, attrs)
        if address:
            self._handler.characters(address)
        self._handler.endElementNS(name, qname)


def _is_media(name: Name) -> bool:
    return name[0] is not None and _MEDIA.fullmatch(name[0]) is not None


def _is_object(name: Name) -> bool:
    return name[1] in _OBJECTS and _is_media(name)


def _is_plain(name: Name) -> bool:
    """Whether a link is one of RSS or Atom, and not one of another vocabulary such as `feedburner:link`."""
    return not name[0] or "Atom" in name[0] or "atom" in name[0] or "rss" in name[0]


def _attribute(attrs: AttributesNSImpl, name: str) -> str:
    return next((value for (_, key), value in attrs.items() if key.lower() == name.lower()), "")


def _with_attribute(attrs: AttributesNSImpl, name: str, value: str) -> AttributesNSImpl:
    others = _without_attributes(attrs, (name.lower(),))
    names = {key: others.getQNameByName(key) for key in others.getNames()}
    return AttributesNSImpl(dict(others.items()) | {(None, name): value}, names | {(None, name): name})


def _without_attributes(attrs: AttributesNSImpl, names: Collection[str]) -> AttributesNSImpl:
    values: dict[Name, str] = {key: old for key, old in attrs.items() if key[1].lower() not in names}
    return AttributesNSImpl(values, {key: attrs.getQNameByName(key) for key in values})


def _renamed_qname(qname: str | None, local: str) -> str | None:
    if qname is None:
        return None
    prefix, colon, old = qname.rpartition(":")
    return qname if old == local else f"{prefix}{colon}{local}"
