"""What a setting of a chat is: everything about one setting is in one class."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar

from bot.model import Change, Chat
from bot.telegram.buttons import Button, Keyboard
from bot.telegram.context import ChatContext
from bot.telegram.markup import Line, line, span
from bot.telegram.render import Rendered, page
from bot.telegram.settings.choosing import Choosing, Content, Flow, opening
from bot.wording.wording import Wording

Choice = Callable[[Chat], Chat]
"""What was chosen: a function from a chat to the chat with the new value."""

_OFF = frozenset(("off", "mati", "none", "no", "tidak", "jangan"))


class ChatSetting(ABC):
    """A setting. Subclasses hold no state; values from buttons and from people may be anything."""

    name: ClassVar[str]
    """In the data of buttons and in the log of changes."""
    is_switch: ClassVar[bool] = False
    """Whether its button on the card can change it at once; such buttons come last."""
    offers_outlets: ClassVar[bool] = False
    """Whether it needs `Choosing.recent_outlets`."""

    @abstractmethod
    def title(self, wording: Wording) -> str:
        """The text of its button on the card."""

    @abstractmethod
    def describe(self, about: Choosing) -> Line:
        """Its line in the summary."""

    @abstractmethod
    def recorded(self, chat: Chat) -> str:
        """Its value in the log of changes."""

    @abstractmethod
    def read_value(self, value: str, about: Choosing) -> Choice | None:
        """The choice that the data of a button stand for; None if they mean nothing."""

    def card_button(self, about: Choosing) -> Button:
        """Its button on the card."""
        return Button(self.title(about.wording), opening(Flow.CARD, self.name))

    def leads_to_card(self, _about: Choosing) -> bool:
        """Whether the card is shown after a choice instead of the page."""
        return True

    def farewell(self, _value: str, _wording: Wording) -> str | None:
        """The answer to a button under a message of another kind that chooses a value; None if there is no such."""
        return None

    def change(self, chat: Chat, context: ChatContext) -> Change:
        """The entry in the log of changes. `chat`: after the change."""
        return context.change("settings-changed", what=self.name, to=self.recorded(chat))


class SettingPage(ChatSetting):
    """A setting with a page of its own, on which its value is chosen."""

    is_question: ClassVar[bool] = False
    """Whether it is one of the questions after /start."""
    takes_several: ClassVar[bool] = False
    """Whether its page stays open after a choice, because several values are chosen one by one."""

    @abstractmethod
    def content(self, about: Choosing) -> Content:
        """The question and the buttons on its page."""

    def is_answered(self, _chat: Chat) -> bool:
        """Whether the chat has chosen, for a question after /start."""
        return True

    def leads_to_card(self, _about: Choosing) -> bool:
        return False

    def read_text(self, text: str, about: Choosing) -> Choice | None:
        """The choice that a typed text stands for; None if it means nothing."""
        plain = text.strip().lower()
        value = "off" if plain in _OFF else self.value_of(plain)
        return None if value is None else self.read_value(value, about)

    def value_of(self, _plain: str) -> str | None:
        """The value, as in the data of a button, that somebody means by a text in lower case."""
        return None


class CommandSetting(SettingPage):
    """A setting with commands that open its page, or choose the value that is written behind them."""

    commands: ClassVar[tuple[str, ...]]

    @abstractmethod
    def example(self, wording: Wording) -> str:
        """An example of what can be written behind a command."""


class TypedSetting(SettingPage):
    """A setting with a button that asks for a typed answer."""

    @abstractmethod
    def request(self, wording: Wording) -> str:
        """The sentence that asks for it."""

    def read_answer(self, text: str, about: Choosing) -> Choice | None:
        """The choice that the answer stands for; None if it means nothing. May take a moment."""
        return self.read_text(text, about)

    def not_understood(self, wording: Wording) -> str:
        """The sentence before `request` when an answer means nothing."""
        return wording.say("I could not read any time in that.")

    def ask(self, about: Choosing, *, is_private: bool) -> Rendered:
        """The message that asks for a typed answer."""
        return self._asking([line(span(self.request(about.wording)))], about, is_private=is_private)

    def ask_again(self, _answer: str, about: Choosing, *, is_private: bool) -> Rendered:
        """The same after an answer that means nothing. May take a moment."""
        lines = [line(span(self.not_understood(about.wording))), line(span(self.request(about.wording)))]
        return self._asking(lines, about, is_private=is_private)

    def _asking(self, lines: list[Line], about: Choosing, *, is_private: bool, buttons: Keyboard = ()) -> Rendered:
        if not is_private:
            lines.append(line(span(about.wording.say("Write it as a reply to this message."), "italic")))
        back = Button(about.wording.say("« Back"), opening(about.flow, self.name))
        return page(lines, (*buttons, (back,)))


def with_preferences(chat: Chat, **values: Any) -> Chat:
    """The chat with other preferences."""
    return replace(chat, preferences=replace(chat.preferences, **values))
