"""The texts and addresses of an entry of any format: plain text, limited lengths, absolute addresses."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from bot.feeds.html_text import MAX_MARKUP, html_to_text, unescape
from bot.model import Entry, ParsedFeed
from bot.text.clean import clean_text, clean_title
from bot.text.urls import absolute_url

MAX_ENTRIES = 5_000
MAX_TEXT = 200_000
_MAX_GUID = 2_000
_MAX_NAME = 200

_MOST_NAMES = 5
_MAIL = re.compile(r"(?:mailto:)?[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}|mailto:")
_MAIL_AND_NAME = re.compile(r"[\w.+-]{1,64}@[\w.-]{1,255}\s*\(([^()]{1,200})\)")
_BLANK_LINES = re.compile(r"\n[ \t\r]*\n\s*")
_WRAPPED = 60
_WITHOUT_SCHEME = re.compile(r"www\.[\w-]+(?:\.[\w-]+)+(?:[/?#:]|\Z)", re.IGNORECASE)
_TAG_LIKE = re.compile(r"<[/!A-Za-z]")
_SENTENCE_ENDS = (".", "!", "?", ":", "。", "”", '"')


def plain_text(value: str, *, is_html: bool) -> str:
    """The plain text of a content or summary, paragraphs separated by newlines."""
    if is_html and _TAG_LIKE.search(value):
        return clean_text(html_to_text(value), limit=MAX_TEXT)
    text = unescape(value[:MAX_MARKUP]) if is_html else value[:MAX_MARKUP]
    escaped_twice = is_html and _TAG_LIKE.search(text)
    return clean_text(html_to_text(value) if escaped_twice else _unwrapped(text), limit=MAX_TEXT)


def plain_title(value: str, *, is_html: bool) -> str:
    """A title in one line. Tags that HTML does not know are kept, because they are words of the title.

    Titles that lost such a word: https://github.com/feedbin/feedbin/issues/232,
    https://github.com/brief-rss/brief/issues/416.
    """
    if is_html and ("<" in value or "&" in value):
        value = html_to_text(value, only_known_tags=True)
    return clean_title(value)


def plain_name(value: str | None) -> str | None:
    """The name of a person or an outlet without markup; None where there is none, or only a mail address."""
    if not value:
        return None
    name = plain_title(value[:MAX_MARKUP], is_html=True)[:_MAX_NAME].strip()
    return None if not name or ("@" in name and " " not in name) else name


def plain_names(written: Iterable[str]) -> str | None:
    """The names of several people, each once; of `mail@host (Name)` and `Name <mail@host>` only the names."""
    names: dict[str, None] = {}
    for one in written:
        text = plain_title(one[:MAX_MARKUP].replace("<mailto:", "<"), is_html=True) if one else ""
        found = _MAIL_AND_NAME.findall(text) or [_MAIL.sub(" ", text)]
        for name in found[:_MOST_NAMES]:
            if clean := plain_name(name.strip(" \t,;()<>")):
                names[clean] = None
    return ", ".join(list(names)[:_MOST_NAMES])[:_MAX_NAME] or None


def guid_of(value: str | None) -> str | None:
    """A guid as given, without white space at its ends; None for an empty one."""
    guid = clean_title(value[: _MAX_GUID * 2]) if value and len(value) <= 300 else (value or "").strip()[:_MAX_GUID]
    return guid or None


def first_address(base: str | None, candidates: Iterable[str | None]) -> str | None:
    """The first candidate that is a web address, made absolute; None where there is none."""
    for candidate in candidates:
        written = (candidate or "").strip()
        if _WITHOUT_SCHEME.match(written):
            written = f"https://{written}"
        if written and (address := absolute_url(base, written)):
            return address
    return None


def is_worth_keeping(entry: Entry) -> bool:
    """Whether an entry has a title, a text or a link."""
    return bool(entry.title or entry.text or entry.link)


def bounded(feed: ParsedFeed, count: int = 0) -> ParsedFeed:
    """The feed with at most `MAX_ENTRIES` entries, and a warning where more were cut off.

    `count` is the number of entries in the document where some were left out before parsing.
    """
    count = max(count, len(feed.entries))
    if count <= MAX_ENTRIES:
        return feed
    warning = f"the feed has {count:,} entries, only the first {MAX_ENTRIES:,} are read"
    return replace(feed, entries=feed.entries[:MAX_ENTRIES], warning=warning)


def _unwrapped(text: str) -> str:
    """Joins the lines of plain text that was wrapped at some width, so that a paragraph is one line."""
    paragraphs = []
    for block in _BLANK_LINES.split(text.replace("\r\n", "\n")):
        lines = [line.strip() for line in block.split("\n")]
        joined = lines[0]
        previous = lines[0]
        for line in lines[1:]:
            wrapped = len(previous) >= _WRAPPED and not previous.endswith(_SENTENCE_ENDS)
            joined += (" " if wrapped else "\n") + line
            previous = line
        paragraphs.append(joined)
    return "\n".join(paragraphs)
