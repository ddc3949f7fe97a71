"""For whom a page of the settings is shown, and the buttons on it. Pure.

A page belongs to a flow, which is in the data of its buttons. The card leads to the pages, and they lead back to it.
The questions after /start lead on to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from bot.model import Chat
from bot.telegram.buttons import Button, Keyboard, pressing
from bot.telegram.markup import Line
from bot.telegram.render import Reader
from bot.telegram.verbs import ButtonVerb
from bot.wording.wording import Wording

CARD: Final = "card"
"""The page with all settings."""
DONE: Final = "done"
"""The page at the end of the questions after /start."""

Content = tuple[list[Line], Keyboard]
"""What a page says and offers, without the buttons that lead away from it."""


class Flow(StrEnum):
    """Where a page was opened from."""

    CARD = "c"
    WELCOME = "w"
    NOTE = "n"
    """A button under a message of another kind, which keeps its text."""


@dataclass(frozen=True, slots=True)
class Choosing:
    """A chat whose settings are shown or changed."""

    chat: Chat
    reader: Reader
    now: datetime
    flow: Flow = Flow.CARD
    recent_outlets: Sequence[str] = ()
    """The outlets in the chat's latest alerts, the most frequent first. Only where outlets are chosen."""

    @property
    def wording(self) -> Wording:
        return self.reader.wording

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the chat, or the default one."""
        return self.reader.timezone

    @property
    def is_paused(self) -> bool:
        return self.chat.paused_until is not None and self.chat.paused_until > self.now


def option(text: str, about: Choosing, page: str, value: str, *, is_chosen: bool) -> Button:
    """A button that chooses a value; a mark shows the current one."""
    return Button(f"✓ {text}" if is_chosen else text, data_of(about, page, value))


def switch(text: str, about: Choosing, page: str, value: str, *, is_chosen: bool) -> Button:
    """A button that adds one of several values or removes it. Its data say which, so a second press changes nothing."""
    return option(text, about, page, f"{'-' if is_chosen else '+'}{value}", is_chosen=is_chosen)


def data_of(about: Choosing, page: str, value: str) -> str:
    """The data of a button that chooses this value."""
    return pressing(ButtonVerb.CHOOSE_SETTING, about.flow, page, value)


def opening(flow: Flow, page: str) -> str:
    """The data of a button that opens a page."""
    return pressing(ButtonVerb.OPEN_SETTING, flow, page)


def asking(about: Choosing, page: str) -> str:
    """The data of a button that asks for a typed answer."""
    return pressing(ButtonVerb.ASK_SETTING, about.flow, page)
