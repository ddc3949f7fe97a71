"""Chats, what they have chosen, and what comes from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from enum import IntEnum, StrEnum
from typing import Literal

from bot.model.ids import DraftId, Language, MessageId, UpdateId
from bot.model.topics import Destination, Topic

ChatKind = Literal["private", "group", "supergroup", "channel", "console"]

UNTIL_TOLD = datetime(9999, 1, 1, tzinfo=UTC)
"""The end of a pause that somebody has to end."""


class Preview(StrEnum):
    """Where the article's picture stands in an alert."""

    BELOW = "below"
    ABOVE = "above"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A span of every day in the chat's time zone; overnight where it ends before it begins."""

    begins: time
    ends: time


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a chat has chosen beside its language and time zone."""

    reads: tuple[Language, ...] = ()
    """Languages that are read there; empty: nobody has said."""
    outlets: tuple[str, ...] = ()
    """Outlets whose version of a story is shown where they have one, the best first."""
    quiet: QuietHours | None = None
    """Alerts wait until it ends and come as a digest; urgent ones do not."""
    digest_times: tuple[time, ...] = ()
    """When digests of topics that want one come; empty: whenever a few have gathered."""
    weekly: bool = True
    """Whether the note of the week comes."""
    preview: Preview = Preview.BELOW


@dataclass(frozen=True, slots=True)
class Chat:
    """What is remembered of a chat."""

    chat: str
    """As in `Destination.chat`."""
    kind: ChatKind = "private"
    title: str = ""
    language: Language | None = None
    timezone: str | None = None
    approved: bool = False
    paused_reason: str | None = None
    """Set when the bot may not write there; cleared when it is heard from again."""
    retry_after: datetime | None = None
    """Telegram asked to wait until then (RetryAfter)."""
    paused_until: datetime | None = None
    """Somebody in the chat asked for silence until then; what comes meanwhile is told as a digest."""
    preferences: Preferences = Preferences()

    @property
    def is_channel(self) -> bool:
        """Whether it is a channel: what is told there is read by anybody, and answered by nobody.

        One that has not been heard of yet is taken for a channel where its id may be one's: rather a group without
        buttons for a while than a channel with what is none of its readers' business.
        """
        unknown = self.kind == "private" and self.chat.startswith(("@", "-100"))
        return self.kind == "channel" or unknown


class Role(IntEnum):
    """What somebody may do in a chat; each may do what those before it may."""

    STRANGER = 0
    MEMBER = 1
    """Look, vote."""
    EDITOR = 2
    """Change the chat's topics, feeds and settings."""
    ADMIN = 3
    """Let chats in, name editors, see how the bot is doing."""


@dataclass(frozen=True, slots=True)
class Editor:
    """Somebody whom an admin lets change what a group watches."""

    user_id: int
    name: str


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """A stranger's chat that asked to be let in."""

    chat: str
    kind: ChatKind
    title: str
    user_id: int
    user_name: str
    asked_at: datetime
    granted: bool | None = None
    """None: no admin has decided yet."""


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed what, for /log. `code` is a key of the wording, `values` fill it in."""

    at: datetime
    chat: str
    user_id: int
    user_name: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A topic that somebody in a chat is making; its `topic.id` means nothing yet."""

    id: DraftId
    destination: Destination
    user_id: int
    topic: Topic
    created_at: datetime
    message_id: MessageId | None = None
    """The message that shows it."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the next message of somebody in a chat answers, after the bot has asked."""

    chat: str
    user_id: int
    what: str
    """`draft-name`, `topic-query`, `search-words`, …: the dialogue that asked knows it again (`Dialogue.answers`)."""
    about: str
    """The draft or topic in question."""
    until: datetime


@dataclass(frozen=True, slots=True)
class ReceivedUpdate:
    """An incoming update, stored before the offset moves on. `body` is its JSON as received."""

    id: UpdateId
    body: str
    received_at: datetime
