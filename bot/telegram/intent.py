"""Decides what a user wants to watch from the message they sent: an article, a document, a link or a query. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.telegram.transport.incoming import Attachment, Material

ARTICLE_WORDS = 40
"""A text with at least this many words is an article and not a query."""

_OPERATOR = re.compile(r'\b(?:AND|OR|NOT)\b|["*~/]|\b(?:title|body|source|author|lang|url):', re.ASCII)


@dataclass(frozen=True, slots=True)
class LinkShown:
    """A link. `text` is the rest of the message, for the case that the page cannot be read."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class DocumentShown:
    """A document of the message."""

    attachment: Attachment


@dataclass(frozen=True, slots=True)
class TextShown:
    """The text of an article, pasted or forwarded."""

    text: str


@dataclass(frozen=True, slots=True)
class WordsShown:
    """A query, or words that an article must contain."""

    query: str


Shown = LinkShown | DocumentShown | TextShown | WordsShown


def shown_by(material: Material) -> Shown | None:
    """The content of a message, or None if it is empty. A long text is an article even if it contains a link."""
    if material.document is not None:
        return DocumentShown(material.document)
    text = material.text.strip()
    if is_article(text):
        return TextShown(text)
    if material.links and not _OPERATOR.search(_without_links(text, material.links)):
        return LinkShown(material.links[0], text)
    if material.is_forward and text:
        return TextShown(text)
    return WordsShown(" ".join(text.split())) if text else None


def is_article(text: str) -> bool:
    """Whether a text is too long to be a query."""
    return len(text.split()) >= ARTICLE_WORDS or len(text) >= ARTICLE_WORDS * 8


def _without_links(text: str, links: tuple[str, ...]) -> str:
    for link in links:
        text = text.replace(link, "").replace(link.removeprefix("https://"), "")
    return text
