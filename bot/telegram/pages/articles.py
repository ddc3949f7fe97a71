"""A list of articles: the linked title of each, with details below it. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.telegram.buttons import Keyboard
from bot.telegram.markup import Line, fits, line, shortened, span, to_html, to_plain
from bot.telegram.render import Rendered, page

_TITLE = 140
_BELOW = 160


@dataclass(frozen=True, slots=True)
class Listed:
    """An article in a list."""

    title: str
    link: str | None
    below: str
    """Details such as outlet, time and topics."""


def article_page(above: Sequence[Line], items: Sequence[Listed], below: Sequence[Line], keyboard: Keyboard) -> Rendered:
    """A page with articles, whose titles are linked. If the URLs do not fit into the plain text, it has none."""
    linked = [*above, *_lines(items, linked=True), *below]
    bare = [*above, *_lines(items, linked=False), *below]
    if not fits(bare):
        return page(bare, keyboard)
    return Rendered(to_html(linked), to_plain(linked if fits(linked) else bare), keyboard=keyboard)


def _lines(items: Sequence[Listed], *, linked: bool) -> list[Line]:
    lines: list[Line] = []
    for item in items:
        lines.append(line("• ", span(shortened(item.title, _TITLE), "plain", item.link if linked else None)))
        if item.below:
            lines.append(line(span(shortened(item.below, _BELOW), "italic")))
    return lines
