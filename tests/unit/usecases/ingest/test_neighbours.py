"""What was judged before counts: side angles are found over other articles, sibling events are less sure."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model import Article, ArticleId, Example, FeedId, Language, Match, Topic, TopicId, Verdict, Vote
from bot.usecases.article_files import MatchStream, index_topics
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.feeds import Item
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.newsroom import CHAT, Newsroom

ID = Language("id")
BRIDGE = Example(
    "seeds/bridge.txt",
    "Jembatan Sungai Lariang runtuh, belasan truk terjun",
    "Jembatan gantung di atas Sungai Lariang, Pasangkayu, runtuh pada Selasa pagi ketika belasan truk sawit melintas. "
    "Bupati Pasangkayu Yaumil Ambo mengatakan sedikitnya empat sopir hilang. Tim SAR menyisir sungai sepanjang dua "
    "kilometer dan memasang jaring di muara.",
    ID,
)
WATCH = Topic(TopicId("bridge"), "Jembatan", (BRIDGE,), destinations=(CHAT,))
AGAIN = Article(
    ArticleId("again"),
    "Empat sopir hilang setelah jembatan Lariang runtuh",
    "Jembatan gantung Sungai Lariang di Pasangkayu runtuh Selasa pagi. Empat sopir truk sawit hilang, kata Bupati "
    "Yaumil Ambo. Perusahaan pengelola kebun PT Mandala Lestari menghentikan angkutan, dan Kapolres Gunawan memeriksa "
    "Direktur Mandala Lestari Hendra Wijaya soal beban truk.",
    ID,
)
SIDE_ANGLE = Article(
    ArticleId("side"),
    "Polisi periksa direktur Mandala Lestari soal beban truk",
    "Kapolres Gunawan memeriksa Direktur PT Mandala Lestari Hendra Wijaya soal beban truk sawit yang melintas di "
    "jembatan Lariang. Hendra Wijaya mengatakan perusahaan menghentikan angkutan kebun.",
    ID,
)
SIBLING = Article(
    ArticleId("sibling"),
    "Jembatan Sungai Barumun runtuh, dua mobil terjun",
    "Jembatan di atas Sungai Barumun, Labuhanbatu, runtuh pada Kamis malam ketika dua mobil melintas. Wali Kota Rahman "
    "Siregar mengatakan seorang sopir hilang dan tim SAR menyisir sungai.",
    ID,
)
SHOWN = Article(ArticleId("shown"), BRIDGE.title, BRIDGE.text, ID)


async def streamed(*articles: Article, topic: Topic = WATCH) -> dict[ArticleId, Match]:
    """What articles come to, each after those before it."""
    embedder = FakeEmbedder()
    stream = MatchStream(await index_topics([topic], embedder), embedder)
    return {match.article_id: match for article in articles for match in await stream.match([article])}


async def test_a_side_angle_is_found_over_an_article_that_has_both() -> None:
    assert not (await streamed(SIDE_ANGLE))[SIDE_ANGLE.id].matched
    found = (await streamed(AGAIN, SIDE_ANGLE))[SIDE_ANGLE.id]
    assert found.matched
    assert found.evidence.neighbours == (AGAIN.id,)
    assert found.evidence.alone is not None
    assert found.evidence.alone < found.threshold < found.score
    assert "Lariang" in found.evidence.names


async def test_a_sibling_event_is_less_sure_where_another_article_shares_less_with_it() -> None:
    alone, after = (await streamed(SIBLING))[SIBLING.id], (await streamed(AGAIN, SIBLING))[SIBLING.id]
    assert after.score < alone.score - 0.2
    assert after.evidence.alone == alone.score


async def test_an_article_that_one_is_shown_again_says_nothing_new() -> None:
    """The example itself is in the feeds as a rule."""
    assert await streamed(SHOWN, SIDE_ANGLE) == {**await streamed(SHOWN), **await streamed(SIDE_ANGLE)}


async def test_a_copy_is_judged_as_what_it_copies() -> None:
    copy = replace(AGAIN, id=ArticleId("copy"))
    found = await streamed(AGAIN, copy)
    assert found[copy.id].score == found[AGAIN.id].score


async def test_the_next_article_of_the_same_poll_knows_those_before_it() -> None:
    embedder = FakeEmbedder()
    stream = MatchStream(await index_topics([WATCH], embedder), embedder)
    _, second = await stream.match([AGAIN, SIDE_ANGLE])
    assert second.matched


async def test_what_a_query_finds_is_exact() -> None:
    queried = Topic(TopicId("q"), "Q", query="jembatan")
    found = await streamed(AGAIN, SIBLING, topic=queried)
    assert {match.score for match in found.values()} == {1.0}
    assert not any(match.evidence.neighbours for match in found.values())


# --- in the bot ---------------------------------------------------------------------------------


def item(article: Article) -> Item:
    return Item(article.title, article.text, guid=str(article.id), short=True)


@pytest.fixture
async def watching(open_room: OpenRoom) -> Newsroom:
    """A chat that was told of one article."""
    room = await open_room([WATCH])
    room.publish("antara", item(AGAIN))
    await room.poll()
    await room.deliver()
    assert room.titles() == [AGAIN.title]
    return room


async def test_the_bot_tells_of_a_side_angle_after_a_restart(watching: Newsroom) -> None:
    await watching.again()
    watching.publish("antara", item(AGAIN), item(SIDE_ANGLE))
    assert (await watching.poll()).on_topic == 1


async def test_what_was_faint_alone_has_evidence_and_chats_that_watch_the_same_are_told_too(
    open_room: OpenRoom,
) -> None:
    """Stored is what one of them has judged; of what nobody is told, nothing of the others is."""
    faint = replace(WATCH, sensitivity=0.55)  # alone the side angle has 0.26, less than half of it
    room = await open_room([faint, replace(faint, id=TopicId("second"))])
    room.publish("antara", item(AGAIN))
    await room.poll()
    room.publish("antara", item(AGAIN), item(SIDE_ANGLE))
    assert (await room.poll()).on_topic == 1
    async with room.store.read() as unit:
        stored = [(await unit.matches.near(topic, 9))[0] for topic in (faint.id, TopicId("second"))]
    assert [match.matched for match in stored] == [True, True]
    assert all("Lariang" in match.evidence.names for match in stored)


async def test_a_vote_against_the_article_that_it_was_found_over_takes_that_back(watching: Newsroom) -> None:
    async with watching.store.write() as unit:
        (known,) = await unit.articles.latest_of(FeedId("antara"), 1)
        example = Example("x", known.title, known.text, known.language)
        await unit.votes.cast(Vote(WATCH.id, known.id, "7", Verdict.BAD, watching.clock.now(), example))
    watching.publish("antara", item(AGAIN), item(SIDE_ANGLE))
    assert (await watching.poll()).on_topic == 0
