"""The buttons under a notice, by the code of the notice. Pure."""

from __future__ import annotations

from bot.model import Notice
from bot.telegram.buttons import Button, Keyboard, pressing
from bot.wording.wording import Wording

LET_IN, REFUSE = "xlet", "xref"


def notice_buttons(notice: Notice, wording: Wording) -> Keyboard:
    """The buttons for a notice. Except for access requests, their verbs belong to the settings dialogue."""
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
    """The buttons to decide about an access request."""
    return (
        (
            Button(wording.say("Let in"), pressing(LET_IN, chat)),
            Button(wording.say("Refuse"), pressing(REFUSE, chat)),
        ),
    )
