"""General answers: the greeting, and refusals for missing rights, too many requests and unknown input. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.config import PublicSettings
from bot.model import Role
from bot.telegram.buttons import Keyboard
from bot.telegram.markup import Line, line, span
from bot.telegram.pages.menus import menu
from bot.telegram.render import Rendered, one_line, page
from bot.telegram.transport.incoming import Said
from bot.wording.public import no_editor_text, no_room_text, signed_up_text
from bot.wording.wording import Wording


def greeting(wording: Wording, topics: int, first: Sequence[Line] = (), keyboard: Keyboard = ()) -> Rendered:
    """The answer to /start for a user who has access. `first`: what to do first."""
    return page([*greeting_lines(wording, topics), *first, (), *_commands(wording)], keyboard)


def greeting_lines(wording: Wording, topics: int) -> list[Line]:
    """What the bot does, and how many topics send to the chat."""
    topics_line = wording.say_many(
        "Right now {n} watch tells you what it finds.", "Right now {n} watches tell you what they find.", topics
    )
    return [
        line(span(wording.say("Hello! I watch the news and write here when something new fits a watch."))),
        line(span(topics_line if topics else wording.say("No watch tells this chat anything yet."))),
    ]


def hint(wording: Wording) -> Rendered:
    """The answer to a message that was not understood."""
    return one_line(wording.say("I did not understand that. /help shows what I can do."))


NOTHING = ""
"""The answer when a user without access presses a button."""


def too_fast(wording: Wording) -> Rendered:
    """The answer when the rate limit is exceeded."""
    return one_line(too_fast_text(wording))


def too_fast_text(wording: Wording) -> str:
    """The same as the answer to a callback query."""
    return wording.say("That was a lot at once. Please wait a minute.")


def not_allowed(wording: Wording, least: Role) -> Rendered:
    """The answer to a command that the user's role does not allow."""
    return one_line(right_needed(wording, least))


def right_needed(wording: Wording, least: Role) -> str:
    """The same as the answer to a callback query."""
    if least is Role.ADMIN:
        return wording.say("Only the bot's admins may do that.")
    return wording.say("Only editors of this chat may do that. An admin of the bot can make you one: /editors.")


def stale_button(wording: Wording) -> str:
    """The answer to a button that no dialogue knows any more, for example in a message from an earlier version."""
    return wording.say("This button no longer does anything. Send the command again.")


def stranger(wording: Wording, said: Said, *, stale_link: bool = False) -> Rendered:
    """The answer to a user without access. It contains nothing but their ids."""
    lines: list[Line] = []
    if stale_link:
        lines.append(line(span(wording.say("This link was already used, or is older than 15 minutes."))))
    lines.append(line(span(wording.say("This bot is private. Its admin can let you in with these numbers:"))))
    return page([*lines, *_numbers(wording, said)])


def _numbers(wording: Wording, said: Said) -> list[Line]:
    """Who they are to an admin: their ids."""
    lines: list[Line] = []
    if said.user_id is not None:
        lines.append(line(f"{wording.say('You:')} ", span(str(said.user_id), "code")))
    if str(said.user_id) != said.chat.chat:
        lines.append(line(f"{wording.say('This chat:')} ", span(said.chat.chat, "code")))
    return lines


def let_in_here(wording: Wording) -> Rendered:
    """Announces that an admin has let the group in with /start."""
    return page(
        [
            line(
                span(
                    wording.say(
                        "This chat is let in now: everyone here may see its watches and vote. "
                        "/editors says who may change them."
                    )
                )
            )
        ]
    )


def signed_up_group(wording: Wording) -> Rendered:
    """Greets a group that has let itself in."""
    return page([line(span(text)) for text in signed_up_text(wording)])


def first_editor(wording: Wording) -> list[Line]:
    """How a group that has let itself in gets its first editor."""
    return [line(span(no_editor_text(wording)))]


def first_steps(wording: Wording, public: PublicSettings) -> list[Line]:
    """What a private chat that has let itself in is told to do first, and how much it may have."""
    limits = wording.say(
        "You may have {watches} watches and add {feeds} sources.",
        watches=public.watches_per_chat,
        feeds=public.feeds_per_chat,
    )
    return [line(span(wording.say("To begin, send me a link to an article: I look for more like it."))), line(limits)]


def start_first(wording: Wording) -> Rendered:
    """The answer to somebody who could let themselves in, and has not."""
    return one_line(wording.say("Send /start, and I begin."))


def kept_out(wording: Wording, said: Said) -> Rendered:
    """The answer to a chat that an admin keeps out where access is open."""
    why = wording.say("An admin of this bot does not let this chat in. They can change that with these numbers:")
    return page([line(span(why)), *_numbers(wording, said)])


def no_room(wording: Wording, why: str) -> Rendered:
    """The answer to a chat that would be one too many. `why`: of `SignUp`."""
    return page([line(span(no_room_text(wording, why)))])


def pages_used_up(wording: Wording, most: int) -> str:
    """Why no page is opened for a chat of the public now, and what to do."""
    return wording.say("In an hour I open {n} pages for a chat, and these were all. Send it again in an hour.", n=most)


def privately(wording: Wording) -> str:
    """The answer to an admin's request in a group whose result others should not read."""
    return wording.say("Ask me that in our private chat.")


def _commands(wording: Wording) -> list[Line]:
    return [line(f"/{name} — {what}") for name, what in menu(wording, "private")]
