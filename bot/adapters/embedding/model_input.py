"""What of a text the model is shown: clean, and short enough that no text can make it work for minutes. Pure."""

from __future__ import annotations

import unicodedata

from bot.features.similarity import PIECE

_READ = 20_000
"""Characters looked at; more than enough for the words that are kept."""


def model_text(text: str, words: int) -> str:
    """The first `words` words of a text on one line, without NULs, control characters and lone surrogates."""
    head = text[:_READ]
    clean = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in head)
    end = 0
    for count, unit in enumerate(PIECE.finditer(clean), start=1):
        end = unit.end()
        if count == words:
            break
    return " ".join(clean[:end].split())
