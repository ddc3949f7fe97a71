"""The part of a text that the model sees: cleaned, and short enough that no text takes minutes. Pure."""

from __future__ import annotations

import unicodedata

from bot.features.similarity import PIECE

_READ = 20_000
"""How many characters are looked at; more than enough for the words that are kept."""


def model_text(text: str, words: int) -> str:
    """The first `words` words of a text on one line, without control characters (NUL too) and lone surrogates."""
    head = text[:_READ]
    clean = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in head)
    end = 0
    for count, unit in enumerate(PIECE.finditer(clean), start=1):
        end = unit.end()
        if count == words:
            break
    return " ".join(clean[:end].split())
