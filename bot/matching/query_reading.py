"""Converts luqum's syntax tree into the parts of a query; what Kabar does not support is refused with its position."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NoReturn

from luqum import tree

from bot.errors import QueryError
from bot.matching.patterns import BadPatternError, compile_pattern
from bot.matching.query_parts import (
    All,
    Beginning,
    Matching,
    Near,
    Part,
    Phrase,
    Some,
    Stretch,
    Whole,
    Without,
    Word,
)
from bot.matching.query_syntax import DEEPEST
from bot.matching.rarity import rarest
from bot.matching.search_text import EVERYWHERE, Field
from bot.model import UNDETERMINED, Language
from bot.text.tokens import fold, words

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
)
_CHARACTER_PAIR = re.compile("[\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]{2}")
_SOUTH_EAST_ASIAN = re.compile("[\u0e01-\u0e4e\u0e81-\u0ece\u1000-\u109f\u1780-\u17d3]+")
_LETTER, _MARK = "\u0e01", "\u0e31"
_WILDCARD = re.compile(r"(?<!\\)(?:\\\\)*[*?]")
_ELIDING = Language("fr")
"""Any of the eliding languages: all are tokenized alike."""
_SHORTEST_BEGINNING = 2
_FURTHEST = 100

_FORBIDDEN: Mapping[type[tree.Item], Callable[[int], QueryError]] = {
    tree.Fuzzy: lambda place: QueryError(
        "a word cannot be searched by likeness (~)", place, 'After quotes it works: "north korea"~3.'
    ),
    tree.Range: lambda place: QueryError("ranges are not searched", place),
    tree.From: lambda place: QueryError("ranges are not searched", place, "Leave out the > or write it in quotes."),
    tree.To: lambda place: QueryError("ranges are not searched", place, "Leave out the < or write it in quotes."),
    tree.Boost: lambda place: QueryError("a part cannot weigh more than another (^)", place, "Leave out the ^."),
}


class QueryTreeReader:
    """Converts one syntax tree. `text` is the text that luqum parsed; positions are offsets in it."""

    def __init__(self, text: str) -> None:
        self._text = text

    def read(self, node: tree.Item, fields: tuple[Field, ...] = EVERYWHERE, depth: int = 0) -> Part:
        """The part for a node. Raises QueryError."""
        if depth > 2 * DEEPEST:
            raise QueryError("too many parts within one another", node.pos)
        for kind, refusal in _FORBIDDEN.items():
            if isinstance(node, kind):
                raise refusal(node.pos)
        match node:
            case tree.Group() | tree.FieldGroup() | tree.Plus():
                return self.read(node.children[0], fields, depth + 1)
            case tree.Not() | tree.Prohibit():
                return Without(self.read(node.children[0], fields, depth + 1))
            case tree.SearchField():
                return self._in_field(node, fields, depth)
            case tree.OrOperation():
                return Some(tuple(self.read(child, fields, depth + 1) for child in node.children))
            case tree.UnknownOperation() | tree.AndOperation():
                self._refuse_mixture(node)
                return All(tuple(self.read(child, fields, depth + 1) for child in node.children))
            case _:
                return self._leaf(node, fields)

    def _leaf(self, node: tree.Item, fields: tuple[Field, ...]) -> Part:
        written = self._written(node) if fields == EVERYWHERE else f"{fields[0]}:{self._written(node)}"
        match node:
            case tree.Proximity():
                return self._near(node, written, fields)
            case tree.Phrase():
                return self._quoted(node, _unescaped(node.value[1:-1]), written, fields)
            case tree.Regex():
                return self._pattern(node, written, fields)
            case tree.Word():
                return self._word(node, written, fields)
        raise QueryError("this cannot be searched", node.pos)

    def _in_field(self, node: tree.Item, fields: tuple[Field, ...], depth: int) -> Part:
        if fields != EVERYWHERE:
            raise QueryError("a field within a field", node.pos)
        name = node.name.lower()
        if name not in set(Field):
            raise QueryError(
                "there is no field “{field}:”",
                node.pos,
                'Fields are {known} (a colon in words needs quotes: "a:b").',
                field=node.name,
                known=", ".join(f"{known}:" for known in Field),
            )
        return self.read(node.children[0], (Field(name),), depth + 1)

    def _word(self, node: tree.Item, written: str, fields: tuple[Field, ...]) -> Part:
        value = node.value
        if _WILDCARD.search(value):
            return self._beginning(node, value, written, fields)
        plain = _unescaped(value)
        if fields == (Field.LANG,):
            return Whole(written, fields, value=fold(plain).partition("-")[0])
        if fields == (Field.URL,):
            return Stretch(written, fields, characters=fold(plain))
        if _UNSPACED.search(plain):
            return self._stretch(plain, written, fields)
        tokens = words(plain, UNDETERMINED)
        if not tokens:
            self._nothing(node, plain)
        elided = _elided(plain, tokens)
        if len(tokens) > 1 or elided:
            return Phrase(written, fields, words=tokens, elided=elided)
        return Word(written, fields, word=tokens[0])

    def _beginning(self, node: tree.Item, value: str, written: str, fields: tuple[Field, ...]) -> Part:
        wildcard = _WILDCARD.search(value)
        assert wildcard is not None  # noqa: S101 -- the caller has checked it
        place = node.pos + wildcard.end() - 1
        if not value.strip("*?"):
            raise QueryError("a * by itself would find everything", node.pos)
        if value[wildcard.end() - 1] == "?" or wildcard.end() != len(value):
            raise QueryError("a * stands only at the end of a word, and ? stands for itself in quotes", place)
        plain = _unescaped(value[:-1])
        if fields in ((Field.LANG,), (Field.URL,)):
            raise QueryError("this field is searched without a *", place)
        if _UNSPACED.search(plain):
            return self._stretch(plain, written, fields)
        tokens = words(plain, UNDETERMINED)
        if len(tokens) != 1 or len(tokens[0]) < _SHORTEST_BEGINNING:
            raise QueryError("at least {least} letters stand before a *", node.pos, least=_SHORTEST_BEGINNING)
        return Beginning(written, fields, beginning=tokens[0])

    def _quoted(self, node: tree.Item, plain: str, written: str, fields: tuple[Field, ...]) -> Part:
        if fields == (Field.LANG,):
            return Whole(written, fields, value=fold(plain).partition("-")[0])
        if fields == (Field.URL,):
            return Stretch(written, fields, characters=" ".join(fold(plain).split()))
        if _UNSPACED.search(plain):
            return self._stretch(plain, written, fields)
        tokens = words(plain, UNDETERMINED)
        if not tokens:
            self._nothing(node, plain)
        return Phrase(written, fields, words=tokens, elided=_elided(plain, tokens))

    def _near(self, node: tree.Item, written: str, fields: tuple[Field, ...]) -> Part:
        plain = _unescaped(node.children[0].value[1:-1])
        apart = int(node.degree)
        if not 0 <= apart <= _FURTHEST:
            raise QueryError("words can be 0 to {most} apart", node.pos, most=_FURTHEST)
        if fields in ((Field.LANG,), (Field.URL,)):
            raise QueryError("this field is searched without ~", node.pos)
        tokens = words(plain, UNDETERMINED)
        if not tokens:
            self._nothing(node, plain)
        return Near(written, fields, words=tokens, elided=_elided(plain, tokens), apart=apart)

    def _stretch(self, plain: str, written: str, fields: tuple[Field, ...]) -> Part:
        folded = " ".join(fold(plain).split())
        # In Thai and similar scripts a mark after the last character changes the last pair.
        inner = frozenset(words(f"{_LETTER}{plain}{_MARK}", UNDETERMINED))
        pairs = [
            token
            for token in words(plain, UNDETERMINED)
            if _CHARACTER_PAIR.fullmatch(token) or (token in inner and _SOUTH_EAST_ASIAN.fullmatch(token))
        ]
        return Stretch(written, fields, characters=folded, pair=rarest(tuple(pairs)) if pairs else "")

    def _pattern(self, node: tree.Item, written: str, fields: tuple[Field, ...]) -> Part:
        try:
            pattern = compile_pattern(node.value[1:-1].replace("\\/", "/"))
        except BadPatternError as error:
            raise QueryError("this pattern is wrong: {reason}", node.pos, reason=error) from error
        if pattern.search("") is not None:
            raise QueryError("this pattern would find everything", node.pos)
        return Matching(written, fields, pattern=pattern)

    def _nothing(self, node: tree.Item, plain: str) -> NoReturn:
        operators = {"&&": "AND", "||": "OR", "!": "NOT", "|": "OR", "&": "AND"}
        if plain in operators:
            raise QueryError(
                "“{plain}” has no letters or digits to search for",
                node.pos,
                "Write {operator}.",
                plain=plain,
                operator=operators[plain],
            )
        raise QueryError("“{plain}” has no letters or digits to search for", node.pos, plain=plain)

    def _refuse_mixture(self, node: tree.Item) -> None:
        """Refuses adjacent words beside an OR: luqum binds the nearest words, but people mean something else."""
        if not isinstance(node, tree.UnknownOperation):
            return
        mixed = next((child for child in node.children if isinstance(child, tree.OrOperation)), None)
        if mixed is None:
            return
        alternatives: list[list[str]] = [[]]
        for child in node.children:
            if isinstance(child, tree.OrOperation):
                for number, part in enumerate(child.children):
                    if number:
                        alternatives.append([])
                    alternatives[-1].append(self._written(part))
            else:
                alternatives[-1].append(self._written(child))
        suggestion = " OR ".join(f"({' '.join(parts)})" if len(parts) > 1 else parts[0] for parts in alternatives)
        raise QueryError(
            "words side by side (AND) and OR are mixed without parentheses",
            mixed.pos,
            "Write {suggestion} for example.",
            suggestion=suggestion,
        )

    def _written(self, node: tree.Item) -> str:
        start, end = node.span()
        return self._text[start:end].strip()


def _elided(plain: str, tokens: tuple[str, ...]) -> tuple[str, ...]:
    """The words as tokenized in an eliding language, if they differ; else empty."""
    pieces = words(plain, _ELIDING)
    return () if pieces == tokens else pieces


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(r"\1", value)
