"""Articles of a file grouped by event: what is printed at its end."""

from __future__ import annotations

from bot.model import Article, ArticleId, Language
from bot.usecases.article_files import Grouper
from tests.fakes.embedder import FakeEmbedder

BOTH = [f"gamma{number}" for number in range(4)]
ONE = [*(f"alpha{number}" for number in range(7)), *BOTH]
OTHER = [*(f"beta{number}" for number in range(7)), *BOTH]


def article(name: str, language: str, words: list[str]) -> Article:
    return Article(ArticleId(name), " ".join(words), "", Language(language))


async def test_a_merger_changes_what_was_placed_before() -> None:
    grouper = Grouper(FakeEmbedder(dimensions=4_096))
    await grouper.add([article("a", "en", ONE), article("b", "id", OTHER)])
    assert [placed.story for placed in grouper.placements()] == ["a", "b"]
    await grouper.add([article("c", "de", [*dict.fromkeys([*ONE, *OTHER])])])
    assert [placed.story for placed in grouper.placements()] == ["a", "a", "a"]


async def test_pages_that_share_one_placeholder_are_stories_of_their_own() -> None:
    text = "Pemutar sedang disiapkan. Putar layar ponsel agar tayangan kanal Suluh terlihat penuh dan jernih."
    titles = {"a": "Jembatan Lusi Runtuh", "b": "Anak Gajah Lahir", "c": "Jembatan Lusi Runtuh, Truk Hanyut"}
    grouper = Grouper(FakeEmbedder(dimensions=4_096))
    await grouper.add([Article(ArticleId(name), title, text, Language("id")) for name, title in titles.items()])
    placed = {str(one.article_id): (one.story, one.duplicate_of) for one in grouper.placements()}
    assert placed["b"] == ("b", None)
    assert placed["a"] == ("a", None)
    assert placed["c"][1] is None
