"""/help: all commands, with the names that they have in the reader's menu. Pure."""

from __future__ import annotations

from bot.config import PublicSettings
from bot.model import Role
from bot.telegram.markup import Line, line, span
from bot.telegram.pages.menus import command_name
from bot.telegram.render import Rendered, page
from bot.wording.wording import Wording


def help_page(wording: Wording, role: Role, *, is_private: bool, limits: PublicSettings | None = None) -> Rendered:
    """The help for a user with this role, without the commands that the role does not allow.

    `limits`: those of a chat of the public.
    """
    sections = [_intro(wording, is_private=is_private), _everyday(wording), _chat(wording, role)]
    if role is Role.ADMIN:
        sections.append(_admin(wording))
    sections.append([line(span(_under_alerts(wording)))])
    if limits is not None:
        sections.append([line(span(_limits(wording, limits)))])
    lines: list[Line] = []
    for part in sections:
        lines += [*part, ()]
    return page(lines[:-1])


def _intro(wording: Wording, *, is_private: bool) -> list[Line]:
    watch = f"/{command_name(wording, 'watch')}"
    how = wording.say("Reply to an article with {watch}: I look for more on the same story.", watch=watch)
    if is_private:
        how = wording.say(
            "Send me a link, an article or a document, or forward a message: I look for more on the same story."
        )
    what = wording.say("I read news sources and tell you what fits your watches, once, with the reason.")
    return [line(span(what, "bold")), line(span(how))]


def _everyday(wording: Wording) -> list[Line]:
    return _listed(
        wording,
        watch=wording.say("watch something new: a link, a text, or words"),
        topics=wording.say("your watches: tune, pause, export or delete them"),
        latest=wording.say("the latest alerts here"),
        search=wording.say("search everything I have read"),
        stats=wording.say("a chart of the last weeks"),
    )


def _chat(wording: Wording, role: Role) -> list[Line]:
    lines = _listed(
        wording,
        feeds=wording.say("where I read, and how the sources are doing"),
        outlets=wording.say("whose version of a story comes first"),
        quiet=wording.say("hours without alerts"),
        digest=wording.say("when digests come"),
        pause=wording.say("silence for a while"),
        settings=wording.say("language, time zone, picture, weekly note"),
        editors=wording.say("who may change what is watched in a group"),
    )
    if role >= Role.EDITOR:
        lines += _listed(wording, log=wording.say("who changed what"))
    return lines


def _admin(wording: Wording) -> list[Line]:
    return _listed(
        wording,
        status=wording.say("how I am doing: sources, outbox, memory"),
        chats=wording.say("who may talk to me"),
    )


def _under_alerts(wording: Wording) -> str:
    return wording.say(
        "Under each alert: 👍 👎 teach the watch; ⋯ shows why it came, mutes its story, or asks for more like it."
    )


def _limits(wording: Wording, limits: PublicSettings) -> str:
    return wording.say(
        "This chat may have {watches} watches and add {feeds} sources. It gets {hour} alerts an hour and {day} a day "
        "one by one, and the rest as digests; in an hour I open {pages} pages for it.",
        watches=limits.watches_per_chat,
        feeds=limits.feeds_per_chat,
        hour=limits.alerts_per_hour,
        day=limits.alerts_per_day,
        pages=limits.pages_per_hour,
    )


def _listed(wording: Wording, **commands: str) -> list[Line]:
    return [line(f"/{command_name(wording, name)} — ", span(what)) for name, what in commands.items()]
