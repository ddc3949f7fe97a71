"""All settings of a chat, in the order of the summary."""

from __future__ import annotations

from typing import Final

from bot.telegram.settings.chat_setting import ChatSetting, SettingPage
from bot.telegram.settings.choosing import DONE
from bot.telegram.settings.messages import MESSAGES
from bot.telegram.settings.pause import Pause
from bot.telegram.settings.reading import READING
from bot.telegram.settings.times import TIMES

PAUSE: Final = Pause()
SETTINGS: Final[tuple[ChatSetting, ...]] = (*READING, *TIMES, *MESSAGES, PAUSE)
QUESTIONS: Final = tuple(one for one in SETTINGS if isinstance(one, SettingPage) and one.is_question)
"""Asked after /start, in this order."""


def setting_of(name: str) -> ChatSetting | None:
    """The setting with this name; None if there is none."""
    return next((one for one in SETTINGS if one.name == name), None)


def next_page(here: SettingPage) -> str:
    """The question after this one; DONE after the last."""
    place = QUESTIONS.index(here) + 1
    return QUESTIONS[place].name if place < len(QUESTIONS) else DONE
