"""Channels under review: nothing is posted that an admin has not posted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.model import Alert, AlertId, Change, Chat, ChatKind, Destination, Language, Review, StoryId, Topic, TopicId
from bot.usecases.delivery.review import POSTED, SKIPPED, Decision, post_review, skip_review
from bot.usecases.ingest.merge_stories import plan_mergers
from bot.usecases.ingest.planned_outbox import PlannedOutbox, store_outbox
from bot.usecases.ingest.snapshot import read_snapshot, those_merging
from bot.usecases.topics.watchlist import Audience
from tests.fakes.feeds import Item
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.ingest.test_stories import HOUR, report
from tests.unit.usecases.newsroom import KOREA, Newsroom, to

CHANNEL = Destination("@kanal")
ADMINS = (4242, 4343)
TROOPS = Item("Korea sends troops", "Thousands of soldiers left Korea by train.", "g1", "https://a.example/1")
TALKS = Item("Korea talks resume", "Envoys met in Korea for the first time.", "g2", "https://a.example/2")
REVIEWED = replace(to(KOREA, CHANNEL), review=True)


async def with_admins(open_room: OpenRoom, *topics: Topic) -> Newsroom:
    """Two admins, and topics that come when they are there already."""
    room = await open_room([])
    async with room.store.write() as unit:
        for admin in ADMINS:
            await unit.chats.add_admin(admin, room.clock.now())
    await room.again(topics=topics)
    return room


async def tell(room: Newsroom, *items: Item) -> None:
    room.publish("antara", *items)
    await room.poll()
    await room.deliver()


def asked(room: Newsroom, admin: int) -> list[Review]:
    return [content for content in room.messenger.contents(str(admin)) if isinstance(content, Review)]


def change(room: Newsroom, code: str, review: Review, name: str = "Sari") -> Change:
    return Change(room.clock.now(), "4242", 4242, name, code, {"review": review.id})


async def test_every_admin_is_asked_once_and_the_channel_told_nothing(open_room: OpenRoom) -> None:
    room = await with_admins(open_room, REVIEWED)
    await tell(room, TROOPS)
    await tell(room, TROOPS)
    await room.again()
    await tell(room, TROOPS)
    assert room.messenger.contents(CHANNEL.chat) == []
    for admin in ADMINS:
        (review,) = asked(room, admin)
        assert (review.destination, review.alert.title) == (CHANNEL, TROOPS.title)
        assert room.titles(str(admin)) == []


async def test_what_is_posted_comes_once_and_whoever_is_later_learns_who_it_was(open_room: OpenRoom) -> None:
    room = await with_admins(open_room, REVIEWED)
    await tell(room, TROOPS)
    (review,) = asked(room, ADMINS[0])
    posted = await post_review(room.store, review, change(room, POSTED, review))
    assert posted == Decision(posted=True, by="Sari", at=room.clock.now())
    await room.deliver()
    assert await post_review(room.store, review, change(room, POSTED, review, "Budi")) == posted
    assert await skip_review(room.store, review, change(room, SKIPPED, review, "Budi")) == posted
    await tell(room, TROOPS)
    assert room.titles(CHANNEL.chat) == [TROOPS.title]
    assert len(asked(room, ADMINS[0])) == 1
    async with room.store.read() as unit:
        assert [one.user_name for one in await unit.changes.latest(9)] == ["Sari"]


async def test_what_one_admin_skips_another_may_post(open_room: OpenRoom) -> None:
    room = await with_admins(open_room, REVIEWED)
    await tell(room, TROOPS)
    (review,) = asked(room, ADMINS[0])
    assert not (await skip_review(room.store, review, change(room, SKIPPED, review))).posted
    await room.deliver()
    assert room.titles(CHANNEL.chat) == []
    assert (await post_review(room.store, review, change(room, POSTED, review, "Budi"))).by == "Budi"
    await room.deliver()
    assert room.titles(CHANNEL.chat) == [TROOPS.title]


@pytest.mark.parametrize(
    ("destination", "kind", "is_asked"),
    [
        (Destination("-1005"), "channel", True),
        (Destination("-1005"), None, True),  # rather asked about a group than not about a channel
        (Destination("-1005", 7), None, False),
        (Destination("-1005"), "supergroup", False),
        (Destination("@kanal"), "supergroup", False),
        (Destination("-5"), "group", False),
        (Destination("-5"), None, False),
        (Destination("1001"), "private", False),
    ],
)
async def test_channels_alone_are_reviewed(
    open_room: OpenRoom, destination: Destination, kind: ChatKind | None, *, is_asked: bool
) -> None:
    room = await with_admins(open_room)
    if kind is not None:
        async with room.store.write() as unit:
            await unit.chats.save(Chat(destination.chat, kind))
    await room.again(topics=[replace(REVIEWED, destinations=(destination,))])
    await tell(room, TROOPS)
    assert (len(asked(room, ADMINS[0])), len(room.titles(destination.chat))) == ((1, 0) if is_asked else (0, 1))


async def test_a_topic_that_asks_for_no_review_has_its_say_too(open_room: OpenRoom) -> None:
    free = replace(KOREA, id=TopicId("troops"), name="Troops", query="soldiers", destinations=(CHANNEL,))
    room = await with_admins(open_room, REVIEWED, free)
    await tell(room, TROOPS, TALKS)
    assert room.titles(CHANNEL.chat) == [TROOPS.title]
    assert [review.alert.title for review in asked(room, ADMINS[1])] == [TALKS.title]


async def test_earlier_articles_are_reviewed_as_well(open_room: OpenRoom) -> None:
    room = await with_admins(open_room)
    await tell(room, TROOPS, TALKS)
    await room.again(topics=[REVIEWED])
    await room.deliver()
    assert room.messenger.contents(CHANNEL.chat) == []
    assert sorted(review.alert.title for review in asked(room, ADMINS[0])) == sorted([TROOPS.title, TALKS.title])
    await room.again()
    await room.deliver()
    assert len(asked(room, ADMINS[0])) == 2


async def test_reviews_leave_the_admins_own_alerts_their_budget(open_room: OpenRoom) -> None:
    own = replace(KOREA, id=TopicId("own"), destinations=())
    room = await with_admins(open_room, REVIEWED)
    await room.again(topics=[REVIEWED, own], alerts_per_hour=2)
    await tell(room, TROOPS, TALKS)
    assert sorted(room.titles("4242")) == sorted([TROOPS.title, TALKS.title])
    assert len(asked(room, 4242)) == 2


async def test_an_alert_of_the_channel_under_another_review_is_known(open_room: OpenRoom) -> None:
    room = await with_admins(open_room, REVIEWED)
    await tell(room, TROOPS)
    (review,) = asked(room, ADMINS[0])
    await post_review(room.store, review, change(room, POSTED, review))
    async with room.store.read() as unit:
        assert await unit.outbox.of_alert(CHANNEL, review.alert.id)
        assert isinstance((await unit.outbox.alerts(AlertId(review.alert.id)))[0], Alert)


LOMBOK = replace(to(KOREA, CHANNEL), query="lombok", review=True)
DEATHS, MORE = "12 die on burning Lombok ferry", "40 die on burning Lombok ferry"


async def ferry(open_room: OpenRoom) -> Newsroom:
    """A story whose first article the admins have been asked about."""
    room = await with_admins(open_room, LOMBOK)
    await tell(room, report("antara"))
    await room.later(HOUR)
    return room


async def test_each_of_several_news_is_asked_about_once(open_room: OpenRoom) -> None:
    room = await ferry(open_room)
    (review,) = asked(room, ADMINS[0])
    await post_review(room.store, review, change(room, POSTED, review))
    await room.deliver()
    for title in (DEATHS, DEATHS, MORE):
        await room.later(HOUR)
        await tell(room, report(f"g{room.clock.now():%H}", title))
    updates = asked(room, ADMINS[0])[1:]
    assert [one.alert.title for one in updates] == [DEATHS, MORE]
    for one in updates * 2:
        await post_review(room.store, one, change(room, POSTED, one))
    await room.deliver()
    assert room.titles(CHANNEL.chat) == ["Ferry burns off Lombok", DEATHS, MORE]


async def test_news_of_a_story_that_was_skipped_are_asked_about_and_posted_as_its_first(open_room: OpenRoom) -> None:
    room = await ferry(open_room)
    (review,) = asked(room, ADMINS[0])
    await skip_review(room.store, review, change(room, SKIPPED, review))
    await tell(room, report("g2", DEATHS))
    (_, news) = asked(room, ADMINS[0])
    for _ in range(2):
        await post_review(room.store, news, change(room, POSTED, news))
    await room.deliver()
    (posted,) = room.messenger.alerts(CHANNEL.chat)
    assert (posted.title, posted.update) == (DEATHS, None)


async def test_what_was_posted_under_the_name_of_a_story_that_has_ended_is_not_posted_again(
    open_room: OpenRoom,
) -> None:
    room = await ferry(open_room)
    review, *_ = asked(room, ADMINS[0])
    await post_review(room.store, review, change(room, POSTED, review))
    async with room.store.write() as unit:
        (article,) = await unit.articles.get([review.alert.article_id])
        assert article.story_id is not None
        merged, now = {article.story_id: StoryId("older")}, room.clock.now()
        merging = await those_merging(unit, merged)
        snapshot = await read_snapshot(unit, Audience(messenger=True), {}, (), merged, now, merging=merging)
        outbox = PlannedOutbox(snapshot.threads, now)
        plan_mergers(outbox, snapshot, merged, Language("en"), now)
        await unit.articles.join_stories(article.story_id, StoryId("older"))
        await store_outbox(unit, outbox.changes(), now)
    await post_review(room.store, review, change(room, POSTED, review, "Budi"))
    await room.deliver()
    assert len(room.titles(CHANNEL.chat)) == 1
