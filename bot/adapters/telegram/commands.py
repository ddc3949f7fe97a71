"""Handles what the bot hears: /start, /help, /topics, and that it was let in, thrown out, or a group moved.

Decides in one transaction, answers after it. Handling an update twice does no harm beyond a second answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.adapters.telegram import answers
from bot.adapters.telegram.access import Admission, admission, redeem_start_code
from bot.adapters.telegram.incoming import Command, Heard, Membership, Moved, Said
from bot.adapters.telegram.messenger import TelegramMessenger
from bot.adapters.telegram.render import Rendered
from bot.adapters.telegram.view import BotView
from bot.alerts.compose import notice
from bot.model import Chat, DeliveryKind, Destination, Language, NewDelivery, RetryLater, Sent, Topic
from bot.ports import Clock, Store, UnitOfWork
from bot.text.wording import Wording

log = structlog.get_logger()


class AnswerLaterError(Exception):
    """The answer could not be sent now; the update stays pending."""

    def __init__(self, reason: str, after: timedelta | None) -> None:
        super().__init__(reason)
        self.after = after


@dataclass(frozen=True, slots=True)
class _Decision:
    answer: Rendered | None = None
    audience_changed: bool = False


class Commands:
    """The bot's side of a conversation."""

    def __init__(self, store: Store, clock: Clock, messenger: TelegramMessenger, view: BotView) -> None:
        self._store = store
        self._clock = clock
        self._messenger = messenger
        self._view = view

    async def handle(self, heard: Heard) -> None:
        """Do what an update asks for. AnswerLaterError where Telegram cannot be told now."""
        match heard:
            case Said():
                await self._hear(heard)
            case Moved():
                await self._move(heard)
            case Membership():
                await self._note_membership(heard)

    async def _hear(self, said: Said) -> None:
        if said.chat.kind != "private" and said.command is None:
            return
        async with self._store.write() as unit:
            decision = await self._decide(unit, said)
        if decision.audience_changed:
            await self._view.audience_changed()
        if decision.answer is None:
            return
        reply_to = None if said.chat.kind == "private" else said.message_id
        outcome = await self._messenger.answer(said.chat.chat, said.thread, decision.answer, reply_to)
        if isinstance(outcome, RetryLater):
            raise AnswerLaterError(outcome.reason, outcome.after)
        if not isinstance(outcome, Sent):
            log.warning("answer-refused", chat=said.chat.chat, outcome=type(outcome).__name__)

    async def _decide(self, unit: UnitOfWork, said: Said) -> _Decision:
        known = await unit.chats.get(said.chat.chat)
        chat = replace(_refreshed(known, said.chat), paused_reason=None)
        admitted = await self._admission(unit)
        wording = self._messenger.reader_of(replace(chat, language=chat.language or _language_of(said))).wording
        command = said.command or Command("", "")
        claimed = command.name == "start" and command.argument and said.chat.kind == "private"
        if claimed and not admitted.is_admin(said.user_id):
            if said.user_id is not None and await redeem_start_code(unit.settings, command.argument, self._clock.now()):
                await self._make_admin(unit, chat, said, said.user_id)
                return _Decision(audience_changed=True)
            if not admitted.may_use(chat, said.username, said.user_id):
                return _Decision(answers.stranger(wording, said, stale_link=True))
        if not admitted.may_use(chat, said.username, said.user_id):
            quiet = said.chat.kind != "private" and command.name != "start"
            return _Decision(None if quiet else answers.stranger(wording, said))
        back = await self._set_paused(unit, said.chat, said.username, None)
        if known != chat:
            language = chat.language or (_language_of(said) if chat.kind == "private" else None)
            await unit.chats.save(replace(chat, language=language))
        return _Decision(await self._answer(unit, command, said, admitted, wording), audience_changed=back)

    async def _answer(
        self, unit: UnitOfWork, command: Command, said: Said, admitted: Admission, wording: Wording
    ) -> Rendered | None:
        topics = await self._topics_told(unit, said, admitted)
        match command.name:
            case "start":
                return answers.greeting(wording, len(topics))
            case "help":
                return answers.help_text(wording)
            case "topics":
                states = await unit.feeds.states()
                here = await unit.chats.current(said.chat.chat)
                return answers.topic_list(wording, topics, here, self._view.feeds(), states, self._clock.now())
            case _:
                return answers.hint(wording) if said.chat.kind == "private" else None

    async def _topics_told(self, unit: UnitOfWork, said: Said, admitted: Admission) -> list[Topic]:
        """The watches that write to this chat, by its id of today; an admin's private chat sees all of them."""
        here = await unit.chats.current(said.chat.chat)
        named = None if said.username is None else f"@{said.username.lower()}"
        topics = []
        for topic in self._view.topics():
            chats = [await unit.chats.current(to.chat) for to in topic.destinations]
            today = [
                replace(to, chat=here if chat.lower() == named else chat)
                for to, chat in zip(topic.destinations, chats, strict=True)
            ]
            topics.append(replace(topic, destinations=tuple(today)))
        if said.chat.kind == "private" and admitted.is_admin(said.user_id):
            return topics
        return [topic for topic in topics if any(to.chat == here for to in topic.destinations)]

    async def _make_admin(self, unit: UnitOfWork, chat: Chat, said: Said, user_id: int) -> None:
        """The welcome goes through the outbox: it is owed from the moment the code is used up."""
        now = self._clock.now()
        await unit.chats.add_admin(user_id, now)
        language = chat.language or _language_of(said)
        await unit.chats.save(replace(chat, approved=True, paused_reason=None, language=language))
        welcome = notice(
            "welcome-admin",
            now.isoformat(),
            topics=len(self._view.topics()),
            feeds=len(self._view.feeds()),
        )
        await unit.outbox.add([NewDelivery(Destination(chat.chat), DeliveryKind.NOTICE, welcome)], now)
        log.info("admin-added", user=user_id)

    async def _admission(self, unit: UnitOfWork) -> Admission:
        named = {to.chat for topic in self._view.topics() for to in topic.destinations}
        chats = [*named, *[await unit.chats.current(chat) for chat in named]]
        return admission((*self._view.admins(), *await unit.chats.admins()), chats)

    async def _move(self, moved: Moved) -> None:
        async with self._store.write() as unit:
            known = await unit.chats.get(moved.old)
            await unit.chats.alias(moved.old, moved.new)
            await unit.outbox.move_chat(moved.old, moved.new)
            if known is not None:
                await unit.chats.save(replace(known, chat=moved.new, kind="supergroup"))
        log.info("chat-migrated", chat=moved.old, to=moved.new)

    async def _note_membership(self, change: Membership) -> None:
        """Only chats that matter are remembered: those known, or named in a file."""
        reason = None if change.present else "the bot was blocked or removed"
        async with self._store.write() as unit:
            known = await unit.chats.get(change.chat.chat)
            if known is None and not (await self._admission(unit)).may_use(change.chat, change.username, None):
                return
            await unit.chats.save(replace(_refreshed(known, change.chat), paused_reason=reason))
            await self._set_paused(unit, change.chat, change.username, reason)
        log.info("chat-back" if change.present else "chat-paused", chat=change.chat.chat)
        if change.present:
            await self._view.audience_changed()

    async def _set_paused(self, unit: UnitOfWork, chat: Chat, username: str | None, reason: str | None) -> bool:
        """Pause a chat, or let it go on, under its id and under the `@name` that files may know it by."""
        here = await unit.chats.current(chat.chat)
        named = None if username is None else f"@{username.lower()}"
        changed = False
        for known in await unit.chats.all():
            is_it = known.chat == here or known.chat.lower() == named
            if is_it and (known.paused_reason is None) != (reason is None):
                await unit.chats.save(replace(known, paused_reason=reason))
                changed = True
        return changed


def _refreshed(known: Chat | None, seen: Chat) -> Chat:
    """What is remembered of a chat, with its kind and title of now."""
    return seen if known is None else replace(known, kind=seen.kind, title=seen.title)


def _language_of(said: Said) -> Language | None:
    """The catalogue for a user's Telegram: Indonesian for Indonesian, English for any other; None if unknown."""
    if said.language_code is None:
        return None
    return Language("id") if said.language_code.lower().startswith("id") else Language("en")
