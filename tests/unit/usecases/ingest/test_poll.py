"""What a chat gets from what feeds do."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.features.document import Document
from bot.model import Article, Destination, FeedId, FetchOutcome, FetchRequest, FirstPoll, NotModified, TopicId
from bot.usecases.ingest import entries, pipeline, score_articles
from bot.usecases.ingest.score_articles import document_of
from tests.fakes.feed_server import Answer
from tests.fakes.feeds import Item, filler, rss
from tests.fakes.fetcher import FakeFetcher
from tests.unit.usecases.conftest import OpenRoom
from tests.unit.usecases.newsroom import CHAT, KOREA, Newsroom, feed, to

TROOPS = Item("Korea sends troops", "Thousands of soldiers left Korea by train.", "g1", "https://a.example/1")
RICE = Item("Rice is dearer", "Markets in Java saw rice prices rise.", "g2", "https://a.example/2")
TALKS = Item("Korea talks resume", "Envoys met in Korea for the first time.", "g3", "https://a.example/3")


async def archived(room: Newsroom) -> tuple[Article, ...]:
    async with room.store.read() as unit:
        return await unit.articles.since(room.clock.now() - timedelta(days=365), 1000)


async def test_a_matching_article_is_told_once(room: Newsroom) -> None:
    room.publish("antara", TROOPS, RICE)
    report = await room.poll()
    await room.deliver()
    assert (report.new, report.on_topic) == (2, 1)
    assert room.titles() == ["Korea sends troops"]

    await room.poll()
    await room.again()
    await room.poll()
    await room.deliver()
    assert room.titles() == ["Korea sends troops"]


async def test_the_next_article_of_a_known_feed_is_told(room: Newsroom) -> None:
    room.publish("antara", TROOPS)
    await room.poll()
    room.publish("antara", TALKS, TROOPS)
    await room.poll()
    await room.deliver()
    assert room.titles() == ["Korea sends troops", "Korea talks resume"]


async def test_validators_are_sent_and_nothing_is_read_twice(room: Newsroom) -> None:
    room.publish("antara", TROOPS, etag='"v1"')
    await room.poll()
    report = await room.poll()
    assert report.unchanged
    assert room.fetcher.requests[-1].etag == '"v1"'


async def test_a_feed_that_cannot_be_reached_is_reported_and_asked_later(room: Newsroom) -> None:
    room.fetcher.answers["https://antara.example/feed"] = None
    report = await room.poll()
    assert report.error == "antara.example cannot be found: no network or no such host"
    assert await room.attendant.due() == ()
    room.clock.set(room.clock.now() + timedelta(hours=1))
    assert [one.feed.id for one in await room.attendant.due()] == ["antara"]


async def test_a_page_instead_of_a_feed_is_a_failure_with_its_reason(room: Newsroom) -> None:
    room.fetcher.answers["https://antara.example/feed"] = Answer(b"<!doctype html><html><body>Hello</body></html>")
    report = await room.poll()
    assert report.error is not None
    assert "web page" in report.error


async def test_the_same_page_in_two_feeds_is_told_once(open_room: OpenRoom) -> None:
    room = await open_room(feeds=(feed("antara"), feed("tempo")))
    room.publish("antara", TROOPS)
    room.publish("tempo", replace(TROOPS, guid="other", link="https://a.example/1?utm_source=rss"))
    await room.poll("antara")
    await room.poll("tempo")
    await room.deliver()
    assert room.titles() == ["Korea sends troops"]
    assert len(await archived(room)) == 1


async def test_a_syndicated_copy_under_another_link_is_told_once(open_room: OpenRoom) -> None:
    room = await open_room(feeds=(feed("antara"), feed("tempo")))
    room.publish("antara", TROOPS)
    room.publish("tempo", replace(TROOPS, guid="t9", link="https://tempo.example/politik/9"))
    await room.poll("antara")
    await room.again()
    await room.poll("tempo")
    await room.deliver()
    assert room.titles() == ["Korea sends troops"]


async def test_two_topics_and_two_chats(open_room: OpenRoom) -> None:
    other = Destination("2002")
    troops = replace(KOREA, id=TopicId("troops"), name="Troops", query="soldiers", destinations=(CHAT, other))
    room = await open_room(topics=(KOREA, troops))
    room.publish("antara", TROOPS)
    await room.poll()
    await room.deliver()
    (alert,) = room.messenger.alerts(CHAT.chat)
    assert [reason.topic_name for reason in alert.reasons] == ["Korea", "Troops"]
    (alert,) = room.messenger.alerts(other.chat)
    assert [reason.topic_name for reason in alert.reasons] == ["Troops"]


async def test_first_poll_recent_leaves_out_yesterday_but_archives_it(open_room: OpenRoom) -> None:
    room = await open_room(feeds=(feed("antara", FirstPoll.RECENT),))
    old = replace(TALKS, published=room.clock.now() - timedelta(hours=25))
    room.publish("antara", TROOPS, old)
    await room.poll()
    await room.deliver()
    assert room.titles() == ["Korea sends troops"]
    assert len(await archived(room)) == 2
    room.publish("antara", TROOPS, old, replace(old, title="Korea again", guid="g9", link="https://a.example/9"))
    await room.poll()
    await room.deliver()
    assert room.titles() == ["Korea sends troops", "Korea again"]


async def test_first_poll_none_tells_only_what_comes_later(open_room: OpenRoom) -> None:
    room = await open_room(feeds=(feed("antara", FirstPoll.NONE),))
    room.publish("antara", TROOPS)
    await room.poll()
    room.publish("antara", TALKS, TROOPS)
    await room.poll()
    await room.deliver()
    assert room.titles() == ["Korea talks resume"]


async def test_a_date_some_hours_ahead_is_a_mistaken_zone_and_one_years_ahead_is_none(room: Newsroom) -> None:
    now = room.clock.now()
    room.publish(
        "antara",
        replace(TROOPS, published=now + timedelta(hours=7)),
        replace(TALKS, published=now + timedelta(days=27_000)),
    )
    await room.poll()
    dates = {article.title: article.published_at for article in await archived(room)}
    assert dates == {"Korea sends troops": now, "Korea talks resume": None}


async def test_a_date_years_ahead_is_not_recent_and_comes_before_nothing(open_room: OpenRoom) -> None:
    room = await open_room(feeds=(feed("antara", FirstPoll.RECENT),))
    now = room.clock.now()
    ahead = replace(TALKS, published=now + timedelta(days=27_000))
    room.publish("antara", ahead, TROOPS)
    await room.poll()
    later = Item("Korea again", "Korea once more.", "g8", "https://a.example/8", now - timedelta(minutes=5))
    room.publish("antara", replace(ahead, guid="g9", link="https://a.example/9", title="Korea in 2099"), later)
    await room.poll()
    await room.deliver()
    assert room.titles() == ["Korea sends troops", "Korea again", "Korea in 2099"]


async def test_a_short_article_that_may_match_is_read_in_full(room: Newsroom) -> None:
    body = "Soldiers were seen in Korea. " + "They marched along the river towards the old bridge all day. " * 20
    page = f"<html><body><article><h1>Korea sends troops</h1><p>{body}</p></article></body></html>"
    room.fetcher.answers["https://a.example/1"] = Answer(page.encode(), headers={"content-type": "text/html"})
    short = replace(TROOPS, text="Korea sends troops abroad.", short=True)
    room.publish("antara", short, replace(RICE, short=True))
    await room.poll()
    texts = {article.title: article.text for article in await archived(room)}
    assert "marched along the river" in texts["Korea sends troops"]
    assert "https://a.example/2" not in [request.url for request in room.fetcher.requests]


async def test_an_article_does_not_wait_for_a_page_that_does_not_come(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    class HangingPages(FakeFetcher):
        async def fetch(self, request: FetchRequest) -> FetchOutcome:
            if request.purpose == "page":
                await asyncio.sleep(600)
            return await super().fetch(request)

    monkeypatch.setattr(entries, "PAGES_PATIENCE", 0.05)
    room.fetcher = HangingPages({})
    await room.again()
    links = [f"https://a.example/{number}" for number in range(9)]
    items = [Item(f"Korea {n}", f"Korea and {n}.", f"g{n}", link, short=True) for n, link in enumerate(links)]
    room.publish("antara", *items)
    async with asyncio.timeout(120):
        assert (await room.poll()).on_topic == 9


WALL = """<p>Kami dan 612 mitra kami menyimpan informasi pada perangkat Anda. Setujui untuk membaca tanpa batas.</p>"""
OTHER_PAGE = "".join(f"<p>Nelayan Morotai melepas tukik nomor {n} di pantai timur pulau itu.</p>" for n in range(9))
PLACEHOLDER = "".join(f"<p>Tekan tombol putar ke-{n} bila siaran ini berhenti sendiri di layar.</p>" for n in range(9))


@pytest.mark.parametrize("shown", [WALL, OTHER_PAGE, PLACEHOLDER])
async def test_a_page_that_is_not_about_its_entry_gives_no_text(room: Newsroom, shown: str) -> None:
    page = f"<html lang='id'><body><article><h1>Korea sends troops</h1>{shown}</article></body></html>"
    room.fetcher.answers["https://a.example/1"] = Answer(page.encode(), headers={"content-type": "text/html"})
    room.publish("antara", replace(TROOPS, text="Korea sends troops abroad.", short=True))
    await room.poll()
    (article,) = await archived(room)
    assert article.text == "Korea sends troops abroad."


async def test_a_text_that_entries_on_different_matters_share_is_learned_for_all_polls_to_come(room: Newsroom) -> None:
    text = "The player is being prepared. Turn your phone so that you see the whole picture of our Korea channel."
    titles = ("Old bridge collapses in Lusi", "Baby elephant is born in Solo", "Rice is dearer in Demak")
    for number, title in enumerate(titles):
        item = Item(title, text, f"v{number}", f"https://a.example/v{number}", short=True)
        room.publish("antara", item)
        await room.poll()
        await room.again()
    texts = {article.title: article.text for article in await archived(room)}
    assert texts == {titles[0]: text, titles[1]: "", titles[2]: ""}
    await room.deliver()
    assert room.titles() == [titles[0]]


async def test_an_article_with_the_text_of_another_one_is_no_edit_of_it(room: Newsroom) -> None:
    text = f"Korea opens a bridge in Lusi and shows a panda in Solo. {filler('both')}"
    for number, title in enumerate(("Korea opens Lusi bridge", "Panda shown in Solo")):
        room.publish("antara", Item(title, text, f"v{number}", f"https://a.example/v{number}"))
        await room.poll()
        await room.deliver()
        await room.later()
    assert room.titles()[0] == "Korea opens Lusi bridge"
    assert not [alert.title for alert in room.messenger.edits(CHAT.chat) if alert.title == "Panda shown in Solo"]


async def test_the_wall_below_the_beginning_of_an_article_is_no_part_of_it(room: Newsroom) -> None:
    shown = "<p>Korea sends troops abroad. The first of them left on Monday from the port of Wonsan by ship.</p>" + WALL
    page = f"<html><body><article><h1>Korea sends troops</h1>{shown}</article></body></html>"
    room.fetcher.answers["https://a.example/1"] = Answer(page.encode(), headers={"content-type": "text/html"})
    room.publish("antara", replace(TROOPS, text="Korea sends troops abroad.", short=True))
    await room.poll()
    (article,) = await archived(room)
    assert article.text.endswith("from the port of Wonsan by ship.")


async def test_too_many_at_once_become_one_digest(room: Newsroom) -> None:
    words = ["ant", "bee", "cow", "dog", "eel", "fox", "gnu", "hen", "ibis", "jay", "kiwi", "lark"]
    items = [Item(f"Korea {w}", f"Korea {w}. {filler(w, 40)}", w, f"https://a.example/{w}") for w in words]
    room.publish("antara", *items)
    await room.poll()
    await room.deliver()
    assert len(room.titles()) == 10
    room.clock.set(room.clock.now() + timedelta(minutes=2))
    await room.attendant.digest()
    await room.deliver()
    (digest,) = room.digests()
    assert len(digest.items) == 2
    assert not {item.title for item in digest.items} & set(room.titles())


async def test_the_hourly_budget_holds_the_rest_for_a_digest(room: Newsroom) -> None:
    await room.again(alerts_per_hour=2)
    room.publish("antara", RICE)
    await room.poll()
    words = ["apples", "bridges", "candles", "dragons"]
    items = [Item(f"Korea {w}", f"Korea and {w}. {filler(w, 40)}", w, f"https://a.example/{w}") for w in words]
    room.publish("antara", *items, RICE)
    await room.poll()
    await room.deliver()
    assert len(room.titles()) == 2


async def test_without_destinations_the_admins_are_told_and_an_admin_who_comes_later_gets_the_best_as_earlier(
    open_room: OpenRoom,
) -> None:
    room = await open_room(topics=(to(KOREA),))
    room.publish("antara", TROOPS, TALKS, RICE)
    await room.poll()
    await room.deliver()
    assert room.messenger.sent == []
    async with room.store.write() as unit:
        await unit.chats.add_admin(77, room.clock.now())
    await room.attendant.greet()
    await room.deliver()
    assert set(room.titles("77")) == {"Korea sends troops", "Korea talks resume"}
    assert all(alert.earlier for alert in room.messenger.alerts("77"))
    await room.attendant.greet()
    await room.deliver()
    assert len(room.titles("77")) == 2


async def test_a_new_topic_tells_its_best_three_of_the_archive_marked_as_earlier(room: Newsroom) -> None:
    items = [
        Item(f"Rice {w}", f"rice {w} fields. {filler(w, 40)}", w, f"https://a.example/{w}")
        for w in ("north", "south", "east", "west")
    ]
    room.publish("antara", *items)
    await room.poll()
    rice = replace(KOREA, id=TopicId("rice"), name="Rice", query="rice")
    await room.again(topics=(KOREA, rice))
    await room.deliver()
    assert len(room.titles()) == 3
    alerts = room.messenger.alerts(CHAT.chat)
    assert all(alert.earlier for alert in alerts)
    async with room.store.read() as unit:  # what each can be asked for later: why, from which threshold on
        judged = [await unit.matches.of(alert.article_id, TopicId("rice")) for alert in alerts]
    assert all(match is not None and match.matched for match in judged)


async def test_topics_only_take_the_feeds_they_name(open_room: OpenRoom) -> None:
    sport = replace(feed("bola"), tags=("sport",))
    room = await open_room(topics=(replace(KOREA, feeds=("test",)),), feeds=(feed("antara"), sport))
    room.publish("bola", TROOPS)
    room.publish("antara", TALKS)
    await room.poll("bola")
    await room.poll("antara")
    await room.deliver()
    assert room.titles() == ["Korea talks resume"]
    assert room.attendant.watch.tags_of(FeedId("bola")) == {"bola", "sport"}


async def test_articles_are_told_oldest_first(room: Newsroom) -> None:
    now = room.clock.now()
    room.publish(
        "antara",
        replace(TALKS, published=now - timedelta(hours=1)),
        replace(TROOPS, published=now - timedelta(hours=3)),
    )
    await room.poll()
    await room.deliver()
    assert room.titles() == ["Korea sends troops", "Korea talks resume"]


async def test_a_feed_whose_links_all_lead_to_its_front_page_loses_nothing(room: Newsroom) -> None:
    front = "https://a.example/"
    room.publish("antara", replace(TROOPS, link=front))
    await room.poll()
    room.publish("antara", replace(TALKS, link=front), replace(TROOPS, link=front))
    await room.poll()
    await room.deliver()
    assert room.titles() == ["Korea sends troops", "Korea talks resume"]


async def test_one_page_under_two_titles_is_not_edited_back_and_forth(open_room: OpenRoom) -> None:
    room = await open_room(feeds=(feed("antara"), feed("tempo")))
    room.publish("antara", TROOPS)
    room.publish("tempo", replace(TROOPS, guid="t1", title="Soldiers leave Korea"))
    for name in ("antara", "tempo", "antara", "tempo"):
        await room.poll(name)
    assert [article.title for article in await archived(room)] == ["Korea sends troops"]


async def test_an_edited_article_is_kept_as_it_is_now_and_its_message_changed(room: Newsroom) -> None:
    room.publish("antara", TROOPS)
    await room.poll()
    await room.deliver()
    room.publish("antara", replace(TROOPS, title="Korea sends more troops"))
    await room.poll()
    await room.later()
    assert room.titles() == ["Korea sends troops"]
    assert [alert.title for alert in room.messenger.edits(CHAT.chat)] == ["Korea sends more troops"]
    assert [article.title for article in await archived(room)] == ["Korea sends more troops"]


async def test_a_page_that_a_feed_of_no_topic_brought_first_is_told_when_a_watched_feed_brings_it(
    open_room: OpenRoom,
) -> None:
    sport = replace(feed("bola"), tags=("sport",))
    room = await open_room(topics=(replace(KOREA, feeds=("test",)),), feeds=(feed("antara"), sport))
    room.publish("bola", TROOPS)
    room.publish("antara", replace(TROOPS, guid="other"))
    await room.poll("bola")
    await room.poll("antara")
    await room.again()
    await room.poll("antara")
    await room.deliver()
    assert room.titles() == ["Korea sends troops"]
    assert len(await archived(room)) == 1


async def test_a_page_that_a_first_poll_left_out_is_told_when_another_feed_brings_it(open_room: OpenRoom) -> None:
    room = await open_room(feeds=(feed("antara", FirstPoll.NONE), feed("tempo")))
    room.publish("antara", TROOPS)
    await room.poll("antara")
    room.publish("tempo", TROOPS)
    await room.poll("tempo")
    await room.deliver()
    assert room.titles() == ["Korea sends troops"]


async def test_pages_that_all_name_one_address_as_theirs_are_many_articles(room: Newsroom) -> None:
    items = []
    for name in ("bridges", "candles"):
        head = '<head><link rel="canonical" href="https://a.example/news/"></head>'
        body = f"<article><h1>Korea {name}</h1><p>Korea has {name}. {filler(name, 200)}</p></article>"
        link = f"https://a.example/news/{name}"
        room.fetcher.answers[link] = Answer(
            f"<html>{head}<body>{body}</body></html>".encode(), headers={"content-type": "text/html"}
        )
        items.append(Item(f"Korea {name}", f"Korea has {name}.", name, link, short=True))
    room.publish("antara", items[0])
    await room.poll()
    room.publish("antara", *items)
    await room.poll()
    await room.deliver()
    assert room.titles() == ["Korea bridges", "Korea candles"]


async def test_a_link_that_leads_to_the_front_page_gives_no_text(room: Newsroom) -> None:
    front = f"<html><body><article><h1>All our news</h1><p>{filler('front', 300)}</p></article></body></html>"
    room.fetcher.answers["https://a.example/"] = Answer(front.encode(), headers={"content-type": "text/html"})
    room.fetcher.answers["https://a.example/1"] = Answer(status=302, headers={"location": "https://a.example/"})
    room.publish("antara", replace(TROOPS, short=True))
    await room.poll()
    (article,) = await archived(room)
    assert article.text == TROOPS.text


async def test_one_article_that_our_own_code_fails_on_costs_that_article(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(article: Article) -> Document:
        if article.title == TROOPS.title:
            raise ZeroDivisionError
        return document_of(article)

    monkeypatch.setattr(score_articles, "document_of", fails)
    room.publish("antara", TROOPS, TALKS)
    await room.poll()
    await room.poll()
    await room.deliver()
    assert room.titles() == ["Korea talks resume"]
    assert len(await archived(room)) == 2


async def test_a_feed_that_our_own_code_fails_on_is_reported_left_alone_for_a_while_and_loses_nothing(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.publish("antara", TROOPS)
    with monkeypatch.context() as broken:
        broken.setattr(pipeline, "sort_entries", lambda: None)
        report = await room.poll()
    assert report.error == "Kabar failed on this feed (TypeError); its log says more"
    assert await room.attendant.due() == ()
    await room.poll()
    await room.deliver()
    assert room.titles() == ["Korea sends troops"]


async def test_not_modified_to_a_question_without_conditions_is_no_success(room: Newsroom) -> None:
    room.fetcher.answers["https://antara.example/feed"] = None
    await room.poll()

    class Odd(FakeFetcher):
        async def fetch(self, request: FetchRequest) -> FetchOutcome:
            return NotModified(request.url)

    room.fetcher = Odd({})
    await room.again()
    assert (await room.poll()).error == "says 'not modified' to the first question"


async def test_a_document_that_breaks_off_is_asked_for_again_and_its_articles_come_once(room: Newsroom) -> None:
    whole = rss(TROOPS, TALKS, title="Antara")
    room.fetcher.answers["https://antara.example/feed"] = Answer(
        whole[: whole.index(b"<guid", whole.index(b"talks"))], etag="1"
    )
    await room.poll()
    room.fetcher.answers["https://antara.example/feed"] = Answer(whole, etag="1")
    await room.poll()
    await room.deliver()
    assert room.titles() == ["Korea sends troops", "Korea talks resume"]


@pytest.mark.parametrize(("status", "again_in"), [(410, "never"), (404, "5 min")])
async def test_the_log_says_when_a_feed_is_asked_again(open_room: OpenRoom, status: int, again_in: str) -> None:
    room = await open_room(feeds=(feed("antara"),))
    room.fetcher.answers["https://antara.example/feed"] = Answer(status=status)
    with capture_logs() as logs:
        await room.poll()
    (line,) = [line for line in logs if line["event"] == "feed-unreachable"]
    assert line["again_in"] == again_in


THREAD = "https://forum.example/thread/4711"
STUCK = "Our Korea pump is stuck again, the filter is full of mud."
WIRE = "A wire net in two layers held until the harvest at our neighbours in Korea."


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (
            Item("Re: Korea pump", STUCK, f"{THREAD}#12", THREAD, short=True),
            Item("Re: Korea pump", WIRE, f"{THREAD}#13", THREAD, short=True),
        ),
        (
            Item("Comment on Korea by Ani", STUCK, "g1", f"{THREAD}#comment-1", short=True),
            Item("Comment on Korea by Ani", WIRE, "g2", f"{THREAD}#comment-2", short=True),
        ),
        (
            Item("v1.2.0", "Korea: bug fixes.", "tag:1", "https://code.example/a/v1.2.0", short=True),
            Item("v1.2.1", "Korea: bug fixes.", "tag:2", "https://code.example/a/v1.2.1", short=True),
        ),
        (
            Item("v1.0.0", f"Korea map: {STUCK}", "tag:1", "https://code.example/a/v1.0.0", short=True),
            Item("v1.0.0", f"Korea notes: {WIRE}", "tag:2", "https://code.example/b/v1.0.0", short=True),
        ),
        (
            Item("16.1", "Korea word processor: better tables.", "N/A", None, short=True),
            Item("16.1", "Korea spreadsheet: quicker charts and sums.", "N/A", None, short=True),
        ),
    ],
)
async def test_replies_comments_and_releases_are_told_each(room: Newsroom, first: Item, second: Item) -> None:
    for newest in (first, second):
        room.publish("antara", newest)
        await room.poll()
        await room.later()
    assert room.told() == [first.title, second.title]
    assert room.messenger.edits(CHAT.chat) == []
