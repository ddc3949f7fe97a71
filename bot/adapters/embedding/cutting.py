"""What of a text the model is shown: clean, and short enough that no text can make it work for minutes. Pure."""

from __future__ import annotations

import re
import unicodedata

_UNIT = re.compile(
    # Two characters of a script without spaces (Thai, Lao, Burmese, Khmer, kana, Han) count as a word …
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]{1,2}"
    # … and so do sixteen of any other run, so that one endless "word" is no way round the limit.
    r"|[^\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]{1,16}"
)
_READ = 20_000
"""Characters looked at; more than enough for the words that are kept."""


def model_text(text: str, words: int) -> str:
    """The first `words` words of a text on one line, without NULs, control characters and lone surrogates."""
    head = text[:_READ]
    clean = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in head)
    end = 0
    for count, unit in enumerate(_UNIT.finditer(clean), start=1):
        end = unit.end()
        if count == words:
            break
    return " ".join(clean[:end].split())
