"""Which topics a chat sees, and which of them it may change."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.adapters.telegram.turns import Turn
from bot.model import Role, Topic
from bot.ports import UnitOfWork


async def topics_here(unit: UnitOfWork, topics: Iterable[Topic], turn: Turn) -> tuple[Topic, ...]:
    """The topics that write to this chat or were made in it, with chats' ids of today; admins see all in private.

    `topics`: all that are watched.
    """
    topics = tuple(topics)
    named = await unit.chats.ids_of_today({to.chat for topic in topics for to in topic.destinations})
    today = {chat: turn.chat.chat if turn.is_here(now) else now for chat, now in named.items()}
    found = [
        replace(topic, destinations=tuple(replace(to, chat=today[to.chat]) for to in topic.destinations))
        for topic in topics
    ]
    if turn.sees_all:
        return tuple(found)
    here = turn.chat.chat
    return tuple(
        topic for topic in found if topic.owning_chat == here or any(to.chat == here for to in topic.destinations)
    )


def may_change(topic: Topic, turn: Turn) -> bool:
    """Files are changed where they are; a topic made in a chat, by its editors, or by an admin in private."""
    if topic.owning_chat is None or turn.role < Role.EDITOR:
        return False
    return topic.owning_chat == turn.chat.chat or turn.sees_all
