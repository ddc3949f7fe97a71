"""Passes updates to the dialogues: checks in one transaction who the user is and what they may do, then dispatches.

An update may be handled twice, after a crash (at-least-once). That must have no effect beyond a second answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.alerts.compose import notice
from bot.alerts.pacing import heard_from
from bot.model import AccessRequest, Chat, DeliveryKind, Destination, Expectation, Language, NewDelivery, Role, UpdateId
from bot.ports import Clock
from bot.store import Store, UnitOfWork
from bot.telegram.admission import COMMANDS_A_MINUTE, Admission, Throttle, admission_now, redeem_start_code
from bot.telegram.app_api import AppApi
from bot.telegram.buttons import read_press
from bot.telegram.context import MATERIAL, ChatContext, Dialogue, OnAnswer, OnCommand, OnPress, Press
from bot.telegram.membership import MembershipUpdates, refreshed
from bot.telegram.menus import Menus
from bot.telegram.open_access import OpenAccess
from bot.telegram.pages import replies
from bot.telegram.render import Rendered
from bot.telegram.speaker import Speaker
from bot.telegram.transport.callback_acks import PATIENCE, CallbackAcks
from bot.telegram.transport.incoming import Command, Heard, Membership, Moved, Pressed, Said
from bot.telegram.transport.messenger import TelegramMessenger
from bot.telegram.verbs import ButtonVerb
from bot.usecases.access import ask_access, let_in
from bot.usecases.sign_up import SignUp, vouched

log = structlog.get_logger()


_OPENING = frozenset({"start", "watch", "pantau"})
"""Commands with which an admin lets a group in."""


@dataclass(frozen=True, slots=True)
class _Access:
    """The result of the check: the context, or the refusal for somebody without access (None: no answer)."""

    context: ChatContext | None
    refusal: Rendered | None = None
    expectation: Expectation | None = None
    audience_changed: bool = False
    greeting: Rendered | None = None
    """What the group is told that this message has let in."""
    is_new_admin: bool = False


class Commands:
    """Handles all updates with the given dialogues."""

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
        """`patience`: seconds that the work behind a button may take before its query is answered without text."""
        self._store = store
        self._clock = clock
        self._messenger = messenger
        self._speaker = speaker
        self._view = view
        self._membership = MembershipUpdates(store, view)
        self._open_access = OpenAccess(view)
        self._menus = menus
        self._commands: dict[str, OnCommand] = {}
        self._presses: dict[ButtonVerb, OnPress] = {}
        self._answers: dict[str, OnAnswer] = {}
        for dialogue in dialogues:
            self._commands |= dialogue.commands
            self._presses |= dialogue.presses
            self._answers |= dialogue.answers
        self._callback_acks = CallbackAcks(speaker, patience)
        self._throttle = Throttle(COMMANDS_A_MINUTE, timedelta(minutes=1))

    def expect(self, heard: Heard) -> None:
        """Announce an update that will be handled later, so that a callback query is answered in time anyway."""
        if isinstance(heard, Pressed):
            self._callback_acks.begin(heard.query_id)

    async def settle(self) -> None:
        """Finish the answers to callback queries that are being sent (at shutdown)."""
        await self._callback_acks.settle()

    async def offer_menus(self) -> None:
        """Set the command menus; called once Telegram has been reached."""
        await self._menus.offer()

    async def handle(self, heard: Heard, received_at: datetime, update_id: UpdateId) -> None:
        """Handle an update. Raises AnswerLaterError if the answer cannot be sent now.

        The rate limit uses `received_at`, not the current time: messages that were sent over several minutes and
        waited for the bot to start are not too many at once.
        """
        match heard:
            case Said():
                await self._handle_message(heard, received_at, update_id)
            case Pressed():
                await self._handle_press(heard, received_at, update_id)
            case Moved():
                await self._membership.move(heard)
            case Membership():
                await self._membership.note_membership(heard, self._clock.now())

    # --- what is said ------------------------------------------------------------------------

    async def _handle_message(self, said: Said, received_at: datetime, update_id: UpdateId) -> None:
        if said.chat.kind != "private" and said.command is None and not (said.replied and said.replied.by_us):
            return
        async with self._store.write() as unit:
            access = await self._check_access(unit, said, update_id)
        if access.audience_changed:
            await self._view.audience_changed()
        if access.is_new_admin:
            await self._menus.offer()
        if access.refusal is not None and self._throttle.excess(said.user_id or said.chat.chat, received_at) == 0:
            reply_to = None if said.chat.kind == "private" else said.message_id
            await self._speaker.tell(said.chat.chat, said.thread, access.refusal, reply_to)
        if access.context is not None and access.greeting is not None:
            await self._speaker.say(access.context, access.greeting)
        if access.context is not None:
            await self._answer(access.context, said, access.expectation, received_at)

    async def _answer(
        self, context: ChatContext, said: Said, expectation: Expectation | None, received_at: datetime
    ) -> None:
        if (excess := self._throttle.excess(context.throttled_as, received_at)) > 0:
            if excess == 1:
                await self._speaker.say(context, replies.too_fast(context.wording))
            return
        if expectation is not None and expectation.what in self._answers:
            on_answer = self._answers[expectation.what]
            if context.role >= on_answer.least:
                await on_answer.do(context, said, expectation.about)
            return
        name = MATERIAL if said.command is None else said.command.name
        handler = self._commands.get(name)
        if handler is None or (said.command is None and not context.is_private):
            if context.is_private:
                await self._speaker.say(context, replies.hint(context.wording))
        elif context.role < handler.least:
            await self._speaker.say(context, replies.not_allowed(context.wording, handler.least))
        else:
            await handler.do(context, said)

    async def _check_access(self, unit: UnitOfWork, said: Said, update_id: UpdateId) -> _Access:
        known = await unit.chats.get(said.chat.chat)
        chat = heard_from(refreshed(known, said.chat), self._clock.now())
        admitted = await admission_now(unit, self._view)
        context = await self._build_context(unit, said, update_id, chat, admitted)
        command = said.command or Command("", "")
        starts = command.name == "start"
        redeems_code = starts and command.argument != "" and context.is_private and not admitted.is_admin(said.user_id)
        if redeems_code and said.user_id and await redeem_start_code(unit.key_values, command.argument, context.now):
            await self._make_admin(unit, chat, said, said.user_id)
            return _Access(None, audience_changed=True, is_new_admin=True)
        signed_up = context.role is Role.STRANGER and self._open_access.is_open
        if signed_up:
            outcome = await self._open_access.start(unit, context, chat, admitted) if starts else None
            if outcome is not SignUp.IN:
                return _Access(None, await self._open_access.refusal(unit, context, said, outcome))
            chat = await unit.chats.get(chat.chat) or chat
            context = await self._build_context(unit, said, update_id, chat, admitted)
        if context.role is Role.STRANGER:
            asked = starts and await self._ask_access(unit, context, said, admitted)
            quiet = not context.is_private and not starts
            refusal = None if quiet else replies.stranger(context.wording, said, stale_link=redeems_code)
            return _Access(None, refusal, audience_changed=asked)
        opened = command.name in _OPENING and context.role is Role.ADMIN and not context.is_private
        opened = opened and not admitted.may_use(chat, said.username, None)
        if opened:
            chat = replace(vouched(chat), approved=True)
            await let_in(unit, chat, context.change(""))
            context = replace(context, chat=replace(context.chat, approved=True))
        back = await self._membership.note_presence(unit, said.chat, said.username, context.now)
        if known != chat:
            await unit.chats.save(replace(chat, language=_language_for(chat, said.language_code)))
        expectation = await self._expectation(unit, said)
        greeting = replies.let_in_here(context.wording) if opened else None
        if signed_up and not context.is_private:
            greeting = replies.signed_up_group(context.wording)
        return _Access(context, expectation=expectation, audience_changed=back, greeting=greeting)

    async def _ask_access(self, unit: UnitOfWork, context: ChatContext, said: Said, admitted: Admission) -> bool:
        chat = context.chat
        request = AccessRequest(chat.chat, chat.kind, chat.title, context.user_id, context.user_name, context.now)
        return await ask_access(unit, request, _language_of(said.language_code), admitted.admins, context.now)

    async def _expectation(self, unit: UnitOfWork, said: Said) -> Expectation | None:
        """The question that the message answers, if any. A command cancels a pending question."""
        if said.user_id is None:
            return None
        if said.command is not None:
            await unit.conversations.forget_expectation(said.chat.chat, said.user_id)
            return None
        return await unit.conversations.expected(said.chat.chat, said.user_id, self._clock.now())

    async def _build_context(
        self, unit: UnitOfWork, heard: Said | Pressed, update_id: UpdateId, chat: Chat, admitted: Admission
    ) -> ChatContext:
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
            update_id=update_id,
        )

    # --- what is pressed ---------------------------------------------------------------------

    async def _handle_press(self, pressed: Pressed, received_at: datetime, update_id: UpdateId) -> None:
        verb, arguments = read_press(pressed.data)
        press = Press(pressed.query_id, arguments)
        async with self._store.read() as unit:
            chat = refreshed(await unit.chats.get(pressed.chat.chat), pressed.chat)
            context = await self._build_context(unit, pressed, update_id, chat, await admission_now(unit, self._view))
            handler = None if verb is None else self._presses.get(verb)
            if handler is not None and not handler.under_told and context.role is not Role.STRANGER:
                delivery = await unit.outbox.of_message(context.chat.chat, context.message_id)
                handler = None if delivery is not None else handler
        self._callback_acks.begin(pressed.query_id)
        try:
            if context.role is Role.STRANGER:
                press.say(replies.NOTHING)
            elif (excess := self._throttle.excess(context.throttled_as, received_at)) > 0:
                press.say(replies.too_fast_text(context.wording) if excess == 1 else replies.NOTHING)
            elif handler is None:
                press.say(replies.stale_button(context.wording))
            elif context.role < handler.least:
                press.say(replies.right_needed(context.wording, handler.least), urgent=True)
            else:
                await handler.do(
                    context, press
                )  # if this raises, the update is handled again; until then the query waits
            late = await self._callback_acks.end(press)
        finally:
            if press.afterwards is not None:
                await press.afterwards()
        if late:
            await self._speaker.tell(context.chat.chat, context.thread, late)

    # --- people ------------------------------------------------------------------------------

    async def _make_admin(self, unit: UnitOfWork, chat: Chat, said: Said, user_id: int) -> None:
        """Make the user an admin. The welcome message goes through the outbox, so that a crash cannot lose it."""
        now = self._clock.now()
        await unit.chats.add_admin(user_id, now)
        language = chat.language or _language_of(said.language_code)
        await unit.chats.save(replace(vouched(chat), approved=True, language=language))
        welcome = notice(
            "welcome-admin",
            now.isoformat(),
            topics=len(self._view.topics()),
            feeds=len(self._view.feeds()),
        )
        await unit.outbox.add([NewDelivery(Destination(chat.chat), DeliveryKind.NOTICE, welcome)], now)
        log.info("admin-added", user=user_id)


def _language_for(chat: Chat, code: str | None) -> Language | None:
    """The language to store for a chat: in a private chat that of the user's Telegram app, until they choose one."""
    return chat.language or (_language_of(code) if chat.kind == "private" else None)


def _language_of(code: str | None) -> Language | None:
    """Indonesian or English for an IETF language tag (Bot API, "User", language_code); None if there is no tag."""
    if code is None:
        return None
    return Language("id") if code.lower().startswith("id") else Language("en")
