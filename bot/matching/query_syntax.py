"""Reads the syntax of queries: AND OR NOT ( ) "phrase" "near"~5 pre* /pattern/ field:word, as people write it.

`&&`, `|`, `!x`, `–x`, `and`, `atau`, a list with commas and typed quotation marks are understood; what could mean
several things is refused, with its place and a suggestion. The time is linear in the (limited) length of the query.

Between parentheses, AND binds before OR and a comma last, and what is excluded is excluded from everything:
`gempa OR banjir -simulasi` is `(gempa OR banjir) -simulasi`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NoReturn

from bot.errors import QueryError, Remark
from bot.matching.query_tokens import Kind, Token, tokens_of
from bot.matching.query_tree import Both, Either, Leaf, Not, Tree, written_out

DEEPEST = 20
"""The most nested parentheses and NOTs."""

_AND, _OR, _COMMA, _BESIDE = "AND", "OR", ",", ""


@dataclass(frozen=True, slots=True)
class _Item:
    """A part of a level: the operator before it, its position, and whether it is excluded by a NOT of its own."""

    operator: str
    position: int
    tree: Tree

    @property
    def is_excluded(self) -> bool:
        return isinstance(self.tree, Not)


def parse_syntax(text: str, *, formerly: bool = False) -> tuple[Tree, tuple[Remark, ...]]:
    """The syntax tree of a query, and remarks on what may be meant otherwise. Raises QueryError.

    `formerly`: see `tokens_of`.
    """
    reader = _Reader(text, tokens_of(text, formerly=formerly))
    return reader.read(), tuple(reader.remarks)


class _Reader:
    """Reads one query by recursive descent."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self._text = text
        self._tokens = tokens
        self._next = 0
        self.remarks: list[Remark] = []

    def read(self) -> Tree:
        tree = self._level(0, closes_with=None)
        if self._next < len(self._tokens):
            self._refuse(self._tokens[self._next])
        return tree

    def _peek(self) -> Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _level(self, depth: int, closes_with: Token | None) -> Tree:
        """The parts up to the closing parenthesis, or to the end."""
        items: list[_Item] = []
        while (token := self._peek()) is not None and token.kind is not Kind.CLOSE:
            operator = self._operator(is_first=not items)
            if operator == _COMMA and ((after := self._peek()) is None or after.kind is Kind.CLOSE):
                break  # `a, b,`
            items.append(self._item(operator, depth))
        if not items:
            if closes_with is not None:
                raise QueryError("nothing stands between these parentheses", closes_with.position)
            self._refuse_end()
        return _level_tree(items)

    def _operator(self, *, is_first: bool) -> str:
        """The operator at this place, none if words stand side by side. Several commas are one, also before an OR."""
        is_list = False
        while (token := self._peek()) is not None and token.kind is Kind.COMMA:
            is_list = True
            self._next += 1
        if token is None or token.kind not in (Kind.AND, Kind.OR):
            return _COMMA if is_list else _BESIDE
        if is_first:
            self._refuse(token)
        if is_list and token.kind is Kind.AND:
            raise QueryError(
                "a comma means OR, and here {operator} follows it",
                token.position,
                "Write AND or OR between all of them.",
                operator=token.text,
            )
        self._next += 1
        self._remark_on(token)
        return token.kind.name

    def _item(self, operator: str, depth: int) -> _Item:
        """The next part: negations, a field, and a word, phrase, pattern or group."""
        token = self._peek()
        position = token.position if token is not None else 0
        is_negative, negations = False, 0
        while (token := self._peek()) is not None and token.kind in (Kind.NOT, Kind.PLUS):
            self._next += 1
            if token.kind is Kind.NOT:
                is_negative, negations = not is_negative, negations + 1
                self._remark_on(token)
                if depth + negations > DEEPEST:
                    raise QueryError("too many parts within one another", token.position)
        tree = self._operand(depth)
        return _Item(operator, position, Not(tree) if is_negative else tree)

    def _operand(self, depth: int) -> Tree:
        token = self._peek()
        if token is None:
            self._refuse_end()
        self._next += 1
        if token.kind is Kind.FIELD:
            return self._in_field(token, depth)
        if token.kind is Kind.OPEN:
            return self._group(token, depth)
        if token.kind not in (Kind.WORD, Kind.PHRASE, Kind.PATTERN):
            self._refuse(token)
        return Leaf(token.kind, token.position, token.text, token.value, token.apart)

    def _group(self, opening: Token, depth: int) -> Tree:
        if depth >= DEEPEST:
            raise QueryError("more than {most} parentheses within one another", opening.position, most=DEEPEST)
        tree = self._level(depth + 1, opening)
        if self._peek() is None:
            raise QueryError("this parenthesis is never closed", opening.position)
        self._next += 1
        return tree

    def _in_field(self, field: Token, depth: int) -> Tree:
        following = self._peek()
        if following is None:
            self._refuse_end()
        if following.kind is Kind.FIELD:
            raise QueryError("a field within a field", following.position)
        return _with_field(self._operand(depth), field)

    def _remark_on(self, token: Token) -> None:
        """A remark on an operator in small letters: somebody may mean the word."""
        if token.text.isalpha() and not token.text.isupper():
            self.remarks.append(
                Remark(
                    "“{word}” (at character {place}) is read as {operator}; put it in quotes if you mean the word",
                    {"word": token.text, "place": token.position + 1, "operator": token.kind.name},
                )
            )

    def _refuse(self, token: Token) -> NoReturn:
        if token.kind is Kind.CLOSE:
            raise QueryError("this parenthesis was never opened", token.position)
        raise QueryError(
            "“{word}” cannot stand here",
            token.position,
            "Put it in quotes if it is what you search for.",
            word=token.text,
        )

    def _refuse_end(self) -> NoReturn:
        raise QueryError(
            "something is missing at the end", len(self._text.rstrip()), "An operator needs words on both its sides."
        )


def _with_field(tree: Tree, field: Token) -> Tree:
    match tree:
        case Leaf():
            if tree.field is not None:
                raise QueryError("a field within a field", tree.field_position)
            return replace(tree, field=field.value, field_position=field.position)
        case Not(part=part):
            return Not(_with_field(part, field))
        case Both(parts=parts):
            return Both(tuple(_with_field(part, field) for part in parts))
        case Either(parts=parts):
            return Either(tuple(_with_field(part, field) for part in parts))


def _level_tree(items: list[_Item]) -> Tree:
    """What the parts of one level mean together."""
    if all(item.operator in (_AND, _BESIDE) for item in items[1:]):
        return _both([item.tree for item in items])
    excluded = [place for place, item in enumerate(items) if item.is_excluded and not _is_alternative(items, place)]
    kept = [item for place, item in enumerate(items) if place not in set(excluded)]
    without = [items[place].tree for place in excluded]
    if not kept:
        return _both(without)
    _refuse_mixture(kept)
    alternatives: list[list[Tree]] = [[]]
    for place, item in enumerate(kept):
        if place and item.operator in (_OR, _COMMA):
            alternatives.append([])
        alternatives[-1].append(item.tree)
    return _both([_either([_both(parts) for parts in alternatives]), *without])


def _is_alternative(items: list[_Item], place: int) -> bool:
    """Whether an excluded part is meant as one side of an OR: `a OR NOT b`, `NOT a OR b`."""
    if items[place].operator == _OR:
        return True
    return place == 0 and items[1].operator == _OR


def _refuse_mixture(items: list[_Item]) -> None:
    """Refuses words side by side next to an OR: what they belong to is a guess."""
    start = 0
    for end in range(1, len(items) + 1):
        if end == len(items) or items[end].operator == _COMMA:
            _refuse_mixed_member(items[start:end])
            start = end


def _refuse_mixed_member(items: list[_Item]) -> None:
    first = next((place for place, item in enumerate(items) if place and item.operator == _OR), None)
    if first is None or all(item.operator != _BESIDE for item in items[1:]):
        return
    alternatives: list[list[Tree]] = [[]]
    for place, item in enumerate(items):
        if place and item.operator == _OR:
            alternatives.append([])
        alternatives[-1].append(item.tree)
    raise QueryError(
        "words side by side (AND) and OR are mixed without parentheses",
        items[first - 1].position,
        "Write {suggestion} for example.",
        suggestion=" OR ".join(
            f"({' '.join(map(written_out, parts))})" if len(parts) > 1 else written_out(parts[0])
            for parts in alternatives
        ),
    )


def _both(parts: list[Tree]) -> Tree:
    return parts[0] if len(parts) == 1 else Both(tuple(parts))


def _either(parts: list[Tree]) -> Tree:
    return parts[0] if len(parts) == 1 else Either(tuple(parts))
