"""How many alerts a chat of the public is sent singly, and what the admins hear of such chats."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.config import AlarmSettings, PublicSettings, Settings
from bot.model import Chat, ChatForbidden, Delivering, Destination, Language, Notice, Preferences, Topic, TopicId
from bot.wording.digests import digest_heading
from bot.wording.wording import Wording
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.delivery.test_quiet import at, lives, news, told
from tests.unit.usecases.newsroom import CHAT, KOREA, Newsroom

OTHER = Destination("1002")
PUBLIC = Preferences(public=True)


def own(chat: Destination, **more: object) -> Topic:
    topic = replace(KOREA, id=TopicId(f"of-{chat.chat}"), destinations=(chat,), owner=f"chat:{chat.chat}")
    return replace(topic, **more)  # type: ignore[arg-type]  # fields of a topic, by name


async def open_to_all(open_room: OpenRoom, *topics: Topic, hour: int = 2, day: int = 3) -> Newsroom:
    """A chat that has let itself in, and one that an admin has let in; topics that they made."""
    room = await open_room(topics=())
    await lives(room, Chat(CHAT.chat, language=Language("en"), approved=True, preferences=PUBLIC))
    await lives(room, Chat(OTHER.chat, language=Language("en"), approved=True))
    room.settings = Settings(public=PublicSettings(alerts_per_hour=hour, alerts_per_day=day))
    async with room.store.write() as unit:
        for topic in topics:
            await unit.topics.save(topic, room.clock.now())
            for destination in topic.destinations:
                await unit.topics.introduce(topic.id, destination, room.clock.now())
    await room.again()
    await news(room, "Nothing else")  # the first poll has a cap of its own
    return room


async def test_what_is_above_the_budget_of_an_hour_comes_as_one_digest_that_says_so(open_room: OpenRoom) -> None:
    room = await open_to_all(open_room, own(CHAT), own(OTHER))
    at(room, "02 10:00")
    await news(room, "Korea one", "Korea two", "Korea three", "Korea four")
    assert room.titles() == ["Korea one", "Korea two"]
    assert len(room.titles(OTHER.chat)) == 4, "whom an admin has let in has the budget of everybody"
    await room.later()
    (digest,) = room.digests()
    assert [item.title for item in digest.items] == ["Korea three", "Korea four"]
    assert digest_heading(digest, Wording(Language("en"))) == (
        "2 more alerts: this chat gets 2 an hour and 3 a day one by one, and the rest like this. "
        "Narrower watches bring less: /topics."
    )


async def test_the_budget_of_a_day_holds_over_its_hours(open_room: OpenRoom) -> None:
    room = await open_to_all(open_room, own(CHAT))
    at(room, "02 10:00")
    await news(room, "Korea one", "Korea two")
    at(room, "02 12:00")
    await news(room, "Korea three", "Korea four")
    at(room, "02 14:00")
    await news(room, "Korea five")
    assert room.titles() == ["Korea one", "Korea two", "Korea three"]
    at(room, "03 12:01")
    await news(room, "Korea six")
    assert room.titles() == ["Korea one", "Korea two", "Korea three", "Korea six"], "the day before has passed"
    await room.later()
    assert sorted(title for _, titles in told(room) for title in titles) == ["Korea five", "Korea four"]


async def test_urgent_does_not_pass_the_budget_of_the_public(open_room: OpenRoom) -> None:
    urgent = [own(to, delivering=Delivering.URGENT) for to in (CHAT, OTHER)]
    room = await open_to_all(open_room, *urgent)
    room.settings = replace(room.settings, delivery=replace(room.settings.delivery, alerts_per_hour=2))
    await room.again()
    at(room, "02 10:00")
    await news(room, "Korea one", "Korea two", "Korea three")
    assert room.titles() == ["Korea one", "Korea two"]
    assert len(room.titles(OTHER.chat)) == 3


async def test_a_backlog_keeps_to_the_budget_too(open_room: OpenRoom) -> None:
    room = await open_to_all(open_room, own(CHAT, delivering=Delivering.URGENT), hour=3, day=10)
    at(room, "02 10:00")
    room.messenger.script(ChatForbidden("bot was blocked by the user"))
    await news(room, "Korea one", "Korea two", "Korea three")
    room.settings = replace(room.settings, public=replace(room.settings.public, alerts_per_hour=1))
    await room.again()
    at(room, "02 12:00")
    async with room.store.write() as unit:
        chat = await unit.chats.get(CHAT.chat)
        assert chat is not None
        await unit.chats.save(replace(chat, paused_reason=None))
    await room.later()
    assert room.titles() == ["Korea one"]


async def test_a_file_that_names_a_chat_lifts_its_limits(open_room: OpenRoom) -> None:
    room = await open_to_all(open_room, own(CHAT))
    await room.again(topics=[replace(KOREA, id=TopicId("file"), name="File", query="unheard", destinations=(CHAT,))])
    at(room, "02 10:00")
    await news(room, "Korea one", "Korea two", "Korea three")
    assert len(room.titles()) == 3


async def test_an_admin_of_the_files_has_no_limits(open_room: OpenRoom) -> None:
    room = await open_to_all(open_room, own(CHAT))
    room.settings = replace(room.settings, telegram=replace(room.settings.telegram, admins=(int(CHAT.chat),)))
    await room.again()
    at(room, "02 10:00")
    await news(room, "Korea one", "Korea two", "Korea three")
    assert len(room.titles()) == 3


async def test_the_admins_do_not_hear_of_each_stranger_who_leaves(open_room: OpenRoom) -> None:
    room = await open_to_all(open_room, own(CHAT))
    async with room.store.write() as unit:
        await unit.chats.add_admin(77, room.clock.now())
    at(room, "02 10:00")
    room.messenger.script(ChatForbidden("bot was blocked by the user"))
    await news(room, "Korea one", "Korea two")
    assert room.messenger.contents("77") == []
    async with room.store.read() as unit:
        chat = await unit.chats.get(CHAT.chat)
        assert chat is not None
        assert chat.paused_reason == "bot was blocked by the user"
        assert await unit.chats.public() == 0, "its place is free"


async def test_what_strangers_watch_in_vain_is_no_concern_of_the_admins(open_room: OpenRoom) -> None:
    quiet = [own(CHAT, name="Secret"), own(OTHER, name="Of a friend")]
    room = await open_to_all(open_room, *quiet)
    async with room.store.write() as unit:
        await unit.chats.add_admin(77, room.clock.now())
    room.settings = replace(room.settings, alarms=AlarmSettings(quiet_days=14))
    await room.again()
    room.clock.set(room.clock.now() + timedelta(days=15))
    await room.attendant.alarm()
    await room.deliver()
    (notice,) = room.messenger.contents("77")
    assert isinstance(notice, Notice)
    assert (notice.code, notice.values["watches"]) == ("topics-quiet", "Of a friend")
