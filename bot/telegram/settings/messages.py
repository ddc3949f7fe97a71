"""Settings of what messages look like and which ones come: the weekly note and the picture of an article. Pure."""

from __future__ import annotations

from typing import Final

from bot.model import Chat, Preview
from bot.telegram.buttons import Button, in_rows
from bot.telegram.markup import Line, line, span
from bot.telegram.settings.chat_setting import ChatSetting, Choice, SettingPage, with_preferences
from bot.telegram.settings.choosing import Choosing, Content, option
from bot.wording.wording import Wording


class WeeklyNote(ChatSetting):
    """Whether the weekly note comes."""

    name = "weekly"
    is_switch = True

    def title(self, wording: Wording) -> str:
        return wording.say("Weekly note")

    def card_button(self, about: Choosing) -> Button:
        weekly = about.chat.preferences.weekly
        return option(self.title(about.wording), about, self.name, "off" if weekly else "on", is_chosen=weekly)

    def describe(self, about: Choosing) -> Line:
        wording = about.wording
        state = wording.say("on") if about.chat.preferences.weekly else wording.say("off")
        return line(span(wording.say("Weekly note: {state}", state=state)))

    def recorded(self, chat: Chat) -> str:
        return "on" if chat.preferences.weekly else "off"

    def read_value(self, value: str, _about: Choosing) -> Choice | None:
        if value not in {"on", "off"}:
            return None
        return lambda chat: with_preferences(chat, weekly=value == "on")

    def farewell(self, value: str, wording: Wording) -> str | None:
        """There is a button under the note itself that switches it off."""
        return wording.say("No more weekly notes. /settings brings them back.") if value == "off" else None


class PicturePlace(SettingPage):
    """Where the picture of an article is shown."""

    name = "picture"

    def title(self, wording: Wording) -> str:
        return wording.say("Picture")

    def describe(self, about: Choosing) -> Line:
        place = _place(about.chat.preferences.preview, about.wording)
        return line(span(about.wording.say("Picture: {where}", where=place)))

    def recorded(self, chat: Chat) -> str:
        return chat.preferences.preview

    def content(self, about: Choosing) -> Content:
        wording, here = about.wording, about.chat.preferences.preview
        buttons = [
            option(_place(one, wording).capitalize(), about, self.name, one, is_chosen=one is here) for one in Preview
        ]
        return [line(span(wording.say("Where should an article's picture stand?")))], in_rows(buttons, 1)

    def read_value(self, value: str, _about: Choosing) -> Choice | None:
        return (lambda chat: with_preferences(chat, preview=Preview(value))) if value in set(Preview) else None


def _place(preview: Preview, wording: Wording) -> str:
    match preview:
        case Preview.BELOW:
            return wording.say("large, below the text")
        case Preview.ABOVE:
            return wording.say("large, above the text")
        case Preview.NONE:
            return wording.say("no picture")


MESSAGES: Final[tuple[ChatSetting, ...]] = (WeeklyNote(), PicturePlace())
