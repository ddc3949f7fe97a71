"""Settings of time: the time zone, quiet hours and digest times. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import time
from typing import Final
from zoneinfo import ZoneInfo

from bot.alerts.schedule import next_of
from bot.model import Chat, QuietHours
from bot.telegram.buttons import Button, in_rows
from bot.telegram.markup import Line, line, shortened, span
from bot.telegram.render import Rendered
from bot.telegram.settings.chat_setting import ChatSetting, Choice, CommandSetting, TypedSetting, with_preferences
from bot.telegram.settings.choosing import Choosing, Content, asking, data_of, option, switch
from bot.wording.hours import MOST_TIMES, read_span, read_times
from bot.wording.places import find_place, known_zones
from bot.wording.wording import Wording

ZONES: Final = (("WIB", "Asia/Jakarta"), ("WITA", "Asia/Makassar"), ("WIT", "Asia/Jayapura"))
NIGHTS: Final = (QuietHours(time(22), time(6)), QuietHours(time(23), time(7)))
DIGEST_HOURS: Final = tuple(time(hour) for hour in (6, 7, 8, 9, 12, 15, 18, 21))

NIGHT: Final = QuietHours(time(22, 30), time(6, 15))
DAY: Final = (time(7), time(12, 30), time(18))
"""Examples of what can be typed."""

_TIME = re.compile(r"[0-9]{4}")
_SPAN = re.compile(r"([0-9]{4})-([0-9]{4})")
_SIGNS = frozenset("+-")


class TimeZone(TypedSetting):
    """The time zone of the chat."""

    name = "zone"
    is_question = True

    def title(self, wording: Wording) -> str:
        return wording.say("Time zone")

    def describe(self, about: Choosing) -> Line:
        city = about.zone.key.rsplit("/", 1)[-1].replace("_", " ")
        clock = _clock_in(about.zone, about)
        return line(span(about.wording.say("Time zone: {city}, now {clock}", city=city, clock=clock)))

    def recorded(self, chat: Chat) -> str:
        return chat.timezone or ""

    def is_answered(self, chat: Chat) -> bool:
        return chat.timezone is not None

    def content(self, about: Choosing) -> Content:
        wording, here = about.wording, about.chat.timezone
        buttons = [option(name, about, self.name, zone, is_chosen=here == zone) for name, zone in ZONES]
        other = Button(wording.say("Another city…"), asking(about, self.name))
        asked = line(span(wording.say("Which time zone are you in?")))
        return [asked, self.describe(about)], (*in_rows(buttons, 3), (other,))

    def request(self, wording: Wording) -> str:
        return wording.say("Which city are you in? Write its name.")

    def read_value(self, value: str, _about: Choosing) -> Choice | None:
        return (lambda chat: replace(chat, timezone=value)) if value in known_zones() else None

    def read_answer(self, text: str, about: Choosing) -> Choice | None:
        """The name of a city rather than that of a time zone."""
        found = find_place(text) if text else None
        return self.read_value(found.place.zone, about) if found and found.place else None

    def ask_again(self, answer: str, about: Choosing, *, is_private: bool) -> Rendered:
        """No time zone is known by this name, or several are."""
        if not answer:
            return self.ask(about, is_private=is_private)
        wording, city, likely = about.wording, shortened(answer, 60), find_place(answer).likely
        if likely:
            said = wording.say("Which of these do you mean by “{city}”? Or write another.", city=city)
        else:
            said = wording.say("I do not know “{city}”. Write the nearest big city.", city=city)
        buttons = [
            Button(f"{place.name} · {_clock_in(ZoneInfo(place.zone), about)}", data_of(about, self.name, place.zone))
            for place in likely
        ]
        return self._asking([line(span(said))], about, is_private=is_private, buttons=in_rows(buttons, 2))


class QuietHoursSetting(CommandSetting, TypedSetting):
    """The hours in which no alerts come."""

    name = "quiet"
    commands = ("quiet", "tenang")
    is_question = True

    def title(self, wording: Wording) -> str:
        return wording.say("Quiet hours")

    def example(self, wording: Wording) -> str:
        return _span_text(NIGHT, wording)

    def describe(self, about: Choosing) -> Line:
        quiet, wording = about.chat.preferences.quiet, about.wording
        hours = wording.say("none") if quiet is None else _span_text(quiet, wording)
        return line(span(wording.say("Quiet hours: {span}", span=hours)))

    def recorded(self, chat: Chat) -> str:
        quiet = chat.preferences.quiet
        return "off" if quiet is None else f"{quiet.begins:%H:%M}–{quiet.ends:%H:%M}"

    def is_answered(self, chat: Chat) -> bool:
        return chat.preferences.quiet is not None

    def content(self, about: Choosing) -> Content:
        wording, quiet = about.wording, about.chat.preferences.quiet
        nights = list(NIGHTS) if quiet is None or quiet in NIGHTS else [*NIGHTS, quiet]
        buttons = [
            option(_span_text(one, wording), about, self.name, _span_value(one), is_chosen=one == quiet)
            for one in nights
        ]
        buttons += [
            Button(wording.say("Other hours…"), asking(about, self.name)),
            option(wording.say("No quiet hours"), about, self.name, "off", is_chosen=quiet is None),
        ]
        asked = line(span(wording.say("When should it be quiet here?")))
        why = wording.say("Alerts wait then and come as one digest afterwards. Urgent ones come all the same.")
        return [asked, line(span(why))], in_rows(buttons, 2)

    def request(self, wording: Wording) -> str:
        return wording.say("From when to when? Write it like this: {example}", example=self.example(wording))

    def read_value(self, value: str, _about: Choosing) -> Choice | None:
        """`off`, `2200-0600`."""
        quiet = _read_span(value)
        if quiet is None and value != "off":
            return None
        return lambda chat: with_preferences(chat, quiet=quiet)

    def value_of(self, plain: str) -> str | None:
        quiet = read_span(plain)
        return None if quiet is None else _span_value(quiet)


class DigestTimes(CommandSetting, TypedSetting):
    """The times at which digests come."""

    name = "digest"
    commands = ("digest", "ringkasan")

    def title(self, wording: Wording) -> str:
        return wording.say("Digests")

    def example(self, wording: Wording) -> str:
        return " ".join(wording.clock(at) for at in DAY)

    def describe(self, about: Choosing) -> Line:
        wording = about.wording
        times = ", ".join(wording.clock(at) for at in about.chat.preferences.digest_times)
        return line(
            span(wording.say("Digests: {times}", times=times or wording.say("whenever a few articles have gathered")))
        )

    def recorded(self, chat: Chat) -> str:
        return ", ".join(f"{at:%H:%M}" for at in chat.preferences.digest_times) or "off"

    def content(self, about: Choosing) -> Content:
        wording, chosen = about.wording, about.chat.preferences.digest_times
        times = sorted({*DIGEST_HOURS, *chosen})
        buttons = [switch(wording.clock(at), about, self.name, f"{at:%H%M}", is_chosen=at in chosen) for at in times]
        others = [
            Button(wording.say("Other times…"), asking(about, self.name)),
            option(wording.say("No fixed times"), about, self.name, "off", is_chosen=not chosen),
        ]
        asked = line(span(wording.say("When should digests come?")))
        why = wording.say(
            "For watches that report in a digest. Without fixed times: whenever a few articles have gathered."
        )
        lines = [asked, line(span(why))]
        if (coming := next_of(chosen, about.zone, about.now)) is not None:
            moment = wording.time(coming, about.zone, now=about.now)
            lines.append(line(span(wording.say("The next one: {time}", time=moment))))
        return lines, (*in_rows(buttons, 4), *in_rows(others, 2))

    def request(self, wording: Wording) -> str:
        return wording.say("At which times? Write them like this: {example}", example=self.example(wording))

    def read_value(self, value: str, _about: Choosing) -> Choice | None:
        """`off`, `+0700` (one more), `-0700` (one less), `0700-1800` (these)."""
        sign = value[0] if value[:1] in _SIGNS else ""
        times = _read_times(value.removeprefix(sign))
        if times is None:
            return None

        def choose(chat: Chat) -> Chat:
            before = {*chat.preferences.digest_times}
            after = {"+": before | {*times}, "-": before - {*times}, "": {*times}}[sign]
            return with_preferences(chat, digest_times=tuple(sorted(after))[:MOST_TIMES])

        return choose

    def value_of(self, plain: str) -> str | None:
        times = read_times(plain)
        return None if times is None else "-".join(f"{at:%H%M}" for at in times)


def _read_time(value: str) -> time | None:
    hour, minute = int(value[:2]), int(value[2:])
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _read_times(value: str) -> Sequence[time] | None:
    """`off`, `0700-1800`."""
    if value == "off":
        return ()
    parts = value.split("-")
    if not all(_TIME.fullmatch(part) for part in parts) or len(parts) > MOST_TIMES:
        return None
    times = [_read_time(part) for part in parts]
    return None if None in times else [at for at in times if at is not None]


def _read_span(value: str) -> QuietHours | None:
    match = _SPAN.fullmatch(value)
    if match is None:
        return None
    begins, ends = _read_time(match[1]), _read_time(match[2])
    return None if begins is None or ends is None or begins == ends else QuietHours(begins, ends)


def _span_value(quiet: QuietHours) -> str:
    """A span as it stands in the data of a button: `2200-0600`."""
    return f"{quiet.begins:%H%M}-{quiet.ends:%H%M}"


def _span_text(quiet: QuietHours, wording: Wording) -> str:
    """`22:00–06:00`."""
    return f"{wording.clock(quiet.begins)}–{wording.clock(quiet.ends)}"


def _clock_in(zone: ZoneInfo, about: Choosing) -> str:
    """The current time in a zone."""
    return about.wording.clock(about.now.astimezone(zone).time())


TIMES: Final[tuple[ChatSetting, ...]] = (TimeZone(), QuietHoursSetting(), DigestTimes())
