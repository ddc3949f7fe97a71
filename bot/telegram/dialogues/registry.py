"""All dialogues, on the verbs that they call."""

from __future__ import annotations

from dataclasses import dataclass

from bot.ports import Charts, Clock, Embedder, Fetcher, Workers
from bot.store import Store
from bot.telegram.app_api import AppApi, Dependencies
from bot.telegram.attachments import ShownReader
from bot.telegram.context import Dialogue
from bot.telegram.dialogues.access import AccessDialogue
from bot.telegram.dialogues.alerts import AlertDialogue
from bot.telegram.dialogues.editors import EditorsDialogue
from bot.telegram.dialogues.feeds import FeedsDialogue
from bot.telegram.dialogues.latest import LatestDialogue
from bot.telegram.dialogues.log import LogDialogue
from bot.telegram.dialogues.new_feeds import NewFeedsDialogue
from bot.telegram.dialogues.reviews import ReviewDialogue
from bot.telegram.dialogues.search import SearchDialogue
from bot.telegram.dialogues.start import StartDialogue
from bot.telegram.dialogues.stats import StatsDialogue
from bot.telegram.dialogues.status import StatusDialogue
from bot.telegram.dialogues.topic_parts import TopicPartsDialogue
from bot.telegram.dialogues.topic_service import TopicDesk
from bot.telegram.dialogues.topics import TopicsDialogue
from bot.telegram.dialogues.votes import VoteDialogue
from bot.telegram.dialogues.watching import WatchDialogue
from bot.telegram.settings.dialogue import SettingsDialogue
from bot.telegram.speaker import Speaker
from bot.usecases.topics.drafts import Drafting
from bot.usecases.topics.feedback import Feedback


@dataclass(frozen=True, slots=True)
class Verbs:
    """What dialogues cause: the composition root builds them."""

    store: Store
    clock: Clock
    fetcher: Fetcher
    workers: Workers
    embedder: Embedder
    drafting: Drafting
    feedback: Feedback
    charts: Charts


def dialogues_of(verbs: Verbs, speaker: Speaker, view: AppApi) -> tuple[Dialogue, ...]:
    """Everything that can be talked about."""
    dependencies = Dependencies(verbs.store, verbs.clock, verbs.fetcher, verbs.workers, verbs.embedder, verbs.charts)
    new_feeds = NewFeedsDialogue(dependencies, speaker, view)
    reader = ShownReader(speaker, verbs.fetcher, verbs.workers)
    watching = WatchDialogue(verbs.store, speaker, view, verbs.drafting, reader, new_feeds)
    desk = TopicDesk(verbs.store, speaker, view)
    return (
        StartDialogue(verbs.store, speaker, view),
        SettingsDialogue(verbs.store, speaker, view),
        watching,
        TopicsDialogue(desk),
        TopicPartsDialogue(desk, reader),
        VoteDialogue(verbs.store, speaker, view, verbs.feedback),
        AlertDialogue(verbs.store, speaker, view),
        ReviewDialogue(verbs.store, speaker),
        FeedsDialogue(verbs.store, verbs.clock, speaker, view, new_feeds),
        new_feeds,
        LatestDialogue(verbs.store, speaker, view),
        SearchDialogue(verbs.store, verbs.clock, speaker, watching.take_query),
        AccessDialogue(verbs.store, speaker, view),
        EditorsDialogue(verbs.store, speaker, view),
        LogDialogue(verbs.store, speaker),
        StatsDialogue(verbs.store, verbs.charts, speaker, view),
        StatusDialogue(verbs.store, verbs.clock, speaker, view),
    )
