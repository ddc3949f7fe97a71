"""A language model's summary: told in place of sentences when it is there, marked, never waited for."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from bot.model import Alert, Article, Chat, DeliveryKind, Language
from bot.usecases.ingest.llm_summaries import StoryWriter
from tests.fakes.summarizer import FakeSummarizer
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.ingest.test_stories import HOUR, LOMBOK, report, tell
from tests.unit.usecases.newsroom import CHAT, Newsroom, feed

WRITTEN = "Fishermen of Lembar took 214 people off a burning ferry off Lombok."


@pytest.fixture
async def room(open_room: OpenRoom) -> Newsroom:
    room = await open_room([LOMBOK], [feed(name) for name in ("antara", "tempo")])
    async with room.store.write() as unit:
        await unit.chats.save(Chat(CHAT.chat, language=Language("en")))
    return room


def writer_in(room: Newsroom, summarizer: FakeSummarizer) -> StoryWriter:
    return StoryWriter(room.store, summarizer, room.clock, lambda: Language("id"))


def edits(room: Newsroom) -> list[Alert]:
    return room.messenger.edits(CHAT.chat)


async def test_the_text_takes_the_place_of_the_sentences_in_the_message(room: Newsroom) -> None:
    summarizer = FakeSummarizer(WRITTEN)
    writer = writer_in(room, summarizer)
    await tell(room, "antara", report("antara"))
    (told,) = room.messenger.alerts(CHAT.chat)
    assert told.summary
    assert not told.written, "nothing is waited for"
    assert await writer.write() == 1
    await room.later()
    (edited,) = edits(room)
    assert (edited.written, edited.written_from) == (WRITTEN, 1)
    ((articles, language),) = summarizer.asked
    assert ([article.source for article in articles], language) == (["Antara"], "en")


async def test_it_is_written_anew_when_the_story_has_grown_and_only_then(room: Newsroom) -> None:
    summarizer = FakeSummarizer(WRITTEN)
    writer = writer_in(room, summarizer)
    await tell(room, "antara", report("antara"))
    await writer.write()
    await writer.write()
    await tell(room, "tempo", report("tempo"))
    await writer.write()
    await writer.write()
    await room.later()
    await room.later()
    assert [len(articles) for articles, _ in summarizer.asked] == [1, 2]
    assert edits(room)[-1].written_from == 2


async def test_what_is_in_no_article_is_not_told(room: Newsroom) -> None:
    writer = writer_in(room, FakeSummarizer("Fishermen of Lembar took 999 people off a burning ferry off Lombok."))
    await tell(room, "antara", report("antara"))
    assert await writer.write() == 0
    await room.later()
    assert [one.kind for one, _ in room.messenger.sent] == [DeliveryKind.NEW]


async def test_without_an_answer_the_sentences_stay(room: Newsroom) -> None:
    summarizer = FakeSummarizer(WRITTEN)
    summarizer.away = True
    writer = writer_in(room, summarizer)
    await tell(room, "antara", report("antara"))
    assert await writer.write() == 0
    summarizer.away = False
    await tell(room, "tempo", report("tempo"))
    assert await writer.write() == 1
    await room.later()
    assert edits(room)[-1].written == WRITTEN


async def test_old_alerts_are_left_as_they_are(room: Newsroom) -> None:
    summarizer = FakeSummarizer(WRITTEN)
    await tell(room, "antara", report("antara"))
    await room.later(7 * HOUR)
    assert await writer_in(room, summarizer).write() == 0
    assert summarizer.asked == []


async def test_what_an_outlet_takes_back_is_not_told_on(room: Newsroom) -> None:
    writer = writer_in(room, FakeSummarizer(WRITTEN))
    await tell(room, "antara", report("antara"))
    await writer.write()
    await room.later()
    await tell(room, "antara", report("antara", "Ferry off Lombok did not burn"))
    await room.later()
    assert edits(room)[-1].written == ""


async def test_nor_where_another_outlet_takes_it_back(room: Newsroom) -> None:
    writer = writer_in(room, FakeSummarizer(WRITTEN))
    await tell(room, "antara", report("antara"))
    await tell(room, "tempo", report("tempo"))
    await writer.write()
    await room.later()
    assert edits(room)[-1].written == WRITTEN
    await tell(room, "tempo", report("tempo", "Ferry off Lombok did not burn"))
    await room.later()
    assert edits(room)[-1].written == ""


class Slow(FakeSummarizer):
    """While it writes, the outlet changes its words."""

    def __init__(self, room: Newsroom) -> None:
        super().__init__(WRITTEN)
        self._room = room

    async def summarize(self, articles: Sequence[Article], language: Language) -> str | None:
        text = await super().summarize(articles, language)
        await tell(self._room, "antara", report("antara", "Ferry off Lombok did not burn"))
        return text


async def test_what_is_taken_back_while_it_is_written_is_not_told(room: Newsroom) -> None:
    await tell(room, "antara", report("antara"))
    assert await writer_in(room, Slow(room)).write() == 0
    await room.later()
    assert [edited.written for edited in edits(room)] == [""]


async def test_it_says_how_many_articles_it_was_written_from(open_room: OpenRoom) -> None:
    names = [f"outlet{number}" for number in range(10)]
    room = await open_room([LOMBOK], [feed(name) for name in names])
    summarizer = FakeSummarizer(WRITTEN)
    writer = writer_in(room, summarizer)
    for name in names:
        await tell(room, name, report(name))
    await writer.write()
    await room.again()
    await writer_in(room, summarizer).write()
    await room.later()
    assert len(summarizer.asked) == 1
    assert edits(room)[-1].written_from == len(summarizer.asked[0][0]) == 8
