"""All dialogues."""

from __future__ import annotations

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
from bot.telegram.page_budget import PageBudget
from bot.telegram.settings.dialogue import SettingsDialogue
from bot.telegram.speaker import Speaker
from bot.usecases.topics.read_pages import ReadPages


def dialogues_of(dependencies: Dependencies, speaker: Speaker, view: AppApi) -> tuple[Dialogue, ...]:
    """Everything that can be talked about."""
    store, clock = dependencies.store, dependencies.clock
    budget = PageBudget(view)
    new_feeds = NewFeedsDialogue(dependencies, speaker, view, budget)
    pages = ReadPages(dependencies.fetcher, dependencies.workers, clock)
    reader = ShownReader(speaker, pages, dependencies.workers, budget)
    watching = WatchDialogue(dependencies, speaker, view, reader, new_feeds)
    desk = TopicDesk(store, speaker, view)
    return (
        StartDialogue(store, speaker, view),
        SettingsDialogue(store, speaker, view),
        watching,
        TopicsDialogue(desk),
        TopicPartsDialogue(desk, clock, reader),
        VoteDialogue(dependencies, speaker, view),
        AlertDialogue(store, speaker, view),
        ReviewDialogue(store, speaker),
        FeedsDialogue(store, clock, speaker, view, new_feeds),
        new_feeds,
        LatestDialogue(store, speaker, view),
        SearchDialogue(store, clock, speaker, watching.take_query),
        AccessDialogue(store, speaker, view),
        EditorsDialogue(store, speaker, view),
        LogDialogue(store, speaker),
        StatsDialogue(store, dependencies.charts, speaker, view),
        StatusDialogue(store, clock, speaker, view),
    )
