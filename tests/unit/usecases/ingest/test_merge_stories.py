"""Stories that turn out to be one: what was told of them goes on as one, nothing is lost and nothing told again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.errors import StoreError
from bot.model import Chat, Delivering, Language, Preferences, Topic, TopicId
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.feeds import Item
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.ingest.test_stories import HOUR, outlets, tell
from tests.unit.usecases.newsroom import CHAT, KOREA, Newsroom, feed

ALL = replace(KOREA, query="lombok OR bunga OR pelabuhan")
SEEN = {"Ferry": 0.0, "Bank": 0.76, "Brand": 0.38, "Kapal": 0.76}
"""By the first word of a title: where on the way from one side of the event to the other a report stands."""

FERRY = Item(
    "Ferry burns off Lombok, 214 rescued",
    "A ferry with 214 people on board was towed to Lembar on Sunday after a fire in its engine room off Lombok. "
    "The search and rescue agency in Mataram said nobody was hurt. Fishermen took the first passengers off.",
    "a",
    "https://antara.example/a",
    short=True,
)
BANK = Item(
    "Bank menahan suku bunga acuan",
    "Suku bunga acuan tetap empat persen, kata gubernur dalam rapat yang berlangsung selama dua hari di ibu kota. "
    "Para pengusaha berharap bunga segera diturunkan karena pinjaman mereka terlalu mahal.",
    "b",
    "https://tempo.example/b",
    short=True,
)
BRAND = Item(
    "Brand an der Küste von Lombok",
    "Ein Schiff ist am Sonntag vor der Küste in Brand geraten, die Ursache ist nach Angaben der Behörden unklar.",
    "c",
    "https://dw.example/c",
    short=True,
)


class Meanings(FakeEmbedder):
    """What these reports mean, whatever their words."""

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        rows = await super().embed(texts)
        for number, text in enumerate(texts):
            side = next((SEEN[word] for word in SEEN if text.startswith(word)), None)
            if side is not None:
                rows[number] = 0
                rows[number][:2] = np.cos(side * np.pi / 2), np.sin(side * np.pi / 2)
        return rows


async def opened(open_room: OpenRoom, *topics: Topic, reads: Sequence[str] = ("en", "id", "de")) -> Newsroom:
    """A room whose chat reads these languages; none: it has not said."""
    room = await open_room(topics or [ALL], [feed(name) for name in ("antara", "tempo", "dw", "bbc")])
    room.embedder = Meanings(8)
    await room.again()
    async with room.store.write() as unit:
        await unit.chats.save(Chat(CHAT.chat, preferences=Preferences(reads=tuple(map(Language, reads)))))
    return room


async def two_sides(room: Newsroom) -> None:
    await tell(room, "antara", FERRY)
    await tell(room, "tempo", BANK)


async def joined(room: Newsroom) -> bool:
    async with room.store.read() as unit:
        articles = await unit.articles.in_stories(room.clock.now() - 9 * HOUR, 99)
    return len({article.story_id for article in articles}) == 1


async def test_two_messages_stay_and_the_story_goes_on_in_one(open_room: OpenRoom) -> None:
    room = await opened(open_room)
    await two_sides(room)
    assert not await joined(room)
    await tell(room, "dw", BRAND)
    await room.later()
    assert await joined(room)
    assert room.titles() == [FERRY.title, BANK.title]
    assert outlets(room.messenger.edits(CHAT.chat)[-1]) == ["Dw"]


async def test_what_one_document_brings_of_both_is_one_story(open_room: OpenRoom) -> None:
    """Its first articles are placed before the one that shows them to be one."""
    room = await opened(open_room)
    await tell(room, "antara", replace(BANK, published=None), replace(FERRY, published=None))
    await tell(room, "tempo", *[replace(one, published=None) for one in (BRAND, replace(BANK, title="Kapal, bunga"))])
    await room.later()
    assert await joined(room)
    await room.again()
    await tell(room, "bbc", replace(BANK, guid="k", link="https://bbc.example/k", title="Kapal dan bunga"))
    await room.later()
    assert await joined(room)
    assert room.titles() == [FERRY.title, BANK.title]


async def test_what_waits_for_a_digest_is_named_where_the_story_was_told(open_room: OpenRoom) -> None:
    slow = replace(KOREA, id=TopicId("rates"), name="Rates", query="bunga", delivering=Delivering.DIGEST)
    room = await opened(open_room, replace(ALL, query="lombok"), slow)
    await two_sides(room)
    await tell(room, "dw", BRAND)
    await room.later()
    await room.later(2 * HOUR)
    assert outlets(room.messenger.edits(CHAT.chat)[-1]) == ["Tempo", "Dw"]
    (digest,) = room.digests()
    assert [(item.title, item.is_update) for item in digest.items] == [(BANK.title, True)], "its topic was not told"


async def test_the_story_goes_on_where_it_was_told_though_it_is_the_younger(open_room: OpenRoom) -> None:
    slow = replace(KOREA, id=TopicId("ferry"), name="Ferry", query="lembar", delivering=Delivering.DIGEST)
    room = await opened(open_room, slow, replace(ALL, query="bunga OR brand"))
    await two_sides(room)
    assert room.titles() == [BANK.title]
    await tell(room, "dw", BRAND)
    await room.later()
    await room.later(2 * HOUR)
    assert outlets(room.messenger.edits(CHAT.chat)[-1]) == ["Antara", "Dw"]
    (digest,) = room.digests()
    assert [(item.title, item.is_update) for item in digest.items] == [(FERRY.title, True)]


async def test_of_two_that_wait_one_line_is_made(open_room: OpenRoom) -> None:
    room = await opened(open_room, replace(ALL, delivering=Delivering.DIGEST))
    await two_sides(room)
    await tell(room, "dw", BRAND)
    await room.later()
    (digest,) = room.digests()
    ((title, also),) = [(item.title, [one.source for one in item.also]) for item in digest.items]
    assert (title, also) == (FERRY.title, ["Tempo", "Dw"])


async def test_the_version_leads_that_the_chat_can_read(open_room: OpenRoom) -> None:
    room = await opened(open_room, replace(ALL, delivering=Delivering.DIGEST), reads=())
    await two_sides(room)
    await tell(room, "dw", BRAND)
    await room.later()
    (digest,) = room.digests()
    assert [item.title for item in digest.items] == [BANK.title], "Kabar speaks Indonesian where nobody has chosen"


async def test_a_poll_that_is_rolled_back_joins_nothing_in_memory_alone(open_room: OpenRoom) -> None:
    room = await opened(open_room)
    await two_sides(room)
    room.faults.fail("poll.before-commit")
    room.publish("dw", BRAND)
    with pytest.raises(StoreError):
        await room.poll("dw")
    await tell(room, "bbc", replace(BANK, guid="k", link="https://bbc.example/k", title="Kapal dan bunga"))
    await room.later()
    assert room.titles() == [FERRY.title, BANK.title]
    assert await joined(room)
