"""What is shown under *Why?*: whole names, words as written, figures with their unit. All texts are invented."""

from __future__ import annotations

import numpy as np
import pytest

from bot.features.background import background
from bot.features.document import describe
from bot.matching.index import TopicIndex
from bot.matching.profile import build_profile
from bot.model import Article, ArticleId, Evidence, Example, Language, Topic, TopicId


def why(
    example: str, article: str, language: str = "id", *, of: str = "", title: str = "", title_of: str = ""
) -> Evidence:
    """The evidence of an article against a topic. `of`: the example's language."""
    shown = Example("x", title_of, example, Language(of or language))
    read = Article(ArticleId("a"), title, article, Language(language))
    index = TopicIndex([build_profile(Topic(TopicId("t"), "t", (shown,)), np.zeros((0, 0), np.float32))])
    described = describe(read.title, read.text, read.language, None)
    (match,) = index.judge_each(read, described, None, frozenset())
    return match.evidence


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("Marta Rutgers", "id"),
        ("Indo-Pasifik", "id"),
        ("Amerika Serikat", "id"),
        ("Kim Jong Un", "id"),
        ("Bank Indonesia", "id"),
        ("Salim bin Rahmat", "id"),
        ("New York", "en"),
        ("Bank of England", "en"),
        ("U.S. Geological Survey", "en"),
        ("97th Avenue", "en"),
        ("Boeing 797", "en"),
        ("Carla van der Meulen", "nl"),
        ("Bola d'Or", "id"),
        ("Kementerian Kelautan dan Perikanan", "id"),
        ("Latter-day Saints", "en"),
        ("Gunung Lewoloka Laki-laki", "id"),
        ("Pusat Vulkanologi dan Mitigasi Bencana Geologi", "id"),
        ("St. Wenara Cathedral", "en"),
    ],
)
def test_a_name_is_shown_as_a_whole(name: str, language: str) -> None:
    before, behind = {
        "id": ("Rapat itu kemarin dihadiri", "dan beberapa tamu dari Kertanegara."),
        "en": ("People close to", "were at the meeting in Kertanegara."),
        "nl": ("Gisteren sprak", "met de gasten uit Kertanegara."),
    }[language]
    evidence = why(f"{before} {name} {behind}", f"{before} {name} {behind}", language)
    assert name in evidence.names
    parts = set(name.replace("-", " ").split())
    assert not parts & {*evidence.names, *evidence.terms, *evidence.numbers}


def test_the_first_name_of_another_person_and_half_of_another_country_are_not_shared() -> None:
    evidence = why(
        "Perundingan itu dibuka oleh Marko Feldman bersama utusan Korea Selatan di Wenara.",
        "Perundingan itu ditutup oleh Marko Rutgers bersama utusan Korea Utara di Wenara.",
    )
    assert evidence.names == ("Wenara",)
    assert not {"Marko", "Korea"} & set(evidence.terms)


def test_a_surname_that_one_text_writes_alone_is_shared() -> None:
    evidence = why(
        "Pabrik di Wenara dibeli oleh Rutgers, lalu Rutgers menjualnya.",
        "Pabrik di Wenara kini milik Marta Rutgers sepenuhnya.",
    )
    assert evidence.names == ("Wenara", "Rutgers") or evidence.names == ("Rutgers", "Wenara")


def test_of_a_first_name_and_a_surname_one_is_enough() -> None:
    evidence = why(
        "Pemakaman Alexo Grigor di Wenara dihadiri ribuan orang, kata Alexo Grigor tua.",
        "Di Wenara nama Grigor dikenang; bagi mereka Alexo adalah adik, dan Grigor anak.",
    )
    assert len(evidence.names) == 2
    assert "Wenara" in evidence.names


@pytest.mark.parametrize(
    ("text", "language", "names"),
    [
        ("Kunjungan Presiden Rusia Vladimir Putin ke Wenara batal.", "id", {"Vladimir Putin", "Rusia", "Wenara"}),
        ("Menurut rencana Menteri Luar Negeri Ratna Wibisana tiba di Wenara.", "id", {"Ratna Wibisana", "Wenara"}),
        ("Sidang itu diikuti Ketua KPK Ratna Wibisana di Wenara.", "id", {"KPK", "Ratna Wibisana", "Wenara"}),
        ("It was then that President Adela Quorn and coach Odo Farr left.", "en", {"Adela Quorn", "Odo Farr"}),
        ("There was Prime Minister Adela Quorn, of the Wenara Sheriff's Department.", "en", {"Adela Quorn", "Wenara"}),
        ("The letter of Russian President Adela Quorn was read in Wenara.", "en", {"Russian", "Adela Quorn", "Wenara"}),
        ("Dokumen itu dibawa Presiden AS Adela Quorn ke Wenara.", "id", {"AS", "Adela Quorn", "Wenara"}),
        ("Surat Deputi Komunikasi BPJS Oni Marbun tiba di Wenara.", "id", {"BPJS", "Oni Marbun", "Wenara"}),
        ("Там президент России Фёдор Кулыгин встретил гостей.", "ru", {"России", "Фёдор Кулыгин"}),
    ],
)
def test_titles_are_no_part_of_a_name(text: str, language: str, names: set[str]) -> None:
    assert set(why(text, text, language).names) == names


def test_an_ordinary_word_that_begins_a_sentence_or_stands_in_a_headline_is_no_part_of_a_name() -> None:
    text = "Kemarin Ratna Wibisana datang. Saat Ratna Wibisana tiba, warga Wenara bersorak."
    evidence = why(text, text, title="Warga Sambut Ratna Wibisana Penuh Haru", title_of="Ratna Wibisana Datang")
    assert set(evidence.names) == {"Ratna Wibisana", "Wenara"}


def test_the_first_word_of_a_sentence_belongs_to_a_name_that_the_other_text_writes_within_one() -> None:
    within = "Di Wenara panitia menunggu Piala Dunia Antardesa bersama warga."
    assert "Piala Dunia Antardesa" in why(within, "Piala Dunia Antardesa dibuka di Wenara.").names


def test_a_word_in_capitals_by_a_slip_or_without_them_by_a_slip_counts_as_it_is_mostly_written() -> None:
    text = "Kini Wenara dan Kertaloka bersatu. Sejak itu Wenara makmur; situs wenara pun ramai. Warga Wenara gembira."
    assert set(why(text, text).names) == {"Wenara", "Kertaloka"}
    other = "Di sana ada Pulau, sebuah kapal. Awak kapal di pulau lain; pulau itu dan pulau ini jauh dari Wenara."
    assert why(other, other).names == ("Wenara",)


def test_a_dateline_is_no_name_and_capitals_are_not_shouted() -> None:
    text = "WENARATAMA: Jembatan baru itu diresmikan oleh Ratna Wibisana. RATNA WIBISANA lalu menyeberanginya."
    assert why(text, text).names == ("Ratna Wibisana",)


def test_an_owner_is_a_name_of_its_own_and_a_score_is_part_of_none() -> None:
    text = "They met in North Wenara's Upper Kerta, since North Wenara was calm. The fans of Quorn 1-0 cheered."
    assert set(why(text, text, "en").names) == {"North Wenara", "Upper Kerta", "Quorn"}


def test_the_adjective_of_a_longer_russian_name_is_none() -> None:
    text = "Об этом на днях узнали во Всемирной лиге перевозчиков в Венаре."
    assert why(text, text, "ru").names == ("Венаре",)


def test_two_names_that_a_hyphen_joins_are_two() -> None:
    evidence = why("Utusan dari Wenara tiba di Kertanegara.", "Konflik Wenara-Kertanegara memanas sejak kemarin.")
    assert set(evidence.names) == {"Wenara", "Kertanegara"}


def test_numerals_single_letters_and_time_zones_are_no_names() -> None:
    text = "Acara di Wenara dimulai pukul 09.00 WIB oleh Panitia II dan kelompok B."
    assert not {"II", "B", "WIB"} & set(why(text, "Acara di Wenara pada 10.00 WIB oleh Tim II dan regu B.").names)
    assert "Wenara" in why(text, text).names


def test_forms_of_one_name_are_listed_once() -> None:
    evidence = why(
        "Мяч получил Кулыгин, потом защитники окружили Кулыгина в Венаре.",
        "Защитники помешали Кулыгину, но Кулыгин забил в Венаре.",
        "ru",
    )
    assert "Кулыгин" in evidence.names
    assert sum(name.startswith("Кулыгин") for name in evidence.names) == 1


def test_at_most_five_of_a_kind_and_the_rarest_first() -> None:
    places = "Wenaratama, Jakarta, Kertaloka, Indonesia, Surapati, Mandaraga dan Lohgawe"
    words = "perompak menyandera nakhoda kapal tanker bermuatan minyak mentah lalu menuntut tebusan"
    text = f"Di perairan dekat {places} para {words}."
    evidence = why(text, text)
    assert len(evidence.names) == 5
    assert len(evidence.terms) == 5
    assert not {"Indonesia", "Jakarta"} & set(evidence.names)
    rarity = background(Language("id")).idf(evidence.terms).tolist()
    assert rarity == sorted(rarity, reverse=True)


def test_words_are_shown_as_written_and_not_those_of_any_report() -> None:
    text = (
        "Penambangan nikel merusak terumbu, kata warga pada Senin. Warga menambahkan bahwa penambangan itu, dikutip "
        "dari laporan Juni, harus berhenti, ujarnya. Senin malam penambangan diberitakan berhenti."
    )
    evidence = why(text, text)
    assert "penambangan" in evidence.terms
    assert not {"Senin", "dikutip", "menambahkan", "ujarnya", "Juni", "laporan", "malam"} & set(evidence.terms)
    english = "The quarry was marking its land, she said Monday. According to a spokesman the quarry added fences."
    terms = why(english, english, "en").terms
    assert {"quarry", "marking"} <= set(terms)
    assert not {"said", "Monday", "According", "spokesman", "added"} & set(terms)


def test_parts_of_names_and_what_any_report_has_in_another_form_are_no_words() -> None:
    german = "Der Torwart Gregor Wenaros hielt den Ball, danach jubelte Gregor Wenaros im Stadion."
    assert not {"Gregor", "Wenaros"} & set(why(german, german.replace("Wenaros", "Kertalo"), "de").terms)
    glued = "Sebuah pesawatWenara jatuh; pesawatWenara itu terbakar di bandara."
    assert "pesawatWenara" not in why(glued, glued).terms
    text = "Menurutnya karung itu hilang. Menurut warga, karung itu dicuri, pungkasnya."
    assert set(why(text, text).terms) <= {"karung", "hilang", "dicuri", "warga"}


def test_a_word_joined_by_hyphens_is_shown_as_a_whole_and_addresses_have_none() -> None:
    text = "Para pengunjuk-rasa membaca tambangwenara.go.id dan @nikelwenara sebelum pengunjuk-rasa lain tiba."
    evidence = why(text, text)
    assert "pengunjuk-rasa" in evidence.terms
    assert not {"tambangwenara", "nikelwenara", "rasa", "pengunjuk"} & set(evidence.terms)


@pytest.mark.parametrize(
    ("text", "language", "figure"),
    [
        ("Gempa 5,6 magnitudo mengguncang Wenara.", "id", "5,6 magnitudo"),
        ("Wenara diguncang gempa berkekuatan magnitudo 5,6.", "id", "magnitudo 5,6"),
        ("Kerugian mencapai Rp1,5 triliun di Wenara.", "id", "Rp1,5 triliun"),
        ("Kerugian mencapai Rp 11,8 triliun di Wenara.", "id", "Rp 11,8 triliun"),
        ("Sebanyak 27 orang tewas di Wenara.", "id", "27 orang"),
        ("Kapal itu hanyut 120 km dari Wenara.", "id", "120 km"),
        ("Sekitar 47 kerbau hilang di Wenara.", "id", "47 kerbau"),
        ("Dukungan naik menjadi 41% di Wenara.", "id", "41%"),
        ("The damage in Wenara was US$160 million.", "en", "US$160 million"),
        ("A 16-year-old girl was found in Wenara.", "en", "16-year-old"),
        ("事故で30人が死亡し、町は閉鎖された。", "ja", "30人"),
        ("住民は約3万で、町は閉鎖された。", "ja", "約3万"),
        ("税額は1億2千万ポンドで、町は閉鎖された。", "ja", "1億2千万ポンド"),
        ("船距离海岸120公里的地方沉没。", "zh", "120公里"),
        ("这项对20,000名中学生做的调查显示结果。", "zh", "20,000名"),
        ("사고로 30명이 숨졌다고 마을이 밝혔다.", "ko", "30명"),
    ],
)
def test_a_figure_has_its_unit_and_ends_there(text: str, language: str, figure: str) -> None:
    assert why(text, text, language).numbers == (figure,)


def test_what_a_figure_counts_is_shown_where_both_count_it_and_short_ones_that_count_nothing_are_not() -> None:
    evidence = why(
        "Ada 47 kerbau hilang di Wenara, nomor 53 dan 88 belum ketemu.",
        "Di Wenara 47 kerbau hilang; urutan 53 lalu nomor 88 ditunggu.",
    )
    assert evidence.numbers == ("47 kerbau",)
    russian = "Там составили 299 профилактических актов и 10-15 писем на 1100 долларов."
    assert why(russian, russian, "ru").numbers == ("1100 долларов",)


def test_days_times_and_numbers_within_names_are_no_figures() -> None:
    evidence = why(
        "Ada 18 kapal, 30 sampan, 797 peti dan 442 karung di Wenara.",
        "Pada 18 Juni pukul 20.30 pesawat Boeing 797 mendarat di Wenara. Hanya 442 yang turun.",
    )
    assert evidence.numbers == ()


def test_a_year_is_no_figure_and_a_word_of_a_script_without_blanks_is_not_cut() -> None:
    assert why("町は2018年に閉鎖され、30人が去った。", "30人が2018年に町を去った。", "ja").numbers == ("30人",)
    assert why("เรืออายุ 20 ปีจม", "เรืออายุ 20 ปีจมแล้ว", "th").numbers == ()


def test_nothing_is_said_twice() -> None:
    text = "Boeing 797 milik Wenara Air membawa 27 perompak. Perompak di Boeing 797 itu ditahan; perompak lain kabur."
    evidence = why(text, text)
    said = " ".join((*evidence.names, *evidence.terms, *evidence.numbers)).lower().split()
    assert sorted(said) == sorted(set(said))


def test_words_of_scripts_without_blanks_are_not_cut_where_pairs_of_characters_end() -> None:
    chinese = why("孩子拥有自己秘密的社交媒体账户。", "调查发现孩子拥有自己秘密的社交媒体账户", "zh")
    assert "社交媒体账户" in chinese.terms
    assert all(term in {"社交媒体账户", "孩子拥有自己秘密"} for term in chinese.terms)
    japanese = why("政府は核軍縮を信頼の証とした。", "信頼がなければ核軍縮は起こらない。", "ja")
    assert set(japanese.terms) == {"核軍縮", "信頼"}
    verb = why("選手たちは意気込みを見せた。", "監督も意気込みを語り、選手も集まる。", "ja")
    assert set(verb.terms) <= {"選手"}
    korean = why("장관과의 회담을 백악관에서 연기했다.", "백악관은 회담을 미뤘다.", "ko")
    assert set(korean.terms) <= {"백악관", "회담"}
    assert korean.terms
    thai = why("รัฐบาล ภาวะฉุกเฉิน ในเมือง", "วันนี้ ภาวะฉุกเฉิน แล้วรัฐบาลลาออก", "th")
    assert thai.terms == ("ภาวะฉุกเฉิน",)


def test_names_are_shared_between_languages() -> None:
    evidence = why(
        "Mahkamah membebaskan Ratna Wibisana dan Adela Quorn di Wenara.",
        "The court has cleared Adela Quorn and Ratna Wibisana in Wenara.",
        "en",
        of="id",
    )
    assert set(evidence.names) == {"Adela Quorn", "Ratna Wibisana", "Wenara"}
