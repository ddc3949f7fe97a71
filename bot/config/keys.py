"""How a key of `kabar.toml` is declared, in the annotation of the settings' field that it fills, and how it is read.

A field has the type and the default of its key; the annotation says what converts its value and whether `kabar run`
reads it at its start only. The reader, the hints at unknown keys and the log's warning that a restart is needed go by
the declarations alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_type_hints

from bot.config.tables import Table

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

S = TypeVar("S", bound="DataclassInstance")

Converter = Callable[[object], object]
"""From a TOML value to that of a field; raises BadValueError."""


@dataclass(frozen=True, slots=True)
class FileContext:
    """What a few keys depend on besides their own value."""

    directory: Path
    """The configuration directory: paths are relative to it."""
    api_url: str
    """The address of the Bot API, from the environment."""


@dataclass(frozen=True, slots=True)
class Key:
    """A key with a single value."""

    convert: Converter
    at_start: bool = False
    not_above: str = ""
    not_below: str = ""
    """Another key, declared earlier: the default does not exceed its value, or does not fall below it."""


@dataclass(frozen=True, slots=True)
class KeyInContext:
    """A key with a single value that is converted according to the context."""

    converter: Callable[[FileContext], Converter]
    at_start: bool = False


@dataclass(frozen=True, slots=True)
class ListKey:
    """A key with a list of values; one that is repeated counts once. `example`: of the list, for a hint."""

    convert: Converter
    example: str
    at_start: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """A table of keys. `at_start`: all of them are read at the start only."""

    at_start: bool = False


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the environment. It is read elsewhere, and always at the start only."""

    name: str


Declaration = Key | KeyInContext | ListKey | Section | Variable


def read_section(kind: type[S], table: Table, context: FileContext, known: Mapping[str, tuple[str, ...]]) -> S:
    """The settings of a table. A wrong value is noted and has its default. `known`: the keys of all tables."""
    values: dict[str, Any] = {}
    for one, inner, declared in _declarations(kind):
        name = one.name
        match declared:
            case Section():
                values[name] = read_section(inner, table.table(name), context, known)
            case Key(convert):
                values[name] = table.read(name, convert, _default(one, declared, values))
            case KeyInContext(converter):
                values[name] = table.read(name, converter(context), one.default)
            case ListKey(convert, example):
                values[name] = tuple(dict.fromkeys(table.read_all(name, convert, example)))
            case Variable():
                pass
    table.refuse_unknown(known)
    return kind(**values)


def keys_of_tables(kind: type[DataclassInstance], name: str = "") -> dict[str, tuple[str, ...]]:
    """The keys of each table by its name; the top table is called ``""``."""
    declarations = _declarations(kind)
    found = {name: tuple(one.name for one, _, declared in declarations if not isinstance(declared, Section | Variable))}
    for one, inner, declared in declarations:
        if isinstance(declared, Section):
            found |= keys_of_tables(inner, one.name)
    return found


def changed_at_start(old: S, new: S, table: str = "") -> Iterator[str]:
    """The names of the values that differ and are read at the start only; of a section read as a whole, its name."""
    for one, _, declared in _declarations(type(new)):
        before, after = getattr(old, one.name), getattr(new, one.name)
        name = f"{table}.{one.name}" if table else one.name
        match declared:
            case Section(at_start=False):
                yield from changed_at_start(before, after, name)
            case Variable(variable) if before != after:
                yield variable
            case Section() | Key(at_start=True) | KeyInContext(at_start=True) | ListKey(at_start=True):
                if before != after:
                    yield name
            case _:
                pass


def _declarations(kind: type[DataclassInstance]) -> list[tuple[Field[Any], type[Any], Declaration]]:
    """Each field with its type and with what its annotation declares."""
    hints = get_type_hints(kind, include_extras=True)
    return [(one, *get_args(hints[one.name])) for one in fields(kind)]


def _default(one: Field[Any], declared: Key, values: Mapping[str, Any]) -> object:
    default: Any = one.default_factory() if one.default_factory is not MISSING else one.default
    if declared.not_above:
        default = min(default, values[declared.not_above])
    if declared.not_below:
        default = max(default, values[declared.not_below])
    return default
