"""Errors and warnings about a query, in the reader's language and with the position. Pure."""

from __future__ import annotations

from bot.errors import QueryError, Remark
from bot.telegram.markup import Line, line, span
from bot.telegram.render import Rendered, page
from bot.wording.wording import Wording

_AROUND = 40
"""How many characters are shown on each side of the position."""


def refusal_lines(written: str, error: QueryError, wording: Wording) -> list[Line]:
    """What is wrong with a query, where, and how to correct it."""
    lines = [
        line(span(wording.say("I can't read this query yet: {problem}.", problem=wording.repeat(error.message)))),
    ]
    if error.position is not None:
        before = written[max(0, error.position - _AROUND) : error.position]
        after = written[error.position : error.position + _AROUND]
        place = wording.say("At character {n}:", n=error.position + 1)
        lines.append(line(f"{place} ", span(f"{before}▸{after}", "code")))
    if error.hint.template:
        lines.append(line(span(wording.repeat(error.hint))))
    return lines


def query_refused(written: str, error: QueryError, wording: Wording) -> Rendered:
    """The error as a message of its own."""
    return page(refusal_lines(written, error, wording))


def warning_line(warning: Remark, wording: Wording) -> Line:
    """A warning about syntax that is valid but rarely intended."""
    return line(span(wording.say("Note: {problem}.", problem=wording.repeat(warning)), "italic"))
