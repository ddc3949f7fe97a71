"""The buttons under what the bot says of itself, by the notice's code. Pure."""

from __future__ import annotations

from bot.model import Notice
from bot.telegram.buttons import Button, Keyboard, pressing
from bot.wording.wording import Wording

LET_IN, REFUSE = "xlet", "xref"


def notice_buttons(notice: Notice, wording: Wording) -> Keyboard:
    """What can be done about a notice; the verbs are those of `pages.choosing`, but for requests."""
    match notice.code:
        case "welcome-admin":
            return ((Button(wording.say("Set up in three questions"), pressing("sg")),),)
        case "weekly":
            return ((Button(wording.say("Stop these"), pressing("sc", "n", "weekly", "off")),),)
        case "access-request" if "chat" in notice.values:
            return decision_buttons(notice.values["chat"], wording)
        case _:
            return ()


def decision_buttons(chat: str, wording: Wording) -> Keyboard:
    """For a stranger's chat that asks to be let in."""
    return (
        (
            Button(wording.say("Let in"), pressing(LET_IN, chat)),
            Button(wording.say("Refuse"), pressing(REFUSE, chat)),
        ),
    )
