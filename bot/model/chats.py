"""Chats, their settings, the people in them, and the updates that come from them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from enum import IntEnum, StrEnum
from typing import Literal

from bot.model.ids import DraftId, Language, MessageId, UpdateId
from bot.model.topics import Destination, Topic

ChatKind = Literal["private", "group", "supergroup", "channel", "console"]

UNTIL_RESUMED = datetime(9999, 1, 1, tzinfo=UTC)
"""The end of a pause without an end: it lasts until somebody in the chat resumes the alerts."""


class Preview(StrEnum):
    """Where Telegram shows the article's picture: below the text, above it, or not at all."""

    BELOW = "below"
    ABOVE = "above"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A daily span of hours in the chat's time zone; it runs overnight where `ends` is before `begins`."""

    begins: time
    ends: time


@dataclass(frozen=True, slots=True)
class Preferences:
    """The settings of a chat besides its language and time zone."""

    reads: tuple[Language, ...] = ()
    """Languages that people in the chat read; empty: not set."""
    outlets: tuple[str, ...] = ()
    """Preferred outlets, the best first: where one of them has the story, its version is shown."""
    quiet: QuietHours | None = None
    """Alerts are held until the quiet hours end and then come as a digest; urgent ones are sent at once."""
    digest_times: tuple[time, ...] = ()
    """When digests come; empty: whenever enough alerts are held."""
    weekly: bool = True
    """Whether the chat gets the weekly summary."""
    preview: Preview = Preview.BELOW
    public: bool = False
    """The chat let itself in where access was open, and no admin has vouched for it since: the limits of `[public]`
    hold for it. Nobody chooses that in the chat."""


@dataclass(frozen=True, slots=True)
class Chat:
    """What is stored about a chat."""

    chat: str
    """As in `Destination.chat`."""
    kind: ChatKind = "private"
    title: str = ""
    language: Language | None = None
    timezone: str | None = None
    approved: bool = False
    paused_reason: str | None = None
    """Why the bot may not write there. The chat's deliveries wait."""
    retry_after: datetime | None = None
    """Nothing is sent before then: Telegram asked to wait (`retry_after` of Bot API "ResponseParameters"), or refused
    writing, which is tested again then. A paused chat without it is not tested: the next update from it ends the pause.
    """
    paused_until: datetime | None = None
    """Somebody in the chat paused the alerts until then; alerts of that time come as a digest."""
    preferences: Preferences = Preferences()

    @property
    def is_channel(self) -> bool:
        """Whether it is a channel: many people read it, and nobody answers there.

        A chat without any update so far is taken for a channel where its id can be one (`@name`, or `-100…` as
        supergroups have it, too). A group is then without buttons for a while; the other mistake would show the
        readers of a channel what is only for its admins.
        """
        unknown = self.kind == "private" and self.chat.startswith(("@", "-100"))
        return self.kind == "channel" or unknown


class Role(IntEnum):
    """What a user may do in a chat; each role includes the ones before it."""

    STRANGER = 0
    MEMBER = 1
    """Read and vote."""
    EDITOR = 2
    """Change the topics, feeds and settings of the chat."""
    ADMIN = 3
    """Approve chats, appoint editors, see the health of the bot."""


@dataclass(frozen=True, slots=True)
class Editor:
    """A user whom an admin allowed to change what a group watches."""

    user_id: int
    name: str


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """A request for access from a chat that is not approved."""

    chat: str
    kind: ChatKind
    title: str
    user_id: int
    user_name: str
    asked_at: datetime
    granted: bool | None = None
    """None while no admin has decided."""


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of the audit log (`/log`). `code` is a key of the wording, `values` fill in its placeholders."""

    at: datetime
    chat: str
    user_id: int
    user_name: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """A topic that a user is still making in a dialogue; its `topic.id` has no meaning yet."""

    id: DraftId
    destination: Destination
    user_id: int
    topic: Topic
    created_at: datetime
    message_id: MessageId | None = None
    """The message that shows the draft."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """The question that the bot has asked a user in a chat: the next message of that user is the answer."""

    chat: str
    user_id: int
    what: str
    """`draft-name`, `topic-query`, `search-words`, …: says which dialogue handles the answer (`Dialogue.answers`)."""
    about: str
    """The id of the draft or topic that the question is about."""
    until: datetime


@dataclass(frozen=True, slots=True)
class ReceivedUpdate:
    """An incoming Telegram update. It is stored before the offset of `getUpdates` moves past it.

    `body` is its JSON as received.
    """

    id: UpdateId
    body: str
    received_at: datetime
