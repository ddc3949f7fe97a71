"""/log: who changed what, newest first. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.model import Change
from bot.telegram.buttons import pressing
from bot.telegram.markup import Line, line, shortened, span
from bot.telegram.pages.pagination import newer_and_older
from bot.telegram.render import Reader, Rendered, page
from bot.telegram.verbs import ButtonVerb
from bot.text.clean import clean_title
from bot.wording.audit_text import change_text

AT_ONCE = 15

_NAME = 40


def change_list(
    reader: Reader, changes: Sequence[Change], places: Mapping[str, str], number: int, now: datetime, *, more: bool
) -> Rendered:
    """A page of changes. `places`: the names of the chats in which changes were made, except for this chat."""
    wording = reader.wording
    if not changes:
        return page([line(span(wording.say("Nobody has changed anything here yet.")))])
    lines: list[Line] = [line(span(wording.say("Who changed what"), "bold")), ()]
    for change in changes:
        when = wording.time(change.at, reader.timezone, now=now)
        where = shortened(clean_title(places.get(change.chat, "")), _NAME)
        facts = f"{when} · {where}" if where else when
        text = change_text(change, wording, reader.timezone, now)
        lines.append(line("• ", span(text), " — ", span(facts, "italic")))
    turners = newer_and_older(
        wording,
        newer=pressing(ButtonVerb.LIST_CHANGES, number - 1) if number else None,
        older=pressing(ButtonVerb.LIST_CHANGES, number + 1) if more else None,
    )
    return page(lines, turners)
