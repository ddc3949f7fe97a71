"""The context of an update (who, where, with which rights), and the interface that each dialogue implements."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.model import Change, Chat, Destination, MessageId, Role, UpdateId
from bot.telegram.buttons import read_number
from bot.telegram.render import Reader
from bot.telegram.transport.incoming import Said
from bot.telegram.verbs import ButtonVerb
from bot.wording.wording import Wording

MATERIAL = ""
"""The name under which a dialogue registers for messages without a command in a private chat."""


@dataclass(frozen=True, slots=True)
class ChatContext:
    """The user and the chat of an update, with the user's rights and the chat's preferences."""

    chat: Chat
    """The stored chat, with its current id."""
    username: str | None
    """The username of the chat, without `@`."""
    thread: int | None
    user_id: int
    """0 for anonymous admins of a group."""
    user_name: str
    role: Role
    reader: Reader
    message_id: MessageId
    """The user's message, or the bot's message with the button that was pressed."""
    now: datetime
    update_id: UpdateId
    """The update that is being handled, maybe again."""

    @property
    def wording(self) -> Wording:
        return self.reader.wording

    @property
    def is_private(self) -> bool:
        return self.chat.kind == "private"

    @property
    def sees_all(self) -> bool:
        """Whether the answer may mention other chats: only to an admin in a private chat."""
        return self.is_private and self.role is Role.ADMIN

    @property
    def throttled_as(self) -> int | str:
        """Whose requests are counted together: the user's; those of a group's anonymous admins, who have no id."""
        return self.user_id or self.chat.chat

    @property
    def here(self) -> Destination:
        return Destination(self.chat.chat, self.thread)

    def is_here(self, chat: str) -> bool:
        """Whether `chat` is this chat, given as its current id or as the `@name` that files may use."""
        named = self.username is not None and chat.lower() == f"@{self.username.lower()}"
        return named or chat == self.chat.chat

    def change(self, code: str, **values: str) -> Change:
        """A record for the log of changes."""
        return Change(self.now, self.chat.chat, self.user_id, self.user_name, code, values)


@dataclass(slots=True)
class Press:
    """A pressed button. Its handler may set one line of text for the answer; the query is answered in any case."""

    query_id: str
    arguments: tuple[str, ...]
    said: str = field(default="", init=False)
    is_urgent: bool = field(default=False, init=False)
    afterwards: Callable[[], Awaitable[None]] | None = field(default=None, init=False)

    def argument(self, place: int) -> str:
        """The argument at this place in the callback data, or an empty text if there are fewer."""
        return self.arguments[place] if place < len(self.arguments) else ""

    def number(self, place: int) -> int | None:
        """The argument as a number, or None if it is not one, as in forged callback data."""
        return read_number(self.argument(place))

    def say(self, text: str, *, urgent: bool = False) -> None:
        """Set the text of the answer: a notification, or an alert that the user must close if `urgent`.

        Up to 200 characters (Bot API, "answerCallbackQuery", text and show_alert).
        """
        self.said, self.is_urgent = text, urgent

    def then(self, work: Callable[[], Awaitable[None]]) -> None:
        """Run this work after the query has been answered, even if something else fails; for work that takes long."""
        self.afterwards = work


@dataclass(frozen=True, slots=True)
class OnCommand:
    """The handler of a command, and the role that is needed."""

    least: Role
    do: Callable[[ChatContext, Said], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class OnPress:
    """The handler of a button, and the role that is needed. `do` must check that its arguments belong to the chat."""

    least: Role
    do: Callable[[ChatContext, Press], Awaitable[None]]
    under_told: bool = False
    """Whether the button is under a message from the outbox (an alert, a notice). Other buttons replace the text of
    their message and must not do that to an alert.
    """


@dataclass(frozen=True, slots=True)
class OnAnswer:
    """The handler of the answer to a question. The text is the subject of the question: the id of a draft or topic."""

    least: Role
    do: Callable[[ChatContext, Said, str], Awaitable[None]]


class Dialogue(Protocol):
    """A group of commands, buttons and questions. No two dialogues may use the same name in a table."""

    @property
    def commands(self) -> Mapping[str, OnCommand]: ...
    @property
    def presses(self) -> Mapping[ButtonVerb, OnPress]: ...
    @property
    def answers(self) -> Mapping[str, OnAnswer]:
        """The handlers by `Expectation.what`."""
        ...
