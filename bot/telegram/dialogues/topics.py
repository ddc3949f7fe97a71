"""/topics: the list, a topic's card, and what a button of the card does at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bot.config import topic_documents
from bot.matching.editing import Edit, with_delivery, with_paused, with_sensitivity
from bot.model import Delivering, Role, SensitivityName, read_sensitivity
from bot.telegram.context import ChatContext, OnAnswer, OnCommand, OnPress, Press
from bot.telegram.dialogues.topic_service import TopicDesk
from bot.telegram.pages.topic_card import export_caption, removal_question
from bot.telegram.pages.topic_parts import gone_text
from bot.telegram.render import Rendered
from bot.telegram.transport.incoming import Said
from bot.telegram.verbs import ButtonVerb
from bot.usecases.topics.edit import remove_topic

_NO_CAPTION = Rendered("", "")


class TopicsDialogue:
    """Implements `Dialogue`."""

    def __init__(self, desk: TopicDesk) -> None:
        self._desk = desk
        self.commands: Mapping[str, OnCommand] = {
            "topics": OnCommand(Role.MEMBER, self._list),
            "pantauan": OnCommand(Role.MEMBER, self._list),
        }
        self.presses: Mapping[ButtonVerb, OnPress] = {
            ButtonVerb.LIST_TOPICS: OnPress(Role.MEMBER, self._turn_page),
            ButtonVerb.SHOW_TOPIC: OnPress(Role.MEMBER, self._open),
            ButtonVerb.PAUSE_TOPIC: OnPress(Role.EDITOR, self._pause),
            ButtonVerb.SET_TOPIC_SENSITIVITY: OnPress(Role.EDITOR, self._set_sensitivity),
            ButtonVerb.SET_TOPIC_DELIVERY: OnPress(Role.EDITOR, self._set_delivery),
            ButtonVerb.EXPORT_TOPIC: OnPress(Role.EDITOR, self._export),
            ButtonVerb.ASK_TOPIC_REMOVAL: OnPress(Role.EDITOR, self._ask_removal),
            ButtonVerb.REMOVE_TOPIC: OnPress(Role.EDITOR, self._remove),
        }
        self.answers: Mapping[str, OnAnswer] = {}

    async def _list(self, context: ChatContext, _said: Said) -> None:
        await self._desk.speaker.say(context, await self._desk.list_page(context))

    async def _turn_page(self, context: ChatContext, press: Press) -> None:
        await self._desk.speaker.change(context, await self._desk.list_page(context, press.number(0) or 0))

    async def _open(self, context: ChatContext, press: Press) -> None:
        if (topic := await self._desk.meant(context, press)) is not None:
            await self._desk.speaker.change(context, await self._desk.card(context, topic))

    # --- changed at once ---------------------------------------------------------------------

    async def _pause(self, context: ChatContext, press: Press) -> None:
        pause = press.argument(1) == "1"
        await self._edit(context, press, "paused" if pause else "resumed", with_paused(paused=pause))

    async def _set_sensitivity(self, context: ChatContext, press: Press) -> None:
        if isinstance(wanted := read_sensitivity(press.argument(1)), SensitivityName):  # no button has a number
            await self._edit(context, press, "sensitivity", with_sensitivity(wanted))

    async def _set_delivery(self, context: ChatContext, press: Press) -> None:
        if (name := press.argument(1)) in set(Delivering):
            await self._edit(context, press, "delivery", with_delivery(Delivering(name)))

    async def _edit(self, context: ChatContext, press: Press, what: str, edit: Edit) -> None:
        if (topic := await self._desk.changeable(context, press)) is None:
            return
        if (changed := await self._desk.edit(context, press, topic, what, edit)) is not None:
            await self._desk.speaker.change(context, await self._desk.card(context, changed))

    # --- taken away --------------------------------------------------------------------------

    async def _export(self, context: ChatContext, press: Press) -> None:
        """As files; those of the configuration too."""
        if (topic := await self._desk.meant(context, press)) is None:
            return
        first, *others = await asyncio.to_thread(topic_documents, topic)
        caption = export_caption(topic, context.wording, len(others))
        if await self._desk.speaker.send_document(context, first.name, first.content, caption) is None:
            press.say(context.wording.say("Telegram does not let me send a file here."), urgent=True)
            return
        for other in others:
            await self._desk.speaker.send_document(context, other.name, other.content, _NO_CAPTION)

    async def _ask_removal(self, context: ChatContext, press: Press) -> None:
        if (topic := await self._desk.changeable(context, press)) is not None:
            await self._desk.speaker.change(context, removal_question(topic, context.wording))

    async def _remove(self, context: ChatContext, press: Press) -> None:
        if (topic := await self._desk.changeable(context, press)) is None:
            return
        press.then(self._desk.view.topics_changed)
        gone = await remove_topic(self._desk.store, topic.id, context.change("topic-removed"))
        press.say(gone_text(context.wording) if gone is None else context.wording.say("Deleted."))
        await self._desk.speaker.change(context, await self._desk.list_page(context, without=topic.id))
