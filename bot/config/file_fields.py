"""How a field of a topic or a feed is declared once, for reading its file and for exporting it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from bot.config.tables import Table
from bot.config.toml_text import to_toml

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")
C = TypeVar("C")


@dataclass(frozen=True, slots=True)
class FileField(Generic[T, C]):
    """A field of `T` and its key in the file. `C`: what a value depends on besides the file's table."""

    attribute: str
    key: str
    read: Callable[[Table, C, Any], object]
    """From the table, given the default of the field."""
    write: Callable[[T], str] | None = None
    """The value as TOML; None: as `to_toml` writes it."""
    is_always_written: bool = False
    """Whether the default is exported as well."""


def single(
    attribute: str, convert: Callable[[object], object], key: str = "", *, is_always_written: bool = False
) -> FileField[Any, Any]:
    """A field with one value. `key`: its name in the file where that differs."""
    key = key or attribute
    return FileField(
        attribute, key, lambda table, _, default: table.read(key, convert, default), None, is_always_written
    )


def several(
    attribute: str,
    convert: Callable[[object], object],
    example: str,
    key: str = "",
    *,
    arrange: Callable[[tuple[Any, ...]], Sequence[object]] = tuple,
) -> FileField[Any, Any]:
    """A field with a list of values, each of which counts once. `example`: of the list, for a hint."""
    key = key or attribute

    def read(table: Table, _: object, __: object) -> tuple[object, ...]:
        return tuple(arrange(tuple(dict.fromkeys(table.read_all(key, convert, example)))))

    return FileField(attribute, key, read)


def read_fields(kind: type[T], declared: Sequence[FileField[T, C]], table: Table, context: C) -> dict[str, Any]:
    """The values of the declared fields, by attribute. A wrong value is noted and has the default of its field."""
    defaults = _defaults(kind)
    return {one.attribute: one.read(table, context, defaults[one.attribute]) for one in declared}


def write_fields(thing: T, declared: Sequence[FileField[T, Any]]) -> list[str]:
    """A line of TOML for each declared field that differs from its default, or is always written."""
    defaults = _defaults(type(thing))
    return [
        f"{one.key} = {to_toml(value) if one.write is None else one.write(thing)}"
        for one in declared
        if (value := getattr(thing, one.attribute)) != defaults[one.attribute] or one.is_always_written
    ]


def _defaults(kind: type[DataclassInstance]) -> dict[str, Any]:
    """The default of each field; a field without one, which every file must fill in, has the empty text here."""
    return {one.name: "" if one.default is MISSING else one.default for one in fields(kind)}
