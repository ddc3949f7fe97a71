"""What is still to be told to many chats, in parts."""

from __future__ import annotations

from bot.model import ArticleId, Destination, Fanout, FanoutArticle, FanoutPart, StoryId
from bot.store import Store, write_fanout
from tests.contract.store.samples import HOUR, NOW, article, match

SHARED = Fanout(
    articles=(FanoutArticle(article("a"), (Destination("-5", 4),), ArticleId("b"), late=True, updates_only=True),),
    matches=((0, match("a")),),
    merged={StoryId("old"): StoryId("new")},
    first_poll=True,
    judged_at=NOW,
)
PARTS = (
    FanoutPart(judged=(match("c", matched=False),)),
    FanoutPart((Destination("1"), Destination("-5", 4)), ((0, match("a", topic="own")),)),
    FanoutPart((Destination("@kanal"),)),
)


async def test_parts_come_in_their_order_and_whole(store: Store) -> None:
    async with store.write() as unit:
        assert await unit.fanouts.first() is None
        assert await unit.fanouts.first_id() is None
        await unit.fanouts.add(write_fanout(SHARED, PARTS), NOW)
        await unit.fanouts.add(write_fanout(SHARED, PARTS[2:]), NOW + HOUR)
        assert await unit.fanouts.waiting_since() == NOW
        told, last = [], (await unit.fanouts.open_parts())[-1]
        while (part := await unit.fanouts.first()) is not None:
            assert await unit.fanouts.get(part.fanout_id) == SHARED
            assert (await unit.fanouts.first_id(), (await unit.fanouts.open_parts())[0]) == (part.id, part.id)
            told.append(part.part)
            await unit.fanouts.finish(part)
        assert told == [*PARTS, PARTS[2]]
        assert await unit.fanouts.waiting_since() is None
        await unit.fanouts.add(write_fanout(SHARED, PARTS[:1]), NOW)
        (after,) = await unit.fanouts.open_parts()
        assert after > last  # an id is never used again


async def test_whom_parts_tell_is_asked_without_what_they_are_told(store: Store) -> None:
    async with store.write() as unit:
        await unit.fanouts.add(write_fanout(SHARED, PARTS), NOW)
        ids = await unit.fanouts.open_parts()
        assert await unit.fanouts.destinations(ids[1:]) == {
            ids[1]: (Destination("1"), Destination("-5", 4)),
            ids[2]: (Destination("@kanal"),),
        }


async def test_a_part_of_a_part_may_be_told(store: Store) -> None:
    async with store.write() as unit:
        await unit.fanouts.add(write_fanout(SHARED, PARTS[1:2]), NOW)
        (part_id,) = await unit.fanouts.open_parts()
        await unit.fanouts.shorten(part_id, (Destination("-5", 4),))
        first = await unit.fanouts.first()
        assert first is not None
        assert (first.part.destinations, first.part.matches) == ((Destination("-5", 4),), PARTS[1].matches)
        assert await unit.fanouts.destinations([part_id]) == {part_id: (Destination("-5", 4),)}
