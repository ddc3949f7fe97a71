"""What is embedded, and how embeddings compare."""

from __future__ import annotations

import numpy as np

from bot.features.similarity import DIMENSIONS, PASSAGE_WORDS, centre, passage
from bot.model import Language


def test_a_passage_is_the_title_and_the_first_words() -> None:
    text = " ".join(f"word{number}" for number in range(500))
    words = passage("The title", text).split()
    assert words[:3] == ["The", "title.", "word0"]
    assert len(words) == PASSAGE_WORDS


def test_a_text_that_repeats_its_title_is_not_told_twice() -> None:
    assert passage("Gempa di Palu", "Gempa di Palu. Warga mengungsi.") == "Gempa di Palu. Warga mengungsi."


def test_characters_count_where_words_have_no_blanks() -> None:
    assert 100 < len(passage("", "北朝鮮" * 1000)) <= 2 * PASSAGE_WORDS
    assert len(passage("", "x" * 100_000)) <= 16 * PASSAGE_WORDS


def test_a_passage_is_clean() -> None:
    assert passage("A\x00b\ud800", "c\n\n d\u202e") == "Ab. c d"
    assert passage("", "") == ""


def test_languages_lose_what_sets_them_apart() -> None:
    rng = np.random.default_rng(1)
    from bot.features.similarity import _means  # noqa: PLC0415 -- the shipped figures themselves

    means = _means()
    contents = rng.normal(size=(40, DIMENSIONS)) * 0.01
    languages = [Language("en"), Language("id")] * 20
    vectors = np.stack([means[language] + content for language, content in zip(languages, contents, strict=True)])
    raw = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    before, after = raw @ raw.T, (rows := centre(vectors.astype(np.float32), languages)) @ rows.T
    own, other = np.equal.outer(np.arange(40) % 2, np.arange(40) % 2), ~np.eye(40, dtype=bool)
    assert before[own & other].mean() - before[~own].mean() > 0.02
    assert abs(after[own & other].mean() - after[~own].mean()) < 0.02


def test_rows_come_back_at_length_one_and_zeros_stay() -> None:
    rng = np.random.default_rng(2)
    vectors = rng.normal(size=(3, DIMENSIONS)).astype(np.float32)
    rows = centre(vectors, [Language("xx"), Language("en"), Language("und")])
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    small = centre(np.array([[3.0, 4.0], [0.0, 0.0], [np.nan, 1.0]], np.float32), [Language("en")] * 3)
    assert np.allclose(small, np.array([[0.6, 0.8], [0, 0], [0, 0]]))
