"""A page for each thing that can be chosen, and what asks for it to be typed: pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from bot.alerts.outlet_preferences import MOST_OUTLETS, OutletPreferences
from bot.alerts.schedule import next_of, tomorrow_at
from bot.model import Language, Preview
from bot.telegram.buttons import Button, Keyboard, in_rows, mark, pressing
from bot.telegram.markup import Line, line, shortened, span
from bot.telegram.render import Rendered, page
from bot.telegram.settings.settings_buttons import (
    DAY,
    DIGEST_HOURS,
    FAVOURITES,
    MORNING,
    NIGHT,
    NIGHTS,
    READABLE,
    SPOKEN,
    ZONES,
    Choosing,
    Page,
    clock_in,
    data_of,
    opening,
    option,
    quiet_value,
    span_text,
    switch,
)
from bot.telegram.settings.settings_summary import outlets_line, said_of_pause, where, zone_line
from bot.telegram.verbs import ButtonVerb
from bot.text.language import language_name
from bot.wording.places import ZonedPlace

_OFFERED = 8
"""Outlets that have told most lately."""
_NAME = 40
"""Of an outlet on a button, in UTF-16 units."""

Content = tuple[list[Line], Keyboard]
"""What a page says and offers, without what leads away from it."""


def content(which: Page, about: Choosing) -> Content:
    """Of a page that chooses one thing."""
    return _PAGES[which](about)


def asking(which: Page, about: Choosing, *, is_private: bool, misread: bool = False) -> Rendered:
    """The request to type what no button says; `misread`: what was typed is none."""
    wording, unread = about.wording, about.wording.say("I could not read any time in that.")
    match which:
        case Page.ZONE:
            asked = wording.say("Which city are you in? Write its name.")
        case Page.OUTLETS:
            unread = wording.say("I could not read any name in that.")
            asked = wording.say(
                "Which outlets do you prefer? At most {n}, the best first, divided by commas, like this: {example}",
                n=MOST_OUTLETS,
                example=FAVOURITES,
            )
        case Page.QUIET:
            asked = wording.say("From when to when? Write it like this: {example}", example=span_text(NIGHT, wording))
        case _:
            example = " ".join(wording.clock(at) for at in DAY)
            asked = wording.say("At which times? Write them like this: {example}", example=example)
    lines = [line(span(asked))]
    if misread:
        lines.insert(0, line(span(unread)))
    if not is_private:
        lines.append(line(span(wording.say("Write it as a reply to this message."), "italic")))
    back = Button(wording.say("« Back"), opening(about.flow, which))
    return page(lines, ((back,),))


def unknown_city(text: str, likely: Sequence[ZonedPlace], about: Choosing, *, is_private: bool) -> Rendered:
    """No zone is known under this name, or several are."""
    wording, city = about.wording, shortened(text, 60)
    if likely:
        lines = [line(span(wording.say("Which of these do you mean by “{city}”? Or write another.", city=city)))]
    else:
        lines = [line(span(wording.say("I do not know “{city}”. Write the nearest big city.", city=city)))]
    if not is_private:
        lines.append(line(span(wording.say("Write it as a reply to this message."), "italic")))
    buttons = [
        Button(f"{place.name} · {clock_in(ZoneInfo(place.zone), about)}", data_of(about, Page.ZONE, place.zone))
        for place in likely
    ]
    back = Button(wording.say("« Back"), opening(about.flow, Page.ZONE))
    return page(lines, (*in_rows(buttons, 2), (back,)))


def _language(about: Choosing) -> Content:
    here = about.wording.language
    buttons = [option(name, about, Page.LANGUAGE, code, is_chosen=here == code) for code, name in SPOKEN]
    return [line(span(about.wording.say("Which language should I write in?")))], in_rows(buttons, 2)


def _reads(about: Choosing) -> Content:
    wording, reads = about.wording, about.chat.preferences.reads
    others = [(code, language_name(code, code)) for code in reads if code not in dict(READABLE)]
    buttons = [
        switch(name, about, Page.READS, code, is_chosen=Language(code) in reads) for code, name in (*READABLE, *others)
    ]
    asked = line(span(wording.say("Which languages do you read?")))
    why = line(span(wording.say("Articles in other languages are marked as such.")))
    return [asked, why], in_rows(buttons, 3)


def _outlets(about: Choosing) -> Content:
    wording, liked = about.wording, about.chat.preferences.outlets
    buttons = [
        switch(f"{rank}. {shortened(name, _NAME)}", about, Page.OUTLETS, mark(name), is_chosen=True)
        for rank, name in enumerate(liked, 1)
    ]
    others = (
        [name for name in about.told if not OutletPreferences(outlets=liked).likes(name)]
        if len(liked) < MOST_OUTLETS
        else []
    )
    buttons += [
        switch(shortened(name, _NAME), about, Page.OUTLETS, mark(name), is_chosen=False) for name in others[:_OFFERED]
    ]
    ends = [
        Button(wording.say("Write them…"), pressing(ButtonVerb.ASK_SETTING, about.flow, Page.OUTLETS)),
        option(wording.say("No preference"), about, Page.OUTLETS, "off", is_chosen=not liked),
    ]
    asked = line(span(wording.say("Which outlets do you prefer?")))
    why = wording.say("Where several report the same story, theirs leads the message and is named first.")
    return [asked, line(span(why)), outlets_line(about)], (*in_rows(buttons, 2), *in_rows(ends, 2))


def _zone(about: Choosing) -> Content:
    wording, here = about.wording, about.chat.timezone
    buttons = [option(name, about, Page.ZONE, zone, is_chosen=here == zone) for name, zone in ZONES]
    other = Button(wording.say("Another city…"), pressing(ButtonVerb.ASK_SETTING, about.flow, Page.ZONE))
    asked = line(span(wording.say("Which time zone are you in?")))
    return [asked, zone_line(about)], (*in_rows(buttons, 3), (other,))


def _quiet(about: Choosing) -> Content:
    wording, quiet = about.wording, about.chat.preferences.quiet
    nights = list(NIGHTS) if quiet is None or quiet in NIGHTS else [*NIGHTS, quiet]
    buttons = [
        option(span_text(one, wording), about, Page.QUIET, quiet_value(one), is_chosen=one == quiet) for one in nights
    ]
    buttons += [
        Button(wording.say("Other hours…"), pressing(ButtonVerb.ASK_SETTING, about.flow, Page.QUIET)),
        option(wording.say("No quiet hours"), about, Page.QUIET, "off", is_chosen=quiet is None),
    ]
    asked = line(span(wording.say("When should it be quiet here?")))
    why = wording.say("Alerts wait then and come as one digest afterwards. Urgent ones come all the same.")
    return [asked, line(span(why))], in_rows(buttons, 2)


def _digest(about: Choosing) -> Content:
    wording, chosen = about.wording, about.chat.preferences.digest_times
    times = sorted({*DIGEST_HOURS, *chosen})
    buttons = [switch(wording.clock(at), about, Page.DIGEST, f"{at:%H%M}", is_chosen=at in chosen) for at in times]
    others = [
        Button(wording.say("Other times…"), pressing(ButtonVerb.ASK_SETTING, about.flow, Page.DIGEST)),
        option(wording.say("No fixed times"), about, Page.DIGEST, "off", is_chosen=not chosen),
    ]
    asked = line(span(wording.say("When should digests come?")))
    why = wording.say(
        "For watches that report in a digest. Without fixed times: whenever a few articles have gathered."
    )
    lines = [asked, line(span(why))]
    if (coming := next_of(chosen, about.reader.timezone, about.now)) is not None:
        moment = wording.time(coming, about.reader.timezone, now=about.now)
        lines.append(line(span(wording.say("The next one: {time}", time=moment))))
    return lines, (*in_rows(buttons, 4), *in_rows(others, 2))


def _picture(about: Choosing) -> Content:
    wording, here = about.wording, about.chat.preferences.preview
    buttons = [
        option(where(one, wording).capitalize(), about, Page.PICTURE, one, is_chosen=one is here) for one in Preview
    ]
    return [line(span(wording.say("Where should an article's picture stand?")))], in_rows(buttons, 1)


def _pause(about: Choosing) -> Content:
    wording = about.wording
    if about.is_paused:
        lines = [
            line(span(said_of_pause(about), "bold")),
            line(span(wording.say("What comes in meanwhile, you get as a digest afterwards."))),
        ]
        return lines, ((Button(wording.say("Go on now"), data_of(about, Page.PAUSE, "off")),),)
    morning = wording.time(tomorrow_at(MORNING, about.reader.timezone, about.now), about.reader.timezone, now=about.now)
    buttons = [
        Button(wording.say("For 1 hour"), data_of(about, Page.PAUSE, "60")),
        Button(wording.say("Until {time}", time=morning), data_of(about, Page.PAUSE, "tomorrow")),
        Button(wording.say("Until I say so"), data_of(about, Page.PAUSE, "open")),
    ]
    asked = line(span(wording.say("How long should I be silent?")))
    why = wording.say("Nothing comes then, not even urgent alerts; afterwards you get it all as a digest.")
    return [asked, line(span(why))], in_rows(buttons, 1)


_PAGES: Final[Mapping[Page, Callable[[Choosing], Content]]] = {
    Page.LANGUAGE: _language,
    Page.READS: _reads,
    Page.OUTLETS: _outlets,
    Page.ZONE: _zone,
    Page.QUIET: _quiet,
    Page.DIGEST: _digest,
    Page.PICTURE: _picture,
    Page.PAUSE: _pause,
}
