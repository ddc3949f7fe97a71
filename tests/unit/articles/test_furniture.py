"""Lines that articles on different matters share are furniture of their site; those of one matter are not."""

from __future__ import annotations

from bot.articles.furniture import Furniture
from bot.model import Article, ArticleId, Language

PLACEHOLDER = "Pemutar sedang disiapkan. Putar layar ponsel agar tayangan kanal Suluh terlihat penuh dan jernih."
NOTE = "Tentang Gandasari: Gandasari Tbk membuat pipa air bersih untuk 40 kota, dengan kantor pusat di Semarang."
TITLES = ("Pipa Baru untuk Ambon", "Direktur Keuangan Diganti", "Pabrik Kedua Dibuka", "Laba Semester Naik Tipis")


def article(name: str, title: str, *lines: str) -> Article:
    return Article(ArticleId(name), title, "\n".join(lines), Language("id"))


def stripped(articles: list[Article], known: tuple[str, ...] = ()) -> list[str]:
    furniture = Furniture(known)
    furniture.learn(articles)
    return [furniture.strip(one).text for one in articles]


def test_a_text_that_is_about_none_of_its_titles_is_furniture() -> None:
    videos = ["Jembatan Lama Runtuh", "Anak Gajah Lahir"]
    assert stripped([article(title, title, PLACEHOLDER) for title in videos]) == ["", ""]


def test_two_versions_of_one_article_keep_their_text() -> None:
    text = "Jembatan lama di Sungai Lusi runtuh pada Selasa pagi dan dua truk hanyut, kata polisi setempat."
    titles = ["Jembatan Lama Runtuh, Dua Truk Hanyut", "Truk Hanyut di Sungai Lusi"]
    assert stripped([article(title, title, text) for title in titles]) == [text, text]


def test_a_note_below_articles_on_different_matters_is_furniture() -> None:
    own = [f"Gandasari mengumumkan hal ini pada Senin: {title.lower()}." for title in TITLES]
    releases = [article(title, f"Gandasari: {title}", line, NOTE) for title, line in zip(TITLES, own, strict=True)]
    assert stripped(releases) == own


def test_the_background_of_one_case_is_no_furniture() -> None:
    background = "Hakim menunda sidang pertama pada bulan lalu karena saksi tidak datang ke pengadilan."
    titles = ["Bupati Wirya Dituntut Enam Tahun", "Bupati Wirya Bacakan Pembelaan", "Jaksa Tanggapi Bupati Wirya"]
    texts = stripped([article(title, title, f"{title} pada hari sidang ini.", background) for title in titles])
    assert all(background in text for text in texts)


def test_what_was_learned_goes_from_an_article_that_comes_alone() -> None:
    furniture = Furniture()
    furniture.learn([article(title, title, PLACEHOLDER) for title in TITLES])
    assert furniture.has_learned
    assert stripped([article("new", "Anak Gajah Lahir", PLACEHOLDER)], furniture.keys) == [""]
    assert not Furniture(furniture.keys).has_learned


def test_a_shared_label_is_no_furniture() -> None:
    texts = stripped([article(title, title, "Kata pengamat", f"Isi {title}.") for title in TITLES])
    assert all(text.startswith("Kata pengamat") for text in texts)
