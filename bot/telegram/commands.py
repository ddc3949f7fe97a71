"""Whom the bot hears, and which dialogue answers: in one transaction it is decided who speaks, then they are answered.

Handling an update twice does no harm beyond a second answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.alerts.compose import notice
from bot.model import AccessRequest, Chat, DeliveryKind, Destination, Expectation, Language, NewDelivery, Role
from bot.ports import Clock
from bot.store import Store, UnitOfWork
from bot.telegram.admission import COMMANDS_A_MINUTE, Admission, Throttle, admission_now, redeem_start_code
from bot.telegram.app_api import AppApi
from bot.telegram.buttons import read_press
from bot.telegram.context import MATERIAL, ChatContext, Dialogue, OnAnswer, OnCommand, OnPress, Press
from bot.telegram.membership import MembershipUpdates, refreshed
from bot.telegram.menus import Menus
from bot.telegram.pages import replies
from bot.telegram.render import Rendered
from bot.telegram.speaker import Speaker
from bot.telegram.transport.callback_acks import PATIENCE, CallbackAcks
from bot.telegram.transport.incoming import Command, Heard, Membership, Moved, Pressed, Said
from bot.telegram.transport.messenger import TelegramMessenger
from bot.telegram.verbs import ButtonVerb
from bot.usecases.access import ask_access, let_in

log = structlog.get_logger()


_OPENING = frozenset({"start", "watch", "pantau"})
"""Commands by which an admin lets a group in."""


@dataclass(frozen=True, slots=True)
class _Hearing:
    """Who speaks; or what is answered to somebody who is not let in (None: nothing)."""

    turn: ChatContext | None
    refusal: Rendered | None = None
    expectation: Expectation | None = None
    audience_changed: bool = False
    let_in: bool = False
    """By this very message."""
    is_new_admin: bool = False


class Commands:
    """The bot's side of all conversations."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        messenger: TelegramMessenger,
        speaker: Speaker,
        view: AppApi,
        dialogues: Sequence[Dialogue],
        menus: Menus,
        patience: float = PATIENCE,
    ) -> None:
        """`patience`: seconds that the work behind a button may take before its query is answered without a word."""
        self._store = store
        self._clock = clock
        self._messenger = messenger
        self._speaker = speaker
        self._view = view
        self._whereabouts = MembershipUpdates(store, view)
        self._menus = menus
        self._commands: dict[str, OnCommand] = {}
        self._presses: dict[ButtonVerb, OnPress] = {}
        self._answers: dict[str, OnAnswer] = {}
        for dialogue in dialogues:
            self._commands |= dialogue.commands
            self._presses |= dialogue.presses
            self._answers |= dialogue.answers
        self._in_time = CallbackAcks(speaker, patience)
        self._pace = Throttle(COMMANDS_A_MINUTE, timedelta(minutes=1))

    def expect(self, heard: Heard) -> None:
        """It will be handled soon: who pressed a button is answered in time even if that takes long."""
        if isinstance(heard, Pressed):
            self._in_time.begin(heard.query_id)

    async def settle(self) -> None:
        """Answers to buttons that are on their way get there (shutdown)."""
        await self._in_time.settle()

    async def offer_menus(self) -> None:
        """Once Telegram has been reached."""
        await self._menus.offer()

    async def handle(self, heard: Heard, received_at: datetime) -> None:
        """Do what an update asks for. AnswerLaterError where Telegram cannot be told now.

        `received_at`: what was said over minutes is not too much at once because it had to wait.
        """
        match heard:
            case Said():
                await self._hear(heard, received_at)
            case Pressed():
                await self._press(heard, received_at)
            case Moved():
                await self._whereabouts.move(heard)
            case Membership():
                await self._whereabouts.note_membership(heard)

    # --- what is said ------------------------------------------------------------------------

    async def _hear(self, said: Said, received_at: datetime) -> None:
        if said.chat.kind != "private" and said.command is None and not (said.replied and said.replied.by_us):
            return
        async with self._store.write() as unit:
            hearing = await self._decide(unit, said)
        if hearing.audience_changed:
            await self._view.audience_changed()
        if hearing.is_new_admin:
            await self._menus.offer()
        if hearing.refusal is not None and self._pace.excess(said.user_id or 0, received_at) == 0:
            reply_to = None if said.chat.kind == "private" else said.message_id
            await self._speaker.tell(said.chat.chat, said.thread, hearing.refusal, reply_to)
        if hearing.turn is not None and hearing.let_in:
            await self._speaker.say(hearing.turn, replies.let_in_here(hearing.turn.wording))
        if hearing.turn is not None:
            await self._answer(hearing.turn, said, hearing.expectation, received_at)

    async def _answer(
        self, turn: ChatContext, said: Said, expectation: Expectation | None, received_at: datetime
    ) -> None:
        if (excess := self._pace.excess(turn.user_id, received_at)) > 0:
            if excess == 1:
                await self._speaker.say(turn, replies.too_fast(turn.wording))
            return
        if expectation is not None and expectation.what in self._answers:
            on_answer = self._answers[expectation.what]
            if turn.role >= on_answer.least:
                await on_answer.do(turn, said, expectation.about)
            return
        name = MATERIAL if said.command is None else said.command.name
        entry = self._commands.get(name)
        if entry is None or (said.command is None and not turn.is_private):
            if turn.is_private:
                await self._speaker.say(turn, replies.hint(turn.wording))
        elif turn.role < entry.least:
            await self._speaker.say(turn, replies.not_allowed(turn.wording, entry.least))
        else:
            await entry.do(turn, said)

    async def _decide(self, unit: UnitOfWork, said: Said) -> _Hearing:
        known = await unit.chats.get(said.chat.chat)
        chat = replace(refreshed(known, said.chat), paused_reason=None)
        admitted = await admission_now(unit, self._view)
        turn = await self._turn(unit, said, chat, admitted)
        command = said.command or Command("", "")
        starts = command.name == "start"
        claimed = starts and command.argument != "" and turn.is_private and not admitted.is_admin(said.user_id)
        if claimed and said.user_id and await redeem_start_code(unit.key_values, command.argument, turn.now):
            await self._make_admin(unit, chat, said, said.user_id)
            return _Hearing(None, audience_changed=True, is_new_admin=True)
        if turn.role is Role.STRANGER:
            asked = starts and await self._ask_access(unit, turn, said, admitted)
            quiet = not turn.is_private and not starts
            refusal = None if quiet else replies.stranger(turn.wording, said, stale_link=claimed)
            return _Hearing(None, refusal, audience_changed=asked)
        opened = command.name in _OPENING and turn.role is Role.ADMIN and not turn.is_private
        opened = opened and not admitted.may_use(chat, said.username, None)
        if opened:
            chat = replace(chat, approved=True)
            await let_in(unit, chat, turn.change(""))
            turn = replace(turn, chat=replace(turn.chat, approved=True))
        back = await self._whereabouts.note_presence(unit, said.chat, said.username)
        if known != chat:
            await unit.chats.save(replace(chat, language=_language_for(chat, said.language_code)))
        expectation = await self._expectation(unit, said)
        return _Hearing(turn, expectation=expectation, audience_changed=back, let_in=opened)

    async def _ask_access(self, unit: UnitOfWork, turn: ChatContext, said: Said, admitted: Admission) -> bool:
        chat = turn.chat
        request = AccessRequest(chat.chat, chat.kind, chat.title, turn.user_id, turn.user_name, turn.now)
        return await ask_access(unit, request, _language_of(said.language_code), admitted.admins, turn.now)

    async def _expectation(self, unit: UnitOfWork, said: Said) -> Expectation | None:
        """What the message answers. A command means that the question is no longer of interest."""
        if said.user_id is None:
            return None
        if said.command is not None:
            await unit.conversations.forget_expectation(said.chat.chat, said.user_id)
            return None
        return await unit.conversations.expected(said.chat.chat, said.user_id, self._clock.now())

    async def _turn(self, unit: UnitOfWork, heard: Said | Pressed, chat: Chat, admitted: Admission) -> ChatContext:
        editors = [editor.user_id for editor in await unit.chats.editors(chat.chat)]
        language = chat.language or _language_of(heard.language_code)
        return ChatContext(
            chat=replace(chat, chat=await unit.chats.current(chat.chat)),
            username=heard.username,
            thread=heard.thread,
            user_id=heard.user_id or 0,
            user_name=heard.user_name,
            role=admitted.role(chat, heard.username, heard.user_id, editors),
            reader=self._messenger.reader_of(replace(chat, language=language)),
            message_id=heard.message_id,
            now=self._clock.now(),
        )

    # --- what is pressed ---------------------------------------------------------------------

    async def _press(self, pressed: Pressed, received_at: datetime) -> None:
        verb, arguments = read_press(pressed.data)
        press = Press(pressed.query_id, arguments)
        async with self._store.read() as unit:
            chat = refreshed(await unit.chats.get(pressed.chat.chat), pressed.chat)
            turn = await self._turn(unit, pressed, chat, await admission_now(unit, self._view))
            entry = None if verb is None else self._presses.get(verb)
            if entry is not None and not entry.under_told and turn.role is not Role.STRANGER:
                told = await unit.outbox.of_message(turn.chat.chat, turn.message_id)
                entry = None if told is not None else entry
        self._in_time.begin(pressed.query_id)
        try:
            if turn.role is Role.STRANGER:
                press.say(replies.NOTHING)
            elif (excess := self._pace.excess(turn.user_id, received_at)) > 0:
                press.say(replies.too_fast_text(turn.wording) if excess == 1 else replies.NOTHING)
            elif entry is None:
                press.say(replies.stale_button(turn.wording))
            elif turn.role < entry.least:
                press.say(replies.right_needed(turn.wording, entry.least), urgent=True)
            else:
                await entry.do(turn, press)  # where this fails it is done again: till then the query waits
            late = await self._in_time.end(press)
        finally:
            if press.afterwards is not None:
                await press.afterwards()
        if late:
            await self._speaker.tell(turn.chat.chat, turn.thread, late)

    # --- people ------------------------------------------------------------------------------

    async def _make_admin(self, unit: UnitOfWork, chat: Chat, said: Said, user_id: int) -> None:
        """The welcome goes through the outbox: it is owed from the moment the code is used up."""
        now = self._clock.now()
        await unit.chats.add_admin(user_id, now)
        language = chat.language or _language_of(said.language_code)
        await unit.chats.save(replace(chat, approved=True, paused_reason=None, language=language))
        welcome = notice(
            "welcome-admin",
            now.isoformat(),
            topics=len(self._view.topics()),
            feeds=len(self._view.feeds()),
        )
        await unit.outbox.add([NewDelivery(Destination(chat.chat), DeliveryKind.NOTICE, welcome)], now)
        log.info("admin-added", user=user_id)


def _language_for(chat: Chat, code: str | None) -> Language | None:
    """A private chat is written to in the language of its Telegram, until it chooses."""
    return chat.language or (_language_of(code) if chat.kind == "private" else None)


def _language_of(code: str | None) -> Language | None:
    """The catalogue for a user's Telegram: Indonesian for Indonesian, English for any other; None if unknown."""
    if code is None:
        return None
    return Language("id") if code.lower().startswith("id") else Language("en")
