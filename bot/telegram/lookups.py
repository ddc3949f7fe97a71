"""Looks up what a button or command refers to, and checks that it belongs to the chat that the update came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.model import Alert, Change, Delivery, DeliveryId, Review, Role, Topic
from bot.store import UnitOfWork
from bot.telegram.context import ChatContext, Press


@dataclass(frozen=True, slots=True)
class AlertHere:
    """An alert that was sent to this chat."""

    delivery: Delivery
    alert: Alert


async def alert_here(unit: UnitOfWork, context: ChatContext, press: Press) -> AlertHere | None:
    """The alert that the first argument refers to, or None if none such was sent to this chat."""
    delivery = await _delivery_here(unit, context, press)
    if delivery is None or not isinstance(delivery.content, Alert):
        return None
    return AlertHere(delivery, delivery.content)


async def review_here(unit: UnitOfWork, context: ChatContext, press: Press) -> tuple[DeliveryId, Review] | None:
    """The review that the first argument refers to, or None if none such was sent to this chat."""
    delivery = await _delivery_here(unit, context, press)
    if delivery is None or not isinstance(delivery.content, Review):
        return None
    return delivery.id, delivery.content


async def _delivery_here(unit: UnitOfWork, context: ChatContext, press: Press) -> Delivery | None:
    number = press.number(0)
    delivery = None if number is None else await unit.outbox.get(DeliveryId(number))
    return delivery if delivery is not None and context.is_here(delivery.destination.chat) else None


async def topics_here(unit: UnitOfWork, topics: Iterable[Topic], context: ChatContext) -> tuple[Topic, ...]:
    """The topics that send to this chat or were created in it, with current chat ids. `topics` are all active topics.

    An admin in a private chat sees all of them. For others it costs little, however many topics there are.
    """
    topics = tuple(topics)
    if not context.sees_all:
        here = context.chat.chat
        names = {here, *await unit.chats.former_ids([here])}
        topics = tuple(
            topic
            for topic in topics
            if topic.owning_chat == here
            or any(to.chat in names or context.is_here(to.chat) for to in topic.destinations)
        )
    named = await unit.chats.current_ids({to.chat for topic in topics for to in topic.destinations})
    current_ids = {chat: context.chat.chat if context.is_here(now) else now for chat, now in named.items()}
    return tuple(
        replace(topic, destinations=tuple(replace(to, chat=current_ids[to.chat]) for to in topic.destinations))
        for topic in topics
    )


def may_change(topic: Topic, context: ChatContext) -> bool:
    """Whether the topic can be changed here. Topics of files are changed in their file; topics of a chat are changed by
    its editors, or by an admin in a private chat.
    """
    if topic.owning_chat is None or context.role < Role.EDITOR:
        return False
    return topic.owning_chat == context.chat.chat or context.sees_all


_LOOKED_AT = 50
"""How many of the latest changes of the chat are searched for one of the same button press."""


async def changes_by(unit: UnitOfWork, context: ChatContext, press: Press) -> tuple[Change, ...]:
    """The changes that this button press has already recorded (`press=press.query_id`), if it is handled again."""
    latest = await unit.changes.latest(_LOOKED_AT, chat=context.chat.chat)
    return tuple(change for change in latest if change.values.get("press") == press.query_id)
