"""What is embedded, and how embeddings compare."""

from __future__ import annotations

import numpy as np
import pytest

from bot.features.similarity import (
    DIMENSIONS,
    HEADING_WORDS,
    PASSAGE_WORDS,
    RoughCosines,
    aligned,
    headings,
    openings,
    passage,
)
from bot.model import Language


def test_a_passage_is_the_title_and_the_first_words() -> None:
    text = " ".join(f"word{number}" for number in range(500))
    opening, heading = passage("The title", text).split("\n")
    words = opening.split()
    assert words[:3] == ["The", "title.", "word0"]
    assert len(words) == PASSAGE_WORDS
    assert heading == "The title"


def test_without_a_title_the_first_sentence_is_the_heading() -> None:
    opening = "A 7.1 magnitude quake hit Palu on Friday. Hundreds fled. More is feared."
    assert passage("", opening) == f"{opening}\nA 7.1 magnitude quake hit Palu on Friday."
    assert passage("", "朝鮮半島で地震があった。津波の心配はない。").endswith("\n朝鮮半島で地震があった。")
    endless = passage("", "word " * 500).split("\n")[1]
    assert len(endless.split()) == HEADING_WORDS


def test_a_text_that_repeats_its_title_is_not_told_twice() -> None:
    assert (
        passage("Gempa di Palu", "Gempa di Palu. Warga mengungsi.") == "Gempa di Palu. Warga mengungsi.\nGempa di Palu"
    )


def test_characters_count_where_words_have_no_blanks() -> None:
    assert 100 < len(passage("", "北朝鮮" * 1000).split("\n")[0]) <= 2 * PASSAGE_WORDS
    assert len(passage("", "x" * 100_000)) <= 16 * (PASSAGE_WORDS + HEADING_WORDS)


def test_a_passage_is_clean() -> None:
    assert passage("A\x00b\ud800", "c\n\n d\u202e") == "Ab. c d\nAb"
    assert passage("", "") == "\n"


def test_languages_lose_what_sets_them_apart() -> None:
    rng = np.random.default_rng(1)
    from bot.features.similarity import _means  # noqa: PLC0415 -- the shipped figures themselves

    means = _means()
    contents = rng.normal(size=(40, 2 * DIMENSIONS)) * 0.01
    languages = [Language("en"), Language("id")] * 20
    vectors = np.stack([means[language] + content for language, content in zip(languages, contents, strict=True)])
    raw = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    rows = aligned(vectors.astype(np.float32), languages)
    before, after = raw @ raw.T, openings(rows) @ openings(rows).T
    own, other = np.equal.outer(np.arange(40) % 2, np.arange(40) % 2), ~np.eye(40, dtype=bool)
    assert before[own & other].mean() - before[~own].mean() > 0.02
    assert abs(after[own & other].mean() - after[~own].mean()) < 0.02


def test_rows_come_back_at_length_one_and_zeros_stay() -> None:
    rng = np.random.default_rng(2)
    vectors = rng.normal(size=(3, 2 * DIMENSIONS)).astype(np.float32)
    vectors[1, DIMENSIONS:] = 0
    rows = aligned(vectors, [Language("xx"), Language("en"), Language("und")])
    assert np.allclose(np.linalg.norm(openings(rows), axis=1), 1, atol=1e-5)
    assert np.allclose(np.linalg.norm(headings(rows), axis=1), [1, 0, 1], atol=1e-5)
    small = aligned(np.array([[3.0, 4.0, 0.0, 2.0], [0.0, 0.0, np.nan, 1.0]], np.float32), [Language("en")] * 2)
    assert np.allclose(small, np.array([[0.6, 0.8, 0, 1], [0, 0, 0, 0]]))


def test_rough_cosines_put_many_in_the_order_of_exact_ones() -> None:
    generator = np.random.default_rng(5)
    known = aligned(generator.standard_normal((3, 2 * DIMENSIONS)).astype(np.float32), [Language("en")] * 3)
    raw = generator.standard_normal((500, 2 * DIMENSIONS)).astype(np.float32)
    raw[::5] = raw[0] + raw[::5] * 0.3
    languages = [Language(code) for code in ("id", "en", "xx", "ko", "id")] * 100
    exact = openings(aligned(raw, languages)) @ openings(known).T
    rough = RoughCosines(openings(known)).of(openings(raw), languages)
    assert np.corrcoef(rough.ravel(), exact.ravel())[0, 1] > 0.95
    assert np.abs(rough - exact).max() < 0.1
    few = generator.standard_normal((4, 6)).astype(np.float32)
    others = RoughCosines(few)
    assert others.of(few * 3, languages[:4]) == pytest.approx(others.of(few, languages[:4]))
