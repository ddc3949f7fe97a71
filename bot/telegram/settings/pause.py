"""The pause of a chat. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Final

from bot.alerts.schedule import tomorrow_at
from bot.model import UNTIL_RESUMED, Change, Chat
from bot.telegram.buttons import Button, in_rows
from bot.telegram.context import ChatContext
from bot.telegram.markup import Line, line, span
from bot.telegram.settings.chat_setting import Choice, CommandSetting
from bot.telegram.settings.choosing import Choosing, Content, data_of
from bot.usecases.preferences import resumed
from bot.wording.hours import LONGEST, read_duration
from bot.wording.wording import Wording

MORNING: Final = time(7)
"""When a pause until tomorrow ends."""

_MINUTE = timedelta(minutes=1)
_MINUTES = re.compile(r"[0-9]{1,6}")
_TOMORROW = frozenset(("tomorrow", "besok"))


class Pause(CommandSetting):
    """A pause of all alerts, which ends by itself or by /resume."""

    name = "pause"
    commands = ("pause", "jeda")
    is_switch = True

    def title(self, wording: Wording) -> str:
        return wording.say("Pause")

    def card_button(self, about: Choosing) -> Button:
        return self._resume_button(about) if about.is_paused else super().card_button(about)

    def example(self, wording: Wording) -> str:
        return wording.say_many("{n} hour", "{n} hours", 2)

    def describe(self, about: Choosing) -> Line:
        return line(span(self._said(about), "bold" if about.is_paused else "plain"))

    def recorded(self, chat: Chat) -> str:
        until = chat.paused_until
        return "" if until is None or until == UNTIL_RESUMED else until.isoformat()

    def change(self, chat: Chat, context: ChatContext) -> Change:
        if chat.paused_until is None or chat.paused_until <= context.now:
            return context.change("resumed")
        return context.change("paused", until=self.recorded(chat))

    def leads_to_card(self, about: Choosing) -> bool:
        return not about.is_paused

    def content(self, about: Choosing) -> Content:
        wording = about.wording
        if about.is_paused:
            lines = [
                self.describe(about),
                line(span(wording.say("What comes in meanwhile, you get as a digest afterwards."))),
            ]
            return lines, ((self._resume_button(about),),)
        morning = wording.time(tomorrow_at(MORNING, about.zone, about.now), about.zone, now=about.now)
        buttons = [
            Button(wording.say("For 1 hour"), data_of(about, self.name, "60")),
            Button(wording.say("Until {time}", time=morning), data_of(about, self.name, "tomorrow")),
            Button(wording.say("Until I say so"), data_of(about, self.name, "open")),
        ]
        asked = line(span(wording.say("How long should I be silent?")))
        why = wording.say("Nothing comes then, not even urgent alerts; afterwards you get it all as a digest.")
        return [asked, line(span(why))], in_rows(buttons, 1)

    def read_value(self, value: str, about: Choosing) -> Choice | None:
        """`off`, `open`, `tomorrow`, or minutes."""
        if value == "off":
            return lambda chat: resumed(chat, about.now)
        until = _read_end(value, about)
        return None if until is None else lambda chat: replace(chat, paused_until=until)

    def value_of(self, plain: str) -> str | None:
        if plain in _TOMORROW:
            return "tomorrow"
        duration = read_duration(plain)
        return None if duration is None else str(duration // _MINUTE)

    def _resume_button(self, about: Choosing) -> Button:
        return Button(about.wording.say("Go on now"), data_of(about, self.name, "off"))

    def _said(self, about: Choosing) -> str:
        until, wording = about.chat.paused_until, about.wording
        if until is None or not about.is_paused:
            return wording.say("Alerts come as they arise.")
        if until == UNTIL_RESUMED:
            return wording.say("Paused until you say /resume.")
        return wording.say("Paused until {time}.", time=wording.time(until, about.zone, now=about.now))


def _read_end(value: str, about: Choosing) -> datetime | None:
    """`open`, `tomorrow`, or minutes."""
    if value == "open":
        return UNTIL_RESUMED
    if value == "tomorrow":
        return tomorrow_at(MORNING, about.zone, about.now)
    if not _MINUTES.fullmatch(value) or not 0 < int(value) <= LONGEST // _MINUTE:
        return None
    return about.now + int(value) * _MINUTE
