"""The buttons under a notice, by the code of the notice. Pure."""

from __future__ import annotations

from bot.model import Notice
from bot.telegram.buttons import Button, Keyboard, pressing
from bot.telegram.verbs import ButtonVerb
from bot.wording.wording import Wording


def notice_buttons(notice: Notice, wording: Wording) -> Keyboard:
    """The buttons for what can be done about a notice."""
    match notice.code:
        case "welcome-admin":
            return ((Button(wording.say("Set up in three questions"), pressing(ButtonVerb.BEGIN_QUESTIONS)),),)
        case "weekly":
            return ((Button(wording.say("Stop these"), pressing(ButtonVerb.CHOOSE_SETTING, "n", "weekly", "off")),),)
        case "access-request" if "chat" in notice.values:
            return decision_buttons(notice.values["chat"], wording)
        case _:
            return ()


def decision_buttons(chat: str, wording: Wording) -> Keyboard:
    """The buttons to decide about an access request."""
    return (
        (
            Button(wording.say("Let in"), pressing(ButtonVerb.LET_IN, chat)),
            Button(wording.say("Refuse"), pressing(ButtonVerb.REFUSE, chat)),
        ),
    )
