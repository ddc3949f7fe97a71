"""Inline buttons and their callback data (Bot API, "InlineKeyboardButton", callback_data: 1 to 64 bytes).

Callback data cannot be trusted, because a modified client can send any data for any message (Bot API,
"CallbackQuery"). It says what is meant but proves nothing: each dialogue looks the object up and checks that it belongs
to the chat in which the button was pressed.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from bot.telegram.verbs import ButtonVerb

DATA_LIMIT = 64
"""Maximum length of callback data in bytes."""

_SEPARATOR = ":"
_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Button:
    """A button with either `data`, made by `pressing`, or a `url` that it opens."""

    text: str
    data: str = ""
    url: str = ""


Keyboard = tuple[tuple[Button, ...], ...]
"""Rows of buttons."""


def pressing(verb: ButtonVerb, *arguments: object) -> str:
    """The data of a button: what it does, and to what. Raises ValueError if they are too long or ambiguous."""
    parts = [verb, *map(str, arguments)]
    data = _SEPARATOR.join(parts)
    if any(_SEPARATOR in part for part in parts) or len(data.encode()) > DATA_LIMIT:
        raise ValueError(f"no data for a button: {data!r}")
    return data


def read_press(data: str) -> tuple[ButtonVerb | None, tuple[str, ...]]:
    """The verb and the arguments of a button's data. The verb is None if there is no such verb, or not any more."""
    verb, *arguments = data.split(_SEPARATOR)
    return ButtonVerb(verb) if verb in set(ButtonVerb) else None, tuple(arguments)


def in_rows(buttons: list[Button], width: int) -> Keyboard:
    """The buttons in rows of `width`."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))


def read_number(text: str) -> int | None:
    """The number in a text from a button or a user; None if it is not one, negative, or too long for the database.

    SQLite stores integers of at most 64 bits (https://www.sqlite.org/datatype3.html).
    """
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else None


def mark(text: str) -> str:
    """A short hash for a name that is too long for callback data. The reader compares it with the hash of each name."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def chosen(name: str, *, is_chosen: bool) -> str:
    """The name of a choice, with a check mark if it is the current one."""
    return f"✓ {name}" if is_chosen else name
