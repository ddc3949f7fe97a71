"""Matches and near misses."""

from __future__ import annotations

from dataclasses import replace

from bot.model import Evidence, TopicId
from bot.ports import Store
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
