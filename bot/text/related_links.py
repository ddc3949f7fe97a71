"""Finds the lines of a text that lead to other articles: `Baca juga: …`, or `Berita Terkait` with the list below it.

A list has no marks of its own in plain text, so its end is found by the form of its lines: an item is a headline, which
does not end like a sentence, or has a bullet or a number; between two headlines there may be one short sentence that
sums up the article. The first line that is a sentence, or is too long for a headline, belongs to the article again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from bot.model import Language
from bot.text.link_phrases import AUTHOR_HEADINGS, LIST_HEADINGS, SEE_ALSO, TAG_LABELS

LONGEST_LINK: Final = 260
"""A longer line is never only a link; one that begins like a link has sentences of the article as well."""

_LONGEST_HEADLINE: Final = 160
_LONGEST_UNSPACED: Final = 50
"""Characters of a headline in a script without spaces, where a character says as much as half a word."""
_LONGEST_TAG: Final = 40
_AUTHOR_LINES: Final = 4
"""If more lines follow the heading of a note on the author, only the first of them belongs to the note."""

_BEFORE: Final = r"[\s\[(*•>»▶►→▸#|–—-]*"
_AFTER: Final = r"[\s\])*:：»›>→|…\.–—-]*(?:\(\d+\))?\s*"
_HEADING: Final = re.compile(
    rf"{_BEFORE}(?:{'|'.join(f'(?:{phrase})' for phrase in LIST_HEADINGS.values())}){_AFTER}", re.IGNORECASE
)
_SEE_ALSO_ALONE: Final = re.compile(
    rf"{_BEFORE}(?:{'|'.join(f'(?:{phrase})' for phrase in SEE_ALSO.values())}){_AFTER}", re.IGNORECASE
)
_TAG_HEADING: Final = re.compile(rf"{_BEFORE}(?:{TAG_LABELS})[\s:：]*", re.IGNORECASE)
_TAG_LINE: Final = re.compile(rf"{_BEFORE}(?:{TAG_LABELS})\s*[:：]\s*[^.!?。\n]{{1,300}}", re.IGNORECASE)
_HASHTAGS: Final = re.compile(r"\s*(?:[#＃]\w[\w.-]{0,60}[\s,|]*){2,}")
_AUTHOR_HEADING: Final = re.compile(rf"{_BEFORE}(?:{AUTHOR_HEADINGS}){_AFTER}", re.IGNORECASE)
_BULLET: Final = re.compile(r"\s*(?:[•▪◦‣●○■□*»›▶►→▸·–—-]|\(?\d{1,2}[.)])\s*(?=\S)")

_SENTENCE_END: Final = re.compile(r"[.。．｡।॥۔։።။។][\"'”’»」』)\]]*\s*$")
"""The marks that end a statement (Unicode's property `Sentence_Terminal`); headlines may end in `?`, `!` and `…`."""
_WITHIN: Final = re.compile(r"[.!?]\s+\S|。\s*\S")
"""The end of a sentence that another one follows."""
_IN_PARENTHESES: Final = re.compile(r"\s*[(\[][^()\[\]]{1,30}[)\]]\s*$")
_UNSPACED: Final = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


@cache
def see_also(language: Language) -> str:
    """A pattern for the beginning of lines that lead to another article, in the language, Indonesian and English.

    Phrases of the other languages count where a colon follows: the language of a short text is easily mistaken.
    """
    own = dict.fromkeys(code for code in (language, "id", "en") if code in SEE_ALSO)
    others = (phrase for code, phrase in SEE_ALSO.items() if code not in own)
    phrases = [*(SEE_ALSO[code] for code in own), *(rf"(?:{phrase})\s*[:：]" for phrase in others)]
    return "|".join(f"(?:{phrase})" for phrase in phrases)


def related_lines(lines: Sequence[str], position: int) -> int:
    """How many lines, from this one on, are a list of other articles, of tags, or a note on the author; 0 for none.

    A heading counts only together with the list below it: alone it may be a heading of the article.
    """
    line, below = lines[position], position + 1
    if _TAG_LINE.fullmatch(line) or _HASHTAGS.fullmatch(line):
        return 1
    count = 0
    if len(line) > _LONGEST_HEADLINE:
        pass
    elif _HEADING.fullmatch(line) or _SEE_ALSO_ALONE.fullmatch(line):
        count = _list_length(lines, below)
    elif _TAG_HEADING.fullmatch(line):
        count = next((n for n, tag in enumerate(lines[below:]) if not _is_tag(tag)), len(lines) - below)
    elif _AUTHOR_HEADING.fullmatch(line):
        rest = len(lines) - below
        count = rest if rest <= _AUTHOR_LINES else 1
    return count + 1 if count else 0


def bulleted_lines(lines: Sequence[str], position: int) -> int:
    """How many lines, from this one on, are headlines with bullets: they go on what a line before them began."""
    count = 0
    while position + count < len(lines) and _BULLET.match(lines[position + count]):
        if not _is_headline(lines[position + count]):
            break
        count += 1
    return count


def ends_like_a_sentence(line: str) -> bool:
    """Whether a line ends with the mark of a statement, which headlines do not."""
    return _SENTENCE_END.search(_IN_PARENTHESES.sub("", line)) is not None


def _list_length(lines: Sequence[str], start: int) -> int:
    """The number of lines of the list: headlines, and the one sentence below each where the first ones have one."""
    end = position = start
    has_teasers = False
    while position < len(lines):
        if _is_item(lines[position]):
            end = position = position + 1
        elif end > start and position == end and _is_one_short_sentence(lines[position]):
            position += 1
            goes_on = position < len(lines) and _is_item(lines[position])
            if has_teasers:
                end = position
            has_teasers = has_teasers or goes_on
            if not goes_on:
                break
        else:
            break
    return end - start


def _is_item(line: str) -> bool:
    bullet = _BULLET.match(line)
    return _is_headline(line) or (bullet is not None and len(line) - bullet.end() <= _LONGEST_HEADLINE)


def _is_headline(line: str) -> bool:
    limit = _LONGEST_UNSPACED if len(_UNSPACED.findall(line)) * 2 > len(line) else _LONGEST_HEADLINE
    return 0 < len(line) <= limit and not ends_like_a_sentence(line)


def _is_one_short_sentence(line: str) -> bool:
    return len(line) <= _LONGEST_HEADLINE and _WITHIN.search(line) is None


def _is_tag(line: str) -> bool:
    return len(line) <= _LONGEST_TAG and _is_headline(line) and len(line.split()) <= 4
