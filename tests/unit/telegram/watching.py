"""People with watches: Sari in private and as editor of a group, Budi who only reads it; and what they do."""

from __future__ import annotations

from dataclasses import replace

from bot.model import (
    Chat,
    Destination,
    Editor,
    Example,
    Language,
    Topic,
    TopicId,
)
from tests.fakes.bot_api import FakeMessage
from tests.fakes.deliveries import NOW
from tests.unit.telegram import talking
from tests.unit.telegram.conftest import Bench

SARI, BUDI = 501, 502
GROUP, OTHER_GROUP, CHANNEL = -1001, -1002, -1003
FLOOD = Example("message", "Banjir di Demak", "Hujan deras merendam ratusan rumah di Demak.", Language("id"))
ARTICLE = "Sungai Meluap\n\nSungai di Kudus meluap dan merendam dua desa pada Senin malam."
HERE = Topic(
    TopicId("demak"),
    "Banjir Demak",
    examples=(FLOOD,),
    query="banjir",
    destinations=(Destination(str(SARI)),),
    owner=f"chat:{SARI}",
)
IN_GROUP = replace(
    HERE, id=TopicId("grup"), name="Banjir grup", destinations=(Destination(str(GROUP)),), owner=f"chat:{GROUP}"
)
FILE = Topic(TopicId("korea"), "Korea", query="korea", destinations=(Destination(str(SARI)),))


async def let_in(bench: Bench, *topics: Topic) -> None:
    """Sari in private, and two groups of which Sari edits the first; what the topics say is watched."""
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(SARI), title="Sari", language=Language("id"), approved=True))
        await unit.chats.save(Chat(str(GROUP), "supergroup", "Redaksi", approved=True))
        await unit.chats.save(Chat(str(OTHER_GROUP), "supergroup", "Lain", approved=True))
        await unit.chats.add_editor(str(GROUP), Editor(SARI, "Sari"), NOW)
        for topic in topics:
            if topic.owning_chat is not None:
                await unit.topics.save(topic, NOW)
    bench.topics += topics
    bench.api.add_chat(SARI)
    bench.api.add_chat(GROUP, "supergroup", "Redaksi")
    bench.api.add_chat(OTHER_GROUP, "supergroup", "Lain")


async def stored(bench: Bench, topic_id: str = "demak") -> Topic | None:
    async with bench.store.read() as unit:
        return await unit.topics.get(TopicId(topic_id))


async def changes(bench: Bench, chat: int | None = None) -> list[tuple[str, str, str]]:
    """What /log would tell, newest first: code, what or topic, by whom."""
    latest = await talking.changes(bench, chat)
    return [(one.code, one.values.get("what") or one.values["topic"], one.user_name) for one in latest]


async def send(
    bench: Bench, text: str, user: int = SARI, chat: int | None = None, replies_to: FakeMessage | None = None
) -> FakeMessage:
    """Say something and get what is answered."""
    where = user if chat is None else chat
    before = len(bench.api.messages(where))
    bench.api.user_sends(user, text, chat, replies_to=replies_to)
    await bench.handled()
    found = bench.api.messages(where)
    assert len(found) > before, "no answer"
    return found[-1]


async def press(bench: Bench, message: FakeMessage, button: str, user: int = SARI, *, forged: bool = False) -> str:
    """Press, and what was said about it."""
    return await talking.press(bench, user, message, button, forged=forged, first_name="Sari" if user == SARI else "")


def newest(bench: Bench, chat: int = SARI) -> FakeMessage:
    return bench.api.messages(chat)[-1]


async def card(bench: Bench, name: str = "Banjir Demak", user: int = SARI, chat: int | None = None) -> FakeMessage:
    """Open a watch from the list."""
    message = await send(bench, "/topics", user, chat)
    await press(bench, message, name, user)
    return message
