"""All dialogues, on the verbs that they call."""

from __future__ import annotations

from dataclasses import dataclass

from bot.adapters.telegram.dialogues.settings import SettingsDialogue
from bot.adapters.telegram.dialogues.start import StartDialogue
from bot.adapters.telegram.dialogues.watching import WatchDialogue
from bot.adapters.telegram.speaker import Speaker
from bot.adapters.telegram.turns import Dialogue
from bot.adapters.telegram.view import BotView
from bot.ports import Clock, Store
from bot.usecases.choose import Chooser
from bot.usecases.drafting import Drafting
from bot.usecases.material import MaterialReader


@dataclass(frozen=True, slots=True)
class Verbs:
    """What dialogues cause: the composition root builds them."""

    store: Store
    clock: Clock
    drafting: Drafting
    material: MaterialReader
    chooser: Chooser


def dialogues_of(verbs: Verbs, speaker: Speaker, view: BotView) -> tuple[Dialogue, ...]:
    """Everything that can be talked about."""
    return (
        StartDialogue(verbs.store, speaker, view),
        WatchDialogue(verbs.store, speaker, view, verbs.drafting, verbs.material),
        SettingsDialogue(verbs.store, verbs.chooser, speaker, view),
    )
