"""What somebody wants to have watched, judged by what they sent. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.telegram.transport.incoming import Attachment, Material

ARTICLE_WORDS = 40
"""Words from which a text is an article and not a search."""

_OPERATOR = re.compile(r'\b(?:AND|OR|NOT)\b|["*~/]|\b(?:title|body|source|author|lang|url):', re.ASCII)


@dataclass(frozen=True, slots=True)
class LinkShown:
    """An address; `text`: what stood beside it, should the page not be readable."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class DocumentShown:
    """A document."""

    attachment: Attachment


@dataclass(frozen=True, slots=True)
class TextShown:
    """An article, pasted or forwarded."""

    text: str


@dataclass(frozen=True, slots=True)
class WordsShown:
    """A query, or words that an article must have."""

    query: str


Shown = LinkShown | DocumentShown | TextShown | WordsShown


def shown_by(material: Material) -> Shown | None:
    """What a message shows; None where it is empty. A text with a link in it is an article if it is long."""
    if material.document is not None:
        return DocumentShown(material.document)
    text = material.text.strip()
    if is_article(text):
        return TextShown(text)
    if material.links and not _OPERATOR.search(_without(text, material.links)):
        return LinkShown(material.links[0], text)
    if material.is_forward and text:
        return TextShown(text)
    return WordsShown(" ".join(text.split())) if text else None


def is_article(text: str) -> bool:
    """Whether a text is too long to be a search."""
    return len(text.split()) >= ARTICLE_WORDS or len(text) >= ARTICLE_WORDS * 8


def _without(text: str, links: tuple[str, ...]) -> str:
    for link in links:
        text = text.replace(link, "").replace(link.removeprefix("https://"), "")
    return text
