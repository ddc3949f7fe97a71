"""The settings of a chat as things to choose: what they are called in the data of buttons. Pure.

A page belongs to a flow, which is in the data of its buttons: the card, to which it leads back; or the questions
after /start, which go on to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from bot.model import Chat, QuietHours
from bot.telegram.buttons import Button, pressing
from bot.telegram.render import Reader
from bot.telegram.verbs import ButtonVerb
from bot.wording.wording import Wording

MORNING: Final = time(7)
"""When a pause until tomorrow ends."""


class Flow(StrEnum):
    """Where a page has come from."""

    CARD = "c"
    WELCOME = "w"
    NOTE = "n"
    """A button under a message of another kind, which stays as it is."""


class Page(StrEnum):
    """What can be chosen; the values stand in the data of buttons."""

    CARD = "card"
    LANGUAGE = "language"
    READS = "reads"
    OUTLETS = "outlets"
    ZONE = "zone"
    QUIET = "quiet"
    DIGEST = "digest"
    WEEKLY = "weekly"
    PICTURE = "picture"
    PAUSE = "pause"
    DONE = "done"
    """The end of the questions after /start."""


QUESTIONS: Final = (Page.READS, Page.ZONE, Page.QUIET)
"""Asked after /start, in this order."""

SPOKEN: Final = (("id", "Indonesia"), ("en", "English"))
READABLE: Final = (
    *SPOKEN, ("ms", "Melayu"), ("ar", "العربية"), ("zh", "中文"), ("ja", "日本語"), ("ko", "한국어"), ("de", "Deutsch"),
    ("nl", "Nederlands"), ("fr", "Français"), ("es", "Español"), ("pt", "Português"), ("ru", "Русский"),
    ("tr", "Türkçe"), ("hi", "हिन्दी"),
)  # fmt: skip
ZONES: Final = (("WIB", "Asia/Jakarta"), ("WITA", "Asia/Makassar"), ("WIT", "Asia/Jayapura"))
NIGHTS: Final = (QuietHours(time(22), time(6)), QuietHours(time(23), time(7)))
DIGEST_HOURS: Final = tuple(time(hour) for hour in (6, 7, 8, 9, 12, 15, 18, 21))

NIGHT: Final = QuietHours(time(22, 30), time(6, 15))
DAY: Final = (time(7), time(12, 30), time(18))
FAVOURITES: Final = "BBC, Antara"
"""Examples of what can be typed."""


@dataclass(frozen=True, slots=True)
class Choosing:
    """For whom a page is shown, and how it stands with the chat."""

    chat: Chat
    reader: Reader
    now: datetime
    flow: Flow = Flow.CARD
    told: Sequence[str] = ()
    """The outlets that it was told of lately, who reported most first: for the page where they are chosen."""

    @property
    def wording(self) -> Wording:
        return self.reader.wording

    @property
    def is_paused(self) -> bool:
        return self.chat.paused_until is not None and self.chat.paused_until > self.now


def next_page(here: Page) -> Page:
    """The question after this one; DONE after the last."""
    place = QUESTIONS.index(here) + 1
    return QUESTIONS[place] if place < len(QUESTIONS) else Page.DONE


def option(text: str, about: Choosing, which: Page, value: str, *, is_chosen: bool) -> Button:
    """A button that chooses; a mark shows what is chosen."""
    return Button(f"✓ {text}" if is_chosen else text, data_of(about, which, value))


def data_of(about: Choosing, which: Page, value: str) -> str:
    """The data of a button that chooses this."""
    return pressing(ButtonVerb.CHOOSE_SETTING, about.flow, which, value)


def switch(text: str, about: Choosing, which: Page, value: str, *, is_chosen: bool) -> Button:
    """A button that takes one of several or leaves it. It says which: who presses twice means it once."""
    return option(text, about, which, f"{'-' if is_chosen else '+'}{value}", is_chosen=is_chosen)


def opening(flow: Flow, which: Page) -> str:
    """The data of a button that opens a page."""
    return pressing(ButtonVerb.OPEN_SETTING, flow, which)


def quiet_value(quiet: QuietHours) -> str:
    """A span as it stands in the data of a button: `2200-0600`."""
    return f"{quiet.begins:%H%M}-{quiet.ends:%H%M}"


def span_text(quiet: QuietHours, wording: Wording) -> str:
    """`22:00–06:00`."""
    return f"{wording.clock(quiet.begins)}–{wording.clock(quiet.ends)}"


def clock_in(zone: ZoneInfo, about: Choosing) -> str:
    """What the clocks of a zone show now."""
    return about.wording.clock(about.now.astimezone(zone).time())
