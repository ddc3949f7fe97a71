"""The lists of word frequencies that come with Kabar, and how they are made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.features.background import STEPS, background, idf_of_share, tokens_in_list
from bot.model import Language
from bot.text.tokens import words
from tests.benchmarks.refit_background import TARGET, pack

LISTS = sorted(TARGET.glob("*.npz"))


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_the_words_of_a_list_are_spelled_as_those_of_articles(path: Path) -> None:
    """Else they are never found: after a change of `bot.text.folding` the lists are to be made again."""
    with np.load(path, allow_pickle=False) as arrays:
        tokens = [*tokens_in_list(arrays)]
    assert [*words("\n".join(tokens), Language(path.stem))] == tokens


def test_there_are_lists_and_whose_they_are_is_said_beside_them() -> None:
    assert len(LISTS) > 40
    assert len(background(Language("id")).hashes) > 20_000
    assert "CC BY-SA 4.0" in (TARGET / "NOTICE.md").read_text("utf-8")


def test_a_list_has_each_word_with_the_frequency_of_all_its_spellings() -> None:
    buckets: list[list[str]] = [*[[]] * 400, ["the"], ["café", "cafes", "12"], ["cafe"]]
    arrays = pack(buckets, Language("en"))
    assert [*tokens_in_list(arrays)] == ["cafe", "cafes", "the"]
    both = idf_of_share(10**-4.01 + 10**-4.02)
    assert arrays["steps"][0] == round(both * STEPS)


def test_a_list_of_pairs_has_its_characters() -> None:
    arrays = pack([[], ["中国", "中"]], Language("zh"))
    assert arrays["characters"].tobytes().decode() == "中国"
    assert arrays["shares"].tolist() == pytest.approx([2 / 3, 1 / 3])
