"""Paging through long lists: a row of buttons for the previous and the next page, if there are any. Pure."""

from __future__ import annotations

from bot.telegram.buttons import Button, Keyboard, pressing
from bot.telegram.verbs import ButtonVerb
from bot.wording.wording import Wording


def last_page(count: int, size: int) -> int:
    """The number of the last page, counted from 0, for `count` items."""
    return max(0, count - 1) // size


def page_turners(page: int, count: int, size: int, verb: ButtonVerb, *arguments: object) -> Keyboard:
    """Buttons that show the items of each page, for a list of known length. The page is their last argument."""
    others = [one for one in (page - 1, page + 1) if 0 <= one <= last_page(count, size)]
    row = tuple(
        Button(_turner(one * size + 1, min(count, (one + 1) * size), back=one < page), pressing(verb, *arguments, one))
        for one in others
    )
    return (row,) if row else ()


def newer_and_older(wording: Wording, *, newer: str | None, older: str | None) -> Keyboard:
    """Buttons for a list with the newest items first. The arguments are callback data, or None if there is no page."""
    row = []
    if newer is not None:
        row.append(Button(f"« {wording.say('Newer')}", newer))
    if older is not None:
        row.append(Button(f"{wording.say('Older')} »", older))
    return (tuple(row),) if row else ()


def _turner(first: int, last: int, *, back: bool) -> str:
    return f"‹ {first}–{last}" if back else f"{first}–{last} ›"
