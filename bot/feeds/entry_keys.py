"""The keys by which an entry could be recognized within its feed: of its guid, link, text and title."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.model import Entry, EntryKey
from bot.text.urls import link_key

GUID, LINK, CONTENT, TITLE, WHOLE = "g", "l", "c", "t", "w"

_ENOUGH_WORDS = 5
"""A text with fewer words ("Read more") does not identify an article."""

_NO_GUIDS = frozenset({"n/a", "na", "none", "null", "nil", "undefined", "-", "#"})
"""What programs write where they have no guid (https://github.com/cocopuff2u/MOFA/issues/24)."""

_WORD = re.compile(r"\w+")
_SERIAL = re.compile(r"#\d{1,6}\Z")
"""BBC adds a revision number to the guid (`…/articles/c9d#3`), so that one article has several guids.

See https://github.com/FreshRSS/FreshRSS/issues/6521 and https://github.com/Ranchero-Software/NetNewsWire/issues/4808.
"""


@dataclass(frozen=True, slots=True)
class KeyedEntry:
    """An entry with all keys by which it could be recognized within its feed."""

    entry: Entry
    keys: Mapping[str, EntryKey]
    """Keys by kind, the strongest first."""
    whole: EntryKey
    guid_repeats_link: bool


def document_keys(entries: Iterable[KeyedEntry]) -> frozenset[EntryKey]:
    """All keys of the entries of a document, at least one for each entry: those to look up before `identify`."""
    return frozenset(key for one in entries for key in (*one.keys.values(), one.whole))


def with_keys(entry: Entry) -> KeyedEntry:
    """The entry with the keys of its guid, link, text and title, as far as it has them."""
    title = title_key(entry.title)
    words = _WORD.findall(entry.text.casefold())
    link = _page_of(entry.link)
    keys: dict[str, EntryKey] = {}
    if entry.guid and entry.guid.casefold() not in _NO_GUIDS:
        keys[GUID] = _key(GUID, entry.guid)
    if link:
        keys[LINK] = _key(LINK, link)
    if len(words) >= _ENOUGH_WORDS:
        keys[CONTENT] = _key(CONTENT, " ".join(words))
    if title:
        keys[TITLE] = title
    whole = _key(WHOLE, "\n".join(keys.values()) or f"{entry.title}\n{entry.text}")
    guid_page = _page_of(_SERIAL.sub("", entry.guid)) if entry.guid else None
    return KeyedEntry(entry, keys, whole, guid_repeats_link=link is not None and guid_page == link)


def title_key(title: str) -> EntryKey | None:
    """The key of a title, by its words; None for a title without words."""
    words = " ".join(_WORD.findall(title.casefold()))
    return _key(TITLE, words) if words else None


def _page_of(link: str | None) -> str | None:
    """The page that a link leads to, with its fragment; None for the front page of a site."""
    page = link_key(link) if link else None
    if not link or page is None:
        return None
    try:
        fragment = urlsplit(link).fragment
    except ValueError:
        return None
    if fragment and "=" not in fragment and "#" not in page:
        return f"{page}#{fragment}"
    return page if page.rstrip("/").partition("/")[2] or "?" in page else None


def _key(kind: str, value: str) -> EntryKey:
    return EntryKey(f"{kind}:{digest(value)}")


def digest(*parts: str) -> str:
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=16).hexdigest()
