"""/start and /help."""

from __future__ import annotations

from collections.abc import Mapping

from bot.model import Chat, Editor, Preferences, Role
from bot.store import Store
from bot.telegram.app_api import AppApi
from bot.telegram.context import ChatContext, OnAnswer, OnCommand, OnPress, Press
from bot.telegram.lookups import topics_here
from bot.telegram.pages import replies
from bot.telegram.pages.editors import name_of
from bot.telegram.pages.help import help_page
from bot.telegram.settings.cards import settings_button, shown, welcome
from bot.telegram.settings.choosing import Choosing, Flow
from bot.telegram.settings.registry import QUESTIONS
from bot.telegram.speaker import Speaker
from bot.telegram.transport.incoming import Said
from bot.telegram.verbs import ButtonVerb
from bot.usecases.editors import needs_editor, take_first_editor


class StartDialogue:
    """Implements `Dialogue`."""

    def __init__(self, store: Store, speaker: Speaker, view: AppApi) -> None:
        self._store = store
        self._speaker = speaker
        self._view = view
        self.commands: Mapping[str, OnCommand] = {
            "start": OnCommand(Role.MEMBER, self._start),
            "help": OnCommand(Role.MEMBER, self._help),
            "bantuan": OnCommand(Role.MEMBER, self._help),
        }
        self.presses: Mapping[ButtonVerb, OnPress] = {
            ButtonVerb.BEGIN_QUESTIONS: OnPress(Role.EDITOR, self._begin, under_told=True)
        }
        self.answers: Mapping[str, OnAnswer] = {}

    async def _start(self, context: ChatContext, _said: Said) -> None:
        """In private the first /start asks a few questions; every other one greets."""
        async with self._store.read() as unit:
            topics = len(await topics_here(unit, self._view.topics(), context))
            is_known = not context.is_private or await unit.key_values.get(_asked(context.chat)) is not None
        about = Choosing(context.chat, context.reader, context.now, Flow.WELCOME)
        is_new = context.is_private and context.chat.preferences.public and not topics
        first = replies.first_steps(context.wording, self._view.watchlist().public) if is_new else []
        if await self._lacks_editor(context):
            first = replies.first_editor(context.wording)
        if is_known or _has_chosen(context.chat):
            keyboard = settings_button(about) if context.is_private else ()
            await self._speaker.say(context, replies.greeting(context.wording, topics, first, keyboard))
        else:
            await self._speaker.say(context, welcome([*replies.greeting_lines(context.wording, topics), *first], about))
            await self._note_asked(context)

    async def _lacks_editor(self, context: ChatContext) -> bool:
        """Whether a group that has let itself in still has no editor: who administrates it becomes it by /start."""
        if context.is_private or context.role is not Role.MEMBER:
            return False
        chat = context.chat.chat
        async with self._store.read() as unit:
            if not await needs_editor(unit, chat):
                return False
        if await self._speaker.administrates(context):
            editor = Editor(context.user_id, name_of(context.user_name))
            if await take_first_editor(self._store, chat, editor, context.change("")):
                await self._view.audience_changed()  # the notice that says so waits
                return False
        return True

    async def _begin(self, context: ChatContext, press: Press) -> None:
        """The questions, from the button under the admin's welcome."""
        if not context.is_private:
            press.say(replies.stale_button(context.wording))
            return
        await self._speaker.say(
            context, shown(QUESTIONS[0].name, Choosing(context.chat, context.reader, context.now, Flow.WELCOME))
        )
        await self._note_asked(context)

    async def _note_asked(self, context: ChatContext) -> None:
        async with self._store.write() as unit:
            await unit.key_values.set(_asked(context.chat), context.now.isoformat())

    async def _help(self, context: ChatContext, _said: Said) -> None:
        limits = self._view.watchlist().public if context.chat.preferences.public else None
        shown = help_page(context.wording, context.role, is_private=context.is_private, limits=limits)
        await self._speaker.say(context, shown)


def _asked(chat: Chat) -> str:
    """The setting that says when a chat was asked its questions."""
    return f"asked:{chat.chat}"


def _has_chosen(chat: Chat) -> bool:
    return chat.timezone is not None or chat.preferences != Preferences(public=chat.preferences.public)
