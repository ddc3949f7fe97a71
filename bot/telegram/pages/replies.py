"""What the commands answer: pure, in the words of the chat's language."""

from __future__ import annotations

from bot.model import Role
from bot.telegram.buttons import Keyboard
from bot.telegram.markup import Line, line, span
from bot.telegram.pages.menus import menu
from bot.telegram.render import Rendered, one_line, page
from bot.telegram.transport.incoming import Said
from bot.wording.wording import Wording


def greeting(wording: Wording, topics: int, keyboard: Keyboard = ()) -> Rendered:
    """The answer to /start for somebody who has been let in."""
    return page([*greeting_lines(wording, topics), (), *_commands(wording)], keyboard)


def greeting_lines(wording: Wording, topics: int) -> list[Line]:
    """Who is speaking, and how many watches tell the chat something."""
    told = wording.say_many(
        "Right now {n} watch tells you what it finds.", "Right now {n} watches tell you what they find.", topics
    )
    return [
        line(span(wording.say("Hello! I watch the news and write here when something new fits a watch."))),
        line(span(told if topics else wording.say("No watch tells this chat anything yet."))),
    ]


def hint(wording: Wording) -> Rendered:
    """The answer to what was not understood."""
    return one_line(wording.say("I did not understand that. /help shows what I can do."))


NOTHING = ""
"""What a stranger learns from a button."""


def too_fast(wording: Wording) -> Rendered:
    """For somebody who asks for more than anybody reads."""
    return one_line(too_fast_text(wording))


def too_fast_text(wording: Wording) -> str:
    """The same in a line over the chat."""
    return wording.say("That was a lot at once. Please wait a minute.")


def not_allowed(wording: Wording, least: Role) -> Rendered:
    """For somebody whose role does not reach."""
    return one_line(right_needed(wording, least))


def right_needed(wording: Wording, least: Role) -> str:
    """The same in a line over the chat."""
    if least is Role.ADMIN:
        return wording.say("Only the bot's admins may do that.")
    return wording.say("Only editors of this chat may do that. An admin of the bot can make you one: /editors.")


def stale_button(wording: Wording) -> str:
    """For a button of a message from another time."""
    return wording.say("This button no longer does anything. Send the command again.")


def stranger(wording: Wording, said: Said, *, stale_link: bool = False) -> Rendered:
    """All that somebody learns who has not been let in: their ids."""
    lines: list[Line] = []
    if stale_link:
        lines.append(line(span(wording.say("This link was already used, or is older than 15 minutes."))))
    lines.append(line(span(wording.say("This bot is private. Its admin can let you in with these numbers:"))))
    if said.user_id is not None:
        lines.append(line(f"{wording.say('You:')} ", span(str(said.user_id), "code")))
    if str(said.user_id) != said.chat.chat:
        lines.append(line(f"{wording.say('This chat:')} ", span(said.chat.chat, "code")))
    return page(lines)


def let_in_here(wording: Wording) -> Rendered:
    """For a group that an admin has just opened by writing /start there."""
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


def privately(wording: Wording) -> str:
    """For what an admin asks in a group and others need not read."""
    return wording.say("Ask me that in our private chat.")


def _commands(wording: Wording) -> list[Line]:
    return [line(f"/{name} — {what}") for name, what in menu(wording, "private")]
