"""All dialogues, on the verbs that they call."""

from __future__ import annotations

from dataclasses import dataclass

from bot.adapters.telegram.dialogues.access import AccessDialogue
from bot.adapters.telegram.dialogues.editors import EditorsDialogue
from bot.adapters.telegram.dialogues.log import LogDialogue
from bot.adapters.telegram.dialogues.start import StartDialogue
from bot.adapters.telegram.dialogues.stats import StatsDialogue
from bot.adapters.telegram.dialogues.status import StatusDialogue
from bot.adapters.telegram.speaker import Speaker
from bot.adapters.telegram.turns import Dialogue
from bot.adapters.telegram.view import BotView
from bot.ports import Charts, Clock, Store
from bot.usecases.access import Doorkeeper
from bot.usecases.stats import Statistician
from bot.usecases.status import Overseer


@dataclass(frozen=True, slots=True)
class Verbs:
    """What dialogues cause: the composition root builds them."""

    store: Store
    clock: Clock
    doorkeeper: Doorkeeper
    statistician: Statistician
    charts: Charts
    overseer: Overseer


def dialogues_of(verbs: Verbs, speaker: Speaker, view: BotView) -> tuple[Dialogue, ...]:
    """Everything that can be talked about."""
    return (
        StartDialogue(verbs.store, speaker, view),
        AccessDialogue(verbs.store, verbs.doorkeeper, speaker, view),
        EditorsDialogue(verbs.store, verbs.doorkeeper, speaker, view),
        LogDialogue(verbs.store, speaker),
        StatsDialogue(verbs.store, verbs.statistician, verbs.charts, speaker, view),
        StatusDialogue(verbs.overseer, speaker, view),
    )
