"""Names and acronyms are found however an article spells them, and nothing else is found for them."""

from __future__ import annotations

import pytest

from bot.matching.query import parse_query
from bot.matching.required_terms import RequiredTermsIndex
from bot.matching.search_text import SearchText
from bot.model import Article, ArticleId, Language


def finds(query: str, text: str, language: str = "en", title: str = "") -> bool:
    """Whether the query matches; what it matches, the index of queries leads to as well."""
    parsed = parse_query(query)
    searched = SearchText(Article(ArticleId("a"), title, text, Language(language)))
    found = parsed.hits(searched) is not None
    assert not found or RequiredTermsIndex([(0, parsed)]).candidates(searched).tolist() == [0]
    return found


@pytest.mark.parametrize(
    ("query", "language", "text"),
    [
        # The characters that are typed for an apostrophe (UTS #39, confusables of U+0027).
        *(("Sa'diyah", "id", f"Ibu Sa{sign}diyah datang") for sign in "'`´‘’ʻʼʾʿ′"),
        ("Sa`diyah", "id", "Ibu Sadiyah datang"),
        ("Oahu", "en", "Oʻahu is calm"),
        # A name with or without its hyphen.
        ("B-52", "en", "Two B52 bombers"),
        ("B52", "en", "Two B-52 bombers"),
        ("B52", "en", "Two B 52 bombers"),
        ("A380-800", "en", "An A380 800 landed"),
        ("antipenyadapan", "id", "Aturan anti-penyadapan baru"),
        ("anti-penyadapan", "id", "Aturan antipenyadapan baru"),
        ('"aturan anti-penyadapan"', "id", "Aturan antipenyadapan baru"),
        ('"aturan antipenyadapan"', "id", "Aturan anti-penyadapan baru"),
        ("e-SIM", "en", "An eSIM for all"),
        ("Abu-Bakr", "en", "It was Abu Bakr himself"),
        ("B5*", "en", "Two B52 bombers"),
        # Full stops in abbreviations.
        ("BPK", "id", "Auditor B.P.K. datang"),
        ("B.P.K.", "id", "Auditor BPK datang"),
        ('"E.U. leaders"', "en", "The EU leaders met"),
        # German umlauts and Nordic letters: CLDR's de-ASCII, ICAO 9303.
        ("Schäuble", "de", "Herr Schaeuble kam"),
        ("Schaeuble", "de", "Herr Schäuble kam"),
        ("Schauble", "en", "Mr Schäuble came"),
        ('"Herr Schaeuble"', "de", "Herr Schäuble kam"),
        ("Odegaard", "no", "Ødegaard scorte"),
        ("Haaland", "en", "Håland scored"),
        # Chinese and Japanese: layout, variants of characters, dots in names.
        ("电动汽车", "zh", "电动 汽车展"),
        ('"5G 基站"', "zh", "新建5G基站"),
        ("龍門石窟", "zh", "龙门石窟开放"),
        ("關西", "ja", "関西の天気"),
        ("マリー・キュリー", "ja", "マリーキュリーの生涯"),
        ("玛丽·居里", "zh", "玛丽•居里的故事"),
        ("PS5", "zh", "索尼PS 5降价"),
        # Arabic: ta marbuta, words of one letter written together, digits of other scripts.
        ("القاهرة", "ar", "وصل الى القاهره"),
        ("دمشق", "ar", "سافر ودمشق هادئة"),
        ("دمشق", "ar", "اجتماع بدمشق"),
        ('"مطار دمشق"', "ar", "ومطار دمشق مغلق"),
        ("1998", "fa", "سال ۱۹۹۸ بود"),
        ("3.5", "ar", "ارتفع ٣٫٥ بالمئة"),
        ("חיפה", "he", "הוא נסע לחיפה"),
        # Hindi: nukta, and two ways to write a nasal.
        ("फैजाबाद", "hi", "फ़ैज़ाबाद में"),
        ("सम्बन्ध", "hi", "भारत से संबंध"),
        # Currencies and numbers.
        ('"2,7 miliar"', "id", "Biaya Rp2,7 miliar"),
        ('"Rp 2,7 miliar"', "id", "Biaya Rp2,7 miliar"),
        ('"25.000"', "en", "Only 25,000 came"),
        ("25000", "id", "Hanya 25.000 orang"),
        ('"2.7"', "id", "Naik 2,7 persen"),
        # Endings.
        ("bupati", "id", "Bupatilah yang hadir"),
        ("BPK", "id", "BPKnya diam"),
        ("warga", "id", "Warga-warganya pergi"),
        ("warga", "id", "warga2 desa pergi"),
        ("İzmir", "tr", "İzmir'deki toplantı"),
        ("AB", "tr", "AB’ye katılım"),
        ('"Mustafa Sarıgül"', "tr", "Mustafa Sarıgül'ün sözleri"),
        ("Berlin", "en", "Berlin'll decide"),
        ("Samarqand", "uz", "Samarqand'da yig'ildi"),
        ("Google", "pl", "Inwestycja Google'a"),
        # Signs that are not part of a name.
        ("Nimbus", "en", "The Nimbus™ cloud"),
        ("Dinkes", "id", "Menurut Dinkes¹, aman"),
        # Hebrew abbreviations, with the sign or what is typed for it.
        ('מנכ"ל', "he", "מנכ״ל החברה"),
        ("מנכל", "he", 'מנכ"ל החברה'),
        ('"מנכ"ל החברה"', "he", "מנכ״ל החברה"),
        # Persian compounds: joined by ZWNJ, apart, or together.
        ("کتاب خانه", "fa", "در کتاب‌خانه بود"),
        ("کتاب‌خانه", "fa", "در کتاب خانه بود"),
        ("کتابخانه", "fa", "در کتاب‌خانه بود"),
        ("ґанок", "uk", "Новий ганок"),
        ("ค้ำ", "th", "คํ้าประกัน"),
        ("Mirđić", "hr", "Ana Mirdjic"),
        ("Mirdjic", "hr", "Ana Mirđić"),
        # Invisible characters of the query.
        ("Jo\u00adgja", "id", "Di Jogja hujan"),
        ('"Abu\u00a0Bakr"', "en", "It was Abu\u2011Bakr"),
    ],
)
def test_a_name_is_found_in_every_spelling(query: str, language: str, text: str) -> None:
    assert finds(query, text, language)


@pytest.mark.parametrize(
    ("query", "language", "text"),
    [
        ("Ma", "id", "Kiai Ma'shum datang"),
        ("7", "id", "Biaya Rp2,7 miliar"),
        ("000", "id", "Hanya 25.000 orang"),
        ("21", "en", "They won 2-1"),
        ("NZ", "en", "It costs $NZ40"),
        ("dos", "en", "She does it"),
        ("Fur", "de", "Ein Brief für dich"),
        ("masa", "id", "Masalah besar"),
        ("ramal", "id", "Di Ramallah"),
        ("الد", "ar", "جاء والد الطفل"),
        ("京大", "ja", "東京・大阪"),
        ("AI芯片", "zh", "OpenAI芯片"),
        ("3月1日", "zh", "13月1日"),
    ],
)
def test_a_part_of_another_word_is_not_found(query: str, language: str, text: str) -> None:
    assert not finds(query, text, language)


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("CARE", "Health care for all in Boston", False),
        ("CARE", "Boston. Care for all, and more care", False),
        ("CARE", "The charity CARE says", True),
        ("CARE", "The charity Care says", True),
        ("care", "The charity CARE says", True),
        ("SAR", "Sar is a river", False),
        ("IT", "It is late", False),
        ("IT", "The I.T. staff", True),
        ("IT", "it is what it is", True),  # a text without capitals says nothing about them
        ("HAVE", "Have a look", False),
        ('"IT staff"', "Give it staff", False),
        ('"IT staff"', "The IT staff", True),
        ("title:IT", "The IT staff", False),
        ("IT OR staff", "it is late, Boston", False),
        ("BOSTON FLOODS", "boston floods, says Mayor Wu", True),  # a caps lock
        ("OPEC", "The Opec meeting", True),
        (r"/\bIT\b/", "Is it late", False),
        (r"/\bIT\b/", "The IT staff", True),
        (r"/(?i)\bIT\b/", "Is it late", True),
        ("/boston \\W/", "BOSTON !", True),
        ("/Boston/", "BOSTON", True),
        ("/[A-Z]{3}-\\d/", "the abc-1 and Co", False),
        (r"/\bЛес\b/", "Большой лес", True),
        (r"/\bЛес\b/", "Полесье", False),
        (r"/\béclair/", "Un éclair", True),
    ],
)
def test_acronyms_in_capitals_are_found_in_capitals(query: str, text: str, *, expected: bool) -> None:
    assert finds(query, text) is expected


def test_what_is_found_in_capitals_only_is_known() -> None:
    assert parse_query(r'IT OR "the WHO" OR /\bUS\b/ OR Boston OR MH17').in_capitals == ("IT", "WHO", r"/\bUS\b/")


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("F#", "The F# compiler", True),
        ("F#", "An F for effort", False),
        ("Canal+", "Canal+ shows it", True),
        ("Canal+", "A canal in Venice", False),
        ('"Canal+ series"', "The Canal+ series", True),
        ('"Canal+ series"', "The canal series", False),
        ("canal", "Canal+ shows it", True),
        ("C++17", "C++17 is out", True),
        (".NET", "A .NET release", True),
        (".NET", "Net income rose", False),
        (".NET", "See example.net", False),
        ("R&D", "R&D costs", True),
    ],
)
def test_signs_are_part_of_a_name(query: str, text: str, *, expected: bool) -> None:
    assert finds(query, text) is expected


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ('"adam smith"', "They know Adam, Smith and Jones", False),
        ('"adam smith"', "They left Adam. Smith stayed in the house.", False),
        ('"adam smith"', "Goodbye\nAdam\nSmith stayed", False),
        ('"adam smith"', "As “Adam” Smith wrote", True),
        ('"adam smith"', "As Adam (Smith) wrote", True),
        ('"st louis"', "He lives in St. Louis now.", True),
        ('"Adam, Smith"', "They know Adam, Smith and Jones", True),
        ('"Adam, Smith"', "Adam Smith wrote", True),
        ('"dr. adam smith"', "By Dr Adam Smith", True),
        ('"star trek picard"', "Star Trek: Picard is back", True),
        ('"Yahoo! Finance"', "As Yahoo! Finance reported", True),
        ('"adam smith"~0', "They know Adam, Smith and Jones", True),
    ],
)
def test_a_phrase_does_not_run_into_the_next_sentence_or_member_of_a_list(
    query: str, text: str, *, expected: bool
) -> None:
    assert finds(query, text) is expected


def test_what_the_article_writes_in_the_same_way_comes_first_in_the_evidence() -> None:
    query = parse_query('B52 OR "Abu Bakr"')
    text = SearchText(Article(ArticleId("a"), "", "A B-52 and Abu Bakr", Language("en")))
    assert query.hits(text) == ('"Abu Bakr"', "B52")
