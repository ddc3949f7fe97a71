"""Makes any text from outside safe to store, compare, embed and show.

It does not know HTML: tags and entities are removed in `bot.feeds` and `bot.articles`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Literal

TEXT_LIMIT = 200_000
"""Characters of an article that are kept; the longest real articles have about 60,000."""

TITLE_LIMIT = 300

_LOOKED_AT = 8
"""A text is read up to so many times its limit, which bounds the work where most of it is removed."""

_LINE_BREAKS = re.compile("[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_INVISIBLE_SET = (
    "["
    "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"  # control characters other than line breaks (a tab is a blank)
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0"  # soft hyphen, fillers, bidi mark
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"  # zero width, bidi marks and overrides
    "\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufff0-\uffff"  # surrogates, private use, noncharacters
    "\U0001d173-\U0001d17a\U000e0000-\U0010ffff"  # musical controls, tags, selectors, private use
    "]+"
)
_INVISIBLE = re.compile(_INVISIBLE_SET)
_END_OF_FLAG = "\U000e007f"
_FLAG_OR_INVISIBLE = re.compile(
    f"(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{{1,6}}{_END_OF_FLAG})|{_INVISIBLE_SET}"
)
"""A flag such as England's is a black flag and invisible tags (UTS #51, "emoji tag sequence"). All other tags go."""
_CUT_FLAG = re.compile("\U0001f3f4?[\U000e0030-\U000e007a]+$")
_JOINER_SCRIPTS = "\u0600-\u0dff\u0f00-\u109f\u1780-\u17ff\ufb50-\ufdff\ufe70-\ufeff"
_EMOJI = "\u2190-\u2bff\ufe0f\U0001f000-\U0001faff"
_JOINED = f"[{_JOINER_SCRIPTS}{_EMOJI}]"
_STRAY_JOINERS = re.compile(f"(?<!{_JOINED})[\u200c\u200d]+|[\u200c\u200d]+(?!{_JOINED})")
"""Joiners are part of the spelling in Persian and the Indic scripts, and of emoji of several characters (UTS #51,
"emoji zwj sequence"); elsewhere they only hide words from a search.
"""

_UNUSUAL_BLANKS = re.compile(r"[^\S \n]+")
_BLANKS = re.compile("  +")
_BREAKS = re.compile(r" ?\n[ \n]*")
_MARKS_IN_A_ROW = 30
"""The limit of the Stream-Safe Text Format (UAX #15, https://www.unicode.org/reports/tr15/#Stream_Safe_Text_Format).

Normalizing longer rows of combining marks takes quadratic time.
"""


@cache
def _long_rows_of_marks(last: int) -> re.Pattern[str]:
    """Matches the combining marks, up to the code point `last`, that follow the first thirty of a row."""
    marks = [chr(code) for code in range(0x300, last + 1) if unicodedata.combining(chr(code))]
    row = "[" + "".join(marks) + "]"
    return re.compile(f"({row}{row}{{{_MARKS_IN_A_ROW - 1}}}){row}+")


def normalized(text: str, form: Literal["NFC", "NFKD"] = "NFC") -> str:
    """`unicodedata.normalize`, but in linear time for any text."""
    if text.isascii():
        return text
    last = 0xFFFF if max(text) <= "\uffff" else 0x1FFFF  # `re` is ten times faster with a set within the BMP
    return unicodedata.normalize(form, _long_rows_of_marks(last).sub(r"\1", text))


def clean_text(text: str, *, limit: int = TEXT_LIMIT) -> str:
    """Printable Unicode in NFC, at most `limit` characters; a newline separates two paragraphs.

    Control characters, lone surrogates, invisible and bidirectional characters are removed (Unicode UTR #36, 2 shows
    how the latter mislead readers); runs of blanks become one blank.
    """
    text = text[: limit * _LOOKED_AT]
    if not (text.isascii() and text.isprintable()):  # otherwise only blanks have to be changed
        text = _LINE_BREAKS.sub("\n", text.replace("\r\n", "\n"))
        text = _FLAG_OR_INVISIBLE.sub(r"\1", text) if _END_OF_FLAG in text else _INVISIBLE.sub("", text)
        if "\u200c" in text or "\u200d" in text:
            text = _STRAY_JOINERS.sub("", text)
        text = _UNUSUAL_BLANKS.sub(" ", normalized(text))
    if "  " in text:
        text = _BLANKS.sub(" ", text)
    if "\n" in text:
        text = _BREAKS.sub("\n", text)
    return _CUT_FLAG.sub("", text.strip(" \n")[:limit]).rstrip(" \n\u200c\u200d")


def clean_title(text: str) -> str:
    """The same in one line of at most 300 characters, cut after a word and marked with `…`."""
    title = clean_text(text, limit=TITLE_LIMIT * _LOOKED_AT).replace("\n", " ")
    if len(title) <= TITLE_LIMIT:
        return title
    head = _CUT_FLAG.sub("", title[: TITLE_LIMIT - 1])
    space = head.rfind(" ", TITLE_LIMIT // 2)
    return (head if space < 0 else head[:space]).rstrip(" ,;:-–—\u200c\u200d") + "…"
