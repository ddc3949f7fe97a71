"""What both dialogues on topics do first and last: find the topic that is meant, change it, show it again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.matching.editing import Edit, Refusal
from bot.model import Alert, Role, Topic, TopicId
from bot.store import Store, UnitOfWork
from bot.telegram.app_api import AppApi
from bot.telegram.context import ChatContext, Press
from bot.telegram.lookups import may_change, topics_here
from bot.telegram.pages.topic_card import (
    DAYS,
    Rights,
    TopicFigures,
    figures_of,
    file_of,
    topic_card,
)
from bot.telegram.pages.topic_parts import gone_text, refusal_text
from bot.telegram.pages.topics import TopicListContext, page_of_list, topic_list
from bot.telegram.render import Rendered
from bot.telegram.speaker import Speaker
from bot.usecases.topics.edit import change_topic


@dataclass(frozen=True, slots=True)
class TopicDesk:
    """Looks everything up: what a press names may be another chat's."""

    store: Store
    speaker: Speaker
    view: AppApi

    async def here(self, context: ChatContext) -> tuple[Topic, ...]:
        """What this chat sees."""
        async with self.store.read() as unit:
            return await topics_here(unit, self.view.topics(), context)

    async def find(self, context: ChatContext, topic_id: str) -> Topic | None:
        """The topic, if this chat sees it."""
        return next((topic for topic in await self.here(context) if topic.id == topic_id), None)

    async def meant(self, context: ChatContext, press: Press) -> Topic | None:
        """The topic that a press names first; where there is none here, that has been said."""
        topic = await self.find(context, press.argument(0))
        if topic is None:
            press.say(gone_text(context.wording))
        return topic

    async def changeable(self, context: ChatContext, press: Press) -> Topic | None:
        """The same, if it is theirs to change; else it has been said why not."""
        topic = await self.meant(context, press)
        if topic is None or may_change(topic, context):
            return topic
        if topic.owning_chat is None:
            text = context.wording.say("This watch is set in {file}: change it there.", file=file_of(topic))
        else:
            text = context.wording.say("Only the chat that made this watch can change it.")
        press.say(text, urgent=True)
        return None

    async def edit(self, context: ChatContext, press: Press, topic: Topic, what: str, edit: Edit) -> Topic | None:
        """Change it, and say so; None where it stays as it is, and it has been said why."""
        outcome = await change_topic(self.store, topic.id, edit, context.change("topic-changed", what=what))
        if isinstance(outcome, Refusal):
            press.say(refusal_text(outcome, context.wording), urgent=outcome is not Refusal.GONE)
            return None
        press.then(self.view.topics_changed)
        press.say(context.wording.say("Saved."))
        return outcome

    async def list_page(self, context: ChatContext, wanted: int = 0, *, without: TopicId | None = None) -> Rendered:
        """The list. `without`: a topic that has just gone."""
        async with self.store.read() as unit:
            topics = await topics_here(unit, self.view.topics(), context)
            around = await self._around(unit, context, topics)
        return topic_list([topic for topic in topics if topic.id != without], around, wanted)

    async def card(self, context: ChatContext, topic: Topic) -> Rendered:
        """The card of a topic that this chat sees."""
        async with self.store.read() as unit:
            topics = await topics_here(unit, self.view.topics(), context)
            around = await self._around(unit, context, [topic])
            figures = await _figures(unit, topic, context)
        rights = Rights(
            change=may_change(topic, context),
            address=may_address(topic, context),
            export=context.role >= Role.EDITOR,
        )
        return topic_card(topic, figures, rights, around, page_of_list(topics, topic))

    async def _around(self, unit: UnitOfWork, context: ChatContext, topics: Sequence[Topic]) -> TopicListContext:
        chats = {to.chat for topic in topics for to in topic.destinations}
        chats |= {topic.owning_chat for topic in topics if topic.owning_chat is not None}
        titles: dict[str, str] | None = None
        if context.sees_all:
            known = [await unit.chats.get(chat) for chat in sorted(chats)]
            titles = {chat.chat: chat.title for chat in known if chat is not None}
        states = await unit.feeds.states()
        return TopicListContext(context.wording, context.chat.chat, titles, self.view.feeds(), states, context.now)


def may_address(topic: Topic, context: ChatContext) -> bool:
    """Who may have it tell other chats than its own."""
    return context.sees_all and may_change(topic, context)


async def _figures(unit: UnitOfWork, topic: Topic, context: ChatContext) -> TopicFigures:
    """Of this chat; of all chats for an admin in private."""
    chat = None if context.sees_all else context.chat.chat
    told = await unit.outbox.told(context.now - timedelta(days=DAYS), chat=chat)
    alerts = {
        delivery.content.id
        for delivery in told
        if isinstance(delivery.content, Alert)
        and any(reason.topic_id == topic.id for reason in delivery.content.reasons)
    }
    return figures_of(len(alerts), await unit.votes.of(topic.id))
