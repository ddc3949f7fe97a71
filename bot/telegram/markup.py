"""Text with marks, as Telegram's HTML or as plain text; tags come from marks, so they are always balanced.

The subset of HTML, and how length is counted, are those of the Bot API, "Formatting options" and "sendMessage".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import Literal

from bot.text.clean import clean_text

MESSAGE_LIMIT = 4096
"""UTF-16 code units of a message's text after its entities are parsed."""

CAPTION_LIMIT = 1024
"""The same of what stands under a picture (sendPhoto)."""

LINK_LIMIT = 2048
"""Longer addresses are not made links: in plain text they would crowd out the message."""

Style = Literal["plain", "bold", "italic", "code"]

_TAGS = {"bold": "b", "italic": "i", "code": "code"}
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text with one mark, and the address it leads to."""

    text: str
    style: Style = "plain"
    link: str | None = None


Line = tuple[Span, ...]
"""What stands on one line; no spans: an empty line."""


def line(*parts: Span | str) -> Line:
    """A line of spans; plain strings are plain spans."""
    return tuple(part if isinstance(part, Span) else Span(part) for part in parts)


def span(text: str, style: Style = "plain", link: str | None = None) -> Span:
    """A span of text from outside: cleaned; an address that is no short http(s) one is left out."""
    return Span(clean_text(text), style, usable_link(link))


def usable_link(link: str | None) -> str | None:
    """The address if it is a web address without blanks and controls, and not too long."""
    if link is None or len(link) > LINK_LIMIT or not link.isprintable() or " " in link:
        return None
    return link if link.startswith(("http://", "https://")) else None


def to_html(lines: Sequence[Line]) -> str:
    """The lines in Telegram's HTML."""
    return "\n".join("".join(_span_html(part) for part in parts) for parts in lines)


def to_plain(lines: Sequence[Line]) -> str:
    """The lines without marks; addresses follow the text that led to them."""
    return "\n".join("".join(_span_plain(part) for part in parts) for parts in lines)


def units(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def telegram_length(html: str) -> int:
    """How long Telegram finds a message in its HTML: UTF-16 units after entities are parsed."""
    return units(unescape(_TAG.sub("", html)))


def fits(lines: Sequence[Line]) -> bool:
    """Whether the lines make one message, as HTML and as plain text."""
    return units(to_plain(lines)) <= MESSAGE_LIMIT  # the plain text has every character of the other


def shortened(text: str, limit: int) -> str:
    """The text in at most `limit` UTF-16 units, cut after a word and marked with `…`."""
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
