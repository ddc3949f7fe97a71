"""Text from anywhere becomes text that is safe to store, compare and show."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text.clean import TITLE_LIMIT, clean_text, clean_title
from tests.speed import usual_seconds

any_text = st.text(st.characters(exclude_categories=[]), max_size=200) | st.text(
    st.sampled_from(
        "a \n\t\r\x00\u200b\u200c\u200d\u202e\ud800\u0301\u0316\u00ad\u0627\u0915\ufeff\u2028é"
        "😀\ufe0f\U0001f3f4\U000e0067\U000e007f"
    )
)


@given(any_text)
@example("\ud800\u0000")
@example("\u0915\u200d")
def test_what_comes_out_can_be_stored_and_shown(text: str) -> None:
    cleaned = clean_text(text)
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not [c for c in cleaned if unicodedata.category(c) in ("Cc", "Cs", "Co", "Zl", "Zp") and c != "\n"]
    assert not set(cleaned) & set("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\xad")


@given(any_text)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    title = clean_title(text)
    assert clean_title(title) == title


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Satu\r\nDua\rTiga\u2029Empat", "Satu\nDua\nTiga\nEmpat"),
        ("  a \t\u00a0 b  \n \n\n  c ", "a b\nc"),
        ("null\x00byte and \x1b[31mred", "nullbyte and [31mred"),
        ("pass\u200bword \u202etxet\u202c", "password txet"),
        ("e\u0301tat", "état"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("ab\u200dcd", "abcd"),
        ("\U000e0041\U000e0042hidden tag", "hidden tag"),
        ("Tim 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f menang",) * 2,  # agentmetry#182
        ("🏴\U000e0067 x \U000e0067\U000e007f", "🏴 x"),
        ("👩\u200d⚕\ufe0f Dokter",) * 2,
        ("🏳\ufe0f\u200d🌈 Parade",) * 2,
        ("👨\u200d👩\u200d👧\u200d", "👨\u200d👩\u200d👧"),
        ("", ""),
    ],
)
def test_examples(text: str, expected: str) -> None:
    assert clean_text(text) == expected


def test_a_text_is_cut_at_its_limit() -> None:
    assert clean_text("kata " * 100, limit=12) == "kata kata ka"
    assert len(clean_text("é" * 300_000)) == 200_000
    flag = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
    assert clean_text(f"kata {flag}", limit=9) == "kata"


def test_a_title_is_one_line_and_cut_between_words() -> None:
    assert clean_title("Pasukan Korut\n tiba  di Kursk") == "Pasukan Korut tiba di Kursk"
    long = clean_title("kata " * 100)
    assert len(long) <= TITLE_LIMIT
    assert long.endswith("kata…")
    assert len(clean_title("x" * 1000)) == TITLE_LIMIT


@pytest.mark.parametrize(
    "unit",
    ["\u0301\u0316", "a\u0301\u0316", " ", "\x00", "\u200d", "ا\u200d", "kata \n", "\n ", "\U0001d165\u0301\u0316"],
)
def test_ten_megabytes_of_anything_take_a_moment(unit: str) -> None:
    text = unit * (10_000_000 // len(unit))
    assert usual_seconds(lambda: clean_text(text)) < 3
