"""The archive, and how entries are known again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta, timezone

import pytest

from bot.model import Article, ArticleId, EntryKey, FeedId, Language, StoryId
from bot.store import Store
from tests.contract.store.samples import DAY, HOUR, NOW, article

ANTARA = FeedId("antara")


def keys(*names: str) -> tuple[EntryKey, ...]:
    return tuple(EntryKey(name) for name in names)


async def test_articles_come_back_as_they_were(store: Store) -> None:
    full = replace(article("full", link="https://example.org/1"), story_id=StoryId("story"))
    bare = Article(ArticleId("bare"), "", "", Language("und"), first_seen_at=NOW)
    async with store.write() as unit:
        await unit.articles.add([full, bare])
    async with store.read() as unit:
        assert await unit.articles.get([bare.id, ArticleId("gone"), full.id]) == (bare, full)


async def test_times_come_back_in_utc_whatever_zone_they_were_given_in(store: Store) -> None:
    jakarta = NOW.astimezone(timezone(timedelta(hours=7)))
    async with store.write() as unit:
        await unit.articles.add([article("a", seen=jakarta)])
        (found,) = await unit.articles.get([ArticleId("a")])
    assert found.first_seen_at == NOW
    assert found.first_seen_at is not None
    assert found.first_seen_at.utcoffset() == timedelta(0)


async def test_a_time_without_zone_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="without a time zone"):
        async with store.write() as unit:
            await unit.articles.add([article("a", seen=NOW.replace(tzinfo=None))])


async def test_what_no_poll_has_seen_is_not_archived(store: Store) -> None:
    with pytest.raises(ValueError, match="first_seen_at"):
        async with store.write() as unit:
            await unit.articles.add([replace(article("a"), first_seen_at=None)])


async def test_adding_again_changes_nothing(store: Store) -> None:
    async with store.write() as unit:
        await unit.articles.add([article("a")])
        await unit.articles.add([replace(article("a"), title="other"), article("b")])
        assert await unit.articles.get([ArticleId("a")]) == (article("a"),)
        assert await unit.articles.count() == 2


async def test_an_edit_changes_only_what_the_outlet_edited(store: Store) -> None:
    edited = Article(
        ArticleId("a"), "Baru", "Teks baru", Language("en"), first_seen_at=NOW + DAY, image=None, source="elsewhere"
    )
    async with store.write() as unit:
        await unit.articles.add([article("a")])
        await unit.articles.update_text(edited)
        (found,) = await unit.articles.get([ArticleId("a")])
    assert found == replace(article("a"), title="Baru", text="Teks baru", language=Language("en"), image=None)


async def test_since_is_newest_first_and_includes_the_moment(store: Store) -> None:
    names = ("old", "exact", "newer", "newest")
    async with store.write() as unit:
        await unit.articles.add([article(name, seen=NOW + HOUR * at) for at, name in enumerate(names)])
        found = [each.id for each in await unit.articles.since(NOW + HOUR, 10)]
        assert found == ["newest", "newer", "exact"]
        assert [each.id for each in await unit.articles.since(NOW, 2)] == ["newest", "newer"]
        assert await unit.articles.earliest() == NOW


async def test_since_when_each_feed_is_there_and_on_which_days_anything_was_read(store: Store) -> None:
    async with store.write() as unit:
        days = [("a", 1, "antara"), ("b", 24, "antara"), ("c", 49, "bbc"), ("d", 2, None)]
        await unit.articles.add([article(name, seen=NOW - HOUR * ago, feed=feed) for name, ago, feed in days])
        assert await unit.articles.earliest_of_feeds() == {"antara": NOW - HOUR * 24, "bbc": NOW - HOUR * 49}
        assert await unit.articles.spans_with_any(NOW, HOUR * 24, 4) == {0, 1, 2}
        assert await unit.articles.spans_with_any(NOW - HOUR, HOUR * 24, 4) == {0, 2}
        assert await unit.articles.spans_with_any(NOW - HOUR * 60, HOUR * 24, 4) == frozenset()


async def test_the_latest_of_a_feed_come_newest_first(store: Store) -> None:
    async with store.write() as unit:
        await unit.articles.add([article(f"a{ago}", seen=NOW - HOUR * ago) for ago in (3, 1, 2)])
        await unit.articles.add([article("other", feed="bbc"), article("nobody's", feed=None)])
        assert [one.id for one in await unit.articles.latest_of(FeedId("antara"), 2)] == ["a1", "a2"]
        assert [one.id for one in await unit.articles.latest_of(FeedId("bbc"), 9)] == ["other"]
        assert await unit.articles.latest_of(FeedId("none"), 9) == ()


async def test_an_empty_archive_has_no_beginning(store: Store) -> None:
    async with store.read() as unit:
        assert await unit.articles.earliest() is None
        assert await unit.articles.count() == 0
        assert await unit.articles.since(NOW, 5) == ()


async def test_links_lead_to_the_article_seen_first(store: Store) -> None:
    link = "https://example.org/a?b=ü"
    async with store.write() as unit:
        await unit.articles.add(
            [article("second", seen=NOW + HOUR, link=link, feed="bbc"), article("first", link=link), article("none")]
        )
        assert await unit.articles.by_links([link, "https://example.org/unknown"]) == {link: "first"}


async def test_keys_are_known_within_their_feed(store: Store) -> None:
    async with store.write() as unit:
        assert not await unit.articles.is_known_feed(ANTARA)
        await unit.articles.remember(ANTARA, ArticleId("a"), keys("g:1", "l:1"), NOW)
        assert await unit.articles.known(ANTARA, keys("g:1", "l:1", "c:1")) == {"g:1": "a", "l:1": "a"}
        assert await unit.articles.known(FeedId("bbc"), keys("g:1")) == {}
        assert await unit.articles.is_known_feed(ANTARA)
        assert not await unit.articles.is_known_feed(FeedId("bbc"))


async def test_keys_known_before_move_to_the_newer_article(store: Store) -> None:
    async with store.write() as unit:
        await unit.articles.remember(ANTARA, ArticleId("a"), keys("g:1", "l:1"), NOW)
        await unit.articles.remember(ANTARA, ArticleId("b"), keys("l:1", "c:1"), NOW)
        assert await unit.articles.known(ANTARA, keys("g:1", "l:1", "c:1")) == {"g:1": "a", "l:1": "b", "c:1": "b"}


async def test_remembering_nothing_does_nothing(store: Store) -> None:
    async with store.write() as unit:
        await unit.articles.remember(ANTARA, ArticleId("a"), (), NOW)
        await unit.articles.add([])
        assert not await unit.articles.is_known_feed(ANTARA)


async def test_lists_longer_than_a_statement_may_take(store: Store) -> None:
    many = [EntryKey(f"g:{number}") for number in range(40_000)]
    links = [f"https://example.org/{number}" for number in range(1_200)]
    async with store.write() as unit:
        await unit.articles.remember(ANTARA, ArticleId("a"), many, NOW)
        await unit.articles.add([article(link, link=link) for link in links])
        assert len(await unit.articles.known(ANTARA, many)) == len(many)
        assert set(await unit.articles.by_links(links)) == set(links)
        assert [each.id for each in await unit.articles.get([ArticleId(link) for link in links])] == links
