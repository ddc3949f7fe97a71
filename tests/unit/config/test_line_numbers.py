"""Line numbers of TOML values."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.config.line_numbers import Path as KeyPath
from bot.config.line_numbers import lines_of

TRICKY = (
    r'''# [not.a.table]
top = "a # [b] = 'c'" # end
"quoted key" = 1
a.b."c d" = [
  1,   # one ]
  "two]",

  { x = 1, y = [ 2,
     3 ] },
]

[ table . sub ]   # comment
text = """
[[feeds]]
id = "inside \""" a text"
"""
literal = '''
    + "'''one line'''"
    + r'''
path = 'C:\temp'
multi = """first \
   second"""
[[feeds]]
id = "one"
[[feeds]]  # two
id = "two"
[feeds.extra]
deep = true
[[feeds.parts]]
p = 1
[[feeds.parts]]
p = 2
[other]
when = 1979-05-27T07:32:00Z
last = -1.5e3'''
)


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("quoted key",), 3),
        (("a", "b", "c d"), 4),
        (("a", "b", "c d", 0), 5),
        (("a", "b", "c d", 1), 6),
        (("a", "b", "c d", 2, "y"), 8),
        (("a", "b", "c d", 2, "y", 1), 9),
        (("table", "sub"), 12),
        (("table", "sub", "text"), 14),  # where the text begins, after the quotes
        (("table", "sub", "literal"), 17),
        (("table", "sub", "multi"), 19),
        (("feeds", 0), 21),
        (("feeds", 1, "id"), 24),
        (("feeds", 1, "extra", "deep"), 26),
        (("feeds", 1, "parts", 0, "p"), 28),
        (("feeds", 1, "parts", 1, "p"), 30),
        (("other", "when"), 32),
        (("other", "last"), 33),
    ],
)
def test_value_has_its_line(path: KeyPath, line: int) -> None:
    assert tomllib.loads(TRICKY)
    assert lines_of(TRICKY)[path] == line


def keys_of(value: Any, path: KeyPath = ()) -> set[KeyPath]:
    """Every key and element of a parsed document."""
    if isinstance(value, dict):
        inner: list[tuple[str | int, Any]] = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    else:
        return {path}
    return {path}.union(*(keys_of(child, (*path, key)) for key, child in inner)) - {()}


@pytest.mark.parametrize("text", [TRICKY, TRICKY.replace("\n", "\r\n")], ids=["LF", "CRLF"])
def test_no_value_is_left_out_or_made_up(text: str) -> None:
    lines = lines_of(text)
    tables_by_dots = {("a",), ("a", "b"), ("table",), ("feeds",), ("feeds", 1, "parts")}  # no line of their own
    assert keys_of(tomllib.loads(text)) - set(lines) <= tables_by_dots
    assert set(lines) <= keys_of(tomllib.loads(text))


def test_shipped_files_are_read_to_their_end() -> None:
    root = Path(__file__).resolve().parents[3]
    for path in sorted((root / "config").rglob("*.toml")):
        text = path.read_text("utf-8")
        assert set(lines_of(text)) ^ keys_of(tomllib.loads(text)) <= {("feeds",)}, path


def test_malformed_text_ends() -> None:
    assert lines_of("= = [[[ {{{ ''' \"\"\" ,,,") is not None
