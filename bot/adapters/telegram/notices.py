"""The buttons under what the bot says of itself, by the notice's code. Pure."""

from __future__ import annotations

from bot.adapters.telegram.keyboards import Button, Keyboard, pressing
from bot.model import Notice
from bot.text.wording import Wording

LET_IN, REFUSE = "xlet", "xref"


def buttons_under(notice: Notice, wording: Wording) -> Keyboard:
    """None for most."""
    if notice.code == "access-request" and "chat" in notice.values:
        return decision_buttons(notice.values["chat"], wording)
    return ()


def decision_buttons(chat: str, wording: Wording) -> Keyboard:
    """For a stranger's chat that asks to be let in."""
    return (
        (
            Button(wording.say("Let in"), pressing(LET_IN, chat)),
            Button(wording.say("Refuse"), pressing(REFUSE, chat)),
        ),
    )
