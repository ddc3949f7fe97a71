"""Parses message texts as the Bot API does, and refuses what it refuses (Bot API, "HTML style")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

TAGS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "a": "text_link", "tg-spoiler": "spoiler", "span": "spoiler", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
_PART = re.compile(
    r"<(?P<end>/)?(?P<tag>[A-Za-z-]*)(?P<attributes>(?:\s+[A-Za-z-]+(?:=(?:\"[^\"<>]*\"|'[^'<>]*'))?)*)\s*>"
    r"|(?P<stray><)|(?P<entity>&(?:lt|gt|amp|quot|#[0-9]+|#x[0-9A-Fa-f]+);)"
)
_HREF = re.compile(r"href=(?:\"([^\"]*)\"|'([^']*)')")
TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024


class RefusedError(Exception):
    """What Telegram answers with `ok: false`."""

    def __init__(self, status: int, description: str, parameters: dict[str, int] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters


@dataclass(frozen=True, slots=True)
class ParsedText:
    """A text after its entities are parsed."""

    text: str
    entities: tuple[dict[str, Any], ...] = ()


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def parse_text(text: str, parse_mode: str | None) -> ParsedText:
    """Text and entities of a message, or RefusedError with Telegram's words."""
    if parse_mode not in {None, "", "HTML"}:
        raise RefusedError(400, f"Bad Request: unsupported parse_mode {parse_mode}")
    parsed = _parse_html(text) if parse_mode == "HTML" else ParsedText(text)
    if not parsed.text.strip():
        raise RefusedError(400, "Bad Request: message text is empty")
    if utf16_length(parsed.text.strip()) > TEXT_LIMIT:
        raise RefusedError(400, "Bad Request: message is too long")
    return parsed


def parse_caption(text: str, parse_mode: str | None) -> ParsedText:
    """Text and entities of a caption, which may be empty and is shorter than a message."""
    parsed = _parse_html(text) if parse_mode == "HTML" else ParsedText(text)
    if utf16_length(parsed.text.strip()) > CAPTION_LIMIT:
        raise RefusedError(400, "Bad Request: message caption is too long")
    return parsed


def _parse_html(html: str) -> ParsedText:
    text, entities = "", []
    open_tags: list[tuple[str, str, int]] = []
    position = 0
    for part in _PART.finditer(html):
        text += html[position : part.start()]
        position = part.end()
        offset = len(html[: part.start()].encode())
        if part["entity"]:
            text += unescape(part["entity"])
        elif part["stray"]:
            raise _unparsable(f'Unsupported start tag "{html[position : position + 10]}" at byte offset {offset}')
        elif part["end"]:
            if not open_tags:
                raise _unparsable(f"Unexpected end tag at byte offset {offset}")
            tag, attributes, start = open_tags.pop()
            if part["tag"].lower() not in {"", tag}:
                raise _unparsable(
                    f'Unmatched end tag at byte offset {offset}, expected "</{tag}>", found "</{part["tag"]}>"'
                )
            entities += _entity(tag, attributes, start, text)
        else:
            tag = part["tag"].lower()
            if tag not in TAGS or (tag == "span" and "tg-spoiler" not in part["attributes"]):
                raise _unparsable(f'Unsupported start tag "{tag}" at byte offset {offset}')
            open_tags.append((tag, part["attributes"], utf16_length(text)))
    text += html[position:]
    if open_tags:
        raise _unparsable(f'Can\'t find end tag corresponding to start tag "{open_tags[-1][0]}"')
    return ParsedText(text, tuple(sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))))


def _entity(tag: str, attributes: str, start: int, text: str) -> list[dict[str, Any]]:
    length = utf16_length(text) - start
    if length == 0:
        return []
    entity: dict[str, Any] = {"type": TAGS[tag], "offset": start, "length": length}
    if tag == "a":
        href = _HREF.search(attributes)
        url = unescape(href[1] or href[2] or "") if href else ""
        if not url.startswith(("http://", "https://", "tg://")):
            return []  # Telegram drops such a link silently
        entity["url"] = url
    return [entity]


def _unparsable(what: str) -> RefusedError:
    return RefusedError(400, f"Bad Request: can't parse entities: {what}")
