"""Checks a query before parsing, where luqum would misread it or not say where the mistake is."""

from __future__ import annotations

import re

from bot.errors import QueryError, Remark

LONGEST = 4_000
"""The most characters of a query."""

DEEPEST = 20
"""The most nested parentheses and NOTs."""

_SPELLINGS = str.maketrans("“”„‟«»＂（）：\u00a0\u3000\n\t", '"""""""():    ')
"""Characters that phones and other keyboards type for those of the syntax; one for one, so positions are unchanged."""

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{1,9}://\S*", re.IGNORECASE)
_SMALL_OPERATOR = re.compile(r"(?<![^\s()])(and|or|not)(?![^\s()])")
_AFTER_REGEX = re.compile(r"[\s)]|$")


def with_ascii_syntax(written: str) -> str:
    """The query with ASCII syntax. Raises QueryError where quotes, parentheses or patterns are not closed."""
    text = written.translate(_SPELLINGS)
    if len(text) > LONGEST:
        raise QueryError(
            "the query is longer than {most} characters", LONGEST, "Make several queries of it.", most=LONGEST
        )
    if not text.strip():
        raise QueryError("the query is empty", 0)
    for start, end in _bare_stretches(text):
        address = _ADDRESS.search(text, start, end)
        if address:
            raise QueryError(
                "an address must be in quotes",
                address.start(),
                'Write url:"{address}" for that.',
                address=address[0].rstrip(")"),
            )
    return text


def query_warnings(text: str) -> tuple[Remark, ...]:
    """Warnings about what is allowed but seldom meant: operators in lower case."""
    return tuple(
        Remark(
            "“{word}” (at character {place}) is searched as a word; write {operator} if it joins words",
            {"word": word[0], "place": word.start() + 1, "operator": word[0].upper()},
        )
        for start, end in _bare_stretches(text)
        for word in _SMALL_OPERATOR.finditer(text, start, end)
    )


def _bare_stretches(text: str) -> list[tuple[int, int]]:
    """The ranges of the text outside of quotes and patterns. Raises QueryError for unclosed or too deep nesting."""
    stretches: list[tuple[int, int]] = []
    open_at: list[int] = []
    start = place = 0
    while place < len(text):
        character = text[place]
        if character == "\\":
            place += 1
        elif character == '"' or (character == "/" and _may_begin_pattern(text, place)):
            stretches.append((start, place))
            start = place = _closing(text, place)
            continue
        elif character == "(":
            open_at.append(place)
            if len(open_at) > DEEPEST:
                raise QueryError("more than {most} parentheses within one another", place, most=DEEPEST)
        elif character == ")":
            if not open_at:
                raise QueryError("this parenthesis was never opened", place)
            open_at.pop()
        place += 1
    if open_at:
        raise QueryError("this parenthesis is never closed", open_at[-1])
    stretches.append((start, len(text)))
    return stretches


def _may_begin_pattern(text: str, place: int) -> bool:
    before = text[place - 1] if place else " "
    return before in " (+-" or (before == ":" and text[place + 1 : place + 2] != "/")


def _closing(text: str, opened: int) -> int:
    """The position after the character that closes the one at `opened`."""
    sign = text[opened]
    place = opened + 1
    while place < len(text):
        if text[place] == "\\":
            place += 1
        elif text[place] == sign:
            if sign == "/" and not _AFTER_REGEX.match(text, place + 1):
                raise QueryError("a pattern ends here, and a word goes on", place, r"Write \/ for a / inside it.")
            return place + 1
        place += 1
    if sign == '"':
        raise QueryError("this quotation mark is never closed", opened)
    raise QueryError("this pattern is never closed", opened, r"Write \/ for a / that begins no pattern.")
