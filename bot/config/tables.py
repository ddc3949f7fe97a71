"""Reading TOML files so that everything wrong is collected, each with its file, line and key."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot.config.line_numbers import Path as KeyPath
from bot.config.line_numbers import lines_of
from bot.errors import ConfigProblem, FilePosition
from bot.text.masked_urls import masked_text, masked_words

MAX_FILE_BYTES = 4_000_000

T = TypeVar("T")


class BadValueError(ValueError):
    """A value cannot be what its key needs. `hint` says what would be right."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(slots=True)
class Findings:
    """The problems and warnings found so far. They are shown and sent, so addresses that they quote have no keys."""

    problems: list[ConfigProblem] = field(default_factory=list)
    warnings: list[ConfigProblem] = field(default_factory=list)

    def problem(self, place: FilePosition, message: str, hint: str = "") -> None:
        self.problems.append(ConfigProblem(place, masked_text(message), masked_text(hint)))

    def warning(self, place: FilePosition, message: str, hint: str = "") -> None:
        self.warnings.append(ConfigProblem(place, masked_text(message), masked_text(hint)))


def read_text(path: Path) -> str:
    """The text of a UTF-8 file; raises BadValueError with a reason and a way out."""
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise BadValueError("the file is larger than 4 MB.")
        body = path.read_bytes()
    except FileNotFoundError as error:
        raise BadValueError("there is no such file.") from error
    except IsADirectoryError as error:
        raise BadValueError("this is a folder, not a file.") from error
    except OSError as error:
        raise BadValueError(f"the file cannot be read: {(error.strerror or str(error)).lower()}.") from error
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise BadValueError(f"line {line} is not UTF-8 text.", "Save the file with the encoding UTF-8.") from error


def read_table(path: Path, name: str, findings: Findings) -> Table | None:
    """The top table of a TOML file; None with a problem noted if it cannot be read."""
    try:
        text = read_text(path)
    except BadValueError as error:
        findings.problem(FilePosition(name), error.message, error.hint)
        return None
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        findings.problems.append(_syntax_problem(name, text, str(error)))
        return None
    except (ValueError, RecursionError):  # a number of thousands of digits, a list of thousands of lists
        findings.problem(FilePosition(name), "this is not a configuration file.")
        return None
    return Table(TomlDocument(name, lines_of(text), findings), values, ())


_POSITION = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)$")
_UNQUOTED = re.compile(r"\s*[\w.\"'-]+\s*=\s*(?!true\b|false\b)[A-Za-z@\d/]")


def _syntax_problem(name: str, text: str, message: str) -> ConfigProblem:
    found = _POSITION.search(message)
    lines = text.splitlines() or [""]
    number = int(found[1]) if found and found[1] else len(lines)
    line = lines[min(number, len(lines)) - 1]
    reason = _POSITION.sub("", message).strip()
    hint = ""
    if "overwrite" in reason or "twice" in reason or "redefine" in reason:
        reason, hint = "this key or table is in the file twice.", "Keep one of them."
    elif "Unescaped '\\'" in reason:
        reason, hint = 'a backslash in a "…" text.', "Use single quotes: they take every character as it is."
    elif "=" not in line and line.strip() and not line.lstrip().startswith("["):
        hint = "A line is `key = value`."
        reason = f"this cannot be read ({reason})."
    elif _UNQUOTED.match(line):
        reason, hint = f"this value cannot be read ({reason}).", 'Text and durations go in quotes: key = "value".'
    else:
        reason = f"this cannot be read ({reason})."
    return ConfigProblem(FilePosition(name, number), reason, hint)


@dataclass(frozen=True, slots=True)
class TomlDocument:
    """A file that was read: its name for people, its lines, and where to note what is wrong."""

    name: str
    lines: Mapping[KeyPath, int]
    findings: Findings


class Table:
    """A TOML table whose values are taken one by one; what nobody took is an unknown key."""

    def __init__(self, document: TomlDocument, values: Mapping[str, object], path: KeyPath) -> None:
        self.document = document
        self._values = values
        self._path = path
        self._taken: set[str] = set()

    def place(self, key: str | None = None, index: int | None = None) -> FilePosition:
        """Where the key (or an element of its array, or the table itself) stands."""
        path = self._path if key is None else (*self._path, key)
        element = path if index is None else (*path, index)
        line = self.document.lines.get(element) or self.document.lines.get(path)
        if line is None:
            line = self.document.lines.get(self._path)
        return FilePosition(self.document.name, line, None if key is None else self._key_name(key))

    def place_in_text(self, key: str, offset: int | None) -> FilePosition:
        """Where a character of a text stands: multi-line texts have lines of their own."""
        place = self.place(key)
        text = self._values.get(key)
        if offset is None or place.line is None or not isinstance(text, str):
            return place
        start = len(text) - len(text.lstrip())  # converters strip
        return FilePosition(place.file, place.line + text.count("\n", 0, start + offset), place.key)

    def _key_name(self, key: str) -> str:
        return ".".join((*(part for part in self._path if isinstance(part, str) and part != "feeds"), key))

    def problem(self, key: str | None, message: str, hint: str = "", *, index: int | None = None) -> None:
        self.document.findings.problem(self.place(key, index), message, hint)

    def warning(self, key: str | None, message: str, hint: str = "", *, index: int | None = None) -> None:
        self.document.findings.warning(self.place(key, index), message, hint)

    def has(self, key: str) -> bool:
        return key in self._values

    def is_empty(self, key: str) -> bool:
        """Absent, an empty list or a blank text."""
        value = self._values.get(key)
        return not (value.strip() if isinstance(value, str) else value)

    def read(self, key: str, convert: Callable[[object], T], default: T) -> T:
        """The converted value; the default if it is absent or, with a problem noted, if it is wrong."""
        self._taken.add(key)
        if key not in self._values:
            return default
        try:
            return convert(self._values[key])
        except BadValueError as error:
            self.problem(key, error.message, error.hint)
            return default

    def read_all(self, key: str, convert: Callable[[object], T], expected: str) -> tuple[T, ...]:
        """The converted elements of an array, wrong ones left out with a problem noted for each."""
        return tuple(value for _, value in self.read_numbered(key, convert, expected))

    def read_numbered(self, key: str, convert: Callable[[object], T], expected: str) -> tuple[tuple[int, T], ...]:
        """Like `read_all`, with each element's position in the file's array."""
        self._taken.add(key)
        values = self._values.get(key, [])
        if not isinstance(values, list):
            self.problem(key, f"a list is needed, not {described(values)}.", f"For example: {key} = {expected}")
            return ()
        converted: list[tuple[int, T]] = []
        for index, value in enumerate(values):
            try:
                converted.append((index, convert(value)))
            except BadValueError as error:
                self.problem(key, error.message, error.hint, index=index)
        return tuple(converted)

    def table(self, key: str) -> Table:
        """The table under a key, empty if absent."""
        self._taken.add(key)
        values = self._values.get(key, {})
        if not isinstance(values, dict):
            self.problem(key, f"a table is needed, not {described(values)}.", f"Write [{key}] on a line of its own.")
            values = {}
        return Table(self.document, values, (*self._path, key))

    def tables(self, key: str) -> Sequence[Table]:
        """The tables of `[[key]]`."""
        self._taken.add(key)
        values = self._values.get(key, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            self.problem(key, f"each of the {key} needs a table of its own.", f"Begin each with [[{key}]].")
            return ()
        return tuple(Table(self.document, value, (*self._path, key, index)) for index, value in enumerate(values))

    def refuse_unknown(self, elsewhere: Mapping[str, Collection[str]] | None = None) -> None:
        """Note every key that was not taken. `elsewhere`: the keys of the file's other tables."""
        for key in self._values:
            if key not in self._taken:
                hint = unknown_key_hint(key, self._taken, elsewhere or {})
                self.problem(key, f"unknown key '{key}'.", hint)


def unknown_key_hint(key: str, known: Iterable[str], elsewhere: Mapping[str, Collection[str]]) -> str:
    """What was probably meant by a key that is not there."""
    for table, keys in elsewhere.items():
        if key in keys:
            return f"It belongs under [{table}]." if table else "It belongs at the top, before the first [table]."
    if meant := did_you_mean(key, known):
        return meant
    return f"Known here: {', '.join(sorted(known))}."


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`Did you mean 'x'?`, or nothing when nothing is close."""
    close = difflib.get_close_matches(word.casefold(), {name.casefold(): name for name in known}, n=1, cutoff=0.6)
    names = {name.casefold(): name for name in known}
    return f"Did you mean '{names[close[0]]}'?" if close else ""


def described(value: object) -> str:
    """A TOML value as people call it, an address without its secrets."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {value}"
        case str():
            shown = masked_words(value)
            return f'the text "{shown if len(shown) <= 60 else shown[:59] + "…"}"'
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return "a date"
