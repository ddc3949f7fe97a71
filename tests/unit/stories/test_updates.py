"""What is new on a story: figures, names and phases that nobody was told."""

from __future__ import annotations

import pytest

from bot.features.document import describe
from bot.model import Article, ArticleId, Facts, Language, Update
from bot.stories.phases import PHASES
from bot.stories.updates import facts_of, find_update
from bot.wording.stories import update_text
from bot.wording.wording import Wording


def article(title: str, text: str = "", language: str = "id") -> Article:
    return Article(ArticleId(title), title, text, Language(language))


def told(*articles: Article) -> Facts:
    facts = Facts()
    for one in articles:
        facts |= facts_of(one, describe(one.title, one.text, one.language, None))
    return facts


def news(one: Article, known: Facts) -> Update:
    return find_update(one, describe(one.title, one.text, one.language, None), known)


QUAKE = article(
    "Gempa Magnitudo 6,1 Guncang Cianjur, Tiga Orang Tewas",
    "Gempa bumi mengguncang Kabupaten Cianjur pada Senin. Bupati Herman Suherman menyebut tiga orang meninggal.",
)


@pytest.mark.parametrize(
    ("title", "numbers", "phase"),
    [
        ("Korban Gempa Cianjur Bertambah Jadi 56 Orang", ("56 Orang",), ""),
        ("Bantuan Gempa Cianjur Rp1,5 Miliar Cair", ("Rp1,5 Miliar",), ""),
        ("Polisi Tangkap 2 Penjarah Rumah Korban Gempa Cianjur", ("2 Penjarah",), "arrest"),
        ("BMKG: Gempa M 6,1 Cianjur Tidak Berpotensi Tsunami", (), "warning"),
    ],
)
def test_figures_and_phases_of_the_title_are_news(title: str, numbers: tuple[str, ...], phase: str) -> None:
    found = news(article(title), told(QUAKE))
    assert (found.numbers, found.phase) == (numbers, phase)


@pytest.mark.parametrize(
    "title",
    [
        "Gempa Cianjur: 3 Tewas",  # the same in figures
        "7 Fakta Gempa Cianjur",  # a list of things
        "Hari ke-5 di Cianjur Setelah Gempa",
        "Gempa Cianjur Pukul 14.30 WIB, 21 November 2022",
        "Satu Bulan Gempa Cianjur, 30 Hari di Tenda",  # how long
        "Warga Cianjur Ingat Gempa, Covid-19 dan U-20",  # names, not counts
        "GEMPA CIANJUR MENGAGETKAN WARGA",
        "Warga Cianjur Tak Ingin Menunda Sekolah",
        "Penjarah di Cianjur Belum Juga Ditangkap",
        "Bantuan Gempa Cianjur Tidak Dibatalkan",
    ],
)
def test_what_says_nothing_new_is_no_news(title: str) -> None:
    assert not news(article(title), told(QUAKE)).is_material


def test_new_names_are_news_where_the_text_has_them_as_names() -> None:
    known = told(QUAKE)
    text = "Menteri Keuangan Sri Mulyani datang ke Cianjur. Kata Sri Mulyani, dana sudah siap."
    assert news(article("Sri Mulyani Datangi Korban Gempa Cianjur", text), known).names == ("Sri Mulyani",)
    assert not news(article("Langkah Berani Warga Korban Gempa Cianjur"), known).is_material
    assert not news(article("Herman Suherman Datangi Korban Gempa Cianjur", QUAKE.text), known).is_material


def test_names_are_not_compared_between_languages() -> None:
    english = article("Sri Mulyani visits victims of quake", "On Monday Sri Mulyani went to Cianjur.", "en")
    assert not news(english, told(QUAKE)).is_material
    assert news(english, told(QUAKE, article("Quake hits Cianjur", "A quake.", "en"))).is_material


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_phase_has_words(language: str) -> None:
    wording = Wording(Language(language))
    texts = {update_text(Update(phase=phase), wording) for phase in PHASES}
    assert len(texts) == len(PHASES)
    assert wording.say("Update") not in texts
