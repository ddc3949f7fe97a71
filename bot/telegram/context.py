"""A turn of a conversation: who speaks where, with what right; and what a dialogue offers to be asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.model import Change, Chat, Destination, MessageId, Role
from bot.telegram.buttons import read_number
from bot.telegram.render import Reader
from bot.telegram.transport.incoming import Said
from bot.telegram.verbs import ButtonVerb
from bot.wording.wording import Wording

MATERIAL = ""
"""The command under which a dialogue takes what comes without one, in a private chat."""


@dataclass(frozen=True, slots=True)
class ChatContext:
    """Who speaks where."""

    chat: Chat
    """As it is remembered, with its id of today."""
    username: str | None
    """Of the chat, without `@`."""
    thread: int | None
    user_id: int
    """0 for anonymous admins of a group."""
    user_name: str
    role: Role
    reader: Reader
    message_id: MessageId
    """Theirs; where a button was pressed, the one that bears it."""
    now: datetime

    @property
    def wording(self) -> Wording:
        return self.reader.wording

    @property
    def is_private(self) -> bool:
        return self.chat.kind == "private"

    @property
    def sees_all(self) -> bool:
        """Whether every chat may be told of: an admin, alone with the bot."""
        return self.is_private and self.role is Role.ADMIN

    @property
    def here(self) -> Destination:
        return Destination(self.chat.chat, self.thread)

    def is_here(self, chat: str) -> bool:
        """Whether this is the chat: by its id of today, or by the `@name` that files may know it by."""
        named = self.username is not None and chat.lower() == f"@{self.username.lower()}"
        return named or chat == self.chat.chat

    def change(self, code: str, **values: str) -> Change:
        """What is written down about what they change."""
        return Change(self.now, self.chat.chat, self.user_id, self.user_name, code, values)


@dataclass(slots=True)
class Press:
    """A button that was pressed. Whoever handles it may say one line about it; it is answered in any case."""

    query_id: str
    arguments: tuple[str, ...]
    said: str = field(default="", init=False)
    is_urgent: bool = field(default=False, init=False)
    afterwards: Callable[[], Awaitable[None]] | None = field(default=None, init=False)

    def argument(self, place: int) -> str:
        """What the button's data say there; nothing where they say less."""
        return self.arguments[place] if place < len(self.arguments) else ""

    def number(self, place: int) -> int | None:
        """The same as a number; None where it is none: whoever has made it up."""
        return read_number(self.argument(place))

    def say(self, text: str, *, urgent: bool = False) -> None:
        """At most 200 characters, shown over the chat for a moment; `urgent`: until it is closed."""
        self.said, self.is_urgent = text, urgent

    def then(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do this when the button has been answered, even if the rest fails: it takes long, and is owed."""
        self.afterwards = work


@dataclass(frozen=True, slots=True)
class OnCommand:
    """What a command does, and who may give it."""

    least: Role
    do: Callable[[ChatContext, Said], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class OnPress:
    """What a button does, and who may press it. `do` checks that what its arguments name belongs to the chat."""

    least: Role
    do: Callable[[ChatContext, Press], Awaitable[None]]
    under_told: bool = False
    """Whether it stands under what the outbox has sent. Others would put something else in its place."""


@dataclass(frozen=True, slots=True)
class OnAnswer:
    """What is done with the answer to a question. The text is what the question was about (a draft, a topic)."""

    least: Role
    do: Callable[[ChatContext, Said, str], Awaitable[None]]


class Dialogue(Protocol):
    """A part of what can be talked about. The names in the three tables are each dialogue's own."""

    @property
    def commands(self) -> Mapping[str, OnCommand]: ...
    @property
    def presses(self) -> Mapping[ButtonVerb, OnPress]: ...
    @property
    def answers(self) -> Mapping[str, OnAnswer]:
        """By `Expectation.what`."""
        ...
