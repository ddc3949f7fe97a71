"""All dialogues, on the verbs that they call."""

from __future__ import annotations

from dataclasses import dataclass

from bot.adapters.telegram.dialogues.start import StartDialogue
from bot.adapters.telegram.dialogues.topic_desk import TopicDesk
from bot.adapters.telegram.dialogues.topic_parts import TopicPartsDialogue
from bot.adapters.telegram.dialogues.topics import TopicsDialogue
from bot.adapters.telegram.speaker import Speaker
from bot.adapters.telegram.turns import Dialogue
from bot.adapters.telegram.view import BotView
from bot.ports import Clock, Store
from bot.usecases.topics import TopicKeeper


@dataclass(frozen=True, slots=True)
class Verbs:
    """What dialogues cause: the composition root builds them."""

    store: Store
    clock: Clock
    topics: TopicKeeper


def dialogues_of(verbs: Verbs, speaker: Speaker, view: BotView) -> tuple[Dialogue, ...]:
    """Everything that can be talked about."""
    desk = TopicDesk(verbs.store, speaker, view, verbs.topics)
    return (
        StartDialogue(verbs.store, speaker, view),
        TopicsDialogue(desk),
        TopicPartsDialogue(desk),
    )
