"""The syntax tree of a query, and the query written out again with all its operators."""

from __future__ import annotations

from dataclasses import dataclass

from bot.matching.query_tokens import Kind


@dataclass(frozen=True, slots=True)
class Leaf:
    """A word, phrase or pattern. `text` is it as written, `value` without quotes or slashes and with its escapes."""

    kind: Kind
    position: int
    text: str
    value: str
    apart: int | None = None
    """For words near one another: how many others may stand between them."""
    field: str | None = None
    field_position: int = 0


@dataclass(frozen=True, slots=True)
class Not:
    """What must not be."""

    part: Tree


@dataclass(frozen=True, slots=True)
class Both:
    """All of several parts."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of several parts."""

    parts: tuple[Tree, ...]


Tree = Leaf | Not | Both | Either


def written_out(tree: Tree, *, within: bool = True) -> str:
    """The query with operators and parentheses. `within`: it is part of a larger one."""
    match tree:
        case Leaf():
            return tree.text if tree.field is None else f"{tree.field.lower()}:{tree.text}"
        case Not(part=part):
            return f"NOT {written_out(part)}"
        case Both(parts=parts):
            joined = " AND ".join(map(written_out, parts))
        case Either(parts=parts):
            joined = " OR ".join(map(written_out, parts))
    return f"({joined})" if within else joined
