"""All dialogues, on the verbs that they call."""

from __future__ import annotations

from dataclasses import dataclass

from bot.adapters.telegram.dialogues.alerts import AlertDialogue
from bot.adapters.telegram.dialogues.reviews import ReviewDialogue
from bot.adapters.telegram.dialogues.start import StartDialogue
from bot.adapters.telegram.dialogues.votes import VoteDialogue
from bot.adapters.telegram.speaker import Speaker
from bot.adapters.telegram.turns import Dialogue
from bot.adapters.telegram.view import BotView
from bot.ports import Clock, Store
from bot.usecases.feedback import Feedback
from bot.usecases.more_like import MoreLike
from bot.usecases.mute import StoryMuter
from bot.usecases.review import Reviewer


@dataclass(frozen=True, slots=True)
class Verbs:
    """What dialogues cause: the composition root builds them."""

    store: Store
    clock: Clock
    feedback: Feedback
    muter: StoryMuter
    more_like: MoreLike
    reviewer: Reviewer


def dialogues_of(verbs: Verbs, speaker: Speaker, view: BotView) -> tuple[Dialogue, ...]:
    """Everything that can be talked about."""
    return (
        StartDialogue(verbs.store, speaker, view),
        VoteDialogue(verbs.store, speaker, view, verbs.feedback),
        AlertDialogue(verbs.store, speaker, view, verbs.muter, verbs.more_like),
        ReviewDialogue(verbs.store, speaker, verbs.reviewer),
    )
