"""A topic that somebody is making in a chat: begun, looked back with, changed, and saved or dropped."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.features.document import describe
from bot.matching.evidence import distinctive_words
from bot.matching.index import TopicIndex
from bot.matching.resemblance import side_of
from bot.model import Article, ArticleId, Change, Destination, Draft, DraftId, Example, Topic, TopicId
from bot.ports import Clock
from bot.store import Store
from bot.text.slugs import numbered, slug
from bot.text.truncate import cut_after_word
from bot.usecases.topics.backtest import Backtest, Backtester
from bot.usecases.topics.edit import MOST_TOPICS
from bot.usecases.topics.watchlist import Watchlist, WatchlistBuilder

DAYS = 7
"""How far back a draft is tried."""

SECONDS = 5.0
"""For looking back: somebody waits."""

NAME_LENGTH = 60
"""Characters of the name that a topic gets by itself, or while it is a draft."""

DRAFT = TopicId("draft")
"""What a topic is called until it is saved."""


@dataclass(frozen=True, slots=True)
class DraftPreview:
    """A draft, and what it would have brought."""

    draft: Draft
    backtest: Backtest
    words: tuple[str, ...]
    """Names and words that its examples are known by, as they write them."""


class NotSaved(StrEnum):
    """Why a draft did not become a topic."""

    GONE = "gone"
    """It was saved or dropped before."""
    EMPTY = "empty"
    """There is neither an example nor a query."""
    TOO_MANY = "too-many"
    """The chat has made as many topics as it may."""


class Drafting:
    """Makes topics. Nothing is watched before `save`; drafts survive a restart."""

    def __init__(
        self,
        store: Store,
        builder: WatchlistBuilder,
        backtester: Backtester,
        clock: Clock,
        watching: Callable[[], Watchlist],
    ) -> None:
        """`watching`: what is watched now."""
        self._store = store
        self._builder = builder
        self._backtester = backtester
        self._clock = clock
        self._watching = watching

    async def begin(self, destination: Destination, user_id: int, topic: Topic) -> Draft:
        """Keep a draft. `topic` has no id, owner or destination yet."""
        owned = replace(topic, id=DRAFT, owner=f"chat:{destination.chat}", destinations=(destination,))
        draft = Draft(DraftId(0), destination, user_id, owned, self._clock.now())
        async with self._store.write() as unit:
            return replace(draft, id=await unit.conversations.add_draft(draft))

    async def find(self, draft_id: DraftId) -> Draft | None:
        """Whichever chat it belongs to: who asks for one by a number from outside checks that."""
        async with self._store.read() as unit:
            return await unit.conversations.draft(draft_id)

    async def keep(self, draft: Draft) -> None:
        """The draft as it is now."""
        async with self._store.write() as unit:
            await unit.conversations.save_draft(draft)

    async def drop(self, draft_id: DraftId) -> bool:
        """False where it is gone already."""
        async with self._store.write() as unit:
            return await unit.conversations.remove_draft(draft_id)

    async def outlook(self, draft: Draft) -> DraftPreview:
        """What the draft would have brought in the last days, from the archive."""
        profile = await self._builder.profile(draft.topic, ())
        watch = self._watching()
        alone = replace(watch, topics={DRAFT: draft.topic}, index=await asyncio.to_thread(TopicIndex, [profile]))
        backtest = await self._backtester.run(DRAFT, alone, DAYS, seconds=SECONDS)
        return DraftPreview(draft, backtest, await asyncio.to_thread(_words_of, draft.topic.examples))

    async def save(self, draft_id: DraftId, change: Change) -> Topic | NotSaved:
        """Watch it from now on. `change`: who saves it; the topic's name is added."""
        now = self._clock.now()
        async with self._store.write() as unit:
            draft = await unit.conversations.draft(draft_id)
            if draft is None:
                return NotSaved.GONE
            if not draft.topic.examples and not draft.topic.query:
                return NotSaved.EMPTY
            made = await unit.topics.added()
            if sum(topic.owning_chat == draft.destination.chat for topic in made) >= MOST_TOPICS:
                return NotSaved.TOO_MANY
            others = [*self._watching().topics.values(), *made]
            topic = replace(
                draft.topic,
                id=_new_id(draft.topic.name, {str(other.id) for other in others}, now),
                name=numbered_name(draft.topic.name, {other.name.casefold() for other in others}),
            )
            await unit.topics.save(topic, now)
            await unit.conversations.remove_draft(draft_id)
            await unit.changes.add(replace(change, values={**change.values, "topic": topic.name}))
        return topic


def topic_of_example(example: Example) -> Topic:
    """A topic that looks for more articles like this one."""
    return Topic(DRAFT, name_of(example), examples=(example,))


def topic_of_query(query: str) -> Topic:
    """A topic that looks for words."""
    return Topic(DRAFT, cut_after_word(" ".join(query.split()), NAME_LENGTH), query=query)


def name_of(example: Example) -> str:
    """What a topic by this example is called, until somebody says otherwise."""
    return cut_after_word(example.title or " ".join(example.text.split()), NAME_LENGTH)


def numbered_name(name: str, taken: Collection[str]) -> str:
    """The name, with a number behind it where another topic has it. `taken`: names, casefolded."""
    candidate, number = name, 1
    while candidate.casefold() in taken:
        number += 1
        candidate = f"{name} {number}"
    return candidate


def _new_id(name: str, taken: Collection[str], now: datetime) -> TopicId:
    """Readable where the name has Latin letters; else by the day."""
    return TopicId(numbered(slug(name) or f"pantauan-{now:%Y%m%d}", taken))


def _words_of(examples: Collection[Example]) -> tuple[str, ...]:
    """Of all examples together, each word once."""
    found: dict[str, None] = {}
    for example in examples:
        article = Article(ArticleId("-"), example.title, example.text, example.language)
        side = side_of(describe(example.title, example.text, example.language, example.published_at))
        found |= dict.fromkeys(distinctive_words(article, side, ()))
    return tuple(found)
