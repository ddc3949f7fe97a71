"""Long lists, a page at a time."""

from __future__ import annotations

from bot.adapters.telegram.keyboards import Button, pressing

MOST_PAGES = 100
"""Buttons come from outside: a page beyond this is none."""


def page_asked(arguments: tuple[str, ...]) -> int:
    """The page that a button asks for, the first being 0; the first, where it asks for none."""
    told = arguments[0] if arguments else ""
    return min(int(told), MOST_PAGES) if told.isascii() and told.isdecimal() and len(told) < 6 else 0


def leafing(verb: str, page: int, *, more: bool) -> tuple[Button, ...]:
    """The buttons to the pages before and after; none where this is all."""
    before = (Button("«", pressing(verb, page - 1)),) if page > 0 else ()
    return (*before, Button("»", pressing(verb, page + 1))) if more else before
