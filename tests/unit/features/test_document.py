"""What is read out of an article: terms, names, numbers, dates."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.features.background import LANGUAGES_KEPT, background
from bot.features.document import Document, describe
from bot.model import Language
from tests.speed import usual_seconds

SEED = Path(__file__).resolve().parents[3] / "seeds" / "tentara-korea-utara.txt"


def read(text: str, language: str = "en", title: str = "") -> Document:
    return describe(title, text, Language(language), None)


def test_weights_have_length_one() -> None:
    document = read(SEED.read_text("utf-8"), "id")
    for weights in (document.terms, document.names):
        assert math.isclose(sum(weight * weight for weight in weights.values()), 1, rel_tol=1e-6)


def test_telling_words_weigh_more_than_common_ones() -> None:
    terms = read("The minister said the volcano near Kursk erupted again this year.").terms
    assert terms["volcano"] > terms["minist"] > terms["year"]
    assert not {"the", "this"} & terms.keys()


def test_words_of_the_title_weigh_more() -> None:
    terms = read("A volcano and a bakery are here.", title="The bakery")
    assert terms.terms["bakeri"] > terms.terms["volcano"]


def test_forms_of_a_word_are_one_term() -> None:
    assert read("Troops. The troop.").terms.keys() == {"troop"}


@pytest.mark.parametrize(
    ("text", "language", "names", "others"),
    [
        ("Hal itu kata Sekjen NATO Mark Rutte, Senin (28/10/2024).", "id", {"nato", "mark", "rutte"}, {"hal", "senin"}),
        ("Namun Presiden Prabowo tiba di Jakarta pada Oktober.", "id", {"prabowo", "jakarta"}, {"namun", "oktober"}),
        ("Police said on Monday. Officers in Paris left in March.", "en", {"paris"}, {"police", "officers", "march"}),
        ("Zelenskyy spoke. “Russia attacked,” he said.", "en", {"zelenskyy"}, {"he"}),
        ("Russia attacked. It was Russia.", "en", {"russia"}, {"it"}),
        ("Der Mann ging in Kursk über die Straße.", "de", {"kursk"}, {"mann", "strasse", "straße"}),
        ("Президент Путин приехал в Курск.", "ru", {"путин", "курск"}, {"приехал"}),
        ("NATO-Generalsekretär Mark Rutte", "de", {"nato", "rutte"}, set()),
    ],
)  # fmt: skip
def test_names_are_told_from_other_capitals(text: str, language: str, names: set[str], others: set[str]) -> None:
    found = read(text, language).names.keys()
    assert names <= found
    assert not others & found


def test_a_headline_in_capitals_does_not_make_names_of_common_words() -> None:
    names = read("The actress left the clinic.", title="Lindsay Lohan Leaves Treatment Center Again").names.keys()
    assert "lohan" in names
    assert not {"leaves", "treatment", "again"} & names


def test_scripts_without_capitals_have_terms_but_no_names() -> None:
    for text, language in (
        ("北朝鮮軍がロシアに派遣", "ja"),
        ("ทหารเกาหลีเหนือในรัสเซีย", "th"),
        ("قوات كورية شمالية في روسيا", "ar"),
    ):
        document = read(text, language)
        assert document.terms
        assert not document.names


@pytest.mark.parametrize(
    ("text", "language", "numbers"),
    [
        ("Sekitar 10.000 tentara", "id", {"10000"}),
        ("About 10,000 soldiers", "en", {"10000"}),
        ("10 ribu tentara", "id", {"10000"}),
        ("senilai Rp31 triliun", "id", {"31000000000000"}),
        ("a $3.5 billion deal", "en", {"3500000000"}),
        ("ein Beben der Stärke 7,1", "de", {"7.1"}),
        ("magnitude 7.10", "en", {"7.1"}),
        ("约1.2万名士兵", "zh", {"12000"}),
        ("1만2000명", "ko", {"10000", "2000"}),
        ("3 people and 2 dogs", "en", set()),
        ("from 12 to 15", "en", {"12", "15"}),
    ],
)
def test_numbers_have_one_spelling(text: str, language: str, numbers: set[str]) -> None:
    assert read(text, language).numbers == numbers


@pytest.mark.parametrize(
    ("text", "language", "dates"),
    [
        ("Senin (28/10/2024)", "id", {"2024-10-28"}),
        ("28 Oktober 2024", "id", {"2024-10-28"}),
        ("on October 28, 2024", "en", {"2024-10-28"}),
        ("on 28th of October", "en", {"10-28"}),
        ("10/28/2024", "en", {"2024-10-28"}),
        ("am 28. Oktober 2024", "de", {"2024-10-28"}),
        ("el 28 de octubre de 2024", "es", {"2024-10-28"}),
        ("28 октября 2024 года", "ru", {"2024-10-28"}),
        ("2024年10月28日", "zh", {"2024-10-28"}),
        ("10월 28일", "ko", {"10-28"}),
        ("2024-10-28", "en", {"2024-10-28"}),
        ("in 2005 and 2008", "en", {"2005", "2008"}),
        ("45 Mei 2024", "id", {"2024"}),
        ("2,005 people", "en", set()),
    ],
)
def test_dates_are_no_numbers(text: str, language: str, dates: set[str]) -> None:
    document = read(text, language)
    assert document.dates == dates
    assert not document.numbers - {"45", "2005"}


def test_nothing_is_an_empty_document() -> None:
    document = describe("", "", Language("und"), datetime(2024, 1, 1, tzinfo=UTC))
    assert (document.length, dict(document.terms), dict(document.names)) == (0, {}, {})


@pytest.mark.parametrize(
    "text",
    ["a" * 10_000_000, "A1." * 3_000_000, "1.000" * 2_000_000, "北朝鮮" * 3_000_000, "' " * 5_000_000,
     "Jan 1 " * 1_000_000, "1 de " * 2_000_000, "\x00\ud800" * 2_000_000, "A" + "b\u0301" * 3_000_000],
)  # fmt: skip
def test_ten_megabytes_of_anything_take_no_time(text: str) -> None:
    found: list[Document] = []
    assert usual_seconds(lambda: found.append(read(text))) < 1
    assert found[0].length < 20_000


def test_background_knows_common_from_rare() -> None:
    english = background(Language("en")).idf(["the", "government", "volcano", "zelenskyy"])
    assert list(english) == sorted(english)
    assert english[0] < 0.1
    chinese = background(Language("zh")).idf(["中国", "的库", "鲜军"])
    assert chinese[0] < chinese[1]


def test_latin_letters_are_not_taken_for_the_character_of_the_same_bytes() -> None:
    """`ag` in ASCII has the bytes of 条 in UTF-16, `eu` those of 略."""
    letters = background(Language("zh")).idf(["ag", "eu", "条", "略"]).tolist()
    assert letters[0] != letters[2]
    assert letters[1] != letters[3]


def test_background_without_a_list_goes_by_length() -> None:
    short, long = background(Language("sw")).idf(["na", "serikali"])
    assert short < long


def test_background_lists_are_small_and_few() -> None:
    kept = 0
    for language in ("en", "id", "de", "fr", "es", "ru", "zh"):
        table = background(Language(language))
        kept = max(kept, table.hashes.nbytes + table.steps.nbytes)
    assert 100_000 < kept < 1_000_000
    assert background.cache_info().currsize <= LANGUAGES_KEPT


@pytest.mark.parametrize(
    ("title", "language", "days", "measures"),
    [
        ("IHSG Hari Ini 16 Juni 2025 Ditutup Turun 0,88%", "id", {"06-16"}, {"0.88"}),
        ("Gempa M 5,2 Guncang Lombok, Senin 28/10/2024", "id", {"10-28"}, {"5.2"}),
        ("Magnitude 6.1 earthquake on June 16", "en", {"06-16"}, {"6.1"}),
        ("El 28 de octubre habrá huelga", "es", {"10-28"}, set()),
        ("Liga Champions 2025: PSG 2-1", "id", set(), set()),
        ("", "en", set(), set()),
    ],
)
def test_a_title_says_which_of_many_alike_it_is_about(
    title: str, language: str, days: set[str], measures: set[str]
) -> None:
    document = describe(title, "", Language(language), None)
    assert document.heading_dates == days
    assert document.heading_measures == measures
