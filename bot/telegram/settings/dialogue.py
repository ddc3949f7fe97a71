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
from bot.telegram.settings.choices import Known, Picked, noted, picked, typed
from bot.telegram.settings.questions import asking, unknown_city
from bot.telegram.settings.settings_buttons import QUESTIONS, Choosing, Flow, Page, next_page
from bot.telegram.speaker import Speaker
from bot.telegram.transport.incoming import Said
from bot.telegram.verbs import ButtonVerb
from bot.usecases.monitoring.stats import Statistician
from bot.usecases.preferences import Chooser
from bot.wording.places import find_place, known_zones

ANSWER_WITHIN = timedelta(hours=1)
"""How long the next message counts as the answer to a question."""

_ASKED = (Page.OUTLETS, Page.ZONE, Page.QUIET, Page.DIGEST)


class SettingsDialogue:
    """Implements `Dialogue`."""

    def __init__(
        self, store: Store, chooser: Chooser, statistician: Statistician, speaker: Speaker, view: AppApi
    ) -> None:
        self._store = store
        self._chooser = chooser
        self._statistician = statistician
        self._speaker = speaker
        self._view = view
        self._questions = Questions(store, speaker, ANSWER_WITHIN)
        commands = {
            ("settings", "pengaturan"): self._on(Page.CARD),
            ("language", "bahasa"): self._on(Page.LANGUAGE),
            ("outlets", "media"): self._on(Page.OUTLETS),
            ("quiet", "tenang"): self._on(Page.QUIET),
            ("digest", "ringkasan"): self._on(Page.DIGEST),
            ("pause", "jeda"): self._on(Page.PAUSE),
            ("resume", "lanjut"): OnCommand(Role.EDITOR, self._resume),
        }
        self.commands: Mapping[str, OnCommand] = {name: on for names, on in commands.items() for name in names}
        self.presses: Mapping[ButtonVerb, OnPress] = {
            ButtonVerb.OPEN_SETTING: OnPress(Role.EDITOR, self._open),
            ButtonVerb.CHOOSE_SETTING: OnPress(Role.EDITOR, self._choose, under_told=True),
            ButtonVerb.ASK_SETTING: OnPress(Role.EDITOR, self._ask),
        }
        self.answers: Mapping[str, OnAnswer] = {
            _expected(which): OnAnswer(Role.EDITOR, self._answering(which)) for which in _ASKED
        }

    # --- commands ----------------------------------------------------------------------------

    def _on(self, which: Page) -> OnCommand:
        """Shows a page; with something behind the command, chooses that."""

        async def do(turn: ChatContext, said: Said) -> None:
            argument = said.command.argument if said.command else ""
            may_change = turn.role >= Role.EDITOR
            if not argument or which is Page.CARD:
                told = await self._told(turn, which) if may_change else ()
                await self._speaker.say(turn, shown(which, _about(turn, told=told), may_change=may_change))
            elif not may_change:
                await self._speaker.say(turn, replies.not_allowed(turn.wording, Role.EDITOR))
            else:
                await self._take(turn, which, argument)

        return OnCommand(Role.MEMBER, do)

    async def _take(self, turn: ChatContext, which: Page, argument: str) -> None:
        told = await self._told(turn, which)
        pick = typed(which, argument, _known(turn, told))
        if pick is None:
            await self._speaker.say(turn, misread(which, argument, _about(turn, told=told)))
            return
        turn = await self._keep(turn, which, pick)
        await self._speaker.say(turn, shown(which, _about(turn, told=told)))

    async def _resume(self, turn: ChatContext, _said: Said) -> None:
        was_paused = _about(turn).is_paused
        waiting = await self._chooser.waiting(turn.chat) if was_paused else 0
        pick = picked(Page.PAUSE, "off", _known(turn))
        if pick is not None:
            turn = await self._keep(turn, Page.PAUSE, pick)
        await self._speaker.say(turn, resumed(turn.wording, waiting, was_paused=was_paused))

    # --- buttons -----------------------------------------------------------------------------

    async def _open(self, turn: ChatContext, press: Press) -> None:
        match _read(press.arguments):
            case (flow, which, None) if which is not Page.WEEKLY:
                await self._forget_question(turn)
                await self._speaker.change(turn, shown(which, _about(turn, flow, await self._told(turn, which))))
            case _:
                press.say(replies.stale_button(turn.wording))

    async def _choose(self, turn: ChatContext, press: Press) -> None:
        told: Sequence[str] = ()
        match _read(press.arguments):
            case (Flow.NOTE as flow, Page.WEEKLY as which, "off" as value):
                pick = picked(which, value, _known(turn))
            case ((Flow.CARD | Flow.WELCOME) as flow, which, str(value)):
                await asyncio.to_thread(known_zones)  # 50 ms the first time
                told = await self._told(turn, which)
                pick = picked(which, value, _known(turn, told))
            case _:
                pick = None
        if pick is None:
            press.say(replies.stale_button(turn.wording))
            return
        turn = await self._keep(turn, which, pick)
        await self._forget_question(turn)
        if flow is Flow.NOTE:
            await self._speaker.change_keyboard(turn, ())
            press.say(turn.wording.say("No more weekly notes. /settings brings them back."))
        else:
            await self._speaker.change(turn, shown(_after(which, flow, turn), _about(turn, flow, told)))

    async def _ask(self, turn: ChatContext, press: Press) -> None:
        match _read(press.arguments):
            case (flow, which, None) if which in _ASKED:
                await self._expect(turn, which, flow, turn.message_id)
                asked = asking(which, _about(turn, flow), is_private=turn.is_private)
                await self._speaker.change(turn, asked)
            case _:
                press.say(replies.stale_button(turn.wording))

    # --- answers -----------------------------------------------------------------------------

    def _answering(self, which: Page) -> Callable[[ChatContext, Said, str], Awaitable[None]]:
        async def do(turn: ChatContext, said: Said, about: str) -> None:
            flow, _, asked = about.partition(":")
            await self._take_answer(turn, which, said.material.text, Flow(flow), MessageId(int(asked)))

        return do

    async def _take_answer(self, turn: ChatContext, which: Page, text: str, flow: Flow, asked: MessageId) -> None:
        """What follows from it takes the place of the question, below the answer."""
        told = await self._told(turn, which)
        about, known = _about(turn, flow, told), _known(turn, told)
        pick: Picked | None = None
        again = asking(which, about, is_private=turn.is_private, misread=which is not Page.ZONE)
        if which is not Page.ZONE:
            pick = typed(which, text, known)
        elif text:
            found = await asyncio.to_thread(find_place, text)
            pick = picked(which, found.place.zone, known) if found.place else None
            again = unknown_city(text, found.likely, about, is_private=turn.is_private)
        if pick is None:
            said = await self._speaker.say(turn, again)
            await self._expect(turn, which, flow, said or asked)
        else:
            turn = await self._keep(turn, which, pick)
            await self._speaker.say(turn, shown(_after(which, flow, turn), _about(turn, flow, told)))
        await self._speaker.delete(turn, asked)
        if pick is not None:  # last: where Telegram cannot be told now, this is still the answer next time
            await self._forget_question(turn)

    # --- the store ---------------------------------------------------------------------------

    async def _keep(self, turn: ChatContext, which: Page, pick: Picked) -> ChatContext:
        """The turn as it goes on: the next word is in the language that was chosen."""
        was_paused = _about(turn).is_paused
        chat = await self._chooser.choose(turn.chat, pick, lambda after: noted(which, after, turn))
        turn = replace(turn, chat=chat, reader=Reader.of(chat, turn.wording.language, turn.reader.timezone))
        if was_paused and not _about(turn).is_paused:
            await self._view.audience_changed()
        return turn

    async def _told(self, turn: ChatContext, which: Page) -> Sequence[str]:
        """The outlets that the chat was told of lately, for the page where they are chosen; none for others."""
        if which is not Page.OUTLETS:
            return ()
        return await self._statistician.outlets(turn.reader.timezone, turn.now, chat=turn.chat.chat)

    async def _expect(self, turn: ChatContext, which: Page, flow: Flow, asked: MessageId) -> None:
        """Their next message answers this question, which is then removed."""
        await self._questions.expect(turn, _expected(which), f"{flow}:{asked}")

    async def _forget_question(self, turn: ChatContext) -> None:
        """Somebody has turned to something else: the next message is no answer."""
        async with self._store.read() as unit:
            expected = await unit.conversations.expected(turn.chat.chat, turn.user_id, turn.now)
        if expected is not None and expected.what in self.answers:
            await self._questions.forget(turn)


def _about(turn: ChatContext, flow: Flow = Flow.CARD, told: Sequence[str] = ()) -> Choosing:
    return Choosing(turn.chat, turn.reader, turn.now, flow, told)


def _known(turn: ChatContext, told: Sequence[str] = ()) -> Known:
    return Known(turn.reader.timezone, turn.now, told)


def _after(which: Page, flow: Flow, turn: ChatContext) -> Page:
    """What is shown once something is chosen: it as it is now, after a pause all, after a question the next."""
    if flow is Flow.WELCOME and which in QUESTIONS and which is not Page.READS:  # languages are chosen one by one
        return next_page(which)
    return Page.CARD if which is Page.PAUSE and not _about(turn).is_paused else which


def _expected(which: Page) -> str:
    return f"settings-{which}"


def _read(arguments: tuple[str, ...]) -> tuple[Flow, Page, str | None] | None:
    """Flow, page and value of a button; None where the data was made up, or is of another time."""
    try:
        match arguments:
            case (flow, which):
                return Flow(flow), Page(which), None
            case (flow, which, value):
                return Flow(flow), Page(which), value
    except ValueError:
        pass
    return None
