"""Alerts that were told in chats, and what the store has of those who press their buttons."""

from __future__ import annotations

from dataclasses import replace

from bot.model import (
    Article,
    ArticleId,
    Chat,
    ChatKind,
    DeliveryKind,
    Destination,
    Editor,
    Example,
    Language,
    MessageId,
    NewDelivery,
    Topic,
    TopicId,
    TopicReason,
    Verdict,
)
from tests.fakes.bot_api import FakeMessage
from tests.fakes.deliveries import EVIDENCE, NOW, an_alert
from tests.unit.telegram.conftest import Bench

READER, OTHER, STRANGER = 1001, 1002, 666
TOO_OLD = "Ini sudah terlalu lama; tombolnya tidak berlaku lagi."
GROUP, ELSEWHERE = -1001234567890, -1009876543210

LOMBOK = Example(
    "message",
    "Gempa Lombok",
    "Gempa bermagnitudo 6,9 mengguncang Lombok pada Minggu; tim penyelamat menyisir reruntuhan di Mataram.",
    Language("id"),
)
ARTICLE = Article(
    ArticleId("1"),
    "Gempa Palu",
    "Tim penyelamat menyisir reruntuhan setelah gempa bermagnitudo 7,5 mengguncang Palu pada Jumat.",
    Language("id"),
    NOW,
    NOW,
    link="https://news.example/palu",
    source="Antara",
)
QUAKE = Topic(TopicId("quake"), "Gempa", (LOMBOK,), owner=f"chat:{READER}", destinations=(Destination(str(READER)),))
QUERY = Topic(TopicId("query"), "Palu", query="palu", destinations=(Destination(str(READER)),))


async def told(
    bench: Bench,
    chat: int,
    *topics: Topic,
    kind: ChatKind = "private",
    thread: int | None = None,
    approved: bool = True,
) -> FakeMessage:
    """An alert on these topics in the chat."""
    bench.topics += [topic for topic in topics if topic not in bench.topics]
    if not bench.api.knows(chat):
        bench.api.add_chat(chat, "supergroup" if chat < 0 else "private", threads=() if thread is None else (thread,))
    alert = replace(
        an_alert(ARTICLE.title, link=ARTICLE.link),
        reasons=tuple(TopicReason(topic.id, topic.name, 0.8, EVIDENCE) for topic in topics),
    )
    destination = Destination(str(chat), thread)
    async with bench.store.write() as unit:
        known = Chat(str(chat), kind if chat > 0 else "supergroup", "Redaksi", approved=approved)
        await unit.chats.save(known)
        if not await unit.articles.get([ARTICLE.id]):
            await unit.articles.add([ARTICLE])
        for topic in topics:
            if topic.owning_chat is not None:
                await unit.topics.save(topic, NOW)
        (delivery_id,) = await unit.outbox.add([NewDelivery(destination, DeliveryKind.NEW, alert)], NOW)
        delivery = await unit.outbox.get(delivery_id)
    assert delivery is not None
    await bench.messenger.send(delivery, known)
    message = bench.api.messages(chat)[-1]
    async with bench.store.write() as unit:
        await unit.outbox.mark_sent(delivery_id, MessageId(message.message_id), NOW)
    return message


async def votes(bench: Bench, topic: Topic = QUAKE) -> list[tuple[str, Verdict]]:
    async with bench.store.read() as unit:
        return [(vote.voter, vote.verdict) for vote in await unit.votes.of(topic.id)]


async def stored(bench: Bench, topic: Topic = QUAKE) -> Topic:
    async with bench.store.read() as unit:
        return next(one for one in await unit.topics.added() if one.id == topic.id)


async def name_editor(bench: Bench, user: int) -> None:
    async with bench.store.write() as unit:
        await unit.chats.add_editor(str(GROUP), Editor(user, "Sari"), NOW)


def signs(message: FakeMessage) -> list[str]:
    return list(message.buttons)
