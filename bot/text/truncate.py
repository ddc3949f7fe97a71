"""Texts in a length that a line bears: cut after a word, counted in characters (a messenger counts in its own way)."""

from __future__ import annotations


def cut_after_word(text: str, limit: int) -> str:
    """At most `limit` characters of the text, with `…` where it is cut; a word as long as half of them is broken."""
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    words = head.rsplit(" ", 1)[0]
    return (words if len(words) > limit // 2 else head).rstrip(" ,;:–—-") + "…"
