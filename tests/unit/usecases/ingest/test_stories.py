"""One story, one message: later articles are named in it, what is new is a reply, and nothing is told twice."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.alerts.outlet_preferences import by_outlet, of_other_outlets
from bot.model import (
    Alert,
    Chat,
    ChatMigrated,
    Delivering,
    DeliveryKind,
    Destination,
    Language,
    Preferences,
    QuietHours,
    SendRejected,
    Topic,
    TopicId,
)
from bot.wording.hours import read_span
from tests.fakes.feeds import Item, filler
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.newsroom import CHAT, KOREA, Newsroom, feed, to

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FERRY_TEXT = (
    "A ferry with 214 people on board burned on Sunday in the strait off Lombok. The agency in Mataram said that "
    "fishermen of Lembar took the passengers off the burning ferry, and that the engine room was where it began. "
)
LOMBOK = replace(KOREA, id=TopicId("lombok"), name="Lombok", query="lombok")
FERRIES = replace(KOREA, id=TopicId("ferries"), name="Ferries", query="ferry")


def report(outlet: str, title: str = "Ferry burns off Lombok", more: str = "") -> Item:
    """An outlet's own words on the burning ferry."""
    return Item(
        title, f"{FERRY_TEXT}{more}Reported by {outlet}.", outlet, f"https://{outlet}.example/ferry", short=True
    )


async def tell(room: Newsroom, outlet: str, *items: Item) -> None:
    room.publish(outlet, *items)
    await room.poll(outlet)
    await room.deliver()


@pytest.fixture
async def room(open_room: OpenRoom) -> Newsroom:
    return await open_room([LOMBOK], [feed(name) for name in ("antara", "tempo", "bbc", "dw")])


def outlets(alert: Alert) -> list[str]:
    return [version.source for version in alert.also]


async def test_later_articles_are_named_in_the_first_message_at_most_once_a_minute(room: Newsroom) -> None:
    await tell(room, "antara", report("antara"))
    for outlet in ("tempo", "bbc", "dw"):
        await tell(room, outlet, report(outlet))
    await room.later()
    await room.later()
    assert room.titles() == ["Ferry burns off Lombok"]
    edits = [(one, at) for (one, _), at in zip(room.messenger.sent, room.messenger.times, strict=True)][1:]
    assert {one.kind for one, _ in edits} == {DeliveryKind.EDIT}
    assert outlets(room.messenger.edits(CHAT.chat)[-1]) == ["Tempo", "Bbc", "Dw"]
    moments = [room.messenger.times[0], *(at for _, at in edits)]
    assert all(after - before >= MINUTE for before, after in pairwise(moments))
    first = room.messenger.sent[0][0]
    assert first.id != edits[-1][0].id
    assert edits[-1][0].message_id == 1, "it is the first message that is changed"


async def test_after_a_restart_the_story_goes_on(room: Newsroom) -> None:
    await tell(room, "antara", report("antara"))
    await room.again()
    await tell(room, "tempo", report("tempo"))
    await room.later()
    assert room.titles() == ["Ferry burns off Lombok"]
    assert outlets(room.messenger.edits(CHAT.chat)[-1]) == ["Tempo"]


async def test_what_comes_before_the_first_message_is_sent_needs_no_edit(room: Newsroom) -> None:
    for outlet in ("antara", "tempo"):
        room.publish(outlet, report(outlet))
        await room.poll(outlet)
    await room.deliver()
    await room.later()
    (delivery,) = [one for one, _ in room.messenger.sent]
    assert isinstance(delivery.content, Alert)
    assert outlets(delivery.content) == ["Tempo"]


DEATHS = "12 die on burning Lombok ferry"


async def test_new_figures_are_a_reply_that_says_what_is_new(room: Newsroom) -> None:
    await tell(room, "antara", report("antara"))
    await room.later(HOUR)
    await tell(room, "tempo", report("tempo", DEATHS))
    await tell(room, "bbc", report("bbc", DEATHS))
    await room.later(HOUR)
    replies = [one for one, _ in room.messenger.sent if one.kind is DeliveryKind.REPLY]
    (reply,) = replies
    assert reply.message_id == 1, "in the thread of the first"
    assert isinstance(reply.content, Alert)
    assert reply.content.title == DEATHS
    assert reply.content.update is not None
    assert (reply.content.update.numbers, reply.content.update.phase) == (("12 die",), "deaths")


async def test_what_another_outlet_counts_at_the_same_time_is_no_news(room: Newsroom) -> None:
    await tell(room, "antara", report("antara"))
    await tell(room, "tempo", report("tempo", "216 on burning Lombok ferry"))
    await room.later(HOUR)
    assert len(room.titles()) == 1


async def test_updates_of_a_day_are_few(open_room: OpenRoom) -> None:
    room = await open_room([LOMBOK], [feed("antara")])
    tolls = [report(f"antara{dead}", f"{dead} die on burning Lombok ferry") for dead in range(20, 30)]
    await tell(room, "antara", report("antara"))
    for place in range(1, len(tolls)):
        await room.later(HOUR)
        await tell(room, "antara", *tolls[:place])
    assert len(room.titles()) == 1 + 3


async def test_the_outlet_edits_its_article(room: Newsroom) -> None:
    await tell(room, "antara", report("antara"))
    await room.later(HOUR)
    await tell(room, "antara", replace(report("antara"), title=DEATHS))
    await room.later()
    assert room.titles() == ["Ferry burns off Lombok", DEATHS]
    assert room.messenger.edits(CHAT.chat)[-1].title == DEATHS
    await tell(room, "antara", replace(report("antara"), title=DEATHS))
    await room.later(HOUR)
    assert len(room.messenger.sent) == 3


async def test_an_article_that_its_outlet_edits_so_that_it_matches_is_told(open_room: OpenRoom) -> None:
    room = await open_room([KOREA])
    item = Item("Envoys meet", "Talks are held.", "g1", "https://a.example/1")
    await tell(room, "antara", item)
    await tell(room, "antara", replace(item, title="Envoys of Korea meet"))
    assert room.titles() == ["Envoys of Korea meet"]


async def test_topics_of_one_article_are_one_message_and_a_topic_that_comes_later_a_reply(open_room: OpenRoom) -> None:
    fires = replace(KOREA, id=TopicId("fires"), name="Fires", query="smoke")
    room = await open_room([LOMBOK, FERRIES, fires], [feed("antara"), feed("tempo")])
    await tell(room, "antara", report("antara"))
    (alert,) = room.messenger.alerts(CHAT.chat)
    assert {reason.topic_name for reason in alert.reasons} == {"Lombok", "Ferries"}
    await tell(room, "tempo", report("tempo", more="Smoke rose. "))
    await room.later()
    (_, reply) = room.messenger.alerts(CHAT.chat)
    assert reply.update is not None
    assert reply.update.topics == ("Fires",)
    assert {reason.topic_name for reason in room.messenger.edits(CHAT.chat)[-1].reasons} == {
        "Lombok",
        "Ferries",
        "Fires",
    }


async def chosen(room: Newsroom, preferences: Preferences, language: str = "en") -> None:
    async with room.store.write() as unit:
        await unit.chats.save(Chat(CHAT.chat, language=Language(language), preferences=preferences))


async def test_a_version_that_the_reader_can_read_or_likes_better_leads(room: Newsroom) -> None:
    await chosen(room, Preferences(outlets=("bbc",)))
    await tell(room, "antara", report("antara"))
    await tell(room, "tempo", report("tempo"))
    await tell(room, "bbc", report("bbc", "Fire on ferry off Lombok"))
    await room.later()
    await room.later()
    edited = room.messenger.edits(CHAT.chat)[-1]
    assert (edited.source, edited.title, outlets(edited)) == ("Bbc", "Fire on ferry off Lombok", ["Tempo", "Antara"])


def _digests(topics: Sequence[Topic]) -> list[Topic]:
    return [replace(topic, delivering=Delivering.DIGEST) for topic in topics]


async def test_a_digest_has_a_story_once_and_what_was_told_not_again(open_room: OpenRoom) -> None:
    room = await open_room(_digests([LOMBOK, KOREA]), [feed(name) for name in ("antara", "tempo", "bbc")])
    korea = Item("Korea talks", f"Korea. {filler('korea', 40)}", "k", "https://antara.example/korea")
    await tell(room, "antara", korea, report("antara"))
    await tell(room, "tempo", report("tempo"))
    await room.later()
    (digest,) = room.digests()
    assert [(item.topic, item.title, len(item.also)) for item in digest.items] == [
        ("Lombok", "Ferry burns off Lombok", 1),
        ("Korea", "Korea talks", 0),
    ]
    await tell(room, "bbc", report("bbc"))
    await room.later(HOUR + MINUTE)
    assert len(room.messenger.sent) == 1


async def test_news_of_a_story_that_a_digest_told_come_in_the_next(open_room: OpenRoom) -> None:
    room = await open_room(_digests([LOMBOK]), [feed("antara"), feed("tempo")])
    await tell(room, "antara", report("antara"))
    await room.later()
    await room.later(HOUR)
    await tell(room, "tempo", report("tempo", DEATHS))
    await room.later(HOUR)
    (_, second) = room.digests()
    assert [(item.title, item.is_update) for item in second.items] == [(DEATHS, True)]


async def test_what_waits_for_a_digest_is_told_at_once_when_it_becomes_urgent(open_room: OpenRoom) -> None:
    alarm = replace(FERRIES, query="smoke", delivering=Delivering.URGENT)
    room = await open_room([*_digests([LOMBOK]), alarm], [feed("antara"), feed("tempo")])
    night = read_span("08:00-12:00")
    assert isinstance(night, QuietHours)
    await chosen(room, Preferences(quiet=night))
    await tell(room, "antara", report("antara"))
    assert room.messenger.sent == []
    await tell(room, "tempo", report("tempo", more="Smoke rose. "))
    (alert,) = room.messenger.alerts(CHAT.chat)
    assert {reason.topic_name for reason in alert.reasons} == {"Lombok", "Ferries"}
    await room.later()
    assert room.digests() == []


async def test_in_quiet_hours_the_message_is_changed_and_news_wait_for_their_end(room: Newsroom) -> None:
    await tell(room, "antara", report("antara"))
    night = read_span("08:30-12:00")
    assert isinstance(night, QuietHours)
    async with room.store.write() as unit:
        await unit.chats.save(Chat(CHAT.chat, timezone="UTC", preferences=Preferences(quiet=night)))
    await room.later(HOUR)
    await tell(room, "tempo", report("tempo", DEATHS))
    await room.later()
    assert [one.kind for one, _ in room.messenger.sent] == [DeliveryKind.NEW, DeliveryKind.EDIT]
    await room.later(4 * HOUR)
    (digest,) = room.digests()
    assert [(item.title, item.is_update) for item in digest.items] == [(DEATHS, True)]


async def test_the_message_sums_up_what_several_outlets_say_each_with_its_name(room: Newsroom) -> None:
    await chosen(room, Preferences())
    await tell(room, "antara", report("antara"))
    more = "The harbour master blamed a torn fuel pipe, which had been reported to the owner in March. "
    await tell(room, "tempo", report("tempo", more=more))
    await room.later()
    edited = room.messenger.edits(CHAT.chat)[-1]
    assert any(one.source == "" for one in edited.summary)
    assert [one.source for one in edited.summary if "fuel pipe" in one.text] == ["Tempo"]


async def test_a_message_says_what_is_known_when_it_is_sent(room: Newsroom) -> None:
    """The poll of another outlet may end between the look for what is due and the sending of it."""
    room.publish("antara", report("antara"))
    await room.poll("antara")
    async with room.store.write() as unit:
        (waiting,) = await unit.outbox.heads(room.clock.now(), console=False)
        sending = asyncio.create_task(room.deliver())
        await asyncio.sleep(0.1)
        assert isinstance(waiting.content, Alert)
        await unit.outbox.revise(waiting.id, replace(waiting.content, title="As it stands"))
    await sending
    assert room.titles() == ["As it stands"]


async def test_an_edit_that_was_given_up_brings_back_nothing_old(room: Newsroom) -> None:
    await tell(room, "antara", report("antara"))
    room.messenger.script(SendRejected("no"))
    await tell(room, "tempo", report("tempo"))
    await room.later()
    await tell(room, "bbc", report("bbc"))
    await room.later()
    async with room.store.write() as unit:
        assert await unit.outbox.retry(None, room.clock.now()) == 1
    await room.later()
    assert [outlets(edited) for edited in room.messenger.edits(CHAT.chat)] == [["Tempo", "Bbc"]] * 2


async def test_of_several_news_in_one_night_the_digest_tells_the_last(room: Newsroom) -> None:
    await tell(room, "antara", report("antara"))
    night = read_span("08:30-14:00")
    assert isinstance(night, QuietHours)
    async with room.store.write() as unit:
        await unit.chats.save(Chat(CHAT.chat, timezone="UTC", preferences=Preferences(quiet=night)))
    for outlet, title in (("tempo", DEATHS), ("bbc", "40 die on burning Lombok ferry")):
        await room.later(HOUR)
        await tell(room, outlet, report(outlet, title))
    await room.later(6 * HOUR)
    (digest,) = room.digests()
    ((title, others, is_update),) = [(item.title, item.also, item.is_update) for item in digest.items]
    assert (title, [one.source for one in others], is_update) == ("40 die on burning Lombok ferry", ["Tempo"], True)


async def test_a_clock_that_was_years_ahead_delays_no_edit(room: Newsroom) -> None:
    start = room.clock.now()
    await room.later(700 * 24 * HOUR)
    await tell(room, "antara", report("antara"))
    room.clock.set(start)
    await room.deliver()
    await tell(room, "tempo", report("tempo"))
    await room.later()
    assert outlets(room.messenger.edits(CHAT.chat)[-1]) == ["Tempo"]


async def test_a_topic_that_was_not_told_yet_is_told_however_many_updates_there_were(open_room: OpenRoom) -> None:
    alarm = replace(FERRIES, id=TopicId("smoke"), name="Smoke", query="smoke", delivering=Delivering.URGENT)
    room = await open_room([LOMBOK, alarm], [feed("antara"), feed("bbc")])
    await tell(room, "antara", report("antara"))
    tolls = [report(f"antara{dead}", f"{dead} die on burning Lombok ferry") for dead in range(20, 25)]
    for place in range(1, len(tolls)):
        await room.later(HOUR)
        await tell(room, "antara", *tolls[:place])
    for _ in range(2):
        await tell(room, "bbc", report("bbc", more="Smoke rose. "), report("bbc2", more="Smoke rose again. "))
    replies = [one.update for one in room.messenger.alerts(CHAT.chat) if one.update is not None]
    assert [update.topics for update in replies] == [(), (), (), ("Smoke",)]


async def test_an_outlet_is_named_once_however_its_feeds_write_it(open_room: OpenRoom) -> None:
    names = {"antara": "Antara", "two": "ANTARA.com", "three": "www.antara.co.id", "bbc": "BBC", "four": "bbc.com"}
    room = await open_room([LOMBOK], [replace(feed(name), title=title) for name, title in names.items()])
    for name in names:
        await tell(room, name, report(name))
    await room.later()
    (*_, edited) = room.messenger.edits(CHAT.chat)
    assert edited.source in list(names.values())[:3]
    assert [(one.newest.source, one.articles) for one in by_outlet(edited.also)][-1:] == [("bbc.com", 2)]
    assert [one.source for one in of_other_outlets(edited)] == ["bbc.com"]


async def test_every_further_article_of_an_outlet_is_listed_and_changes_the_message(room: Newsroom) -> None:
    await tell(room, "antara", report("antara"))
    await room.later()
    for number, title in enumerate(("Rescuers reach the strait", "Navy tows the wreck"), start=2):
        link = f"https://antara.example/{number}"
        await tell(room, "antara", Item(title, f"{FERRY_TEXT}{title}.", f"antara {number}", link, short=True))
        await room.later()
        (*_, edited) = room.messenger.edits(CHAT.chat)
        assert [(one.newest.source, one.articles) for one in by_outlet(edited.also)] == [("Antara", number - 1)]


async def test_a_page_that_another_feed_brings_stays_that_of_the_first(room: Newsroom) -> None:
    await tell(room, "antara", report("antara"))
    await tell(room, "tempo", report("antara", "Antara: Ferry burns"))
    await room.later()
    assert [type(one.content) for one, _ in room.messenger.sent] == [Alert]
    await tell(room, "bbc", report("bbc"))
    await tell(room, "dw", report("bbc"))
    await room.later()
    (*_, edited) = room.messenger.edits(CHAT.chat)
    assert (edited.source, edited.title, outlets(edited)) == ("Antara", "Ferry burns off Lombok", ["Bbc"])


async def test_another_article_of_the_outlet_takes_over_nothing_when_it_is_edited(room: Newsroom) -> None:
    first = report("antara")
    second = replace(
        report("antara", "What we know of the burning ferry"),
        text="Smoke rose over Lombok where the ferry with 214 people burned off Lembar; fishermen of Mataram helped.",
        guid="2",
        link="https://antara.example/2",
    )
    await tell(room, "antara", first)
    await tell(room, "antara", first, second)
    await tell(room, "antara", first, replace(second, title="What we know so far of the burning ferry"))
    await room.later()
    assert {edited.title for edited in room.messenger.edits(CHAT.chat)} <= {first.title}


async def test_earlier_news_are_marked_so_until_newer_ones_lead(open_room: OpenRoom) -> None:
    room = await open_room([KOREA], [feed("antara"), feed("bbc")])
    await chosen(room, Preferences(outlets=("bbc",)))
    await tell(room, "antara", report("antara"))
    await room.again(topics=[LOMBOK])
    await room.deliver()
    (told,) = room.messenger.alerts(CHAT.chat)
    assert told.earlier
    await tell(room, "bbc", report("bbc"))
    await room.later()
    (*_, edited) = room.messenger.edits(CHAT.chat)
    assert (edited.source, edited.earlier) == ("Bbc", False)


async def test_a_message_that_was_refused_silences_no_story(room: Newsroom) -> None:
    room.messenger.script(SendRejected("no"))
    await tell(room, "antara", report("antara"))
    assert room.messenger.sent == []
    await tell(room, "tempo", report("tempo"))
    (told,) = room.messenger.alerts(CHAT.chat)
    assert (told.source, outlets(told)) == ("Antara", ["Tempo"])
    await room.later()
    assert len(room.messenger.sent) == 1


async def test_no_edit_hits_the_messages_of_a_group_that_has_another_id_now(open_room: OpenRoom) -> None:
    """Its old messages cannot be changed any more, and their numbers are those of other messages there."""
    group = Destination("-5")
    room = await open_room([to(LOMBOK, group)], [feed(name) for name in ("antara", "tempo", "bbc")])
    await tell(room, "antara", report("antara"))
    room.messenger.script(ChatMigrated("-1005"))
    await tell(room, "tempo", report("tempo"))
    await room.later(HOUR)
    await tell(room, "bbc", report("bbc", DEATHS))
    await room.later()
    assert room.messenger.edits("-1005") == []
    assert room.titles("-1005") == [DEATHS]
    (*_, (reply, _)) = room.messenger.sent
    assert reply.message_id is None
