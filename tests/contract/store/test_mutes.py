"""Stories that destinations have heard enough of."""

from __future__ import annotations

from bot.model import ArticleId, Destination, Mute
from bot.store import Store
from tests.contract.store.samples import DAY, HOUR, NOW

CHAT, THREAD = Destination("-5"), Destination("-5", 42)


def mute(name: str, to: Destination = CHAT) -> Mute:
    return Mute(to, ArticleId(name), f"Judul {name} 北", NOW)


async def test_mutes_come_back_the_newest_first_and_only_those_since(store: Store) -> None:
    old, older = Mute(CHAT, ArticleId("old"), "Lama", NOW - HOUR), Mute(CHAT, ArticleId("older"), "", NOW - DAY)
    async with store.write() as unit:
        for each in (old, older, mute("b"), mute("a", THREAD)):
            await unit.mutes.add(each)
    async with store.read() as unit:
        assert await unit.mutes.since(NOW - HOUR) == (mute("a", THREAD), mute("b"), old)
        assert await unit.mutes.since(NOW + HOUR) == ()


async def test_muting_again_counts_from_now(store: Store) -> None:
    async with store.write() as unit:
        await unit.mutes.add(Mute(CHAT, ArticleId("a"), "Dulu", NOW - DAY))
        await unit.mutes.add(mute("a"))
        assert await unit.mutes.since(NOW - DAY) == (mute("a"),)


async def test_a_mute_is_taken_back_for_its_own_thread(store: Store) -> None:
    async with store.write() as unit:
        await unit.mutes.add(mute("a"))
        await unit.mutes.add(mute("a", THREAD))
        assert await unit.mutes.remove(THREAD, ArticleId("a"))
        assert not await unit.mutes.remove(THREAD, ArticleId("a"))
        assert not await unit.mutes.remove(CHAT, ArticleId("b"))
        assert await unit.mutes.since(NOW) == (mute("a"),)


async def test_mutes_go_with_a_chat_that_has_another_id(store: Store) -> None:
    new, there = Destination("-1005"), Mute(Destination("-1005"), ArticleId("both"), "Di sana", NOW - HOUR)
    async with store.write() as unit:
        for each in (mute("a"), mute("both"), mute("t", THREAD), there):
            await unit.mutes.add(each)
        await unit.chats.alias("-5", "-1005")
        moved = (mute("a", new), mute("t", Destination("-1005", 42)), there)
        assert await unit.mutes.since(NOW - DAY) == moved
        assert await unit.mutes.remove(CHAT, ArticleId("a"))
        await unit.mutes.add(mute("later"))
        assert (await unit.mutes.since(NOW))[0] == mute("later", new)


async def test_old_mutes_are_forgotten(store: Store) -> None:
    async with store.write() as unit:
        await unit.mutes.add(Mute(CHAT, ArticleId("old"), "", NOW - DAY * 2))
        await unit.mutes.add(mute("new"))
    await store.forget_before(NOW - DAY, DAY)
    async with store.read() as unit:
        assert await unit.mutes.since(NOW - DAY * 9) == (mute("new"),)


async def test_mutes_of_some_chats_are_asked_alone(store: Store) -> None:
    async with store.write() as unit:
        for each in (mute("a"), mute("b", THREAD), mute("c", Destination("6"))):
            await unit.mutes.add(each)
        assert set(await unit.mutes.of_chats(["-5", "7"], NOW)) == {mute("a"), mute("b", THREAD)}
        assert await unit.mutes.of_chats(["-5"], NOW + HOUR) == ()
