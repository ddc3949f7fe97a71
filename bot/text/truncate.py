"""Shortens texts to a number of characters, cut after a word. (Telegram counts UTF-16 units: `bot.alerts.compose`.)"""

from __future__ import annotations


def cut_after_word(text: str, limit: int) -> str:
    """At most `limit` characters, with `…` where the text is cut; a word of more than half the limit is broken."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    words = head.rsplit(" ", 1)[0]
    return (words if len(words) > limit // 2 else head).rstrip(" ,;:–—-") + "…"
