"""General answers: the greeting, and refusals for missing rights, too many requests and unknown input. Pure."""

from __future__ import annotations

from bot.model import Role
from bot.telegram.buttons import Keyboard
from bot.telegram.markup import Line, line, span
from bot.telegram.pages.menus import menu
from bot.telegram.render import Rendered, one_line, page
from bot.telegram.transport.incoming import Said
from bot.wording.wording import Wording


def greeting(wording: Wording, topics: int, keyboard: Keyboard = ()) -> Rendered:
    """The answer to /start for a user who has access."""
    return page([*greeting_lines(wording, topics), (), *_commands(wording)], keyboard)


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
    if said.user_id is not None:
        lines.append(line(f"{wording.say('You:')} ", span(str(said.user_id), "code")))
    if str(said.user_id) != said.chat.chat:
        lines.append(line(f"{wording.say('This chat:')} ", span(said.chat.chat, "code")))
    return page(lines)


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


def privately(wording: Wording) -> str:
    """The answer to an admin's request in a group whose result others should not read."""
    return wording.say("Ask me that in our private chat.")


def _commands(wording: Wording) -> list[Line]:
    return [line(f"/{name} — {what}") for name, what in menu(wording, "private")]
