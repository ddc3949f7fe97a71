"""How a query is understood, and errors and warnings about it, in the reader's language. Pure."""

from __future__ import annotations

from bot.errors import QueryError, Remark
from bot.matching.query import Query
from bot.telegram.markup import Line, line, shortened, span
from bot.telegram.render import Rendered, page
from bot.wording.wording import Wording

_AROUND = 40
"""How many characters are shown on each side of the position."""

_LENGTH = 500


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


def query_lines(query: Query, wording: Wording) -> list[Line]:
    """How a query was understood, where that is not just as it is written, and what may be meant otherwise."""
    lines: list[Line] = []
    if query.understood != " ".join(query.written.split()):
        lines.append(line(f"{wording.say('Understood as:')} ", span(shortened(query.understood, _LENGTH), "code")))
    if query.in_capitals:
        lines.append(
            line(
                span(
                    wording.say(
                        "Found in capitals only: {words}. Written small, they are found both ways.",
                        words=shortened(", ".join(query.in_capitals), _LENGTH),
                    )
                )
            )
        )
    return [*lines, *(warning_line(one, wording) for one in query.warnings)]


def syntax_line(wording: Wording) -> Line:
    """The syntax of queries in a few words."""
    return line(
        span(
            wording.say(
                "Words side by side must all be there; OR or a comma between them means either; -word excludes; quotes "
                "make a phrase. Acronyms in capitals (PAN, WHO) are found in capitals only."
            )
        )
    )


def warning_line(warning: Remark, wording: Wording) -> Line:
    """A warning about syntax that is valid but rarely intended."""
    return line(span(wording.say("Note: {problem}.", problem=wording.repeat(warning)), "italic"))
