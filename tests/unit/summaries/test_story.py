"""Summaries of stories as a reader sees them."""

import pytest

from bot.model import Article, ArticleId, Language
from bot.summaries.extract import SENTENCE_LIMIT, summarize
from bot.summaries.story_summary import SourcedSentence, summarize_story
from bot.text.tokens import words
from tests.speed import usual_seconds

ID, EN, ZH = Language("id"), Language("en"), Language("zh")


def article(name: str, text: str, title: str = "", language: Language = ID) -> Article:
    return Article(ArticleId(name), title, text, language, source=name.title())


ANTARA = article(
    "antara",
    """Gempa berkekuatan 5,6 magnitudo mengguncang Kabupaten Cianjur, Jawa Barat, pada Senin siang.
Getaran terasa kuat di Jakarta sehingga karyawan berhamburan ke luar gedung perkantoran.
BMKG menyatakan gempa tidak berpotensi tsunami.""",
    "Gempa Guncang Cianjur",
)
KOMPAS = article(
    "kompas",
    """Kabupaten Cianjur, Jawa Barat, diguncang gempa berkekuatan 5,6 magnitudo pada Senin siang.
Sebanyak 162 orang meninggal dunia, sebagian besar anak-anak yang sedang belajar di sekolah.
BMKG memastikan gempa itu tidak berpotensi tsunami.""",
    "Cianjur Diguncang Gempa, 162 Tewas",
)
DETIK = article(
    "detik",
    """Senin siang gempa magnitudo 5,6 mengguncang Cianjur di Jawa Barat.
Jalan raya penghubung Cianjur dan Puncak tertutup longsor sehingga ambulans tidak dapat lewat.""",
    "Jalan Puncak Tertutup Longsor",
)
BBC = article("bbc", "A strong earthquake hit Cianjur in West Java on Monday, killing 162 people.", language=EN)


def texts(found: tuple[SourcedSentence, ...]) -> list[str]:
    return [each.text for each in found]


def test_a_story_begins_with_the_article_that_is_shown_and_others_add_what_they_know_each_with_its_source() -> None:
    found = summarize_story([ANTARA, KOMPAS, DETIK], [ID])
    assert [(each.source, each.article_id) for each in found] == [
        ("Antara", "antara"), ("Kompas", "kompas"), ("Detik", "detik"),
    ]  # fmt: skip
    assert found[0].text.startswith("Gempa berkekuatan 5,6 magnitudo")
    assert "162 orang meninggal" in found[1].text
    assert "tertutup longsor" in found[2].text


def test_what_was_said_is_not_said_again_however_many_sentences_are_asked_for() -> None:
    told = texts(summarize_story([ANTARA, KOMPAS, DETIK], [ID], count=9))
    assert sum("5,6" in text for text in told) == 1
    assert sum("tsunami" in text for text in told) == 1
    assert len(told) == 5


def test_outlets_that_contradict_each_other_in_a_figure_may_both_be_told() -> None:
    first = article("first", "Sebanyak 162 orang meninggal dunia akibat gempa di Cianjur.")
    second = article("second", "Sebanyak 268 orang meninggal dunia akibat gempa di Cianjur.")
    copied = article("copied", "Sebanyak 268 orang meninggal dunia akibat gempa di Cianjur.")
    found = summarize_story([first, second, copied], [ID])
    assert [(each.source, "162" in each.text, "268" in each.text) for each in found] == [
        ("First", True, False), ("Second", False, True),
    ]  # fmt: skip


def test_one_article_is_summarised_as_it_is_without_a_story() -> None:
    focus = words("tsunami", ID)
    found = summarize_story([ANTARA], [EN], focus, count=2)
    assert tuple(texts(found)) == summarize(ANTARA.title, ANTARA.text, ID, focus, count=2)
    assert {each.source for each in found} == {"Antara"}


@pytest.mark.parametrize(
    ("reads", "sources"),
    [
        ([EN], {"Bbc"}),
        ([ID], {"Antara", "Kompas"}),
        ([EN, ID], {"Antara", "Kompas"}),  # in the language of the first that can be read
        ([ZH], {"Antara", "Kompas"}),  # nothing can be read: as the article that is shown
        ([], {"Antara", "Kompas"}),
    ],
)
def test_sentences_are_in_a_language_that_the_reader_reads_where_an_article_is(
    reads: list[Language], sources: set[str]
) -> None:
    assert {each.source for each in summarize_story([ANTARA, BBC, KOMPAS], reads)} == sources


def test_what_the_reader_watches_is_told_whoever_says_it() -> None:
    told = "Petugas PLN memadamkan listrik di sembilan desa demi keselamatan warga."
    other = article("other", DETIK.text + "\nPasien dirawat di halaman rumah sakit daerah.\n" + told)
    assert told not in texts(summarize_story([ANTARA, KOMPAS, other], [ID]))
    assert told in texts(summarize_story([ANTARA, KOMPAS, other], [ID], words("PLN listrik", ID)))


def test_a_sentence_that_leans_on_the_one_before_it_is_not_taken_from_another_article() -> None:
    other = article("other", "Gempa mengguncang Cianjur pada Senin siang.\nMereka dibawa ke rumah sakit di Bandung.")
    assert texts(summarize_story([ANTARA, other], [ID], words("rumah sakit bandung", ID), count=9))[-1].startswith(
        "BMKG"
    )


def test_scripts_without_spaces_are_compared_too() -> None:
    one = article("one", "朝鲜军队周一进入俄罗斯库尔斯克地区。秘书长说这是冲突的重大升级。", language=ZH)
    two = article("two", "周一朝鲜军队进入了俄罗斯库尔斯克地区。韩国总统表示将与盟国磋商。", language=ZH)
    told = texts(summarize_story([one, two], [ZH]))
    assert sum("库尔斯克" in text for text in told) == 1
    assert "韩国总统表示将与盟国磋商。" in told


def test_an_article_without_text_does_not_keep_others_from_being_told() -> None:
    assert [each.source for each in summarize_story([article("empty", ""), DETIK], [ID])] == ["Detik", "Detik"]
    assert summarize_story([article("empty", ""), article("void", "…")], [ID]) == ()
    assert summarize_story([], [ID]) == ()
    assert summarize_story([ANTARA, DETIK], [ID], count=0) == ()


def test_fifty_articles_of_a_hundred_thousand_characters_take_no_time() -> None:
    sentences = [f"Kalimat {place} bercerita tentang kata{place % 97} dan lainnya. " for place in range(2_000)]
    long = [article(str(number), f"Artikel {number}. " + "".join(sentences)) for number in range(50)]
    found: list[SourcedSentence] = []
    assert usual_seconds(lambda: found.extend(summarize_story(long, [ID], ["kata"]))) < 2
    assert all(len(each.text) <= SENTENCE_LIMIT for each in found)
