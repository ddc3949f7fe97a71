"""Texts in a length that a line bears."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.text.truncate import cut_after_word


@given(st.text(), st.integers(1, 80))
def test_a_text_is_never_longer_than_allowed_and_begins_as_it_did(text: str, limit: int) -> None:
    short = cut_after_word(text, limit)
    assert len(short) <= limit
    assert text.startswith(short.removesuffix("…"))


def test_it_is_cut_after_a_word_and_says_so() -> None:
    assert cut_after_word("Pasukan Korea Utara, di Rusia", 24) == "Pasukan Korea Utara…"
    assert cut_after_word("Pasukan", 7) == "Pasukan"


def test_a_word_longer_than_half_the_line_is_broken() -> None:
    assert cut_after_word("di Llanfairpwllgwyngyll", 12) == "di Llanfair…"
