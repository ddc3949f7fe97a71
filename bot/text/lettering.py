"""Which texts a chart can show: those in the letters of DejaVu Sans, the font that comes with matplotlib.

Scripts that are written from the right or whose letters join are excluded, too: not every matplotlib can shape them.
"""

from __future__ import annotations

import re

_DRAWABLE = re.compile(
    "["
    "\u0020-\u007e\u00a0-\u024f\u02bb-\u02bd"  # Latin
    "\u0370-\u0373\u0376\u0377\u037b-\u037e\u0384-\u038a\u038c\u038e-\u03a1\u03a3-\u03ff"  # Greek
    "\u0400-\u0481\u048a-\u0525"  # Cyrillic
    "\u0531-\u0556\u0559-\u055f\u0561-\u0587\u10d0-\u10fc"  # Armenian, Georgian
    "\u1e00-\u1ef9"  # Vietnamese, and Latin with marks
    "\u2010-\u2027\u2030-\u203a\u20ac\u2116\u2122\u2190-\u2193\u2212"  # punctuation and a few signs
    "]*"
)


def is_drawable(text: str) -> bool:
    """Whether the font has every character of a clean text."""
    return _DRAWABLE.fullmatch(text) is not None
