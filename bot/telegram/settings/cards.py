"""The settings of a chat: the card with all of them, the page of each, and the questions after /start. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from bot.telegram.buttons import Button, Keyboard, in_rows
from bot.telegram.markup import Line, line, shortened, span
from bot.telegram.pages.menus import command_name
from bot.telegram.render import Rendered, page
from bot.telegram.settings.chat_setting import CommandSetting, SettingPage
from bot.telegram.settings.choosing import CARD, DONE, Choosing, Content, Flow, opening
from bot.telegram.settings.registry import QUESTIONS, SETTINGS, next_page, setting_of
from bot.wording.wording import Wording


def card(about: Choosing, *, may_change: bool) -> Rendered:
    """All settings, with buttons for those who may change them."""
    title = line(span(about.wording.say("Settings of this chat"), "bold"))
    return page([title, (), *(one.describe(about) for one in SETTINGS)], _card_keyboard(about) if may_change else ())


def shown(name: str, about: Choosing, *, may_change: bool = True) -> Rendered:
    """A page by its name. Those who may not change anything see the card without buttons."""
    setting = setting_of(name)
    if name == DONE and may_change:
        return _done(about)
    if not isinstance(setting, SettingPage) or not may_change:
        return card(about, may_change=may_change)
    return page(*_framed(setting, about))


def welcome(greeting: Sequence[Line], about: Choosing) -> Rendered:
    """The greeting with the first of the questions."""
    lines, keyboard = _framed(QUESTIONS[0], about)
    intro = line(span(about.wording.say("Three short questions first; each of them can be skipped.")))
    return page([*greeting, (), intro, (), *lines], keyboard)


def misread(setting: CommandSetting, text: str, about: Choosing) -> Rendered:
    """The text behind a command means nothing: an example of a text that does, and the page."""
    wording = about.wording
    example = f"/{command_name(wording, setting.commands[0])} {setting.example(wording)}"
    words = {"text": shortened(text, 60), "example": example}
    lines, keyboard = _framed(setting, about)
    sorry = line(span(wording.say("I do not understand “{text}”. Write it like this: {example}", **words)))
    return page([sorry, (), *lines], keyboard)


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
    """The button that opens the card."""
    return ((Button(about.wording.say("All settings"), opening(Flow.CARD, CARD)),),)


def _framed(setting: SettingPage, about: Choosing) -> Content:
    """With the button that leads on or back."""
    lines, keyboard = setting.content(about)
    if about.flow is Flow.WELCOME and setting.is_question:
        number = line(span(f"{QUESTIONS.index(setting) + 1}/{len(QUESTIONS)}", "bold"))
        text = about.wording.say("Done") if setting.is_answered(about.chat) else about.wording.say("Skip")
        return [number, *lines], (*keyboard, (Button(text, opening(about.flow, next_page(setting))),))
    back = Button(about.wording.say("« All settings"), opening(Flow.CARD, CARD))
    return lines, (*keyboard, (back,))


def _card_keyboard(about: Choosing) -> Keyboard:
    return in_rows([one.card_button(about) for one in sorted(SETTINGS, key=attrgetter("is_switch"))], 2)


def _done(about: Choosing) -> Rendered:
    said = about.wording.say("All set. Send me a link, an article or a few words, and I watch it for you.")
    return page([line(span(said, "bold")), (), *(one.describe(about) for one in QUESTIONS)], settings_button(about))
