"""The settings of a chat: the card with all of them, its pages, and the questions after /start. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.telegram.buttons import Button, Keyboard, in_rows
from bot.telegram.markup import Line, line, shortened, span
from bot.telegram.pages.menus import command_name
from bot.telegram.render import Rendered, page
from bot.telegram.settings.questions import Content, content
from bot.telegram.settings.settings_buttons import (
    DAY,
    FAVOURITES,
    NIGHT,
    QUESTIONS,
    Choosing,
    Flow,
    Page,
    data_of,
    next_page,
    opening,
    option,
    span_text,
)
from bot.telegram.settings.settings_summary import all_lines, quiet_line, reads_line, zone_line
from bot.wording.wording import Wording


def card(about: Choosing, *, may_change: bool) -> Rendered:
    """All of it, with buttons for those who may change it."""
    title = line(span(about.wording.say("Settings of this chat"), "bold"))
    return page([title, (), *all_lines(about)], _card_keyboard(about) if may_change else ())


def shown(which: Page, about: Choosing, *, may_change: bool = True) -> Rendered:
    """A page; those who may only look see all that is chosen, without buttons."""
    if which is Page.CARD or which is Page.WEEKLY or not may_change:
        return card(about, may_change=may_change)
    if which is Page.DONE:
        return _done(about)
    return page(*_framed(which, about))


def welcome(greeting: Sequence[Line], about: Choosing) -> Rendered:
    """The greeting with the first of the questions."""
    lines, keyboard = _framed(QUESTIONS[0], about)
    intro = line(span(about.wording.say("Three short questions first; each of them can be skipped.")))
    return page([*greeting, (), intro, (), *lines], keyboard)


def misread(which: Page, text: str, about: Choosing) -> Rendered:
    """What was written behind a command is nothing that can be chosen: how it is written, and the page."""
    words = {"text": shortened(text, 60), "example": _example(which, about.wording)}
    lines, keyboard = _framed(which, about)
    sorry = line(span(about.wording.say("I do not understand “{text}”. Write it like this: {example}", **words)))
    return page([sorry, (), *lines], keyboard)


def _example(which: Page, wording: Wording) -> str:
    """The command as readers of the language type it."""
    match which:
        case Page.QUIET:
            return f"/{command_name(wording, 'quiet')} {span_text(NIGHT, wording)}"
        case Page.DIGEST:
            return f"/{command_name(wording, 'digest')} {' '.join(wording.clock(at) for at in DAY)}"
        case Page.OUTLETS:
            return f"/{command_name(wording, 'outlets')} {FAVOURITES}"
        case Page.PAUSE:
            return f"/{command_name(wording, 'pause')} {wording.say_many('{n} hour', '{n} hours', 2)}"
        case _:
            return f"/{command_name(wording, 'language')} en"


def resumed(wording: Wording, waiting: int, *, was_paused: bool) -> Rendered:
    """The answer to /resume. `waiting`: how many alerts were held back."""
    if not was_paused:
        return page([line(span(wording.say("I am not paused.")))])
    said = [wording.say("I go on.")]
    if waiting:
        said.append(
            wording.say_many(
                "{n} article came meanwhile; it comes as a digest.",
                "{n} articles came meanwhile; they come as a digest.",
                waiting,
                n=waiting,
            )
        )
    return page([line(span(" ".join(said)))])


def settings_button(about: Choosing) -> Keyboard:
    """What leads to the card."""
    return ((Button(about.wording.say("All settings"), opening(Flow.CARD, Page.CARD)),),)


def _framed(which: Page, about: Choosing) -> Content:
    """With what leads on or back."""
    lines, keyboard = content(which, about)
    if about.flow is Flow.WELCOME and which in QUESTIONS:
        number = line(span(f"{QUESTIONS.index(which) + 1}/{len(QUESTIONS)}", "bold"))
        return [number, *lines], (*keyboard, (_onward(which, about),))
    back = Button(about.wording.say("« All settings"), opening(Flow.CARD, Page.CARD))
    return lines, (*keyboard, (back,))


def _onward(which: Page, about: Choosing) -> Button:
    answered = {
        Page.READS: bool(about.chat.preferences.reads),
        Page.ZONE: about.chat.timezone is not None,
        Page.QUIET: about.chat.preferences.quiet is not None,
    }[which]
    text = about.wording.say("Done") if answered else about.wording.say("Skip")
    return Button(text, opening(about.flow, next_page(which)))


def _card_keyboard(about: Choosing) -> Keyboard:
    wording = about.wording
    pages = (
        (Page.LANGUAGE, wording.say("Language")),
        (Page.READS, wording.say("Reading languages")),
        (Page.OUTLETS, wording.say("Outlets")),
        (Page.ZONE, wording.say("Time zone")),
        (Page.QUIET, wording.say("Quiet hours")),
        (Page.DIGEST, wording.say("Digests")),
        (Page.PICTURE, wording.say("Picture")),
    )
    buttons = [Button(text, opening(Flow.CARD, which)) for which, text in pages]
    weekly = about.chat.preferences.weekly
    buttons.append(option(wording.say("Weekly note"), about, Page.WEEKLY, "off" if weekly else "on", is_chosen=weekly))
    if about.is_paused:
        buttons.append(Button(wording.say("Go on now"), data_of(about, Page.PAUSE, "off")))
    else:
        buttons.append(Button(wording.say("Pause"), opening(Flow.CARD, Page.PAUSE)))
    return in_rows(buttons, 2)


def _done(about: Choosing) -> Rendered:
    wording = about.wording
    return page(
        [
            line(
                span(wording.say("All set. Send me a link, an article or a few words, and I watch it for you."), "bold")
            ),
            (),
            reads_line(about),
            zone_line(about),
            quiet_line(about),
        ],
        settings_button(about),
    )
