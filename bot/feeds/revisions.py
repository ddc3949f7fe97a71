"""Whether an entry with the page of a known article is a revision of it, or something else on the same page.

A forum shows the newest reply of each thread (`…/thread/4711#13`), a blog the comments of one page, a program the notes
of each version under one address: each of them is news. The revisions of an edited article are not. Both have the same
link, often the same title and a new guid (https://github.com/matrix-org/matrix-hookshot/issues/844,
https://github.com/FreshRSS/FreshRSS/issues/6521), so the texts decide.
"""

from __future__ import annotations

import re
from typing import Final

from bot.feeds.text_overlap import TextPrint
from bot.model import Article, Entry

_SERIAL: Final = re.compile(r"#(\d{1,6})\Z")
_MOST_REVISIONS: Final = 9
"""BBC's revision numbers have one digit. A feed with higher ones numbers replies."""
_WORD: Final = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]{2}|\w+")
"""A word, or two characters of a script that is written without blanks."""
_SHORTEST: Final = 4
"""Shorter words of alphabets are in any text."""
_FEWEST: Final = 4
"""With fewer words a text cannot be compared."""
_SHARED: Final = 0.25
"""The share of the words of the shorter text that the revisions of one article have in common, at least."""
_PART: Final = re.compile(r"#[^/#=]*\d[^/#=]*\Z")
"""The end of an address that leads to one comment of a page: `#comment-12`, `#post74`."""
_MOST_SHARED: Final = 0.6
"""A text that shares so much with another one is an edit of it, also under another title."""
_VERSION: Final = re.compile(r"\bv?\d+(?:\.\d+)+[\w.+-]*|\bv\d+\b", re.IGNORECASE)


def serial_of(guid: str | None) -> int | None:
    """The number at the end of a guid that is an address: `…/c9d#3`."""
    found = _SERIAL.search(guid) if guid else None
    return int(found[1]) if found else None


def is_part_of_page(link: str | None) -> bool:
    """Whether a link leads to one numbered part of a page, such as a comment."""
    return link is not None and _PART.search(link) is not None


def stands_alone(entry: Entry, *, shares_page: bool) -> bool:
    """Whether an entry is never a report of the same event as another one, however alike they are.

    That are replies and comments, whose guids begin with the page that they share, and releases whose title is nothing
    but a version.

    Args:
        shares_page: whether another article of the feed has the same page.
    """
    if is_part_of_page(entry.link) or _VERSION.fullmatch(entry.title.strip()):
        return True
    page = (entry.link or "").rstrip("/")
    return shares_page and bool(page) and (entry.guid or "").startswith(page) and len(entry.guid or "") > len(page) + 1


def numbers_replies(serials: list[int]) -> bool:
    """Whether the numbers of a document are those of replies, and not of revisions."""
    return any(serial > _MOST_REVISIONS for serial in serials)


def has_other_text(entry: Entry, known: Article | None) -> bool:
    """Whether both have texts, and these have next to no words in common."""
    if known is None:
        return False
    texts = [_words(text) for text in (entry.text, known.text)]
    shorter = min(texts, key=len)
    return len(shorter) >= _FEWEST and len(texts[0] & texts[1]) < _SHARED * len(shorter)


def has_alike_text(entry: Entry, known: Article | None) -> bool:
    """Whether the longer of both texts contains most of the shorter one, with its numbers."""
    return known is not None and TextPrint.of(entry.text).likeness(TextPrint.of(known.text)) >= _MOST_SHARED


def is_other_version(entry: Entry, known: Article | None) -> bool:
    """Whether the titles name two versions of one program, whose notes differ."""
    if known is None:
        return False
    before, after = _VERSION.findall(known.title), _VERSION.findall(entry.title)
    if not before or not after or before == after or _without_version(known.title) != _without_version(entry.title):
        return False
    return " ".join(entry.text.split()) != " ".join(known.text.split())


def is_reply(entry: Entry, known: Article | None, *, same_title: bool, in_numbered_feed: bool) -> bool:
    """Whether an entry `page#13` is a reply of its own, and not the revision 13 of the known article of that page.

    Args:
        same_title: whether both have the same title, as the replies of a thread have.
        in_numbered_feed: whether the feed numbers replies (`numbers_replies`).
    """
    if has_other_text(entry, known):
        return same_title or in_numbered_feed
    if known is not None and _words(entry.text) and _words(known.text):
        return False
    return in_numbered_feed and not same_title


def _words(text: str) -> set[str]:
    found = _WORD.findall(text.casefold()[:4_000])
    return {word for word in found if len(word) >= _SHORTEST or not word.isascii()}


def _without_version(title: str) -> str:
    return " ".join(_VERSION.sub(" ", title.casefold()).split())
