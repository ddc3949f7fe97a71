"""Where sentences end."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.model import Language
from bot.text.sentences import sentences
from tests.speed import usual_seconds


@pytest.mark.parametrize(
    ("language", "marked"),
    [
        ("id", "PT. Bank Rakyat Indonesia (Persero) Tbk. naik 3,5 persen.|Kantornya di Jl. Sudirman No. 1."),
        ("id", "Saham PT Telkom Tbk. turun.|Menurut Dr. Ir. H. Joko Widodo, itu wajar."),
        ("id", "“Saya tidak tahu. Dia pergi,” katanya.|Lalu ia diam."),
        ("id", "“Apa?” tanya dia.|“Ya!”|Ia pergi."),
        ("id", "BRUSSELS, KOMPAS.TV - Pihak NATO mengungkapkan.|Nilainya Rp 3.000.000 pada pukul 10.30 WIB."),
        ("id", "Demikian J.K. Rowling dan A. Rahman.|Mereka datang."),
        ("en", "Sen. J. Smith (D-N.Y.) left the U.S. on Monday.|He returned at 5 p.m. Tuesday."),
        ("en", "He lives in the U.S.|The others do not."),
        ("en", "U.S. troops left.|Mr. Kim said so... and left."),
        ("en", "1. First point.|2. Second point."),
        ("de", "Am 28. Oktober kamen sie an.|Dann gingen sie z. B. nach Kursk."),
        ("zh", "习近平说：“我们会来。你好！”|他走了。|对吗？"),
        ("hi", "यह एक वाक्य है।|यह दूसरा है।"),
        ("und", "Satu kalimat.|One more."),
    ],
)
def test_examples(language: str, marked: str) -> None:
    expected = marked.split("|")
    separator = "" if language == "zh" else " "
    assert list(sentences(separator.join(expected), Language(language))) == expected


def test_a_newline_ends_a_sentence() -> None:
    assert sentences("Judul tanpa titik\nKalimat pertama.\n\n ", Language("id")) == (
        "Judul tanpa titik",
        "Kalimat pertama.",
    )
    assert sentences("", Language("id")) == ()


@given(st.text(st.sampled_from("aA. \n”“\"'?!1。」ก\ud800\x00")) | st.text(st.characters(exclude_categories=["Cs"])))
@example("\ud800")
def test_nothing_but_blanks_is_lost_or_added(text: str) -> None:
    for language in ("id", "en", "ja", "xx"):
        found = sentences(text, Language(language))
        assert all(sentence == sentence.strip() != "" for sentence in found)
        assert "".join("".join(found).split()) == "".join(text.replace("\ud800", "?").split())


@pytest.mark.parametrize("unit", ["“kata ", "A. ", "a", ".", "\n", "kata. ", "北。", "'", "(", "1. "])
def test_long_texts_of_anything_take_a_moment(unit: str) -> None:
    text = unit * (400_000 // len(unit))
    assert usual_seconds(lambda: sentences(text, Language("id"))) < 4
