"""What the archive's index finds, and that it follows the articles as they come, change and go."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from bot.features.similarity import passage_digest
from bot.model import Article, ArticleId, FeedId, Language, Scope, Wanted
from bot.store import Store, migrate, open_store
from tests.contract.store.samples import DAY, HOUR, NOW, article

ALL = Scope(NOW - DAY * 365)


def told(name: str, title: str, text: str = "", language: str = "en", seen: datetime = NOW) -> Article:
    return replace(article(name, seen=seen), title=title, text=text, language=Language(language))


def words(*found: str) -> Wanted:
    return Wanted(words=frozenset(found))


def tokens(*found: str) -> Wanted:
    return Wanted(tokens=frozenset(found))


def beginnings(*found: str) -> Wanted:
    return Wanted(beginnings=frozenset(found))


async def found(store: Store, *wanted: Wanted, scope: Scope = ALL) -> list[str]:
    async with store.read() as unit:
        numbers = await unit.articles.find(wanted, scope)
        articles = await unit.articles.numbered(numbers)
        return [articles[number].id for number in numbers]


async def archive(store: Store, *articles: Article) -> None:
    async with store.write() as unit:
        await unit.articles.add(articles)


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (words("train"), ["en"]),  # in the form that the article has: training
        (words("trained"), ["en"]),
        (tokens("train"), []),
        (tokens("training"), ["en"]),
        (words("berita"), ["id"]),  # beritanya
        (beginnings("berita"), ["id"]),
        (beginnings("rita"), []),
        (tokens("10000"), ["id"]),
        (words("10.000"), ["id"]),
        (tokens("3.5"), ["id"]),
        (tokens("朝鲜"), ["ja"]),
        (words("cafe"), ["en"]),
        (words("soldat", "pasukan"), ["id", "de"]),  # newest first
        (words("nichts"), []),
        (Wanted(), []),
        (beginnings("n" * 500), []),
    ],
)
async def test_words_are_found_in_their_forms_and_as_they_are(store: Store, wanted: Wanted, names: list[str]) -> None:
    await archive(
        store,
        told("de", "Der Soldat", seen=NOW - HOUR, language="de"),
        told("en", "Training at the café", "They were seen.", seen=NOW - HOUR * 2),
        told("id", "Pasukan", "Beritanya: 10.000 orang, naik 3,5 persen.", "id"),
        told("ja", "北朝鮮の兵士", language="ja", seen=NOW - HOUR * 3),
    )
    assert await found(store, wanted) == names


async def test_all_that_is_wanted_must_be_there(store: Store) -> None:
    await archive(store, told("a", "North Korean troops"), told("b", "North wind"), told("c", "Korean food"))
    assert await found(store, words("north"), words("korean")) == ["a"]
    assert len(await found(store)) == 3


async def test_a_scope_is_a_time_languages_and_feeds(store: Store) -> None:
    await archive(
        store,
        told("old", "Korea", seen=NOW - DAY * 3),
        told("id", "Korea", language="id", seen=NOW - DAY),
        replace(told("bbc", "Korea", seen=NOW - HOUR), feed_id=FeedId("bbc")),
        replace(told("none", "Korea"), feed_id=None),
    )
    recent = Scope(NOW - DAY)
    assert await found(store, words("korea"), scope=recent) == ["none", "bbc", "id"]
    assert await found(store, scope=replace(recent, languages=frozenset([Language("id")]))) == ["id"]
    assert await found(store, words("korea"), scope=replace(recent, feeds=frozenset([FeedId("bbc")]))) == [
        "none",
        "bbc",
    ]


async def test_the_newest_may_be_enough(store: Store) -> None:
    await archive(store, told("a", "Korea", seen=NOW - DAY), told("b", "Korea"), told("c", "Korea", seen=NOW - HOUR))
    async with store.read() as unit:
        numbers = await unit.articles.find([words("korea")], Scope(NOW - DAY * 9), 2)
        articles = await unit.articles.numbered(numbers)
    assert [articles[number].id for number in numbers] == ["b", "c"]


@pytest.mark.parametrize(
    "word", ['"', 'a"b', "a b", "a-b", "*", "NOT", "OR", "x' OR 1", "words:korea", "", "\x00", "('", "\ud800"]
)
async def test_no_word_is_taken_for_a_command(store: Store, word: str) -> None:
    await archive(store, told("a", "Korea"))
    assert await found(store, Wanted(frozenset([word]), frozenset([word]), frozenset([word]))) == []
    assert await found(store, words("korea", word)) == ["a"]


async def test_thousands_of_words_are_looked_for_at_once(store: Store) -> None:
    await archive(store, told("a", "Word1999"), told("b", "other"))
    assert await found(store, words(*(f"word{number}" for number in range(3_000)))) == ["a"]


async def test_an_edited_article_is_found_by_its_new_words_alone(store: Store) -> None:
    before = told("a", "Earthquake in Nepal")
    await archive(store, before, told("b", "Rice"))
    edited = replace(before, title="Gempa di Nepal", language=Language("id"))
    async with store.write() as unit:
        await unit.articles.update_text(edited)
        await unit.articles.update_text(told("never archived", "Earthquake"))
    assert await found(store, words("earthquake")) == []
    assert await found(store, words("gempa")) == ["a"]
    assert await found(store, words("nepal")) == ["a"]
    async with store.read() as unit:
        outline = await unit.articles.outline(ALL)
    digests = {passage_digest(edited.title, edited.text), passage_digest("Rice", "")}
    assert (set(outline.digests), sorted(outline.languages)) == (digests, ["en", "id"])


async def test_an_article_that_is_there_already_keeps_its_words(store: Store) -> None:
    await archive(store, told("a", "First"))
    await archive(store, told("a", "Second"), told("b", "Third"))
    assert (await found(store, words("first")), await found(store, words("second"))) == (["a"], [])
    assert len(await found(store)) == 2


async def test_what_is_forgotten_is_not_found_and_leaves_nothing(store: Store, path: Path) -> None:
    await archive(store, told("old", "Korea korban", seen=NOW - DAY * 9), told("new", "Korea"))
    assert await store.forget_before(NOW - DAY, DAY) == 1
    assert await found(store, words("korea")) == ["new"]
    assert await found(store, words("korban")) == []
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE VIRTUAL TABLE temp.known USING fts5vocab(main, article_words, row)")
        assert {term for (term,) in connection.execute("SELECT term FROM temp.known")} == {"korea"}
        assert connection.execute("SELECT count(*) FROM indexed_words").fetchone() == (1,)


async def test_stored_vectors_are_found_by_number_and_read_all_at_once(store: Store) -> None:
    await archive(store, told("a", "One"), told("b", "Two"), told("c", "One"))
    vector = np.array([0.6, -0.8], np.float32)
    async with store.write() as unit:
        await unit.vectors.put("m", {passage_digest("One", ""): vector, "of an example": vector}, NOW)
        await unit.vectors.put("other", {passage_digest("Two", ""): vector}, NOW)
        await unit.vectors.put("m", {"of a former version": np.array([1.0], np.float32)}, NOW)
    async with store.read() as unit:
        numbers = await unit.articles.find((), ALL)
        articles = await unit.articles.numbered(numbers)
        of = await unit.vectors.of("m", numbers)
        block, former = sorted([block async for block in unit.vectors.scan("m")], key=lambda one: -len(one.digests))
    assert {articles[number].id for number in of} == {"a", "c"}
    assert all(np.allclose(row, vector, atol=0.01) for row in of.values())
    assert set(block.digests) == {passage_digest("One", ""), "of an example"}
    assert block.steps.tolist() == [[95, -127], [95, -127]]
    assert (former.digests, former.steps.tolist()) == (("of a former version",), [[127]])


async def test_an_archive_from_before_the_index_is_indexed_step_by_step_newest_first(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = path.parent.parent / "first"
    real = Path(migrate.__file__).parent / "migrations"
    (scripts / "versions").mkdir(parents=True)
    for name in ("env.py", "versions/r0001_first.py"):
        (scripts / name).write_bytes((real / name).read_bytes())
    with monkeypatch.context() as former:
        former.setattr(migrate, "_SCRIPTS", scripts)
        former.setattr(migrate, "REVISION", "0001")
        await (await open_store(f"sqlite:///{path}", now=NOW)).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executemany(
            "INSERT INTO articles (id, title, text, language, source, first_seen_at)"
            " VALUES (?, 'Korea', '', 'en', '', ?)",
            [(name, int(NOW.timestamp() - age) * 1_000_000) for name, age in (("old", 200), ("new", 100))],
        )
    store = await open_store(f"sqlite:///{path}", now=NOW)
    async with store.read() as unit:
        assert await unit.articles.unindexed() == 2
        assert await unit.articles.unindexed(NOW - DAY) == 2
        assert await unit.articles.unindexed(NOW) == 0
    assert await found(store) == []
    async with store.write() as unit:
        assert await unit.articles.index_more(1) == 1
    assert await found(store, words("korea")) == ["new"]
    async with store.write() as unit:
        assert await unit.articles.index_more(5) == 1
        assert await unit.articles.index_more(5) == 0
        await unit.articles.update_text(replace(told("old", "Rice"), id=ArticleId("old")))
    assert await found(store, words("korea")) == ["new"]
    await store.close()
