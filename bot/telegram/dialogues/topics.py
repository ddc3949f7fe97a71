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

    async def _list(self, turn: ChatContext, _said: Said) -> None:
        await self._desk.speaker.say(turn, await self._desk.list_page(turn))

    async def _turn_page(self, turn: ChatContext, press: Press) -> None:
        await self._desk.speaker.change(turn, await self._desk.list_page(turn, press.number(0) or 0))

    async def _open(self, turn: ChatContext, press: Press) -> None:
        if (topic := await self._desk.meant(turn, press)) is not None:
            await self._desk.speaker.change(turn, await self._desk.card(turn, topic))

    # --- changed at once ---------------------------------------------------------------------

    async def _pause(self, turn: ChatContext, press: Press) -> None:
        pause = press.argument(1) == "1"
        await self._edit(turn, press, "paused" if pause else "resumed", with_paused(paused=pause))

    async def _set_sensitivity(self, turn: ChatContext, press: Press) -> None:
        if isinstance(wanted := read_sensitivity(press.argument(1)), SensitivityName):  # no button has a number
            await self._edit(turn, press, "sensitivity", with_sensitivity(wanted))

    async def _set_delivery(self, turn: ChatContext, press: Press) -> None:
        if (name := press.argument(1)) in set(Delivering):
            await self._edit(turn, press, "delivery", with_delivery(Delivering(name)))

    async def _edit(self, turn: ChatContext, press: Press, what: str, edit: Edit) -> None:
        if (topic := await self._desk.changeable(turn, press)) is None:
            return
        if (changed := await self._desk.edit(turn, press, topic, what, edit)) is not None:
            await self._desk.speaker.change(turn, await self._desk.card(turn, changed))

    # --- taken away --------------------------------------------------------------------------

    async def _export(self, turn: ChatContext, press: Press) -> None:
        """As files; those of the configuration too."""
        if (topic := await self._desk.meant(turn, press)) is None:
            return
        first, *others = await asyncio.to_thread(topic_documents, topic)
        caption = export_caption(topic, turn.wording, len(others))
        if await self._desk.speaker.send_document(turn, first.name, first.content, caption) is None:
            press.say(turn.wording.say("Telegram does not let me send a file here."), urgent=True)
            return
        for other in others:
            await self._desk.speaker.send_document(turn, other.name, other.content, _NO_CAPTION)

    async def _ask_removal(self, turn: ChatContext, press: Press) -> None:
        if (topic := await self._desk.changeable(turn, press)) is not None:
            await self._desk.speaker.change(turn, removal_question(topic, turn.wording))

    async def _remove(self, turn: ChatContext, press: Press) -> None:
        if (topic := await self._desk.changeable(turn, press)) is None:
            return
        press.then(self._desk.view.topics_changed)
        gone = await remove_topic(self._desk.store, topic.id, turn.change("topic-removed"))
        press.say(gone_text(turn.wording) if gone is None else turn.wording.say("Deleted."))
        await self._desk.speaker.change(turn, await self._desk.list_page(turn, without=topic.id))
