"""On which line of a TOML document each value stands: no TOML library tells.

Only for documents that `tomllib` has accepted: what is malformed is not noticed here.
Grammar: https://toml.io/en/v1.0.0
"""

from __future__ import annotations

import re
from collections.abc import Mapping

Path = tuple[str | int, ...]
"""Keys and array positions from the top: `("feeds", 2, "url")`."""

_SKIP = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BASIC_STRING = re.compile(r'"(?:\\.|[^"\\])*"', re.DOTALL)
_LITERAL_STRING = re.compile(r"'[^']*'")
_LONG_BASIC_STRING = re.compile(r'"""(?:\\.|[^\\])*?"{3,5}', re.DOTALL)
_LONG_LITERAL_STRING = re.compile(r"'''.*?'{3,5}", re.DOTALL)
_PLAIN_VALUE = re.compile(r"[^,\]}#\n]*")


def lines_of(text: str) -> Mapping[Path, int]:
    """The line, from 1, of every key and array element; tables have the line of their header.

    A multi-line string whose first line is empty (`'''` and a line break) has the line after it,
    where its text begins.
    """
    scanner = _Scanner(text)
    scanner.read()
    return scanner.lines


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self._line_at = (0, 1)
        self._array_lengths: dict[Path, int] = {}

    def read(self) -> None:
        table: Path = ()
        self._skip()
        while self.at < len(self.text):
            before = self.at
            if self.text.startswith("[", self.at):
                table = self._header()
            else:
                self._pair(table)
            self._skip()
            if self.at == before:  # not TOML: stop rather than loop
                return

    def _line(self) -> int:
        offset, line = self._line_at
        line += self.text.count("\n", offset, self.at)
        self._line_at = (self.at, line)
        return line

    def _skip(self) -> None:
        if found := _SKIP.match(self.text, self.at):
            self.at = found.end()

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self.text, self.at)
        if found is None:
            return ""
        self.at = found.end()
        return found[0]

    def _header(self) -> Path:
        line = self._line()
        is_array = self.text.startswith("[[", self.at)
        self.at += 2 if is_array else 1
        parts = self._key()
        self.at += 2 if is_array else 1
        path: Path = ()
        for number, part in enumerate(parts, start=1):
            path = (*path, part)
            if is_array and number == len(parts):
                self._array_lengths[path] = self._array_lengths.get(path, 0) + 1
            if path in self._array_lengths:
                path = (*path, self._array_lengths[path] - 1)
        self.lines[path] = line
        return path

    def _key(self) -> tuple[str, ...]:
        parts: list[str] = []
        while True:
            self._skip()
            if self.text.startswith('"', self.at):
                parts.append(self._take(_BASIC_STRING)[1:-1])
            elif self.text.startswith("'", self.at):
                parts.append(self._take(_LITERAL_STRING)[1:-1])
            else:
                parts.append(self._take(_BARE_KEY))
            self._skip()
            if not self.text.startswith(".", self.at):
                return tuple(parts)
            self.at += 1

    def _pair(self, table: Path) -> None:
        path = (*table, *self._key())
        self.at += 1  # the =
        self._skip()
        self._value(path)

    def _value(self, path: Path) -> None:
        self.lines[path] = self._line()
        opening = self.text[self.at : self.at + 1]
        if opening == "[":
            self._array(path)
        elif opening == "{":
            self._inline_table(path)
        elif self.text.startswith('"""', self.at):
            self.lines[path] += self._starts_on_next_line()
            self._take(_LONG_BASIC_STRING)
        elif self.text.startswith("'''", self.at):
            self.lines[path] += self._starts_on_next_line()
            self._take(_LONG_LITERAL_STRING)
        elif opening == '"':
            self._take(_BASIC_STRING)
        elif opening == "'":
            self._take(_LITERAL_STRING)
        else:
            self._take(_PLAIN_VALUE)

    def _starts_on_next_line(self) -> bool:
        return self.text[self.at + 3 : self.at + 5].startswith(("\n", "\r\n"))

    def _array(self, path: Path) -> None:
        self.at += 1
        index = 0
        while True:
            self._skip()
            if self.at >= len(self.text) or self.text.startswith("]", self.at):
                self.at += 1
                return
            before = self.at
            self._value((*path, index))
            index += 1
            self._skip()
            if self.text.startswith(",", self.at):
                self.at += 1
            elif self.at == before:
                return

    def _inline_table(self, path: Path) -> None:
        self.at += 1
        while True:
            self._skip()
            if self.at >= len(self.text) or self.text.startswith("}", self.at):
                self.at += 1
                return
            before = self.at
            self._pair(path)
            self._skip()
            if self.text.startswith(",", self.at):
                self.at += 1
            elif self.at == before:
                return
