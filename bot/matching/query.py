"""Queries in Lucene syntax: parsed once, then applied to many articles.

AND OR NOT ( ) "phrase" "near"~5 pre* /re2/ and `title: body: source: author: lang: url:`. Adjacent words mean AND. Case
and accents do not matter; a word without quotes also matches its other forms, if the article's language has a stemmer;
scripts without spaces are searched by characters. luqum (https://luqum.readthedocs.io/) parses; what it may misread is
refused before (`query_syntax`) and after (`query_reading`). Lucene's syntax:
https://lucene.apache.org/core/9_0_0/queryparser/org/apache/lucene/queryparser/classic/package-summary.html.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.errors import QueryError, Remark
from bot.matching.query_parts import Hits, Part, RequiredTerms
from bot.matching.query_syntax import query_warnings, with_ascii_syntax
from bot.matching.search_text import SearchText

_POSITION = re.compile(r"position (\d+)")


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. `needed`: terms of which a matching article must have at least one; None if there are none."""

    written: str
    part: Part
    needed: RequiredTerms | None
    warnings: tuple[Remark, ...] = ()

    def hits(self, text: SearchText) -> Hits | None:
        """The parts of the query that the article has, as written; None where the query does not match."""
        return self.part.hits(text)


def parse_query(text: str) -> Query:
    """Parse a query. The time is linear in its (limited) length. Raises QueryError with the position of the mistake."""
    from luqum.exceptions import ParseError  # noqa: PLC0415 -- as the next
    from luqum.thread import parse  # noqa: PLC0415 -- PLY builds its tables when imported

    from bot.matching.query_reading import QueryTreeReader  # noqa: PLC0415 -- it imports luqum

    plain = with_ascii_syntax(text)
    try:
        tree = parse(plain)
    except ParseError as error:
        raise _translated(str(error), plain) from error
    except (ValueError, ArithmeticError) as error:
        raise QueryError("a number after ~ or ^ cannot be read", _first(plain, "~^")) from error
    part = QueryTreeReader(plain).read(tree)
    warnings = list(query_warnings(plain))
    if part.needed is None and _finds_all_but(part):
        warnings.append(Remark("this query only excludes: it finds every article that has none of it"))
    return Query(text, part, part.needed, tuple(warnings))


def _finds_all_but(part: Part) -> bool:
    from bot.matching.query_parts import All, Some, Without  # noqa: PLC0415 -- only for a look at the kind

    match part:
        case Without():
            return True
        case All(parts=parts):
            return all(_finds_all_but(one) for one in parts)
        case Some(parts=parts):
            return any(_finds_all_but(one) for one in parts)
    return False


def _translated(message: str, text: str) -> QueryError:
    place = _POSITION.search(message)
    position = int(place[1]) if place else len(text.rstrip())
    if place is None:
        return QueryError("something is missing at the end", position, "An operator needs words on both its sides.")
    sign = text[position : position + 1]
    if sign in "~^":
        return QueryError("“{sign}” must follow a phrase in quotes directly", position, sign=sign)
    if sign == ":":
        return QueryError("a colon stands only after a field's name", position, 'Put it in quotes: "a:b".')
    word = re.match(r"\w+|.", text[position:])
    return QueryError(
        "“{word}” cannot stand here",
        position,
        "Put it in quotes if it is what you search for.",
        word=word[0] if word else sign,
    )


def _first(text: str, signs: str) -> int:
    return min((place for sign in signs if (place := text.find(sign)) >= 0), default=0)
