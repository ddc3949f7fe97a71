"""Languages of real news (NTREX-128, 35 languages; Indonesian and English sets), read in place where they are."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from bot.model import Language
from bot.text.language import detect
from tests.benchmarks.data import DEFAULT_FOLDER, Item, read_items

pytestmark = pytest.mark.skipif(
    not DEFAULT_FOLDER.is_dir(), reason=f"the news data is not here: {DEFAULT_FOLDER} (see tests/benchmarks)"
)


def share_right(items: Iterable[Item], declared: Language | None = None, length: int = 3000) -> float:
    answers = [detect(f"{item.title}\n{item.text}"[:length], declared) == item.language for item in items]
    return sum(answers) / len(answers)


def test_articles_in_35_languages() -> None:
    items = read_items(DEFAULT_FOLDER, "ntrex")[::5]
    assert len({item.language for item in items}) == 34
    assert share_right(items, length=1000) >= 0.997
    assert share_right(items, declared=Language("en"), length=1000) >= 0.994


@pytest.mark.parametrize(
    ("name", "least"), [("indonews", 0.993), ("indosum", 0.995), ("bbc", 0.999), ("agnews", 0.997)]
)
def test_the_beginnings_of_articles(name: str, least: float) -> None:
    assert share_right(read_items(DEFAULT_FOLDER, name)[:400], length=500) >= least
