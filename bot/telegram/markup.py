"""Formatted text as Telegram's HTML or as plain text. Tags are generated from spans, so they are always balanced.

The supported tags are those of the Bot API, "HTML style"; the limits are those of "sendMessage" and "sendPhoto".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import Literal

from bot.text.clean import clean_text

MESSAGE_LIMIT = 4096
"""Maximum length of a message after its entities are parsed (Bot API, "sendMessage"), in UTF-16 code units."""

CAPTION_LIMIT = 1024
"""The same for the caption of a photo (Bot API, "sendPhoto")."""

LINK_LIMIT = 2048
"""Longer URLs are left out, because they would take up most of a plain text message."""

Style = Literal["plain", "bold", "italic", "code"]

_TAGS = {"bold": "b", "italic": "i", "code": "code"}
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text with one style and an optional link."""

    text: str
    style: Style = "plain"
    link: str | None = None


Line = tuple[Span, ...]
"""The spans of one line; an empty tuple is an empty line."""


def line(*parts: Span | str) -> Line:
    """A line of spans; a string becomes a span without style."""
    return tuple(part if isinstance(part, Span) else Span(part) for part in parts)


def span(text: str, style: Style = "plain", link: str | None = None) -> Span:
    """A span with text from outside, which is cleaned. A link that is not a short http or https URL is left out."""
    return Span(clean_text(text), style, usable_link(link))


def usable_link(link: str | None) -> str | None:
    """The link if it is an http or https URL without blanks and control characters, and not too long; else None."""
    if link is None or len(link) > LINK_LIMIT or not link.isprintable() or " " in link:
        return None
    return link if link.startswith(("http://", "https://")) else None


def to_html(lines: Sequence[Line]) -> str:
    """The lines in Telegram's HTML."""
    return "\n".join("".join(_span_html(part) for part in parts) for parts in lines)


def to_plain(lines: Sequence[Line]) -> str:
    """The lines as plain text; the URL of a link follows its text."""
    return "\n".join("".join(_span_plain(part) for part in parts) for parts in lines)


def units(text: str) -> int:
    """Length in UTF-16 code units, in which Telegram measures text (Bot API, "MessageEntity", length)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def telegram_length(html: str) -> int:
    """The length of an HTML message as Telegram counts it: in UTF-16 code units, after its entities are parsed."""
    return units(unescape(_TAG.sub("", html)))


def fits(lines: Sequence[Line]) -> bool:
    """Whether the lines fit into one message, both as HTML and as plain text."""
    return units(to_plain(lines)) <= MESSAGE_LIMIT  # the plain text is the longer one: it also contains the URLs


def shortened(text: str, limit: int) -> str:
    """The text in at most `limit` UTF-16 code units. If it is longer, it is cut after a word and `…` is added."""
    if units(text) <= limit:
        return text
    head = text[:limit]
    while head and units(head) > limit - 1:
        head = head[: -max(1, (units(head) - limit + 1) // 2)]
    space = text.rfind(" ", len(head) // 2, len(head) + 1)
    return (head if space < 0 else head[:space]).rstrip(" ,;:–—-\u200d") + "…"


def _span_html(part: Span) -> str:
    if not part.text:
        return ""
    text = escape(part.text, quote=False)
    if part.link is not None:
        text = f'<a href="{escape(part.link)}">{text}</a>'
    tag = _TAGS.get(part.style)
    return text if tag is None else f"<{tag}>{text}</{tag}>"


def _span_plain(part: Span) -> str:
    return part.text if part.link is None or not part.text else f"{part.text}\n{part.link}"
