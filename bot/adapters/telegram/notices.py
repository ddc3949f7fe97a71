"""The buttons under what the bot says of itself: pure."""

from __future__ import annotations

from bot.adapters.telegram.keyboards import Button, Keyboard, pressing
from bot.model import Notice
from bot.text.wording import Wording


def notice_buttons(notice: Notice, wording: Wording) -> Keyboard:
    """What can be done about a notice; the verbs are those of `pages.choosing`."""
    match notice.code:
        case "welcome-admin":
            return ((Button(wording.say("Set up in three questions"), pressing("sg")),),)
        case "weekly":
            return ((Button(wording.say("Stop these"), pressing("sc", "n", "weekly", "off")),),)
        case _:
            return ()
