"""Whether an outlet has changed an article: a digest of what a reader would see of it."""

from __future__ import annotations

import hashlib
import re

_WORD = re.compile(r"\w+")


def content_digest(title: str, text: str) -> str:
    """32 hexadecimal digits, the same for texts that differ in white space, punctuation or case only."""
    words = (" ".join(_WORD.findall(part.casefold())) for part in (title, text))
    return hashlib.blake2b("\n".join(words).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
