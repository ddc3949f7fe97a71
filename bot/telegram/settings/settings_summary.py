"""How it stands with a chat's settings, a line each: pure."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from bot.model import UNTIL_RESUMED, Preview
from bot.telegram.markup import Line, line, span
from bot.telegram.settings.settings_buttons import Choosing, clock_in, span_text
from bot.text.language import language_name
from bot.wording.wording import Wording


def all_lines(about: Choosing) -> list[Line]:
    """Everything."""
    wording, chosen = about.wording, about.chat.preferences
    times = ", ".join(wording.clock(at) for at in chosen.digest_times)
    spoken = language_name(wording.language, wording.language)
    return [
        line(span(wording.say("I write in: {language}", language=spoken))),
        reads_line(about),
        outlets_line(about),
        zone_line(about),
        quiet_line(about),
        line(
            span(wording.say("Digests: {times}", times=times or wording.say("whenever a few articles have gathered")))
        ),
        line(span(wording.say("Weekly note: {state}", state=_on_off(chosen.weekly, wording)))),
        line(span(wording.say("Picture: {where}", where=where(chosen.preview, wording)))),
        line(span(said_of_pause(about), "bold" if about.is_paused else "plain")),
    ]


def reads_line(about: Choosing) -> Line:
    """The languages that are read there."""
    wording, reads = about.wording, about.chat.preferences.reads
    names = ", ".join(language_name(code, wording.language) for code in reads)
    return line(span(wording.say("Reading languages: {languages}", languages=names or wording.say("not chosen yet"))))


def outlets_line(about: Choosing) -> Line:
    """The outlets that are preferred there, the best first."""
    wording, outlets = about.wording, about.chat.preferences.outlets
    names = ", ".join(outlets) or wording.say("none")
    return line(span(wording.say("Preferred outlets: {outlets}", outlets=names)))


def zone_line(about: Choosing) -> Line:
    """Where its clocks are, and what they show."""
    zone = about.reader.timezone
    return line(
        span(about.wording.say("Time zone: {city}, now {clock}", city=_city(zone), clock=clock_in(zone, about)))
    )


def quiet_line(about: Choosing) -> Line:
    """When it is quiet there."""
    quiet, wording = about.chat.preferences.quiet, about.wording
    hours = wording.say("none") if quiet is None else span_text(quiet, wording)
    return line(span(wording.say("Quiet hours: {span}", span=hours)))


def said_of_pause(about: Choosing) -> str:
    """That the chat is paused, and for how long; that it is not."""
    until = about.chat.paused_until
    if until is None or not about.is_paused:
        return about.wording.say("Alerts come as they arise.")
    if until == UNTIL_RESUMED:
        return about.wording.say("Paused until you say /resume.")
    return about.wording.say(
        "Paused until {time}.", time=about.wording.time(until, about.reader.timezone, now=about.now)
    )


def where(preview: Preview, wording: Wording) -> str:
    """Where the picture stands."""
    match preview:
        case Preview.BELOW:
            return wording.say("large, below the text")
        case Preview.ABOVE:
            return wording.say("large, above the text")
        case Preview.NONE:
            return wording.say("no picture")


def _on_off(on: bool, wording: Wording) -> str:
    return wording.say("on") if on else wording.say("off")


def _city(zone: ZoneInfo) -> str:
    return zone.key.rsplit("/", 1)[-1].replace("_", " ")
