"""Queries as people write them: what they find, and what they are told when they cannot be read."""

from __future__ import annotations

import contextlib

import pytest

from bot.errors import QueryError
from bot.matching.query import parse_query, parse_saved_query
from bot.matching.search_text import SearchText
from bot.model import Article, ArticleId, Language
from tests.speed import usual_seconds


def article(text: str = "", title: str = "", language: str = "en", **more: str) -> SearchText:
    return SearchText(Article(ArticleId("a"), title, text, Language(language), **more))  # type: ignore[arg-type] # -- only texts are given


def finds(query: str, text: SearchText) -> bool:
    return parse_query(query).hits(text) is not None


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("korea troops", "Troops from Korea", True),
        ("korea troops", "Troops from China", False),
        ("korea AND NOT missile", "Korea sends troops", True),
        ("korea -missile", "Korea fires a missile", False),
        ("korea OR china", "China protests", True),
        ("(korea OR china) troops", "Chinese troops", False),
        ('"north korea"', "North   Korea says", True),
        ('"north korea"', "Korea north", False),
        ('"north korea"', "the north. Koreans", False),
        ('"korean troops"', "Korean troop", False),
        ("troop", "Korean troops", True),
        ("ai", "Training the airline", False),
        ("ai", "What AI can do", True),
        ("AI", "what ai can do", True),
        ("train*", "Training day", True),
        ("train*", "a strain", False),
        ("covid-19", "The Covid-19 wave", True),
        ("covid-19", "19 covid cases", False),
        ('"troops north"~3', "North Korea sends its troops", True),
        ('"troops north"~2', "North Korea quietly sends its own troops", False),
        ('"a a b"~0', "a b b", False),
        ('"a a b"~0', "x b a a x", True),
        ("/kor(ea|ut)/", "In KORUT", True),
        ("/^in/", "then in", False),
        ("cafe", "Un café à Paris", True),
        ("café", "a cafe", True),
        ("don't", "They don’t", True),
        ("10.000", "10.000 tentara", True),
    ],
)
def test_a_query_finds_what_its_words_say(query: str, text: str, *, expected: bool) -> None:
    assert finds(query, article(text)) is expected


@pytest.mark.parametrize(
    ("query", "language", "text", "expected"),
    [
        ("北朝鮮", "ja", "北朝鮮軍がロシアに派遣された", True),
        ("軍", "ja", "北朝鮮軍がロシアに", True),
        ("韓国", "ja", "北朝鮮軍がロシアに", False),
        ("북한군", "ko", "북한군이 러시아에", True),
        ("เกาหลีเหนือ", "th", "ทหารเกาหลีเหนือในรัสเซีย", True),
        ('"朝鲜 军队"', "zh", "朝鲜 军队", True),
        ("berita", "id", "Inilah beritanya", True),
        ('"berita"', "id", "Inilah beritanya", False),
        ("kerah", "id", "Tentara dikerahkan", False),
        ("путин", "ru", "Владимир ПУТИН сказал", True),
        ("εκλογές", "el", "Οι εκλογες αύριο", True),
    ],
)
def test_other_scripts_and_word_forms(query: str, language: str, text: str, *, expected: bool) -> None:
    assert finds(query, article(text, language=language)) is expected


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", "troop troops"),
        ("en", "election elections"),
        ("en", "organization organizations"),
        ("en", "country countries"),
        ("en", "security securities"),
        ("en", "church churches"),
        ("en", "protest protests protested protesting"),
        ("en", "plan plans planned planning"),
        ("id", "berita beritanya"),
        ("de", "Regierung Regierungen"),
        ("de", "Soldat Soldaten"),
        ("fr", "soldat soldats"),
        ("es", "elección elecciones"),
        ("ru", "Путин Путина Путину Путиным"),
        ("nl", "verkiezing verkiezingen"),
    ],
)
def test_a_word_finds_its_forms(language: str, forms: str) -> None:
    words = forms.split()
    missed = [(query, word) for query in words for word in words if not finds(query, article(word, language=language))]
    assert missed == []


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "import important"),
        ("en", "intern internal international"),
        ("en", "organ organization"),
        ("en", "universe university"),
        ("en", "public publication"),
        ("en", "inform information informal"),
        ("en", "new news"),
        ("en", "ai aid aim"),
        ("id", "masa masalah"),
        ("id", "malu Maluku"),
        ("id", "ramal Ramallah"),
        ("id", "Abdul Abdullah"),
        ("id", "Dita ditanya"),
        ("id", "tembak menembak"),
        ("de", "Bild Bildung"),
        ("fr", "public publication"),
    ],
)
def test_a_word_does_not_find_another_with_its_stem(language: str, words: str) -> None:
    found = [
        (query, word)
        for query in words.split()
        for word in words.split()
        if query != word and finds(query, article(word, language=language))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("query", "language", "text", "expected"),
    [
        ("armée", "fr", "Selon l’armée russe", True),
        ("l'armée", "fr", "Selon l’armée russe", True),
        ("l'armée", "fr", "Une armée", True),
        ('"l’armée rouge"', "fr", "Dans l'Armée rouge", True),
        ('"l’armée rouge"', "fr", "Dans l'armée russe", False),
        ('"russe l\'armée"~3', "fr", "L'armée de terre russe", True),
        ("don't", "en", "Don Juan", False),
        ("qur'an", "id", "Ayat Al-Qur'an", True),
    ],
)
def test_apostrophes_of_the_article_s_language(query: str, language: str, text: str, *, expected: bool) -> None:
    assert finds(query, article(text, language=language)) is expected


def test_fields_are_looked_at_alone() -> None:
    text = article(
        "Isi tentang film", "Judul bola", "id", source="CNN Indonesia", author="Ani Wijaya", link="https://a.id/Bola/1"
    )
    found = {
        query: finds(query, text)
        for query in (
            "title:bola", "title:film", "body:film", 'title:(judul bola)', 'source:"cnn indonesia"', "source:bbc",
            "author:ani", "lang:id", "lang:ID", "lang:en", "url:a.id", 'url:"https://a.id/bola"', "url:b.id",
            "TITLE:bola",
        )
    }  # fmt: skip
    assert [query for query, hit in found.items() if not hit] == ["title:film", "source:bbc", "lang:en", "url:b.id"]


def test_phrases_do_not_run_from_the_title_into_the_text() -> None:
    assert not finds('"bola dunia"', article("dunia", "bola"))


def test_the_parts_that_hit_come_back_as_written() -> None:
    query = parse_query('("Pasukan Korut" OR title:Kursk OR nato) AND Rus* -film')
    text = article("PASUKAN KORUT di Rusia bersama NATO", "Perang", "id")
    assert query.hits(text) == ('"Pasukan Korut"', "nato", "Rus*")


def test_typed_quotes_and_parentheses_are_understood() -> None:
    assert finds("“pasukan Korut” AND （Rusia OR Kursk）", article("Pasukan Korut di Kursk"))


@pytest.mark.parametrize(
    ("query", "position", "words"),
    [
        ("", 0, "empty"),
        ("   ", 0, "empty"),
        ("sepak bola OR title:film", 6, "(sepak bola) OR title:film"),
        ('"a" OR "b" c', 0, '"a" OR ("b" c)'),
        ("x (sepak bola OR film)", 9, "(sepak bola) OR film"),
        ("kopi judul:film", 5, "title:"),
        ("kopi film~", 5, "quotes"),
        ("kopi film~2", 5, "quotes"),
        ("kopi film^2", 5, "^"),
        ("kopi [a TO b]", 5, "ranges"),
        ("harga >5", 6, "ranges"),
        ("kopi *", 5, "everything"),
        ("kopi *film", 5, "end of a word"),
        ("kopi fi?m", 7, "end of a word"),
        ("kopi a*", 5, "letters"),
        ("kopi (film", 5, "never closed"),
        ("kopi film)", 9, "never opened"),
        ('kopi "film', 5, "never closed"),
        ("kopi /fil(m/", 5, "pattern"),
        ("kopi /x*/", 5, "everything"),
        ("kopi http://x.id/a", 5, 'url:"http://x.id/a"'),
        ("kopi & film", 5, "AND"),
        ("kopi - film", 5, "stands by itself"),
        ("Bandung – Garut", 8, "stands by itself"),
        ("kopi, teh, and gula", 11, "AND or OR between all"),
        ("kopi NEAR/3 film", 5, '"a b"~3'),
        ("kopi ()", 5, "nothing stands"),
        ('"kopi sus*"', 0, "inside quotes"),
        ("'kopi susu' teh", 0, "double quotes"),
        ("kopi 😀", 5, "letters"),
        ("kopi OR", 7, "missing"),
        ("OR kopi", 0, "cannot stand here"),
        ("title:(body:x)", 7, "field within"),
        ("'kopi'", 0, "cannot stand here"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(query: str, position: int, words: str) -> None:
    with pytest.raises(QueryError) as caught:
        parse_query(query)
    assert (caught.value.position, words in str(caught.value)) == (position, True), str(caught.value)


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("longsor OR rob -latihan", "(longsor OR rob) AND NOT latihan"),
        ("-latihan longsor OR rob", "(longsor OR rob) AND NOT latihan"),
        ("longsor -latihan OR rob", "(longsor OR rob) AND NOT latihan"),
        ("longsor OR rob AND NOT latihan", "(longsor OR rob) AND NOT latihan"),
        ("longsor OR rob -latihan -uji", "(longsor OR rob) AND NOT latihan AND NOT uji"),
        ("longsor OR NOT rob", "longsor OR NOT rob"),
        ("NOT longsor OR rob", "NOT longsor OR rob"),
        ("NOT longsor rob", "NOT longsor AND rob"),
        ("longsor rob", "longsor AND rob"),
        ("longsor OR rob AND Demak", "longsor OR (rob AND Demak)"),
        ("longsor && rob || badai", "(longsor AND rob) OR badai"),
        ("longsor|rob", "longsor OR rob"),
        ("longsor !latihan", "longsor AND NOT latihan"),
        ("longsor –latihan", "longsor AND NOT latihan"),
        ("longsor −(latihan OR uji)", "longsor AND NOT (latihan OR uji)"),
        ("longsor --latihan", "longsor AND NOT latihan"),
        ("longsor ＯＲ ｒｏｂ", "longsor OR rob"),
        ("水害OR地震", "水害 OR 地震"),
        ("longsor dan rob bukan latihan", "longsor AND rob AND NOT latihan"),
        ("longsor atau rob", "longsor OR rob"),
        ("longsor or rob", "longsor OR rob"),
        ("longsor, rob, badai", "longsor OR rob OR badai"),
        ("longsor Garut, rob Demak,", "(longsor AND Garut) OR (rob AND Demak)"),
        ("longsor, rob, or badai", "longsor OR rob OR badai"),
        ("longsor, rob -latihan", "(longsor OR rob) AND NOT latihan"),
        ("longsor、rob；badai", "longsor OR rob OR badai"),
        ("title:(longsor, rob)", "title:longsor OR title:rob"),
        ("‟tanah longsor” Dan Garut", "‟tanah longsor” AND Dan AND Garut"),
        ("tiket 10,000", "tiket AND 10,000"),
        ("laga 19:30", "laga AND 19:30"),
    ],
)
def test_operators_are_understood_as_people_write_them(written: str, understood: str) -> None:
    assert parse_query(written).understood == understood


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("longsor OR rob -latihan", "Latihan longsor di desa", False),
        ("longsor OR rob -latihan", "Longsor di desa", True),
        ("longsor !latihan", "Latihan longsor", False),
        ("longsor—rob", "Longsor, lalu rob", False),
        ("longsor, rob", "Rob di Demak", True),
        ("longsor OR rob", "Badai", False),
    ],
)
def test_what_is_excluded_is_excluded_from_all(query: str, text: str, *, expected: bool) -> None:
    assert finds(query, article(text, language="id")) is expected


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("kopi - teh", "Kopi", True),
        ("kopi - teh", "Kopi dan teh", False),
        ("kopi atau", "Kopi atau apa", True),
        ("kopi gula atau teh", "Kopi, gula", False),
        ("kopi gula atau teh", "Kopi gula atau teh", True),
        ("kopi, teh, dan gula", "Teh dan kopi, gula", True),
        ('"kopi sus*"', "Kopi sus", True),
    ],
)
def test_a_query_that_was_saved_when_it_was_accepted_means_what_it_meant(
    query: str, text: str, *, expected: bool
) -> None:
    with pytest.raises(QueryError):
        parse_query(query)
    assert (parse_saved_query(query).hits(article(text, language="id")) is not None) is expected


def test_operators_in_small_letters_are_remarked_on() -> None:
    query = parse_query('kopi or "teh or susu" and gula')
    assert [str(one).split(" is read as ")[1][:3] for one in query.warnings] == ["OR;", "AND"]
    assert "character 6" in str(query.warnings[0])
    assert parse_query("kopi OR teh AND NOT susu").warnings == ()


def test_a_query_that_only_excludes_is_a_warning() -> None:
    assert parse_query("NOT film").warnings
    assert not parse_query("kopi NOT film").warnings


@pytest.mark.parametrize(
    "query",
    [
        "(" * 10_000 + "a" + ")" * 10_000,
        "(" * 1_900 + "a" + ")" * 1_900,
        "NOT " * 900 + "a",
        "- " * 1_900 + "a",
        " OR ".join(["a"] * 600),
        "a " * 1_900,
        '"' * 3_999,
        "/" * 3_999,
        "\\" * 3_999,
        "~" * 3_999,
        "a:" * 1_900 + "b",
        "\x00\ud800" * 100,
        "a~1e9 b^....",
        '"a b"~99999999999999999999',
        "/((((a{30}){30}){30}){30})/",
    ],
)
def test_hostile_queries_end_soon(query: str) -> None:
    def parse() -> None:
        with contextlib.suppress(QueryError):
            parse_query(query)

    assert usual_seconds(parse) < 2


@pytest.mark.parametrize("query", ["/(a|aa)+$/", "/(x+x+)+y/", '"a b"~50', '"a a a a"~9', "a*b", "aa*", "b"])
def test_hostile_texts_end_soon(query: str) -> None:
    text = article("a " * 50_000 + "x" * 50_000)

    def find() -> None:
        with contextlib.suppress(QueryError):
            finds(query, text)

    assert usual_seconds(find) < 2
