"""Matches and near misses."""

from __future__ import annotations

from dataclasses import replace

from bot.model import ArticleId, Evidence, Sighting, TopicId
from bot.store import Store
from tests.contract.store.samples import HOUR, NOW, article, match

NATO = TopicId("nato")


async def test_the_best_come_first_and_whole(store: Store) -> None:
    matches = [match("a", score=0.7), match("b", score=0.9), match("c", score=0.8)]
    async with store.write() as unit:
        await unit.articles.add([article("a"), article("b"), article("c")])
        await unit.matches.add(matches, NOW)
        assert await unit.matches.best(NATO, NOW, 2) == (matches[1], matches[2])


async def test_near_misses_other_topics_and_older_articles_are_left_out(store: Store) -> None:
    async with store.write() as unit:
        await unit.articles.add([article("new"), article("miss"), article("old", seen=NOW - HOUR)])
        await unit.matches.add([match("new"), match("miss", matched=False), match("old", score=1.0)], NOW)
        await unit.matches.add([match("new", topic="other")], NOW)
        assert await unit.matches.best(NATO, NOW, 10) == (match("new"),)
        assert len(await unit.matches.best(NATO, NOW - HOUR, 10)) == 2
        assert await unit.matches.best(TopicId("none"), NOW, 10) == ()


async def test_a_later_judgement_counts(store: Store) -> None:
    later = replace(match("a"), score=0.65, evidence=Evidence(), threshold=0.5)
    async with store.write() as unit:
        await unit.articles.add([article("a")])
        await unit.matches.add([match("a")], NOW)
        await unit.matches.add([later], NOW + HOUR)
        assert await unit.matches.best(NATO, NOW, 10) == (later,)
        await unit.matches.add([replace(later, matched=False)], NOW + HOUR)
        assert await unit.matches.best(NATO, NOW, 10) == ()
        await unit.matches.add([], NOW)


async def test_near_misses_come_the_nearest_first(store: Store) -> None:
    near = [match("a", score=0.3, matched=False), match("b", score=0.45, matched=False)]
    async with store.write() as unit:
        await unit.articles.add([article("a"), article("b"), article("hit"), article("old", seen=NOW - HOUR)])
        await unit.matches.add([*near, match("hit"), match("old", score=0.5, matched=False)], NOW)
        await unit.matches.add([match("a", topic="other", matched=False)], NOW)
        assert await unit.matches.nearest_misses(NATO, NOW, 10) == (near[1], near[0])
        assert await unit.matches.nearest_misses(NATO, NOW, 1) == (near[1],)
        assert len(await unit.matches.nearest_misses(NATO, NOW - HOUR, 10)) == 3


async def test_one_judgement_is_found_whether_it_matched_or_not(store: Store) -> None:
    async with store.write() as unit:
        await unit.articles.add([article("a"), article("b")])
        await unit.matches.add([match("a"), match("b", matched=False)], NOW)
        assert await unit.matches.of(ArticleId("a"), NATO) == match("a")
        assert await unit.matches.of(ArticleId("b"), NATO) == match("b", matched=False)
        assert await unit.matches.of(ArticleId("a"), TopicId("other")) is None
        assert await unit.matches.of(ArticleId("gone"), NATO) is None


async def test_when_each_topic_matched_last(store: Store) -> None:
    async with store.write() as unit:
        assert await unit.matches.latest() == {}
        await unit.articles.add([article("a"), article("b"), article("c")])
        await unit.matches.add([match("a"), match("a", topic="asean")], NOW)
        await unit.matches.add([match("b")], NOW + HOUR)
        await unit.matches.add([match("c", matched=False), match("c", topic="eu", matched=False)], NOW + HOUR * 2)
        assert await unit.matches.latest() == {TopicId("nato"): NOW + HOUR, TopicId("asean"): NOW}


async def test_what_was_found_lately_is_counted_by_topic(store: Store) -> None:
    async with store.write() as unit:
        assert await unit.matches.counts(NOW) == {}
        await unit.articles.add([article("a"), article("b"), article("old", seen=NOW - HOUR)])
        await unit.matches.add([match("a"), match("b"), match("old"), match("a", topic="asean")], NOW)
        await unit.matches.add([match("b", topic="asean", matched=False)], NOW)
        assert await unit.matches.counts(NOW) == {NATO: 2, TopicId("asean"): 1}
        assert await unit.matches.counts(NOW - HOUR) == {NATO: 3, TopicId("asean"): 1}


async def test_sightings_say_when_and_where_an_article_was_seen(store: Store) -> None:
    new, old = article("new"), article("old", seen=NOW - HOUR)
    async with store.write() as unit:
        await unit.articles.add([new, old, article("miss")])
        await unit.matches.add([match("new"), match("old"), match("miss", matched=False)], NOW)
        assert await unit.matches.sightings(NATO, NOW) == (
            Sighting(new.id, new.feed_id, new.title, new.published_at, NOW),
        )
        assert len(await unit.matches.sightings(NATO, NOW - HOUR)) == 2
        assert await unit.matches.sightings(TopicId("none"), NOW) == ()


async def test_what_is_stored_late_leaves_what_was_judged_since(store: Store) -> None:
    newer = replace(match("a"), score=0.65)
    async with store.write() as unit:
        await unit.articles.add([article("a")])
        await unit.matches.add([newer], NOW + HOUR)
        await unit.matches.add([match("a"), match("a", topic="other")], NOW, unless_newer=True)
        assert await unit.matches.best(NATO, NOW, 10) == (newer,)
        assert await unit.matches.best(TopicId("other"), NOW, 10) == (match("a", topic="other"),)
        assert await unit.articles.those_there([ArticleId("a"), ArticleId("gone")]) == {"a"}
