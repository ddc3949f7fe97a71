"""ROUGE by examples worked out by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.rouge import Rouge, longest_common, rouge


def test_shared_words_pairs_and_order_are_told_apart() -> None:
    # Lin 2004, section 3.1: "police kill the gunman" keeps less of the order than "police ended the gunman".
    found = rouge(["police", "kill", "the", "gunman"], ["police", "killed", "the", "gunman"])
    assert (found.one, found.two, found.longest) == (3 / 4, 1 / 3, 3 / 4)
    turned = rouge(["the", "gunman", "kill", "police"], ["police", "killed", "the", "gunman"])
    assert (turned.one, turned.two, turned.longest) == (3 / 4, 1 / 3, 2 / 4)


def test_a_word_counts_as_often_as_the_reference_has_it() -> None:
    assert rouge(["flood"] * 9, ["flood", "in", "demak"]).one == pytest.approx(2 * 1 / 12)


@pytest.mark.parametrize(("written", "reference"), [([], []), ([], ["a"]), (["a"], []), (["a"], ["b"])])
def test_nothing_shared_is_nothing(written: list[str], reference: list[str]) -> None:
    assert rouge(written, reference) == Rouge(0, 0, 0)


WORDS = st.lists(st.sampled_from("abcd"), max_size=12)


@given(WORDS, WORDS)
def test_the_longest_common_row_is_that_of_the_textbook(some: list[str], others: list[str]) -> None:
    rows = [0] * (len(others) + 1)
    for word in some:
        before = rows
        rows = [0]
        for place, other in enumerate(others):
            rows.append(before[place] + 1 if word == other else max(before[place + 1], rows[-1]))
    assert longest_common(some, others) == rows[-1]
