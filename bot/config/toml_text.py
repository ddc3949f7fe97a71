"""Values as TOML, as they are written in topic and feed files."""

from __future__ import annotations

import json
from datetime import time, timedelta

_UNITS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))


def to_toml(value: object) -> str:
    """A boolean, a number, a duration, a time of day or a list of such values; everything else as its text."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case timedelta():
            return _text(_duration(value))
        case time():
            return _text(f"{value:%H:%M}")
        case tuple() | list():
            return "[" + ", ".join(map(to_toml, value)) + "]"
        case _:
            return _text(str(value))


def _duration(interval: timedelta) -> str:
    seconds = int(interval.total_seconds())
    for size, unit in _UNITS:
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    raise AssertionError("every whole number is a number of seconds")


def _text(text: str) -> str:
    """A TOML basic string. JSON's escapes are a subset of TOML's, but JSON does not escape the character DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
