"""/editors: who may change what a group watches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.config import Access
from bot.model import Editor, Role
from bot.store import Store
from bot.telegram.app_api import AppApi
from bot.telegram.context import ChatContext, OnAnswer, OnCommand, OnPress, Press
from bot.telegram.pages import editors as pages
from bot.telegram.pages import replies
from bot.telegram.render import Rendered
from bot.telegram.speaker import Speaker
from bot.telegram.transport.incoming import Replied, Said
from bot.telegram.verbs import ButtonVerb
from bot.usecases.editors import name_editor, remove_editor


class EditorsDialogue:
    """Implements `Dialogue`."""

    def __init__(self, store: Store, speaker: Speaker, view: AppApi) -> None:
        self._store = store
        self._speaker = speaker
        self._view = view
        self.commands: Mapping[str, OnCommand] = {"editors": OnCommand(Role.MEMBER, self._editors)}
        self.presses: Mapping[ButtonVerb, OnPress] = {ButtonVerb.REMOVE_EDITOR: OnPress(Role.EDITOR, self._remove)}
        self.answers: Mapping[str, OnAnswer] = {}

    async def _editors(self, context: ChatContext, said: Said) -> None:
        wants_one = said.command is not None and said.command.argument.lower() == "add"
        meant = said.replied if said.replied is not None and (wants_one or not said.replied.by_us) else None
        if context.is_private:
            await self._speaker.say(context, pages.only_in_groups(context.wording))
        elif context.user_id == 0 and (wants_one or meant is not None):
            await self._speaker.say(context, pages.not_nameable(context.wording, "anonymous-self"))
        elif meant is not None and self._may_name(context):
            await self._name(context, meant)
        elif wants_one and not self._may_name(context):
            least = Role.EDITOR if self._names_its_own(context) else Role.ADMIN
            await self._speaker.say(context, replies.not_allowed(context.wording, least))
        else:
            async with self._store.read() as unit:
                editors = await unit.chats.editors(context.chat.chat)
            await self._speaker.say(context, self._list(context, editors))

    def _names_its_own(self, context: ChatContext) -> bool:
        """Whether the editors of the group name others; else only admins of the bot do."""
        return context.chat.preferences.public or self._view.access() is Access.OPEN

    def _may_name(self, context: ChatContext) -> bool:
        return context.role >= (Role.EDITOR if self._names_its_own(context) else Role.ADMIN)

    def _removable(self, context: ChatContext, editors: Sequence[Editor]) -> tuple[Editor, ...]:
        """Admins remove everybody; an editor, those who were named later than they were."""
        if context.role is Role.ADMIN:
            return tuple(editors)
        if not self._may_name(context):
            return ()
        place = next((place for place, one in enumerate(editors) if one.user_id == context.user_id), len(editors))
        return tuple(editors[place + 1 :])

    def _list(self, context: ChatContext, editors: Sequence[Editor]) -> Rendered:
        removable = self._removable(context, editors)
        return pages.editor_list(context.wording, editors, removable, names_its_own=self._names_its_own(context))

    async def _name(self, context: ChatContext, replied: Replied) -> None:
        async with self._store.read() as unit:
            admins = {*self._view.admins(), *await unit.chats.admins()}
        if replied.user_id is None:
            await self._speaker.say(context, pages.not_nameable(context.wording, "anonymous"))
        elif replied.user_id in admins:
            await self._speaker.say(context, pages.not_nameable(context.wording, "admin"))
        else:
            editor = Editor(replied.user_id, pages.name_of(replied.user_name))
            done = await name_editor(self._store, context.chat.chat, editor, context.change(""))
            shown = pages.named(context.wording, editor) if done else pages.not_nameable(context.wording, "too-many")
            await self._speaker.tell(context.chat.chat, context.thread, shown, replied.message_id if done else None)

    async def _remove(self, context: ChatContext, press: Press) -> None:
        """Of this chat, whatever message the button came from."""
        async with self._store.read() as unit:
            editors = await unit.chats.editors(context.chat.chat)
        if not self._may_name(context):
            press.say(replies.right_needed(context.wording, Role.ADMIN), urgent=True)
            return
        removable = self._removable(context, editors)
        found = next((editor for editor in removable if str(editor.user_id) == press.argument(0)), None)
        if found is None:
            press.say(replies.stale_button(context.wording))
            return
        await remove_editor(self._store, context.chat.chat, found.user_id, context.change(""))
        left = [editor for editor in editors if editor != found]
        press.say(context.wording.say("{name} is no longer an editor.", name=found.name))
        await self._speaker.change(context, self._list(context, left))
