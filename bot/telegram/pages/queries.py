"""What is wrong with a query, or seldom meant: in the reader's language, with the place."""

from __future__ import annotations

from bot.errors import QueryError, Remark
from bot.telegram.markup import Line, line, span
from bot.telegram.render import Rendered, page
from bot.wording.wording import Wording

_AROUND = 40
"""Characters shown on each side of the place."""


def refusal_lines(written: str, error: QueryError, wording: Wording) -> list[Line]:
    """Why a query cannot be read, where, and what would be right."""
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
    """The same as a message."""
    return page(refusal_lines(written, error, wording))


def warning_line(warning: Remark, wording: Wording) -> Line:
    """What is allowed, but seldom meant."""
    return line(span(wording.say("Note: {problem}.", problem=wording.repeat(warning)), "italic"))
