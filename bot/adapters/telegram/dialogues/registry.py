"""All dialogues, on the verbs that they call."""

from __future__ import annotations

from dataclasses import dataclass

from bot.adapters.telegram.dialogues.access import AccessDialogue
from bot.adapters.telegram.dialogues.alerts import AlertDialogue
from bot.adapters.telegram.dialogues.editors import EditorsDialogue
from bot.adapters.telegram.dialogues.feeds import FeedsDialogue
from bot.adapters.telegram.dialogues.latest import LatestDialogue
from bot.adapters.telegram.dialogues.log import LogDialogue
from bot.adapters.telegram.dialogues.new_feeds import NewFeedsDialogue
from bot.adapters.telegram.dialogues.reviews import ReviewDialogue
from bot.adapters.telegram.dialogues.search import SearchDialogue
from bot.adapters.telegram.dialogues.settings import SettingsDialogue
from bot.adapters.telegram.dialogues.start import StartDialogue
from bot.adapters.telegram.dialogues.stats import StatsDialogue
from bot.adapters.telegram.dialogues.status import StatusDialogue
from bot.adapters.telegram.dialogues.topic_desk import TopicDesk
from bot.adapters.telegram.dialogues.topic_parts import TopicPartsDialogue
from bot.adapters.telegram.dialogues.topics import TopicsDialogue
from bot.adapters.telegram.dialogues.votes import VoteDialogue
from bot.adapters.telegram.dialogues.watching import WatchDialogue
from bot.adapters.telegram.reading import ShownReader
from bot.adapters.telegram.speaker import Speaker
from bot.adapters.telegram.turns import Dialogue
from bot.adapters.telegram.view import BotView
from bot.ports import Charts, Clock, Store
from bot.usecases.access import Doorkeeper
from bot.usecases.choose import Chooser
from bot.usecases.drafting import Drafting
from bot.usecases.feedback import Feedback
from bot.usecases.material import MaterialReader
from bot.usecases.more_like import MoreLike
from bot.usecases.mute import StoryMuter
from bot.usecases.review import Reviewer
from bot.usecases.search import Searcher
from bot.usecases.stats import Statistician
from bot.usecases.status import Overseer
from bot.usecases.subscribe import Subscriber
from bot.usecases.topics import TopicKeeper


@dataclass(frozen=True, slots=True)
class Verbs:
    """What dialogues cause: the composition root builds them."""

    store: Store
    clock: Clock
    subscriber: Subscriber
    searcher: Searcher
    drafting: Drafting
    material: MaterialReader
    chooser: Chooser
    feedback: Feedback
    muter: StoryMuter
    more_like: MoreLike
    reviewer: Reviewer
    topics: TopicKeeper
    doorkeeper: Doorkeeper
    statistician: Statistician
    charts: Charts
    overseer: Overseer


def dialogues_of(verbs: Verbs, speaker: Speaker, view: BotView) -> tuple[Dialogue, ...]:
    """Everything that can be talked about."""
    new_feeds = NewFeedsDialogue(verbs.store, speaker, verbs.subscriber)
    reader = ShownReader(speaker, verbs.material)
    watching = WatchDialogue(verbs.store, speaker, view, verbs.drafting, reader, new_feeds)
    desk = TopicDesk(verbs.store, speaker, view, verbs.topics)
    return (
        StartDialogue(verbs.store, speaker, view),
        SettingsDialogue(verbs.store, verbs.chooser, verbs.statistician, speaker, view),
        watching,
        TopicsDialogue(desk),
        TopicPartsDialogue(desk, reader),
        VoteDialogue(verbs.store, speaker, view, verbs.feedback),
        AlertDialogue(verbs.store, speaker, view, verbs.muter, verbs.more_like),
        ReviewDialogue(verbs.store, speaker, verbs.reviewer),
        FeedsDialogue(verbs.store, speaker, verbs.subscriber, new_feeds),
        new_feeds,
        LatestDialogue(verbs.store, speaker, view),
        SearchDialogue(verbs.store, speaker, verbs.searcher, watching.take_query),
        AccessDialogue(verbs.store, verbs.doorkeeper, speaker, view),
        EditorsDialogue(verbs.store, verbs.doorkeeper, speaker, view),
        LogDialogue(verbs.store, speaker),
        StatsDialogue(verbs.store, verbs.statistician, verbs.charts, speaker, view),
        StatusDialogue(verbs.overseer, speaker, view),
    )
