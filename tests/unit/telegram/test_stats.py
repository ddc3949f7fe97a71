"""/stats: a picture of what a chat was told, its caption, and a sentence where there is nothing to draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.model import (
    AlertId,
    ArticleId,
    Chat,
    DeliveryKind,
    DeliveryState,
    Destination,
    Evidence,
    Example,
    Language,
    NewDelivery,
    SourceAlerts,
    Topic,
    TopicAlerts,
    TopicId,
    TopicReason,
    Verdict,
    Vote,
)
from bot.telegram.markup import CAPTION_LIMIT, units
from bot.telegram.pages.stats import caption
from bot.wording.wording import Wording
from tests.fakes.charts import some_stats
from tests.fakes.deliveries import NOW, an_alert
from tests.unit.telegram.conftest import ADMIN, Bench

MEMBER = 78
GROUP, OTHER_GROUP = -1001234567890, -1009876543210
DAY = timedelta(days=1)


@pytest.fixture
async def group(bench: Bench) -> Bench:
    bench.admins.append(ADMIN)
    for chat in (GROUP, OTHER_GROUP):
        bench.api.add_chat(chat, "supergroup", "Redaksi")
        async with bench.store.write() as unit:
            await unit.chats.save(Chat(str(chat), "supergroup", "Redaksi", approved=True))
    bench.topics += [a_topic("gempa", GROUP), a_topic("banjir", GROUP, OTHER_GROUP)]
    return bench


def a_topic(name: str, *chats: int) -> Topic:
    return Topic(TopicId(name), name.title(), destinations=tuple(Destination(str(chat)) for chat in chats))


async def told(
    bench: Bench,
    alert: str,
    topics: Sequence[str],
    at: datetime = NOW,
    *,
    chats: Sequence[int] = (GROUP,),
    source: str = "Antara",
    state: DeliveryState = DeliveryState.FOLDED,
) -> None:
    """An alert reached these chats."""
    reasons = tuple(TopicReason(TopicId(topic), topic.title(), 0.9, Evidence()) for topic in topics)
    content = replace(an_alert(source=source, reasons=reasons), id=AlertId(alert))
    new = [NewDelivery(Destination(str(chat)), DeliveryKind.NEW, content, state=state) for chat in chats]
    async with bench.store.write() as unit:
        await unit.outbox.add(new, at)


async def voted(bench: Bench, topic: str, verdict: Verdict, voter: str = "7") -> None:
    example = Example("", "x", "", Language("id"))
    async with bench.store.write() as unit:
        await unit.votes.cast(Vote(TopicId(topic), ArticleId("a"), voter, verdict, NOW, example))


async def test_a_chat_sees_what_it_was_told(group: Bench) -> None:
    await told(group, "a1", ["gempa", "banjir"])
    await told(group, "a2", ["gempa"], NOW - DAY, source="BBC")
    await told(group, "a3", ["banjir"], NOW - 29 * DAY)
    await told(group, "a4", ["banjir"], NOW - 31 * DAY)
    await told(group, "a5", ["gempa"], state=DeliveryState.PENDING)
    await told(group, "b1", ["banjir"], chats=[OTHER_GROUP])
    await voted(group, "gempa", Verdict.GOOD)
    await voted(group, "gempa", Verdict.BAD, "8")
    async with group.running():
        group.api.user_sends(MEMBER, "/stats", GROUP)
        (answer,) = await group.answers(1, GROUP)
    assert answer.file is not None
    assert answer.file.kind == "photo"
    assert answer.text == (
        "Dalam 30 hari terakhir: 3 kabar dari 2 sumber.\nPaling banyak untuk “Gempa”: 2.\n1 dari 2 penilaian: cocok."
    )
    ((stats, language),) = group.charts.asked
    assert language == "id"
    assert [(topic.name, topic.total) for topic in stats.topics] == [("Gempa", 2), ("Banjir", 1)]
    assert (stats.topics[0].per_day[-2:], stats.topics[1].per_day[0]) == ((1, 1), 1)
    assert stats.sources == (SourceAlerts("Antara", 2), SourceAlerts("BBC", 1))
    assert [(hit.topic, hit.good, hit.bad) for hit in stats.hits] == [("Gempa", 1, 1)]
    assert "sendChatAction" in {call.method for call in group.api.calls()}


async def test_an_admin_in_private_sees_all_and_each_alert_once(group: Bench) -> None:
    await told(group, "a1", ["banjir"], chats=[GROUP, OTHER_GROUP])
    await told(group, "a1", ["banjir"], NOW - DAY, chats=[ADMIN])
    await told(group, "a2", ["gempa"])
    async with group.running():
        group.api.user_sends(ADMIN, "/stats", language_code="en")
        (answer,) = await group.answers(1, ADMIN)
    assert answer.text == (
        "In the last 30 days: 2 alerts from 1 source.\nMost of them for “Banjir”: 1.\nNobody has voted yet."
    )


async def test_without_alerts_there_is_a_sentence(group: Bench) -> None:
    await told(group, "b1", ["banjir"], chats=[OTHER_GROUP])
    async with group.running():
        group.api.user_sends(MEMBER, "/stats", GROUP)
        (answer,) = await group.answers(1, GROUP)
    assert answer.file is None
    assert answer.text.startswith("Tidak ada kabar dalam 30 hari terakhir.")
    assert group.charts.asked == []


async def test_without_a_picture_there_are_words(group: Bench) -> None:
    group.charts.fails = True
    await told(group, "a1", ["gempa"])
    async with group.running():
        group.api.user_sends(MEMBER, "/stats", GROUP)
        (answer,) = await group.answers(1, GROUP)
    assert answer.file is None
    assert answer.text == (
        "Dalam 30 hari terakhir: 1 kabar dari 1 sumber.\nBelum ada yang menilai.\n\nGrafiknya gagal dibuat."
    )


async def test_a_stranger_sees_nothing(group: Bench) -> None:
    group.api.user_sends(MEMBER, "/stats", -5, chat_type="group")
    async with group.running():
        await group.handled()
    assert group.api.messages(-5) == ()


def test_what_the_picture_numbers_is_explained_as_far_as_it_fits() -> None:
    usual = some_stats()
    chinese = tuple(TopicAlerts("北朝鮮軍" * 30 + str(n), topic.per_day) for n, topic in enumerate(usual.topics))
    sources = tuple(SourceAlerts("朝日新聞" * 30 + str(n), 1) for n in range(8))
    words = caption(Wording(Language("id")), replace(usual, topics=chinese, sources=sources))
    assert "\nPantauan 1: 北朝鮮軍" in words.plain
    assert units(words.plain) <= CAPTION_LIMIT
    assert caption(Wording(Language("en")), usual).plain.count("\n") == 2
