"""What is said of an exported list of feeds. Pure."""

from __future__ import annotations

from bot.telegram.buttons import Button, pressing
from bot.telegram.markup import line, span
from bot.telegram.pages.feeds import FeedViewer
from bot.telegram.render import Reader, Rendered, page
from bot.telegram.verbs import ButtonVerb


def export_caption(count: int, withheld: int, reader: Reader, viewer: FeedViewer) -> Rendered:
    """The caption of the exported document; `withheld`: feeds that are left out because they bear a secret."""
    wording = reader.wording
    lines = [line(span(wording.say_many("{n} source", "{n} sources", count, n=count)))]
    if not withheld:
        return page(lines)
    left_out = wording.say_many(
        "{n} more is not in it: its address bears a key or a password.",
        "{n} more are not in it: their addresses bear a key or a password.",
        withheld,
    )
    lines.append(line(span(left_out)))
    if not viewer.is_admin:
        return page(lines)
    return page(lines, ((Button(wording.say("With keys, too"), pressing(ButtonVerb.EXPORT_FEEDS_WITH_SECRETS)),),))


def secret_export_caption(count: int, reader: Reader) -> Rendered:
    """The caption of an exported document with secrets in it."""
    wording = reader.wording
    sources = wording.say_many("{n} source", "{n} sources", count, n=count)
    keep = wording.say("There are keys and passwords in this file. Please keep it to yourself.")
    return page([line(span(sources)), line(span(keep, "bold"))])
