"""Messages about the editors of a group, who may change what the group watches. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from bot.model import Editor
from bot.telegram.buttons import Button, pressing
from bot.telegram.markup import Line, line, shortened, span
from bot.telegram.render import Rendered, page
from bot.telegram.verbs import ButtonVerb
from bot.text.clean import clean_title
from bot.wording.public import no_editor_text
from bot.wording.wording import Wording

NotNameable = Literal["anonymous-self", "anonymous", "admin", "too-many"]
"""Why nobody was made an editor. "anonymous-self": the admin writes anonymously. "anonymous": the other user does, or
the message is from a bot.
"""


_NAME = 64
_BUTTON = 40


def editor_list(
    wording: Wording, editors: Sequence[Editor], removable: Sequence[Editor], *, names_its_own: bool
) -> Rendered:
    """The list of editors. `removable`: those who have a button for it. `names_its_own`: editors name others."""
    lines: list[Line] = []
    if editors:
        lines.append(line(span(wording.say("Who may change what this chat watches:"), "bold")))
        lines += [line("• ", span(name_of(editor.name))) for editor in editors]
    else:
        lines.append(
            line(span(wording.say("This chat has no editors yet: only the bot's admins may change anything here.")))
        )
    lines += [(), line(span(_how(wording, editors, names_its_own=names_its_own), "italic"))]
    buttons = [
        (Button(f"✕ {shortened(name_of(editor.name), _BUTTON)}", pressing(ButtonVerb.REMOVE_EDITOR, editor.user_id)),)
        for editor in removable
    ]
    return page(lines, tuple(buttons))


def _how(wording: Wording, editors: Sequence[Editor], *, names_its_own: bool) -> str:
    if not names_its_own:
        return wording.say("An admin of the bot names one by replying to a message of theirs with /editors.")
    if not editors:
        return no_editor_text(wording)
    return wording.say("An editor names another one by replying to a message of theirs with /editors.")


def only_in_groups(wording: Wording) -> Rendered:
    """The answer to /editors in a private chat."""
    text = wording.say(
        "Editors are for groups: they may change what the group watches. Send /editors there. "
        "Here, in your own chat, you may change everything yourself."
    )
    return page([line(span(text))])


def named(wording: Wording, editor: Editor) -> Rendered:
    """Announces a new editor in the group."""
    text = wording.say(
        "{name} is an editor of this chat now, and may change its watches, sources and settings.",
        name=name_of(editor.name),
    )
    return page([line(span(text))])


def not_nameable(wording: Wording, why: NotNameable) -> Rendered:
    """Why nobody was made an editor."""
    match why:
        case "anonymous-self":
            text = wording.say(
                "You write as the group, so I cannot see that you are an admin of the bot. "
                "Turn off “Remain anonymous” in your admin rights, and send it again."
            )
        case "admin":
            text = wording.say("They are an admin of the bot, and may change everything already.")
        case "too-many":
            text = wording.say("This chat has as many editors as it can have. Remove one first.")
        case "anonymous":
            text = wording.say(
                "I cannot see who wrote that: a bot, or somebody who writes as a group or channel. "
                "Reply to a message that they wrote under their own name."
            )
    return page([line(span(text))])


def name_of(name: str) -> str:
    """The name of a user, cleaned and shortened for a list."""
    return shortened(clean_title(name), _NAME) or "?"
