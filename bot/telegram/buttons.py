"""Buttons under messages, and what pressing one says (Bot API, InlineKeyboardButton: 1–64 bytes of callback data).

What comes back is not trusted: a modified client sends any data for any message. It names what is meant and proves
nothing; each dialogue looks the thing up and checks that it belongs to the chat that the button was pressed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from bot.telegram.verbs import ButtonVerb

DATA_LIMIT = 64
"""Bytes."""

_BETWEEN = ":"
_DIGITS = 18


@dataclass(frozen=True, slots=True)
class Button:
    """A button. `data`: made by `pressing`; or `url`: an address that it opens."""

    text: str
    data: str = ""
    url: str = ""


Keyboard = tuple[tuple[Button, ...], ...]
"""Rows of buttons."""


def pressing(verb: ButtonVerb, *arguments: object) -> str:
    """The data of a button: what it does, and to what. Raises ValueError if they are too long or ambiguous."""
    parts = [verb, *map(str, arguments)]
    data = _BETWEEN.join(parts)
    if any(_BETWEEN in part for part in parts) or len(data.encode()) > DATA_LIMIT:
        raise ValueError(f"no data for a button: {data!r}")
    return data


def read_press(data: str) -> tuple[ButtonVerb | None, tuple[str, ...]]:
    """The verb and the arguments of a button's data. The verb is None if there is no such verb, or not any more."""
    verb, *arguments = data.split(_BETWEEN)
    return ButtonVerb(verb) if verb in set(ButtonVerb) else None, tuple(arguments)


def in_rows(buttons: list[Button], width: int) -> Keyboard:
    """Buttons in rows of so many."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))


def read_number(text: str) -> int | None:
    """A number from 0 that the database takes, as buttons and people write it; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _DIGITS else None


def mark(text: str) -> str:
    """What a button calls something whose name is too long for its data: whoever reads it compares all there are."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def chosen(name: str, *, is_chosen: bool) -> str:
    """The name of a choice, marked where it is taken."""
    return f"✓ {name}" if is_chosen else name
