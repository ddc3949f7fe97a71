"""What outlets put round an article goes; every sentence of the article stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Language
from bot.text.boilerplate import strip_boilerplate
from tests.speed import usual_seconds

SEED = Path(__file__).parents[3] / "seeds" / "tentara-korea-utara.txt"
ID, EN = Language("id"), Language("en")
STORY = "Pasukan itu tiba di wilayah Kursk pada Senin, kata juru bicara kementerian."


def test_the_seed_article_keeps_its_sentences_and_loses_its_noise() -> None:
    text = SEED.read_text(encoding="utf-8")
    stripped = strip_boilerplate(text, ID)
    noise = ("Baca Juga:", "Sumber :", "Gabung ke Channel WhatsApp")
    expected = [line for line in text.splitlines() if not line.startswith(noise)]
    expected[0] = expected[0].removeprefix("BRUSSELS, KOMPAS.TV - ")
    assert stripped.splitlines() == expected
    assert len(expected) == 16


@pytest.mark.parametrize(
    "dateline",
    [
        "BRUSSELS, KOMPAS.TV - ",
        "JAKARTA, KOMPAS.com - ",
        "JAKARTA, KOMPAS.com — ",
        "KOMPAS.com - ",
        "Jakarta (ANTARA) - ",
        "Sukabumi, Jawa Barat (ANTARA) - ",
        "Jakarta, CNN Indonesia -- ",
        "Jakarta, CNBC Indonesia - ",
        "Liputan6.com, Jakarta - ",
        "Liputan6.com, Jakarta ",
        "Liputan6.com, Tel Aviv - ",
        "TEMPO.CO, Jakarta - ",
        "REPUBLIKA.CO.ID, JAKARTA -- ",
        "TRIBUNNEWS.COM, JAKARTA - ",
        "Bisnis.com, JAKARTA - ",
        "KONTAN.CO.ID - JAKARTA. ",
        "Metrotvnews.com, Jakarta: ",
        "Suara.com - ",
        "VIVA – ",
        "JAKARTA- ",
        "Jakarta - ",
        "LONDON (Reuters) - ",
        "WASHINGTON/NEW YORK (Reuters) - ",
        "BRUSSELS, Oct 28 (Reuters) - ",
        "SEOUL, Oct. 28 (Yonhap) -- ",
        "KYIV, Ukraine (AP) — ",
        "PARIS (AFP) – ",
        "MOSCOW, October 28. /TASS/. ",
        "(CNN) — ",
        "AP - ",
        "SUARPAGI.CO,Jakarta- ",
        "SUARPAGI.CO,Yogyakarta-",
        "SuarPagi.com, Jakarta",
        "SuarPagi.com, Kuala Lumpur",
        "SuarPagi.com, Gunung Sitoli",
        "SuarPagi.com, Washington, DC -",
        "JAKARTA–",
        "SURABAYA-",
        "LOS ANGELES-",
        "NEW DELHI- ",
        "HO CHI MINH– ",
        "MAGELANG -",
        "Madrid (ANTARA Bews) - ",
        "Jakarta ( ANTARA News ) - ",
        "(ANTARA News) -",
        "UPDATED: FRIDAY, MAY 3, 2013, 9:56 AM ",
        "POSTED: 05/02/07, 9:00 PM PDT | ",
    ],
)
def test_datelines_go(dateline: str) -> None:
    assert strip_boilerplate(dateline + STORY, ID) == STORY


@pytest.mark.parametrize(
    "line",
    [
        "Baca juga: Rudal Korut Jatuh di Laut Jepang",
        "BACA JUGA: Rudal Korut Jatuh di Laut Jepang",
        "Baca Juga:Rudal Korut Jatuh di Laut Jepang",
        "[Baca juga: Rudal Korut Jatuh di Laut Jepang]",
        "Lihat Juga :",
        "Simak juga Video 'Momen Rudal Diluncurkan':",
        "Lihat Video 'Momen Rudal Diluncurkan':",
        "SIMAK JUGA - Rudal Korut Jatuh",
        'Tonton juga "Rudal" di sini:',
        "Saksikan Live DetikPagi:",
        "Pilihan Editor: Mengapa Korut Mengirim Pasukan",
        "Baca selengkapnya di sini",
        "ADVERTISEMENT",
        "Advertisement",
        "SCROLL TO CONTINUE WITH CONTENT",
        "[Gambas:Video 20detik]",
        "Sumber : CBS News",
        "Sumber: Antara",
        "Editor: Budi Santoso",
        "Reporter : Ani",
        "Pewarta: Fulan bin Fulan",
        "Penulis: Ani",
        "Copyright © ANTARA 2024",
        "Dilarang keras mengambil konten, melakukan crawling atau pengindeksan otomatis untuk AI di situs web ini.",
        "Gabung ke Channel WhatsApp KompasTV untuk update berita terbaru dan terpercaya.",
        "Ikuti Google News Kami",
        "Ikuti berita terbaru kami di WhatsApp Channel.",
        "Dapatkan update berita pilihan setiap hari dari Kompas.com. Mari bergabung di Grup Telegram.",
        "Cek Berita dan Artikel yang lain di Google News dan WA Channel",
        'Artikel ini telah tayang di Kompas.com dengan judul "Pasukan Korut"',
        "A post shared by KOMPAS (@kompas)",
        "Read more: North Korea fires missile",
        "READ ALSO: North Korea fires missile",
        "Related: North Korea fires missile",
        "Sign up for our newsletter",
        "Sign up to get the morning briefing newsletter in your inbox.",
        "Follow us on X and Facebook",
        "Image source, Getty Images",
        "Reporting by Jane Doe in Seoul; Editing by John Roe",
        "All rights reserved.",
        "(res/ard)",
        "(Arief Setyadi )",
    ],
)
def test_lines_that_say_nothing_of_the_story_go(line: str) -> None:
    assert strip_boilerplate(f"{STORY}\n{STORY}\n{STORY}\n{line}", ID) == f"{STORY}\n{STORY}\n{STORY}"


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("de", "Lesen Sie auch: Nordkorea feuert Rakete ab"),
        ("nl", "Lees ook: Noord-Korea vuurt raket af"),
        ("fr", "À lire aussi : La Corée du Nord tire un missile"),
        ("es", "Lea también: Corea del Norte lanza un misil"),
        ("pt", "Leia também: Coreia do Norte lança míssil"),
        ("it", "Leggi anche: La Corea del Nord lancia un missile"),
        ("ru", "Читайте также: КНДР запустила ракету"),
        ("uk", "Читайте також: КНДР запустила ракету"),
        ("zh", "相关阅读:朝鲜发射导弹"),
        ("ja", "関連記事 北朝鮮がミサイル発射"),
    ],
)
def test_links_in_other_languages_go(language: str, line: str) -> None:
    assert strip_boilerplate(f"{STORY}\n{line}", Language(language)) == STORY


@pytest.mark.parametrize(
    "line",
    [
        "Sumber di kementerian mengatakan pasukan itu sudah tiba.",
        "Sumber daya alam: begitulah ia menyebut tanah, air, dan udara yang menghidupi banyak orang di desa.",
        "Ikuti jejak para tentara itu, kata Rutte, dan Anda akan sampai ke Kursk.",
        "Baca puisi adalah kegemarannya sejak kecil.",
        "Saksikan bagaimana mereka bertahan, kata komandan itu.",
        "Editor surat kabar itu, Budi, ditangkap polisi.",
        "Follow the money, the investigators told each other.",
        "Read the letter, he said, and you will see why.",
        "Related charges were dropped on Monday.",
        "More than 10,000 soldiers have arrived.",
        "By Monday the troops had reached Kursk.",
        "Copyright law is at the heart of the case.",
        "Advertisement spending rose by 4% in March.",
        "Israel - yang menyerang lebih dulu - membantah tuduhan itu.",
        "Manchester United - Liverpool berakhir imbang tanpa gol di Old Trafford.",
        "F-16 - pesawat tempur itu - jatuh di laut dekat pangkalan.",
        "Sung Ji-hyun menang atas lawannya dalam dua gim langsung.",
        "Grup WhatsApp itu dipakai untuk mengatur pertemuan, kata jaksa.",
        "Penyerang: tiga orang bersenjata, kata polisi.",
        "Bergabung lewat saluran Telegram itu, para pelaku berjanji bertemu di dermaga.",
        "Join WhatsApp or lose customers, shops were told by the chamber on Friday.",
        "Follow-through on the Facebook deal was slow, the auditors said.",
        "Editing by machine makes films cheaper, a survey of forty studios found.",
        "Lampung.com adalah situs palsu, kata polisi.",
        "Penulis adalah pekerjaan yang ia sukai sejak kecil, dan buku pertamanya terbit pada umur dua puluh.",
        "Editor: begitulah teman-teman memanggilnya, karena setiap kalimat yang mereka tulis selalu ia perbaiki.",
    ],
)
def test_sentences_of_an_article_stay(line: str) -> None:
    for language in (ID, EN):
        assert strip_boilerplate(f"{line}\n{STORY}", language) == f"{line}\n{STORY}"
        assert strip_boilerplate(f"{STORY}\n{line}", language) == f"{STORY}\n{line}"


def test_links_between_sentences_go() -> None:
    text = "Pasukan itu tiba. (Baca juga: Rudal Korut Jatuh di Laut) Mereka lelah. Baca juga: Rudal Korut Jatuh"
    assert strip_boilerplate(text, ID) == "Pasukan itu tiba. Mereka lelah."
    assert strip_boilerplate("Ia pergi. ADVERTISEMENT Lalu kembali.", ID) == "Ia pergi. Lalu kembali."


@pytest.mark.parametrize(
    "line",
    [
        "TNI-Polri mengamankan jalur mudik di tiga kabupaten.",
        "TEKA-teki masa depan pelatih itu akhirnya terjawab.",
        "KEMENDIKBUD-Ristek membuka pendaftaran guru mulai Senin.",
        "Cangar–Pacet ditutup sejak April karena tanah longsor.",
        "SuarPagi.com, Rudi Hartono, mengatakan kantornya pindah.",
        "SuarPagi.com mendapati kabar itu tidak benar.",
    ],
)
def test_what_only_looks_like_a_dateline_stays(line: str) -> None:
    assert strip_boilerplate(line, ID) == line


def test_a_long_line_that_begins_like_a_link_keeps_its_sentences() -> None:
    line = "Baca juga: Rudal Korut Jatuh. " + STORY * 5
    assert STORY in strip_boilerplate(line, ID)


def test_initials_at_the_end_go() -> None:
    assert strip_boilerplate(f"{STORY} (res/ard)", ID) == STORY
    assert (
        strip_boilerplate("Ia bekerja di perusahaan itu (dua tahun)", ID) == "Ia bekerja di perusahaan itu (dua tahun)"
    )


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("es", "Leer más libros fue su propósito de año nuevo, contó la alcaldesa."),
        ("de", "Mehr zum Thema Hafen will die Senatorin am Freitag mitteilen."),
        ("fr", "Voir aussi grand que la mer, disait le vieux pêcheur, demande du temps."),
        ("sv", "Läs mer på loven, bad rektorn eleverna i Kalmar."),
        ("zh", "相关新闻发言人拒绝评论,会议将于周五举行。"),
        ("ja", "関連記事を消した会社が謝罪した。"),
        ("ko", "관련 기사를 읽은 시민들이 광장에 모였다."),
    ],
)
def test_sentences_that_begin_like_a_link_stay(language: str, line: str) -> None:
    assert strip_boilerplate(f"{STORY}\n{line}\n{STORY}", Language(language)) == f"{STORY}\n{line}\n{STORY}"


@given(st.text(st.characters(exclude_categories=[])), st.sampled_from(["id", "en", "de", "xx"]))
def test_any_text_comes_through_with_nothing_added(text: str, code: str) -> None:
    stripped = strip_boilerplate(text, Language(code))
    assert len(stripped) <= len(text)
    assert set(stripped) <= set(text)


@pytest.mark.parametrize(
    "unit",
    [
        "baca ",
        "A",
        "A ",
        "Ab, ",
        "(",
        "[Baca juga: ",
        "Ikuti ",
        "\n",
        "Baca juga\n",
        "a.com, ",
        "-",
        "yuk, ",
        "reporting by ",
    ],
)
def test_long_texts_of_anything_take_a_moment(unit: str) -> None:
    text = unit * (300_000 // len(unit))
    assert usual_seconds(lambda: strip_boilerplate(text, ID)) < 4
    assert usual_seconds(lambda: strip_boilerplate("Judul: " + text, ID)) < 4


@pytest.mark.parametrize(
    ("language", "heading"),
    [
        ("id", "Terpopuler"),
        ("id", "Berita Terkait"),
        ("id", "Baca juga:"),
        ("id", "REKOMENDASI UNTUK ANDA"),
        ("en", "Related stories"),
        ("en", "You may also like"),
        ("en", "More from Harbour Post"),
        ("en", "Read more"),
        ("de", "Das könnte Sie auch interessieren"),
        ("nl", "Meest gelezen"),
        ("fr", "Sur le même sujet"),
        ("es", "Te puede interesar"),
        ("pt", "Mais lidas"),
        ("it", "Articoli correlati"),
        ("pl", "Najczęściej czytane"),
        ("tr", "İlgili haberler"),
        ("ru", "Материалы по теме"),
        ("ar", "مواضيع ذات صلة"),
        ("hi", "संबंधित खबरें"),
        ("ja", "関連記事"),
        ("zh", "相关新闻"),
        ("ko", "많이 본 뉴스"),
        ("th", "ข่าวที่เกี่ยวข้อง"),
    ],
)
@pytest.mark.parametrize("bullets", [("", ""), ("1. ", "2. "), ("• ", "• "), ("- ", "- ")])
def test_a_list_of_other_articles_goes_with_its_heading(language: str, heading: str, bullets: tuple[str, str]) -> None:
    first, second = bullets
    links = f"{heading}\n{first}Kapal Tenggelam di Selat Bali\n{second}Will the Harbour Ever Open?"
    assert strip_boilerplate(f"{STORY}\n{links}", Language(language)) == STORY
    assert strip_boilerplate(f"{STORY}\n{links}\n{STORY}", Language(language)) == f"{STORY}\n{STORY}"


def test_the_sentence_below_each_headline_of_a_list_goes_with_it() -> None:
    links = "Related\nFerry sinks off Lombok\nForty people are missing.\nPort closed for repairs\nTwo cranes fell over."
    assert strip_boilerplate(f"{STORY}\n{links}\n{STORY}", EN) == f"{STORY}\n{STORY}"


def test_a_heading_of_the_article_itself_stays() -> None:
    text = f"{STORY}\nPopular\n{STORY}\nTerkini\n{STORY}"
    assert strip_boilerplate(text, EN) == text


@pytest.mark.parametrize(
    "line",
    [
        "Tags: kapal, selat bali, basarnas, evakuasi, cuaca buruk, pelabuhan ketapang, gilimanuk, banyuwangi, bali",
        "Tags\nkapal\nSelat Bali",
        "#kapal #SelatBali #Basarnas",
        "Schlagwörter: Fähre, Hafen",
        "Метки: паром, порт",
        "About the author\nJane Roe covers ports and shipping for the Harbour Post. She lives in Denpasar.",
        "Tentang Penulis\nSiti Rahma meliput pelabuhan sejak 2011.",
        "Penulis adalah dosen kelautan di sebuah universitas di Denpasar.",
        "Follow her on Bluesky for more.",
        "Folgen Sie uns auf WhatsApp und Instagram.",
        "Suscríbete a nuestro boletín en Telegram.",
        "Подписывайтесь на наш Telegram-канал.",
        "تابعونا على واتساب",
        "关注我们的微信公众号",
        "The post Ferry sinks off Lombok appeared first on Harbour Post.",
    ],
)
def test_tags_channels_and_notes_on_the_author_go(line: str) -> None:
    assert strip_boilerplate(f"{STORY}\n{STORY}\n{line}", EN) == f"{STORY}\n{STORY}"


@pytest.mark.parametrize(
    "link",
    [
        "Baca Juga Rudal Jatuh di Laut, Warga Mengungsi",
        "READ MORE: Missile falls into the sea",
        "Lesen Sie auch: Rakete fällt ins Meer",
        "(Read also: Missile falls into the sea)",
        "Читайте также: Ракета упала в море",
    ],
)
def test_a_link_after_the_last_sentence_of_a_line_goes(link: str) -> None:
    assert strip_boilerplate(f"{STORY} {link}", ID) == STORY
