"""Ids that people can read and type: slugs of names, made unique by numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

_LONGEST = 40
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def slug(text: str) -> str:
    """Lower-case ASCII letters and digits joined by hyphens, at most 40 characters; empty if the text has none."""
    folded = unicodedata.normalize("NFKD", text[:300]).encode("ascii", "ignore").decode("ascii").lower()
    whole = _NOT_SLUG.sub("-", folded).strip("-")
    if len(whole) <= _LONGEST:
        return whole
    head, hyphen, _ = whole[: _LONGEST + 1].rpartition("-")
    return head if hyphen else whole[:_LONGEST]


def numbered(stem: str, taken: Collection[str]) -> str:
    """The stem, or `stem-2`, `stem-3`, … if it is taken; at most 40 characters."""
    number = 1
    while (candidate := with_number(stem, number)) in taken:
        number += 1
    return candidate


def with_number(stem: str, number: int) -> str:
    """The stem for 1, else `stem-2`, `stem-3`, …; at most 40 characters."""
    ending = f"-{number}" if number > 1 else ""
    return f"{stem[: _LONGEST - len(ending)]}{ending}"
