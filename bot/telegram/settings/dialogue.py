"""/settings, and a command for each of what is chosen most: /language, /outlets, /quiet, /digest, …

Buttons name a page and a value, never a chat: what they choose counts for the chat in which they are pressed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.model import MessageId, Role
from bot.store import Store
from bot.telegram.app_api import AppApi
from bot.telegram.context import ChatContext, OnAnswer, OnCommand, OnPress, Press
from bot.telegram.expected_answers import Questions
from bot.telegram.pages import replies
from bot.telegram.render import Reader
from bot.telegram.settings.cards import misread, resumed, shown
from bot.telegram.settings.chat_setting import ChatSetting, Choice, CommandSetting, SettingPage, TypedSetting
from bot.telegram.settings.choosing import CARD, DONE, Choosing, Flow
from bot.telegram.settings.registry import PAUSE, SETTINGS, next_page, setting_of
from bot.telegram.speaker import Speaker
from bot.telegram.transport.incoming import Said
from bot.telegram.verbs import ButtonVerb
from bot.usecases.monitoring.stats import outlets_reported
from bot.usecases.preferences import change_chat, count_held
from bot.wording.places import known_zones

ANSWER_WITHIN = timedelta(hours=1)
"""How long the next message counts as the answer to a question."""


class SettingsDialogue:
    """Implements `Dialogue`."""

    def __init__(self, store: Store, speaker: Speaker, view: AppApi) -> None:
        self._store = store
        self._speaker = speaker
        self._view = view
        self._questions = Questions(store, speaker, ANSWER_WITHIN)
        show_card = OnCommand(Role.MEMBER, self._show_card)
        resume = OnCommand(Role.EDITOR, self._resume)
        self.commands: Mapping[str, OnCommand] = {
            "settings": show_card,
            "pengaturan": show_card,
            **{name: self._on(one) for one in SETTINGS if isinstance(one, CommandSetting) for name in one.commands},
            "resume": resume,
            "lanjut": resume,
        }
        self.presses: Mapping[ButtonVerb, OnPress] = {
            ButtonVerb.OPEN_SETTING: OnPress(Role.EDITOR, self._open),
            ButtonVerb.CHOOSE_SETTING: OnPress(Role.EDITOR, self._choose, under_told=True),
            ButtonVerb.ASK_SETTING: OnPress(Role.EDITOR, self._ask),
        }
        self.answers: Mapping[str, OnAnswer] = {
            _expected(one): OnAnswer(Role.EDITOR, self._answering(one))
            for one in SETTINGS
            if isinstance(one, TypedSetting)
        }

    # --- commands ----------------------------------------------------------------------------

    async def _show_card(self, context: ChatContext, _said: Said) -> None:
        await self._speaker.say(context, shown(CARD, _about(context), may_change=context.role >= Role.EDITOR))

    def _on(self, setting: CommandSetting) -> OnCommand:
        """Shows the page of a setting, or chooses the value that is written behind the command."""

        async def do(context: ChatContext, said: Said) -> None:
            argument = said.command.argument if said.command else ""
            may_change = context.role >= Role.EDITOR
            if not argument:
                about = await self._choosing(context, setting) if may_change else _about(context)
                await self._speaker.say(context, shown(setting.name, about, may_change=may_change))
            elif not may_change:
                await self._speaker.say(context, replies.not_allowed(context.wording, Role.EDITOR))
            else:
                await self._take(context, setting, argument)

        return OnCommand(Role.MEMBER, do)

    async def _take(self, context: ChatContext, setting: CommandSetting, argument: str) -> None:
        about = await self._choosing(context, setting)
        choice = setting.read_text(argument, about)
        if choice is None:
            await self._speaker.say(context, misread(setting, argument, about))
            return
        context = await self._keep(context, setting, choice)
        await self._speaker.say(context, shown(setting.name, _changed(about, context)))

    async def _resume(self, context: ChatContext, _said: Said) -> None:
        about = _about(context)
        waiting = await count_held(self._store, context.chat) if about.is_paused else 0
        choice = PAUSE.read_value("off", about)
        if choice is not None:
            context = await self._keep(context, PAUSE, choice)
        await self._speaker.say(context, resumed(context.wording, waiting, was_paused=about.is_paused))

    # --- buttons -----------------------------------------------------------------------------

    async def _open(self, context: ChatContext, press: Press) -> None:
        flow, name = _flow(press.argument(0)), press.argument(1)
        setting = setting_of(name)
        is_page = name in {CARD, DONE} or isinstance(setting, SettingPage)
        if flow is None or not is_page or len(press.arguments) != 2:
            press.say(replies.stale_button(context.wording))
            return
        await self._forget_question(context)
        await self._speaker.change(context, shown(name, await self._choosing(context, setting, flow)))

    async def _choose(self, context: ChatContext, press: Press) -> None:
        flow, setting, value = _flow(press.argument(0)), setting_of(press.argument(1)), press.argument(2)
        farewell = setting.farewell(value, context.wording) if setting is not None else None
        choice: Choice | None = None
        if setting is not None and flow is not None and len(press.arguments) == 3:
            await asyncio.to_thread(known_zones)  # 50 ms the first time
            about = await self._choosing(context, setting, flow)
            choice = setting.read_value(value, about) if flow is not Flow.NOTE or farewell is not None else None
        if setting is None or choice is None:
            press.say(replies.stale_button(context.wording))
            return
        context = await self._keep(context, setting, choice)
        await self._forget_question(context)
        if flow is Flow.NOTE:
            await self._speaker.change_keyboard(context, ())
            press.say(farewell or "")
        else:
            about = _changed(about, context)
            await self._speaker.change(context, shown(_after(setting, about), about))

    async def _ask(self, context: ChatContext, press: Press) -> None:
        flow, setting = _flow(press.argument(0)), setting_of(press.argument(1))
        if flow is None or not isinstance(setting, TypedSetting) or len(press.arguments) != 2:
            press.say(replies.stale_button(context.wording))
            return
        await self._expect(context, setting, flow, context.message_id)
        await self._speaker.change(context, setting.ask(_about(context, flow), is_private=context.is_private))

    # --- answers -----------------------------------------------------------------------------

    def _answering(self, setting: TypedSetting) -> Callable[[ChatContext, Said, str], Awaitable[None]]:
        async def do(context: ChatContext, said: Said, about: str) -> None:
            flow, _, asked = about.partition(":")
            await self._take_answer(context, setting, said.material.text, Flow(flow), MessageId(int(asked)))

        return do

    async def _take_answer(
        self, context: ChatContext, setting: TypedSetting, text: str, flow: Flow, asked: MessageId
    ) -> None:
        """The reply takes the place of the question, below the answer."""
        about = await self._choosing(context, setting, flow)
        choice = await asyncio.to_thread(setting.read_answer, text, about)
        if choice is None:
            again = await asyncio.to_thread(setting.ask_again, text, about, is_private=context.is_private)
            said = await self._speaker.say(context, again)
            await self._expect(context, setting, flow, said or asked)
        else:
            context = await self._keep(context, setting, choice)
            about = _changed(about, context)
            await self._speaker.say(context, shown(_after(setting, about), about))
        await self._speaker.delete(context, asked)
        if choice is not None:  # last: if Telegram is unreachable now, the same message is the answer next time
            await self._forget_question(context)

    # --- the store ---------------------------------------------------------------------------

    async def _keep(self, context: ChatContext, setting: ChatSetting, choice: Choice) -> ChatContext:
        """The turn with the changed chat: its next message is in the language that was chosen."""
        was_paused = _about(context).is_paused
        chat = await change_chat(self._store, context.chat, choice, lambda after: setting.change(after, context))
        context = replace(context, chat=chat, reader=Reader.of(chat, context.wording.language, context.reader.timezone))
        if was_paused and not _about(context).is_paused:
            await self._view.audience_changed()
        return context

    async def _choosing(self, context: ChatContext, setting: ChatSetting | None, flow: Flow = Flow.CARD) -> Choosing:
        """The chat with what the setting's page needs."""
        outlets: Sequence[str] = ()
        if setting is not None and setting.offers_outlets:
            outlets = await outlets_reported(self._store, context.reader.timezone, context.now, chat=context.chat.chat)
        return _about(context, flow, outlets)

    async def _expect(self, context: ChatContext, setting: TypedSetting, flow: Flow, asked: MessageId) -> None:
        """Their next message answers this question, which is then removed."""
        await self._questions.expect(context, _expected(setting), f"{flow}:{asked}")

    async def _forget_question(self, context: ChatContext) -> None:
        """Somebody has turned to something else: the next message is no answer."""
        async with self._store.read() as unit:
            expected = await unit.conversations.expected(context.chat.chat, context.user_id, context.now)
        if expected is not None and expected.what in self.answers:
            await self._questions.forget(context)


def _about(context: ChatContext, flow: Flow = Flow.CARD, recent_outlets: Sequence[str] = ()) -> Choosing:
    return Choosing(context.chat, context.reader, context.now, flow, recent_outlets)


def _changed(about: Choosing, context: ChatContext) -> Choosing:
    """After the chat was changed."""
    return replace(about, chat=context.chat, reader=context.reader)


def _after(setting: ChatSetting, about: Choosing) -> str:
    """The page after a choice: the next question, the card, or the same page."""
    is_asked = about.flow is Flow.WELCOME
    if is_asked and isinstance(setting, SettingPage) and setting.is_question and not setting.takes_several:
        return next_page(setting)
    return CARD if setting.leads_to_card(about) else setting.name


def _expected(setting: ChatSetting) -> str:
    return f"settings-{setting.name}"


def _flow(text: str) -> Flow | None:
    """The flow of a button; None if its data were made up, or are of an older version."""
    return Flow(text) if text in set(Flow) else None
