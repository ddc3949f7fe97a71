"""Summaries as a reader sees them."""

import pytest

from bot.model import Language
from bot.summaries.extract import SENTENCE_LIMIT, shorten, summarize
from bot.text.tokens import words
from tests.speed import usual_seconds

ID, EN = Language("id"), Language("en")

FLOOD = """DEMAK, KOMPAS.TV - Banjir merendam 12 desa di Kabupaten Demak, Jawa Tengah, sejak Senin malam.
Air setinggi satu meter memaksa sekitar 3.000 warga mengungsi ke balai desa dan masjid.
“Kami belum bisa pulang.”
Baca Juga: Jadwal Kereta Api Terganggu Banjir, Ini Daftarnya
Tanggul Sungai Wulan jebol sepanjang 20 meter setelah hujan lebat selama dua hari.
Bupati Demak menyatakan status tanggap darurat berlaku selama dua pekan.
Petugas kesehatan membuka posko dan membagikan obat kulit kepada pengungsi.
PLN memadamkan listrik di enam desa demi keselamatan warga.
Sumber : Kompas TV
Gabung ke Channel WhatsApp KompasTV untuk update berita terbaru dan terpercaya."""
TITLE = "Banjir Demak, Tiga Ribu Warga Mengungsi"


def test_a_summary_is_sentences_of_the_article_in_its_order_beginning_with_the_lead() -> None:
    summary = summarize(TITLE, FLOOD, ID)
    assert len(summary) == 4
    assert summary[0] == "Banjir merendam 12 desa di Kabupaten Demak, Jawa Tengah, sejak Senin malam."
    places = [FLOOD.index(sentence) for sentence in summary]
    assert places == sorted(places)


def test_what_the_reader_watches_decides_what_is_told() -> None:
    focus = words("listrik PLN padam", ID)
    told = "PLN memadamkan listrik di enam desa demi keselamatan warga."
    assert told not in summarize(TITLE, FLOOD, ID)
    assert told in summarize(TITLE, FLOOD, ID, focus)
    assert summarize(TITLE, FLOOD, ID, focus, count=1) == (told,)


def test_links_sources_and_invitations_of_the_outlet_are_never_told() -> None:
    everything = " ".join(summarize(TITLE, FLOOD, ID, words("kereta api whatsapp kompas jadwal", ID), count=20))
    assert "Tanggul" in everything
    for noise in ("Baca Juga", "Sumber", "WhatsApp", "KOMPAS.TV"):
        assert noise not in everything


def test_speech_is_told_with_its_speaker_only() -> None:
    text = (
        "“It is over.” The minister resigned on Monday after a week of protests in the capital. "
        "“We have won the first battle of many,” said the leader of the largest union. "
        "“Nobody knows what comes now.”"
    )
    assert summarize("", text, EN) == (
        "The minister resigned on Monday after a week of protests in the capital.",
        "“We have won the first battle of many,” said the leader of the largest union.",
    )


def test_an_article_of_nothing_but_speech_has_a_summary_all_the_same() -> None:
    assert summarize("", "“We will come back tomorrow.”", EN) == ("“We will come back tomorrow.”",)


def test_sentences_that_say_the_same_are_told_once_and_the_title_is_not_repeated() -> None:
    text = """Volcano erupts on the island of Flores.
The volcano on Flores threw ash ten kilometres high on Tuesday morning, the agency said.
The volcano on Flores threw ash ten kilometres high on Tuesday, the agency said.
Two airports closed and dozens of flights were cancelled."""
    assert summarize("Volcano erupts on Flores island", text, EN) == (
        "The volcano on Flores threw ash ten kilometres high on Tuesday morning, the agency said.",
        "Two airports closed and dozens of flights were cancelled.",
    )


@pytest.mark.parametrize("text", ["", " \n\n ", "…", '""“”', "1234 5678", "—\n—"])
def test_a_text_that_says_nothing_has_no_summary(text: str) -> None:
    assert summarize("A title", text, EN) == ()


def test_a_text_of_two_lines_is_told_as_it_is() -> None:
    text = "Police found the lost boat near Bali.\nIts crew of four is well."
    assert summarize("Boat found", text, EN) == ("Police found the lost boat near Bali.", "Its crew of four is well.")


def test_a_text_that_is_its_title_is_told() -> None:
    assert summarize("Boat found near Bali", "Boat found near Bali", EN) == ("Boat found near Bali",)


def test_scripts_without_spaces_are_summarised() -> None:
    text = (
        "北约周一证实，朝鲜军队已进入俄罗斯。秘书长说，这是冲突的重大升级。"
        "韩国总统表示将与盟国磋商。专家预计冬季战事将更加激烈。"
    )
    summary = summarize("朝鲜军队", text, Language("zh"), words("韩国总统", Language("zh")), count=3)
    assert len(summary) == 3
    assert "韩国总统表示将与盟国磋商。" in summary


def test_a_sentence_too_long_for_a_message_ends_at_a_clause() -> None:
    sentence = "The council met on Monday, " * 20 + "and left."
    (told,) = summarize("", sentence, EN)
    assert len(told) <= SENTENCE_LIMIT
    assert told.endswith("The council met on Monday…")


@pytest.mark.parametrize("sentence", ["x" * 5_000, "字" * 5_000, "kata " * 900, "e\u0301" * 2_000, "👍" * 900])
def test_a_sentence_without_clauses_is_cut_all_the_same(sentence: str) -> None:
    told = shorten(sentence)
    assert SENTENCE_LIMIT // 2 < len(told) <= SENTENCE_LIMIT
    assert told.endswith("…")
    assert sentence.startswith(told[:-1])
    assert not told.startswith("e") or told[-2] == "\u0301"


def test_a_quote_that_was_cut_is_closed() -> None:
    assert shorten("“" + "We shall see, " * 40 + "” he said.").endswith("…”")
    assert shorten('"' + "We shall see, " * 40 + '" he said.').endswith('…"')


@pytest.mark.parametrize("piece", ["kata lain ", "“", '"', "字", "Kalimat ini pendek. ", "\n", "…。", "a, ", "A"])
def test_ten_megabytes_take_no_time(piece: str) -> None:
    text = piece * (10_000_000 // len(piece.encode()))
    summary: list[str] = []
    assert usual_seconds(lambda: summary.extend(summarize("Judul", text, ID, ["kata"]))) < 3
    assert all(len(sentence) <= SENTENCE_LIMIT for sentence in summary)


FIELD = "The council of Harwick met on Monday to decide about the bridge over the river."
BRIDGE = "Engineers found cracks in three of its pillars during an inspection in the spring."
COST = "Repairs would cost nine million pounds and take until the end of next year."
BUSES = "Buses will run through the old town while the bridge is closed to traffic."


@pytest.mark.parametrize(
    ("opening", "language"),
    [
        ("They had waited for the decision about the bridge in Harwick for months.", "en"),
        ("However, the bridge in Harwick will stay closed to lorries for years.", "en"),
        ("Harwick also wants a second bridge to be built for trains by the end of the century.", "en"),
        ("“We will not let anybody drive over the old bridge in Harwick,” the mayor told the council.", "en"),
        ("Mereka menunggu keputusan tentang jembatan di Harwick selama berbulan-bulan.", "id"),
        ("Namun, jembatan di Harwick tetap ditutup bagi truk selama bertahun-tahun.", "id"),
        ("Selain itu, jembatan di Harwick tetap ditutup bagi truk selama bertahun-tahun.", "id"),
        ("Wali kota Harwick juga meminta jembatan kedua di atas sungai.", "id"),
        ("Hal itu membuat jembatan di Harwick ditutup bagi truk selama bertahun-tahun.", "id"),
    ],
)
def test_a_summary_begins_with_a_sentence_that_is_understood_by_itself(opening: str, language: str) -> None:
    """Although this one stands first, and so has most weight."""
    summary = summarize("", "\n".join((opening, FIELD, BRIDGE, COST, BUSES)), Language(language))
    assert summary[0] == FIELD


def test_a_sentence_that_refers_back_is_told_after_the_one_that_it_refers_to() -> None:
    text = f"{FIELD}\nThey heard that repairs of its pillars would cost nine million pounds.\n{BUSES}"
    assert summarize("", text, EN)[1].startswith("They heard")


def test_a_title_in_quotation_marks_may_begin_a_summary() -> None:
    lead = "“The Long Field” opens in the cinemas of Harwick on Monday after years of delays."
    assert summarize("", "\n".join((lead, BRIDGE, COST)), EN)[0] == lead


def test_today_refers_to_nothing_that_was_said_before() -> None:
    lead = "Hari ini jembatan di Harwick ditutup bagi semua kendaraan karena pilarnya retak."
    assert summarize("", f"{lead}\nPerbaikan memerlukan sembilan miliar rupiah.", ID)[0] == lead


def test_whole_sentences_are_told_rather_than_one_that_has_to_be_cut() -> None:
    long = "The council of Harwick met on Monday, " + "and talked about the bridge over the river, " * 9 + "and left."
    summary = summarize("", "\n".join((long, BRIDGE, COST, BUSES)), EN)
    assert summary == (BRIDGE, COST, BUSES)


def test_short_sentences_are_told_in_greater_number_than_long_ones() -> None:
    short = (FIELD, BRIDGE, COST, BUSES)
    long = [f"{one[:-1]}, as was said in the town hall by the mayor and both of her deputies on {day}." for one, day in
            zip(short, ("Monday", "Tuesday", "Friday", "Sunday"), strict=True)]  # fmt: skip
    assert len(summarize("", "\n".join(short), EN)) == 4
    assert len(summarize("", "\n".join(long), EN)) == 2


def test_a_dateline_behind_a_headline_in_one_paragraph_is_not_told() -> None:
    text = "Jembatan ditutup mulai Senin. HARWICK, SUARPAGI.COM - Pilar retak di tiga tempat sejak musim semi."
    assert "Pilar retak di tiga tempat sejak musim semi." in summarize("", text, ID)


@pytest.mark.parametrize("count", [0, 1, 2, 50])
def test_never_more_sentences_than_asked_for(count: int) -> None:
    assert len(summarize(TITLE, FLOOD, ID, count=count)) == min(count, 6)
