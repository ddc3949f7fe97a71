"""Drafts: a topic that somebody makes in a chat is begun, previewed, changed, and saved or dropped.

Nothing is watched before `save_draft`. Drafts survive a restart.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.features.document import describe
from bot.matching.evidence import distinctive_words
from bot.matching.index import TopicIndex
from bot.matching.sides import side_of
from bot.model import Article, ArticleId, Change, Destination, Draft, DraftId, Example, Topic, TopicId
from bot.ports import Clock, Embedder
from bot.store import Store
from bot.text.slugs import numbered, slug
from bot.text.truncate import cut_after_word
from bot.usecases.topics.backtest import Backtest, backtest_topic
from bot.usecases.topics.edit import MOST_TOPICS
from bot.usecases.topics.profiles import profile_topic
from bot.usecases.topics.watchlist import Watchlist

DAYS = 7
"""How far back the preview looks."""

SECONDS = 5.0
"""The time for a preview: somebody waits for it."""

NAME_LENGTH = 60
"""Characters of the name of a topic while it is a draft."""

DRAFT = TopicId("draft")
"""The id of a topic until it is saved."""


@dataclass(frozen=True, slots=True)
class DraftPreview:
    """A draft, and the alerts that it would have sent."""

    draft: Draft
    backtest: Backtest
    words: tuple[str, ...]
    """Characteristic names and words of its examples, as these spell them."""


class NotSaved(StrEnum):
    """Why a draft did not become a topic."""

    GONE = "gone"
    """The draft was saved or dropped before."""
    EMPTY = "empty"
    """There is neither an example nor a query."""
    TOO_MANY = "too-many"
    """The chat has made as many topics as it may."""
    TOO_BROAD = "too-broad"
    """Its query finds most of what is read."""


async def begin_draft(store: Store, clock: Clock, destination: Destination, user_id: int, topic: Topic) -> Draft:
    """Store a draft. `topic` has no id, owner or destination yet."""
    owned = replace(topic, id=DRAFT, owner=f"chat:{destination.chat}", destinations=(destination,))
    draft = Draft(DraftId(0), destination, user_id, owned, clock.now())
    async with store.write() as unit:
        return replace(draft, id=await unit.conversations.add_draft(draft))


async def find_draft(store: Store, draft_id: DraftId) -> Draft | None:
    """The draft, of whichever chat: if the id comes from outside, the caller checks that the chat is the right one."""
    async with store.read() as unit:
        return await unit.conversations.draft(draft_id)


async def update_draft(store: Store, draft: Draft) -> None:
    """Store a changed draft."""
    async with store.write() as unit:
        await unit.conversations.save_draft(draft)


async def drop_draft(store: Store, draft_id: DraftId) -> bool:
    """False if there is no such draft (any more)."""
    async with store.write() as unit:
        return await unit.conversations.remove_draft(draft_id)


async def preview_draft(store: Store, embedder: Embedder, clock: Clock, watch: Watchlist, draft: Draft) -> DraftPreview:
    """What the draft would have sent in the last days, from the archive. `watch`: what is watched now."""
    profile = await profile_topic(store, embedder, clock, draft.topic, ())
    alone = replace(watch, topics={DRAFT: draft.topic}, index=await asyncio.to_thread(TopicIndex, [profile]))
    backtest = await backtest_topic(store, embedder, clock, DRAFT, alone, DAYS, seconds=SECONDS)
    return DraftPreview(draft, backtest, await asyncio.to_thread(_words_of, draft.topic.examples))


async def save_draft(
    store: Store, watch: Watchlist, draft_id: DraftId, change: Change, most: int = MOST_TOPICS
) -> Topic | NotSaved:
    """Turn a draft into a topic.

    Args:
        watch: what is watched now.
        change: who saves it; the topic's name is added.
        most: how many topics the chat may have made.
    """
    async with store.write() as unit:
        draft = await unit.conversations.draft(draft_id)
        if draft is None:
            return NotSaved.GONE
        if not draft.topic.examples and not draft.topic.query:
            return NotSaved.EMPTY
        if len(await unit.topics.of_chat(draft.destination.chat)) >= most:
            return NotSaved.TOO_MANY
        changed = await unit.topics.changed_since(watch.revision)
        topics = {**watch.topics, **await unit.topics.some(changed.topic_ids)}
        ids = {str(topic_id) for topic_id in topics}
        names = {one.name.casefold() for one in topics.values() if _is_seen_in(draft.destination.chat, one)}
        topic = replace(
            draft.topic,
            id=_new_id(draft.topic.name, ids, change.at),
            name=numbered_name(draft.topic.name, names),
        )
        await unit.topics.save(topic, change.at)
        await unit.conversations.remove_draft(draft_id)
        await unit.changes.add(replace(change, values={**change.values, "topic": topic.name}))
    return topic


def topic_of_example(example: Example) -> Topic:
    """A topic that finds articles similar to this one."""
    return Topic(DRAFT, name_of(example), examples=(example,))


def topic_of_query(query: str) -> Topic:
    """A topic that finds articles by a query."""
    return Topic(DRAFT, cut_after_word(" ".join(query.split()), NAME_LENGTH), query=query)


def name_of(example: Example) -> str:
    """The name of a topic with this example, until somebody gives it another."""
    return cut_after_word(example.title or " ".join(example.text.split()), NAME_LENGTH)


def numbered_name(name: str, taken: Collection[str]) -> str:
    """The name, with a number added if another topic has it. `taken`: the casefolded names of the others."""
    candidate, number = name, 1
    while candidate.casefold() in taken:
        number += 1
        candidate = f"{name} {number}"
    return candidate


def _is_seen_in(chat: str, topic: Topic) -> bool:
    """Whether the chat has made the topic or is told by it: of others it shall not even learn that there are some."""
    return topic.owning_chat == chat or any(to.chat == chat for to in topic.destinations)


def _new_id(name: str, taken: Collection[str], now: datetime) -> TopicId:
    """Made from the name if that has Latin letters, else from the day."""
    return TopicId(numbered(slug(name) or f"pantauan-{now:%Y%m%d}", taken))


def _words_of(examples: Collection[Example]) -> tuple[str, ...]:
    """The characteristic words of all examples, each once."""
    found: dict[str, None] = {}
    for example in examples:
        article = Article(ArticleId("-"), example.title, example.text, example.language)
        side = side_of(describe(example.title, example.text, example.language, example.published_at))
        found |= dict.fromkeys(distinctive_words(article, side, ()))
    return tuple(found)
