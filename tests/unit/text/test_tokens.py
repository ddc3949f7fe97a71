"""The words that are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Language
from bot.text.tokens import fold, is_stop_word, stem, words
from tests.speed import usual_seconds


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("id", "Sekitar 10.000 tentara, naik 3,5 persen.", "sekitar 10.000 tentara naik 3,5 persen"),
        ("id", "Jum'at, Al-Qur’an_dan MH370", "jumat al quran dan mh370"),
        ("en", "Russia's café wasn’t in the U.S.", "russia cafe wasnt in the u s"),
        ("fr", "L'armée qu’Élysée", "armee qu elysee"),
        ("de", "Straße ÜBER", "strasse uber"),
        ("pl", "Łódź", "lodz"),
        ("tr", "İSTANBUL Işık", "istanbul isik"),
        ("vi", "Triều Tiên", "trieu tien"),
        ("el", "Έλληνες", "ελληνεσ"),
        ("ru", "Ёлка в Йошкар-Оле", "елка в йошкар оле"),
        ("uk", "Об'єкт", "обєкт"),
        ("hi", "हिन्दी में यूक्रेन।", "हिंदी में यूक्रेन"),
        ("hi", "फ़ैज़ाबाद २०२४", "फैजाबाद 2024"),
        ("ta", "தமிழ் செய்தி", "தமிழ் செய்தி"),
        ("ar", "الجيشُ الأمريكي", "الجیش الامریکی"),
        ("zh", "北朝鲜军 NATO派10,000人", "北朝 朝鲜 鲜军 nato 派 10,000 人"),
        ("ja", "北朝鮮、ガ", "北朝 朝鲜 ガ"),
        ("tr", "Ankara'daki NATO’ya Kur'an", "ankara nato kuran"),
        ("en", "We'll see Hawai`i", "we see hawaii"),
        ("ko", "북한군 이", "북한 한군 이"),
        ("th", "ทหาร", "ทห หา าร"),
        ("th", "ที่นี่", "ที่นี่"),
        ("en", "x" * 65 + " ok", "ok"),
        ("en", "¼ ﬁne ①", "1 4 fine 1"),
    ],
)
def test_words(language: str, text: str, expected: str) -> None:
    assert list(words(text, Language(language))) == expected.split()


def test_spelling_variants_meet() -> None:
    assert len({fold(f"Sa{sign}diyah") for sign in "'`´‘’ʻʼʾʿ′"}) == 1
    assert fold("臺灣 關東") == fold("台湾 関東") == fold("台湾 关东")
    assert fold("مدرسة") == fold("مدرسه")
    assert fold("١٥") == fold("۱۵") == "15"
    assert fold("ZELENSKYY Café") == fold("zelenskyy cafe\u0301")
    assert words("Qur’an", Language("id")) == words("Qur'an", Language("id")) == words("Quran", Language("id"))


@given(st.text(st.characters(exclude_categories=[])), st.sampled_from(["id", "en", "fr", "th", "zh", "und"]))
def test_any_text_gives_folded_words(text: str, code: str) -> None:
    language = Language(code)
    found = words(text, language)
    assert all(word and not word.isspace() and word == word.strip() for word in found)
    assert words(" ".join(found), language) == found or any(not word.isascii() for word in found) or "'" in fold(text)


@pytest.mark.parametrize("unit", ["kata ", "“tiga’s ", "a", "'", "a'", "1.", "北", "ก็", "\u0301", "_", "é" * 70 + " "])
def test_long_texts_of_anything_take_a_moment(unit: str) -> None:
    text = unit * (400_000 // len(unit))
    assert usual_seconds(lambda: words(text, Language("id"))) < 3


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("id", ["dikirim", "kiriman", "kirimkan"]),
        ("en", ["deployment", "deployments", "deploy", "deployed"]),
        ("de", ["soldat", "soldaten"]),
        ("ru", ["войска", "войсками"]),
    ],
)
def test_forms_of_a_word_have_one_stem(language: str, forms: list[str]) -> None:
    assert len({stem(form, Language(language)) for form in forms}) == 1


def test_what_cannot_be_stemmed_stays() -> None:
    assert stem("10.000", Language("id")) == "10.000"
    assert stem("nato", Language("id")) == "nato"
    assert stem("北朝", Language("zh")) == "北朝"
    assert stem("askerlerin", Language("tr")) == "askerlerin"


def test_stop_words_are_known_as_words_gives_them() -> None:
    assert is_stop_word("yang", Language("id"))
    assert is_stop_word("fur", Language("de"))
    assert not is_stop_word("tentara", Language("id"))
    assert not is_stop_word("yang", Language("xx"))
