"""Feed documents that tests write themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from random import Random
from xml.sax.saxutils import escape

SYLLABLES = ("ba", "ci", "do", "fe", "gu", "ha", "ji", "ko", "lu", "ma", "ne", "po", "ri", "su", "ta", "wi")


def filler(name: str, words: int = 90) -> str:
    """Enough words that a text counts as a full article, and others for every name: no two articles are alike."""
    random = Random(name)
    made = ["".join(random.choices(SYLLABLES, k=3)) for _ in range(words)]
    return " ".join(" ".join(made[start : start + 12]).capitalize() + "." for start in range(0, words, 12))


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a made feed. `text` is followed by other words unless `short`."""

    title: str
    text: str = ""
    guid: str | None = None
    link: str | None = None
    published: datetime | None = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
    short: bool = False


def rss(*items: Item, title: str = "Test Feed") -> bytes:
    """An RSS 2.0 document."""
    return "".join(_document(items, title)).encode()


def _document(items: Sequence[Item], title: str) -> list[str]:
    parts = [
        '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
        f"<title>{escape(title)}</title><link>https://news.example/</link><language>en</language>"
    ]
    for item in items:
        text = item.text if item.short else f"{item.text} {filler(item.title)}"
        parts.append(f"<item><title>{escape(item.title)}</title><description>{escape(text)}</description>")
        if item.guid is not None:
            parts.append(f'<guid isPermaLink="false">{escape(item.guid)}</guid>')
        if item.link is not None:
            parts.append(f"<link>{escape(item.link)}</link>")
        if item.published is not None:
            parts.append(f"<pubDate>{format_datetime(item.published)}</pubDate>")
        parts.append("</item>")
    parts.append("</channel></rss>")
    return parts
