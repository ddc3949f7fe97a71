"""A feed whose articles all come under other ids and addresses: chats get what is new, and nothing again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from structlog.testing import capture_logs

from bot.model import Article, FeedId, Language, Notice
from bot.wording.alerts import notice_text
from bot.wording.wording import Wording
from tests.fakes.feeds import Item, filler
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.newsroom import KOREA, Newsroom, feed

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ADMIN = 77


def item(room: Newsroom, number: int, ago: timedelta) -> Item:
    text = f"Korea says so. {filler(str(number), 50)}"
    address = f"https://a.example/news/{number}"
    return Item(f"Korea, part {number}", text, f"g{number}", address, room.clock.now() - ago, short=True)


def moved(one: Item, **changes: object) -> Item:
    """Another system: guid and address are others, and a word of the text is."""
    usual = replace(one, guid=f"post-{one.title}", link=f"{one.link}?p=new", text=f"(Antara) {one.text}")
    return replace(usual, **changes)  # type: ignore[arg-type]  # names of fields, checked by replace


async def archived(room: Newsroom) -> tuple[Article, ...]:
    async with room.store.read() as unit:
        return await unit.articles.since(room.clock.now() - 365 * DAY, 1000)


async def read(room: Newsroom, items: Sequence[Item]) -> list[str]:
    """The titles that a poll of this document tells."""
    before = len(room.titles())
    room.publish("antara", *items)
    await room.poll()
    await room.deliver()
    return room.titles()[before:]


async def settled(room: Newsroom, count: int = 9) -> list[Item]:
    """A feed that has been read; a quarter of an hour later."""
    old = [item(room, number, HOUR * number) for number in range(1, count + 1)]
    room.settings = replace(room.settings, delivery=replace(room.settings.delivery, alerts_per_hour=100))
    await room.again()
    assert len(await read(room, old)) == count
    room.clock.set(room.clock.now() + 15 * MINUTE)
    return old


async def test_a_storm_tells_only_what_is_new_and_once(room: Newsroom) -> None:
    old = await settled(room)
    new = item(room, 99, MINUTE)
    with capture_logs() as logs:
        assert await read(room, [new, *map(moved, old)]) == ["Korea, part 99"]
    (said,) = [line for line in logs if line["event"] == "feed-storm"]
    assert (said["feed"], said["known_again"], said["held_back"], said["new"]) == ("antara", 9, 0, 1)
    assert len(await archived(room)) == 10
    room.clock.set(room.clock.now() + 15 * MINUTE)
    await room.again()
    with capture_logs() as logs:
        assert await read(room, [item(room, 100, MINUTE), new, *map(moved, old)]) == ["Korea, part 100"]
    assert [line for line in logs if line["event"] in {"feed-storm", "feed-overrun"}] == []


async def test_what_the_outlet_edited_in_a_storm_is_an_edit(room: Newsroom) -> None:
    old = await settled(room)
    await read(room, [moved(one, text=f"{one.text} An added sentence about Pyongyang.") for one in old])
    articles = await archived(room)
    assert len(articles) == 9
    assert all("Pyongyang" in article.text for article in articles)


async def test_what_is_held_back_is_archived_and_the_feeds_owner_hears_of_it_once(room: Newsroom) -> None:
    async with room.store.write() as unit:
        await unit.chats.add_admin(ADMIN, room.clock.now())
    old = await settled(room)
    older = [item(room, number, 5 * DAY + HOUR * number) for number in range(200, 210)]
    assert await read(room, [*map(moved, old), *older]) == []
    assert len(await archived(room)) == 19
    assert await read(room, [*map(moved, old), *older]) == []
    (note,) = [one for one in room.messenger.contents(str(ADMIN)) if isinstance(one, Notice)]
    assert notice_text(note, Wording(Language("en"))).splitlines()[0] == (
        "Antara has moved its articles to other addresses. 10 of them may be old, and came without an alert:"
    )
    indonesian = notice_text(note, Wording(Language("id"))).splitlines()
    assert indonesian[1] == "• Korea, part 200"
    assert indonesian[-2:] == ["dan 5 lagi", "/search dapat menemukannya. Yang jelas baru tetap dikabarkan."]


async def test_after_a_long_outage_everything_is_told(room: Newsroom) -> None:
    old = await settled(room)
    room.clock.set(room.clock.now() + 3 * DAY)
    new = [item(room, number, MINUTE * number) for number in range(300, 330)]
    assert await read(room, new) == []
    await room.later()
    assert sum(len(digest.items) for digest in room.digests()) == 30
    assert await read(room, old) == []


async def test_a_feed_of_five_that_are_all_new_is_told(room: Newsroom) -> None:
    await settled(room, 5)
    new = [item(room, number, MINUTE) for number in range(300, 305)]
    assert len(await read(room, new)) == 5


async def test_articles_that_another_feed_brought_first_are_known_again_too(open_room: OpenRoom) -> None:
    room = await open_room((KOREA,), (feed("tempo"), feed("antara")))
    items = [item(room, number, HOUR * number) for number in range(1, 9)]
    room.publish("tempo", *items)
    await room.poll("tempo")
    await settled_elsewhere(room, items)
    room.clock.set(room.clock.now() + 15 * MINUTE)
    assert await read(room, list(map(moved, items))) == []
    assert len(await archived(room)) == 8


async def settled_elsewhere(room: Newsroom, items: Sequence[Item]) -> None:
    await room.deliver()
    assert await read(room, items) == []


async def test_a_storm_that_a_crash_interrupts_is_the_same_storm_again(room: Newsroom) -> None:
    old = await settled(room)
    states_before = await archived(room)
    async with room.store.write() as unit:  # as if the state had been lost with the disk's last seconds
        state = (await unit.feeds.states())[FeedId("antara")]
        await unit.feeds.save_state(replace(state, succeeded_at=None))
    assert await read(room, list(map(moved, old))) == []
    assert len(await archived(room)) == len(states_before)
