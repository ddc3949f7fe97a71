"""Settings of what is read: the bot's language, the languages of articles, and outlets. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.alerts.outlet_preferences import MOST_OUTLETS, OutletPreferences, distinct_names, read_outlets
from bot.model import Chat, Language
from bot.telegram.buttons import Button, in_rows, mark
from bot.telegram.markup import Line, line, shortened, span
from bot.telegram.settings.chat_setting import (
    ChatSetting,
    Choice,
    CommandSetting,
    SettingPage,
    TypedSetting,
    with_preferences,
)
from bot.telegram.settings.choosing import Choosing, Content, asking, option, switch
from bot.text.language import language_code, language_name
from bot.wording.wording import Wording

SPOKEN: Final = (("id", "Indonesia"), ("en", "English"))
"""The languages that the bot writes in."""
READABLE: Final = (
    *SPOKEN, ("ms", "Melayu"), ("ar", "العربية"), ("zh", "中文"), ("ja", "日本語"), ("ko", "한국어"), ("de", "Deutsch"),
    ("nl", "Nederlands"), ("fr", "Français"), ("es", "Español"), ("pt", "Português"), ("ru", "Русский"),
    ("tr", "Türkçe"), ("hi", "हिन्दी"),
)  # fmt: skip
FAVOURITES: Final = "BBC, Antara"
"""An example of what can be typed."""

MOST_LANGUAGES: Final = 20
"""The most languages that a chat can read."""
_OFFERED = 8
"""How many recent outlets are offered."""
_NAME = 40
"""The length of an outlet's name on a button, in UTF-16 units."""

_MARK = re.compile(r"[0-9a-f]{10}")
_SIGNS = frozenset("+-")
_LANGUAGES = {
    **{code: code for code, _ in SPOKEN},
    **dict.fromkeys(("indonesia", "indonesian", "bahasa indonesia"), "id"),
    **dict.fromkeys(("english", "inggris", "bahasa inggris"), "en"),
}


class MessageLanguage(CommandSetting):
    """The language of the bot's messages."""

    name = "language"
    commands = ("language", "bahasa")

    def title(self, wording: Wording) -> str:
        return wording.say("Language")

    def example(self, _wording: Wording) -> str:
        return "en"

    def describe(self, about: Choosing) -> Line:
        spoken = language_name(about.wording.language, about.wording.language)
        return line(span(about.wording.say("I write in: {language}", language=spoken)))

    def recorded(self, chat: Chat) -> str:
        return chat.language or ""

    def content(self, about: Choosing) -> Content:
        here = about.wording.language
        buttons = [option(name, about, self.name, code, is_chosen=here == code) for code, name in SPOKEN]
        return [line(span(about.wording.say("Which language should I write in?")))], in_rows(buttons, 2)

    def read_value(self, value: str, _about: Choosing) -> Choice | None:
        return (lambda chat: replace(chat, language=Language(value))) if value in dict(SPOKEN) else None

    def value_of(self, plain: str) -> str | None:
        return _LANGUAGES.get(plain)


class ReadingLanguages(SettingPage):
    """The languages that are read in the chat, in the order in which they were chosen."""

    name = "reads"
    is_question = True
    takes_several = True

    def title(self, wording: Wording) -> str:
        return wording.say("Reading languages")

    def describe(self, about: Choosing) -> Line:
        wording, reads = about.wording, about.chat.preferences.reads
        names = ", ".join(language_name(code, wording.language) for code in reads)
        chosen = names or wording.say("not chosen yet")
        return line(span(wording.say("Reading languages: {languages}", languages=chosen)))

    def recorded(self, chat: Chat) -> str:
        return ", ".join(chat.preferences.reads)

    def is_answered(self, chat: Chat) -> bool:
        return bool(chat.preferences.reads)

    def content(self, about: Choosing) -> Content:
        wording, reads = about.wording, about.chat.preferences.reads
        others = [(code, language_name(code, code)) for code in reads if code not in dict(READABLE)]
        buttons = [
            switch(name, about, self.name, code, is_chosen=Language(code) in reads)
            for code, name in (*READABLE, *others)
        ]
        asked = line(span(wording.say("Which languages do you read?")))
        why = line(span(wording.say("Articles in other languages are marked as such.")))
        return [asked, why], in_rows(buttons, 3)

    def read_value(self, value: str, _about: Choosing) -> Choice | None:
        """`+id`, `-id`."""
        sign, code = value[:1], value[1:]
        if sign not in _SIGNS or not code or language_code(code) != code:
            return None
        language = Language(code)

        def choose(chat: Chat) -> Chat:
            reads = chat.preferences.reads
            if sign == "+":
                return with_preferences(chat, reads=tuple(dict.fromkeys((*reads, language)))[:MOST_LANGUAGES])
            return with_preferences(chat, reads=tuple(one for one in reads if one != language))

        return choose


class PreferredOutlets(CommandSetting, TypedSetting):
    """The outlets that are preferred in the chat, the best first."""

    name = "outlets"
    commands = ("outlets", "media")
    offers_outlets = True

    def title(self, wording: Wording) -> str:
        return wording.say("Outlets")

    def example(self, _wording: Wording) -> str:
        return FAVOURITES

    def describe(self, about: Choosing) -> Line:
        names = ", ".join(about.chat.preferences.outlets) or about.wording.say("none")
        return line(span(about.wording.say("Preferred outlets: {outlets}", outlets=names)))

    def recorded(self, chat: Chat) -> str:
        return ", ".join(chat.preferences.outlets) or "off"

    def content(self, about: Choosing) -> Content:
        wording, liked = about.wording, about.chat.preferences.outlets
        buttons = [
            switch(f"{rank}. {shortened(name, _NAME)}", about, self.name, mark(name), is_chosen=True)
            for rank, name in enumerate(liked, 1)
        ]
        likes = OutletPreferences(outlets=liked).likes
        others = [name for name in about.recent_outlets if not likes(name)] if len(liked) < MOST_OUTLETS else []
        buttons += [
            switch(shortened(name, _NAME), about, self.name, mark(name), is_chosen=False) for name in others[:_OFFERED]
        ]
        ends = [
            Button(wording.say("Write them…"), asking(about, self.name)),
            option(wording.say("No preference"), about, self.name, "off", is_chosen=not liked),
        ]
        asked = line(span(wording.say("Which outlets do you prefer?")))
        why = wording.say("Where several report the same story, theirs leads the message and is named first.")
        return [asked, line(span(why)), self.describe(about)], (*in_rows(buttons, 2), *in_rows(ends, 2))

    def request(self, wording: Wording) -> str:
        return wording.say(
            "Which outlets do you prefer? At most {n}, the best first, divided by commas, like this: {example}",
            n=MOST_OUTLETS,
            example=FAVOURITES,
        )

    def not_understood(self, wording: Wording) -> str:
        return wording.say("I could not read any name in that.")

    def read_value(self, value: str, about: Choosing) -> Choice | None:
        """`off`, `+MARK` (adds a recent outlet as the last), `-MARK` (removes an outlet)."""
        sign, which = value[:1], value[1:]
        if value == "off":
            return lambda chat: _with_outlets(chat, ())
        if sign not in _SIGNS or not _MARK.fullmatch(which):
            return None
        if sign == "-":
            return lambda chat: _with_outlets(
                chat, tuple(name for name in chat.preferences.outlets if mark(name) != which)
            )
        more = tuple(name for name in about.recent_outlets if mark(name) == which)
        if not more:
            return None
        return lambda chat: _with_outlets(chat, distinct_names((*chat.preferences.outlets, *more)))

    def read_text(self, text: str, about: Choosing) -> Choice | None:
        """Any names may be typed, not only those on buttons."""
        if (choice := super().read_text(text, about)) is not None:
            return choice
        outlets = read_outlets(text)
        return (lambda chat: _with_outlets(chat, outlets)) if outlets else None


def _with_outlets(chat: Chat, outlets: tuple[str, ...]) -> Chat:
    return with_preferences(chat, outlets=outlets[:MOST_OUTLETS])


READING: Final[tuple[ChatSetting, ...]] = (MessageLanguage(), ReadingLanguages(), PreferredOutlets())
