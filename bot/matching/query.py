"""Queries in the manner of Lucene: parsed once, then applied to many articles.

AND OR NOT ( ) "phrase" "near"~5 pre* /re2/ and `title: body: source: author: lang: url:`. Adjacent words mean AND, a
list with commas means OR. Accents do not matter, nor does case except for acronyms in capitals (`WHO`, `PAN`). A word
without quotes also matches its other forms, if the article's language has a stemmer; scripts without spaces are
searched by characters. `query_syntax` parses, `query_reading` makes the parts that look into an article.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import QueryError, Remark
from bot.matching.query_parts import All, Hits, Part, RequiredTerms, Some, Without
from bot.matching.query_reading import QueryTreeReader
from bot.matching.query_syntax import parse_syntax
from bot.matching.query_tree import Leaf, Not, Tree, written_out
from bot.matching.search_text import SearchText

_LONGEST_ACRONYM = 4


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query. `needed`: terms of which a matching article must have at least one; None if there are none."""

    written: str
    part: Part
    needed: RequiredTerms | None
    understood: str
    """The query with all its operators and parentheses, as it was understood."""
    in_capitals: tuple[str, ...] = ()
    """The words and patterns of it that are found in capitals only."""
    warnings: tuple[Remark, ...] = ()

    def hits(self, text: SearchText) -> Hits | None:
        """The parts of the query that the article has, as written; None where the query does not match.

        Those that the article writes in the same way come first.
        """
        hits = self.part.hits(text)
        if hits is None or len(hits) < 2:
            return hits
        return tuple(sorted(hits, key=lambda hit: hit.strip('"').casefold() not in text.casefolded))


def parse_query(text: str) -> Query:
    """Parse a query. The time is linear in its (limited) length. Raises QueryError with the position of the mistake."""
    return _query(text, *parse_syntax(text))


def parse_saved_query(text: str) -> Query:
    """Parse a query that was accepted when it was saved: one that would be refused now means what it meant then."""
    try:
        return parse_query(text)
    except QueryError:
        return _query(text, *parse_syntax(text, formerly=True))


def _query(text: str, tree: Tree, remarks: tuple[Remark, ...]) -> Query:
    reader = QueryTreeReader(heeds_case=_has_small_letters(tree) or _is_short(tree))
    part = reader.read(tree)
    warnings = list(remarks)
    if part.needed is None and _finds_all_but(part):
        warnings.append(Remark("this query only excludes: it finds every article that has none of it"))
    in_capitals = tuple(dict.fromkeys(reader.in_capitals))
    return Query(text, part, part.needed, written_out(tree, within=False), in_capitals, tuple(warnings))


def _leaves(tree: Tree) -> list[Leaf]:
    match tree:
        case Leaf():
            return [tree]
        case Not(part=part):
            return _leaves(part)
    return [leaf for part in tree.parts for leaf in _leaves(part)]


def _has_small_letters(tree: Tree) -> bool:
    return any(character.islower() for leaf in _leaves(tree) for character in leaf.value)


def _is_short(tree: Tree) -> bool:
    """Whether each part of a query in capitals may be an acronym, which is no sign of a caps lock."""
    return all(len(word) <= _LONGEST_ACRONYM for leaf in _leaves(tree) for word in leaf.value.split())


def _finds_all_but(part: Part) -> bool:
    match part:
        case Without():
            return True
        case All(parts=parts):
            return all(_finds_all_but(one) for one in parts)
        case Some(parts=parts):
            return any(_finds_all_but(one) for one in parts)
    return False
