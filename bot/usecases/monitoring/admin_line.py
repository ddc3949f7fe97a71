"""Tells the admins something without the database: for when it is the database that cannot be used."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.errors import StorageTrouble
from bot.model import (
    Chat,
    ChatKind,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Destination,
    Language,
    Notice,
    RetryLater,
)
from bot.ports import Clock, Messenger, Notes

log = structlog.get_logger()

TOLD_AGAIN: Final = timedelta(hours=24)
"""A trouble that goes on over restarts is told again after this time, not at each of them."""


class AdminLine:
    """Sends notices straight through the messenger, again and again until they have arrived.

    Who the admins are is also kept in a note outside of the database, as is what they were told last.
    """

    def __init__(self, messenger: Messenger, clock: Clock, notes: Notes, named: Callable[[], Sequence[int]]) -> None:
        """`named`: the admins of the configuration, known without the database and the note."""
        self._messenger = messenger
        self._clock = clock
        self._notes = notes
        self._named = named
        self._owed: list[tuple[Chat, Notice]] = []
        self._admins, self._told, self._told_at = _read(notes.read())

    @property
    def is_owing(self) -> bool:
        return bool(self._owed)

    def remember(self, admins: Sequence[Chat]) -> None:
        """These are the chats of the admins now."""
        if tuple(admins) != self._admins:
            self._admins = tuple(admins)
            self._write()

    def all_is_well(self) -> None:
        """From now on the next trouble is told at once, also if it is the same as before."""
        if self._told is not None:
            self._told = self._told_at = None
            self._write()

    def was_told(self, trouble: StorageTrouble) -> bool:
        """Whether the admins have been told of this trouble lately, perhaps by the process before."""
        return (
            trouble is self._told
            and self._told_at is not None
            and timedelta() <= self._clock.now() - self._told_at < TOLD_AGAIN
        )

    def tell(self, content: Notice, trouble: StorageTrouble | None = None) -> None:
        """Tell every admin, at the next `send`. `trouble`: what to remember as told."""
        known = {str(user): Chat(str(user)) for user in self._named()} | {chat.chat: chat for chat in self._admins}
        self._owed += [(chat, content) for chat in known.values()]
        if trouble is not None:
            self._told, self._told_at = trouble, self._clock.now()
            self._write()

    async def send(self) -> None:
        """Send what is owed. What does not arrive stays owed; what an admin's chat refuses is logged and dropped."""
        owed, self._owed = self._owed, []
        for chat, content in owed:
            outcome = await self._messenger.send(_delivery(chat, content, self._clock.now()), chat)
            if isinstance(outcome, RetryLater):
                self._owed.append((chat, content))
            else:
                log.info("admin-told", chat=chat.chat, what=content.code, outcome=type(outcome).__name__)

    def _write(self) -> None:
        told = None if self._told is None or self._told_at is None else [self._told, self._told_at.isoformat()]
        self._notes.write(json.dumps({"admins": [[chat.chat, chat.language] for chat in self._admins], "told": told}))


def _delivery(chat: Chat, content: Notice, now: datetime) -> Delivery:
    """A delivery that is in no outbox."""
    return Delivery(
        id=DeliveryId(0),
        destination=Destination(chat.chat),
        kind=DeliveryKind.NOTICE,
        revision=0,
        content=content,
        state=DeliveryState.PENDING,
        created_at=now,
    )


def _read(text: str) -> tuple[tuple[Chat, ...], StorageTrouble | None, datetime | None]:
    """The admins and what they were told; nothing where there is no note, or somebody else has written it."""
    try:
        note = json.loads(text)
        admins = tuple(_chat(str(chat), language) for chat, language in note["admins"])
        told = note["told"]
        return (
            (admins, None, None) if told is None else (admins, StorageTrouble(told[0]), datetime.fromisoformat(told[1]))
        )
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        return (), None, None


def _chat(chat: str, language: str | None) -> Chat:
    kind: ChatKind = "console" if Destination(chat).is_console else "private"
    return Chat(chat, kind=kind, language=None if language is None else Language(language))
