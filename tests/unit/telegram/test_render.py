"""What a person reads in the chat, in both languages, and that it always fits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.model import (
    AlertId,
    ArticleId,
    Content,
    Destination,
    DigestItem,
    Evidence,
    Language,
    Review,
    Sentence,
    Update,
    Version,
)
from bot.telegram.markup import MESSAGE_LIMIT, telegram_length, units
from bot.telegram.render import Reader, Rendered, render
from bot.wording.wording import Wording
from tests.fakes.bot_api_text import parse_text
from tests.fakes.deliveries import NOW, a_digest, a_notice, a_reason, an_alert

INDONESIAN = Reader(Wording(Language("id")), ZoneInfo("Asia/Jakarta"))
ENGLISH = Reader(Wording(Language("en")), ZoneInfo("Europe/London"))


def shown(content: Content, reader: Reader = INDONESIAN) -> Rendered:
    """Rendered, and found acceptable by the rules of the Bot API."""
    message = render(content, reader, NOW)
    parse_text(message.html, "HTML")
    parse_text(message.plain, None)
    return message


def test_an_alert_in_indonesian() -> None:
    assert shown(an_alert()).html == (
        '<b><a href="https://news.example/nato">NATO confirms North Korean troops in Russia</a></b>\n'
        "CBS News · hari ini 13.00 WIB · bahasa Inggris\n"
        "\n"
        "Troops have been sent to Russia. They are in the Kursk region. NATO is worried.\n"
        "\n"
        "Alasan: <b>Tentara Korea Utara di Rusia</b> — sama-sama menyebut Korea Utara, Rusia, NATO; "
        "mirip contoh “NATO Ungkap Putin Putus Asa”"
    )


def test_an_alert_in_english_needs_no_label_for_its_language() -> None:
    assert shown(an_alert(), ENGLISH).html == (
        '<b><a href="https://news.example/nato">NATO confirms North Korean troops in Russia</a></b>\n'
        "CBS News · today 06:00 GMT\n"
        "\n"
        "Troops have been sent to Russia. They are in the Kursk region. NATO is worried.\n"
        "\n"
        "Why: <b>Tentara Korea Utara di Rusia</b> — both mention Korea Utara, Rusia, NATO; "
        "like your example “NATO Ungkap Putin Putus Asa”"
    )


def version(source: str, language: str = "id", link: str | None = "https://o.example/1") -> Version:
    return Version(ArticleId(source), "Judul", link, source, Language(language))


ALSO = (version("DW", "de"), version("Antara"), version("Tempo", link=None), version("<b>BBC</b>", "en"))


def test_who_else_has_a_story_stands_below_it_those_that_can_be_read_first() -> None:
    message = shown(replace(an_alert(), also=ALSO))
    assert (
        '\n\nJuga diberitakan: <a href="https://o.example/1">Antara</a>, Tempo, '
        '<a href="https://o.example/1">DW</a> (bahasa Jerman) (+1)\n\n'
    ) in message.html
    more = tuple(replace(ALSO[1], article_id=ArticleId(name)) for name in ("second", "third"))
    assert ">Antara (3)</a>, " in shown(replace(an_alert(), also=(*ALSO, *more))).html
    liked = shown(replace(an_alert(), also=ALSO), replace(INDONESIAN, reads=(Language("en"),), outlets=("bbc",)))
    assert ">&lt;b&gt;BBC&lt;/b&gt;</a>, " in liked.html


def test_a_sentence_of_another_outlet_stands_on_a_line_of_its_own_with_its_name() -> None:
    summary = (Sentence("Satu."), Sentence("Dua."), Sentence("Tiga & empat.", "BBC <News>"))
    message = shown(replace(an_alert(), summary=summary))
    assert "\n\nSatu. Dua.\n<i>BBC &lt;News&gt;:</i> Tiga &amp; empat.\n\n" in message.html


def test_what_a_language_model_wrote_is_marked_and_stands_in_place_of_the_sentences() -> None:
    alert = replace(an_alert(), written="Semua & segalanya.", written_from=4)
    assert "\n\nSemua &amp; segalanya.\n<i>Ringkasan oleh model bahasa dari 4 artikel</i>\n\n" in shown(alert).html
    long = shown(replace(alert, written="kata " * 2_000))
    assert units(long.plain) <= MESSAGE_LIMIT


def test_an_update_says_first_what_is_new() -> None:
    update = Update(("56 orang",), ("Sri Mulyani",), "arrest", ("<Kursk>",), timedelta(days=3))
    alert = replace(an_alert(), update=update)
    assert shown(alert).html.startswith(
        "<i>Perkembangan: 56 orang, Sri Mulyani; penangkapan; kini juga di pantauan “&lt;Kursk&gt;”; "
        "setelah 3 hari sepi</i>\n<b>"
    )
    assert shown(alert, ENGLISH).html.startswith(
        "<i>Update: 56 orang, Sri Mulyani; an arrest; now on “&lt;Kursk&gt;” too; after 3 quiet days</i>\n<b>"
    )
    posted = render(alert, ENGLISH, NOW, in_channel=True).html
    assert posted.startswith("<i>Update: 56 orang, Sri Mulyani; an arrest; after 3 quiet days</i>\n<b>")


def test_a_digest_is_divided_by_topic_and_says_what_each_story_is() -> None:
    digest = a_digest(0)
    items = (
        DigestItem(AlertId("a:1"), "Satu", None, "Antara", None, ("NATO", "Kursk"), Language("id"), ALSO),
        DigestItem(AlertId("a:2"), "Two", None, "BBC", None, ("NATO",), Language("en"), is_update=True),
        DigestItem(AlertId("a:3"), "Tiga", None, "", None, ("Beras",)),
    )
    assert shown(replace(digest, items=items)).plain.split("\n", 1)[1] == (
        "\nNATO\n"
        "• Satu — Antara · +4 artikel lain · juga Kursk\n"
        "• Two — Perkembangan · BBC · bahasa Inggris\n"
        "\nBeras\n"
        "• Tiga"
    )


def test_the_longest_outlets_and_links_leave_room_for_the_message() -> None:
    huge = tuple(version("x" * 5_000, link="https://o.example/" + "y" * 2_000) for _ in range(40))
    update = Update(("z" * 900,) * 3, ("w" * 900,) * 3, "arrest", ("v" * 900,) * 9)
    message = shown(replace(an_alert("t" * 900, ("s" * 3_000,)), also=huge, update=update))
    assert units(message.plain) <= MESSAGE_LIMIT


def test_a_channel_is_not_told_why_nor_that_it_is_earlier() -> None:
    assert render(an_alert(earlier=True), INDONESIAN, NOW, in_channel=True).html == (
        '<b><a href="https://news.example/nato">NATO confirms North Korean troops in Russia</a></b>\n'
        "CBS News · hari ini 13.00 WIB · bahasa Inggris\n"
        "\n"
        "Troops have been sent to Russia. They are in the Kursk region. NATO is worried."
    )


def test_a_review_is_the_post_below_the_name_of_its_channel_with_what_became_of_it() -> None:
    review = Review(AlertId("r:@kanal:a:1"), an_alert(earlier=True), Destination("@kanal"))
    post = render(review.alert, ENGLISH, NOW, in_channel=True)
    assert shown(review, ENGLISH) == replace(
        post, html=f"<i>For @kanal:</i>\n{post.html}", plain=f"For @kanal:\n{post.plain}"
    )
    noted = render(review, ENGLISH, NOW, note="Skipped by <b>.")
    assert noted.html.endswith("NATO is worried.\n\n<i>Skipped by &lt;b&gt;.</i>")


def test_plain_text_says_the_same_with_the_address_below_the_title() -> None:
    lines = shown(an_alert()).plain.split("\n")
    assert lines[:2] == ["NATO confirms North Korean troops in Russia", "https://news.example/nato"]
    assert not any("<" in text for text in lines)


def test_several_topics_each_say_why() -> None:
    by_query = a_reason("Perang", Evidence(query=('"pasukan Korut"', "Kursk")))
    text = shown(an_alert(reasons=(a_reason(), by_query))).plain
    assert 'Juga: Perang — cocok dengan kueri "pasukan Korut", Kursk' in text


def test_words_and_figures_tell_why_where_there_are_no_names() -> None:
    evidence = Evidence(terms=("gempa", "tsunami"), numbers=("7,4",))
    assert (
        "kata yang sama: gempa, tsunami; angka yang sama: 7,4"
        in shown(an_alert(reasons=(a_reason("Gempa", evidence),))).plain
    )


def test_an_example_without_a_title_is_named_by_its_file() -> None:
    evidence = Evidence(nearest_example="seeds/tentara-korea-utara.txt")
    assert "mirip contoh “tentara-korea-utara.txt”" in shown(an_alert(reasons=(a_reason("x", evidence),))).plain


def test_an_earlier_article_is_marked_first_of_all() -> None:
    assert shown(an_alert(earlier=True)).html.startswith("<i>Kabar terdahulu, sebelum pantauan ini dimulai</i>\n")


def test_an_alert_without_a_link_has_no_preview() -> None:
    message = shown(an_alert(link=None))
    assert message.preview is None
    assert "<a" not in message.html


def test_a_long_alert_loses_whole_sentences_first() -> None:
    sentences = tuple(f"Kalimat {number} " + "panjang " * 210 + "selesai." for number in range(1, 4))
    message = shown(an_alert(summary=sentences))
    assert units(message.plain) <= MESSAGE_LIMIT
    assert message.plain.count("selesai.") == 2
    assert "Kalimat 3" not in message.plain
    assert "Alasan:" in message.plain


def test_a_single_sentence_that_is_too_long_is_cut_at_a_word_and_the_reason_stays() -> None:
    message = shown(an_alert(summary=("kata 🙂 " * 2000,)))
    assert units(message.plain) <= MESSAGE_LIMIT
    assert units(message.plain) > MESSAGE_LIMIT - 100
    assert "…" in message.plain
    assert "Alasan: Tentara Korea Utara di Rusia" in message.plain


def test_reasons_that_do_not_fit_are_counted() -> None:
    reasons = tuple(a_reason(f"Pantauan {number} " + "x" * 70) for number in range(60))
    message = shown(an_alert(reasons=reasons))
    assert units(message.plain) <= MESSAGE_LIMIT
    kept = message.plain.count("Pantauan ")
    assert f"dan {60 - kept} pantauan lagi" in message.plain


def test_an_update_on_fifty_watches_fits_and_counts_them() -> None:
    names = tuple(f"{number} {'w' * 80}" for number in range(50))
    alert = replace(
        an_alert(),
        title="t" * 10_000,
        reasons=tuple(replace(a_reason(name), topic_name=name) for name in names),
        update=Update(topics=names),
    )
    message = shown(alert, ENGLISH)
    assert units(message.plain) <= MESSAGE_LIMIT
    assert "(+47)" in message.plain


def test_hostile_text_stays_text() -> None:
    nasty = '</a></b><script>alert("1")</script>&lt;'
    alert = an_alert(nasty, (nasty,), (a_reason(nasty),), 'https://x.example/?"><b>', nasty)
    message = shown(alert)
    assert parse_text(message.html, "HTML").text.count(nasty) == 4
    assert "<script>" not in message.html


def test_a_digest_lists_every_article_as_a_link() -> None:
    html = shown(a_digest(3)).html
    assert html.startswith(
        "<b>3 kabar lagi dalam satu pesan, agar Anda tidak kebanjiran</b>\n\n<b>Tentara Korut</b>\n• "
    )
    assert html.count('<a href="https://news.example/') == 3
    assert "Ringkasan Anda: 1 artikel" in shown(a_digest(1, why="scheduled")).html


def test_a_digest_too_long_with_its_addresses_goes_without_the_last_ones() -> None:
    digest = a_digest(10)
    long = tuple(replace(item, link=f"https://news.example/{'a' * 500}") for item in digest.items)
    message = shown(replace(digest, items=long))
    assert units(message.plain) <= MESSAGE_LIMIT
    assert all(f"Pasukan Korut {number}" in message.plain for number in range(1, 11))
    assert 0 < message.html.count("<a ") < 10


@pytest.mark.parametrize(
    ("code", "values", "expected"),
    [
        ("welcome-admin", {"topics": "1", "feeds": "38"}, "38 sumber untuk 1 pantauan"),
        ("chat-unreachable", {"chat": "Redaksi"}, "mengirim pesan ke Redaksi"),
        ("chat-refuses", {"chat": "Redaksi", "reason": "TOPIC_CLOSED"}, "tidak diizinkan menulis di Redaksi"),
        ("dead-letter", {"id": "7", "reason": "Chat not found."}, "kabar outbox retry 7"),
        ("config-error", {"problems": "a.toml:1: x\nb.toml:2: y"}, "a.toml:1: x\nb.toml:2: y"),
        (
            "feeds-failing",
            {"feeds": "Antara\nBBC", "count": "3", "hours": "24", "reader": "chat", "reasons": "no answer\nx is empty"},
            "• Antara: no answer\n• BBC: kiriman situsnya bukan RSS atau sejenisnya\ndan 1 sumber lagi",
        ),
        ("feeds-mended", {"feeds": "Antara", "count": "1"}, "• Antara"),
        ("feeds-gone", {"feeds": "Antara", "count": "1"}, "• Antara"),
        ("feeds-empty", {"feeds": "Antara", "count": "1"}, "• Antara"),
        (
            "feeds-silent",
            {"feeds": "Antara", "count": "1", "hours": "216"},
            "• Antara: tidak ada yang baru selama 9 hari",
        ),
        ("all-feeds-failing", {"hours": "24", "count": "40"}, "40 sumber selama 24 jam"),
        ("all-feeds-mended", {}, "dapat membaca sumber lagi"),
        ("away", {"hours": "14"}, "setelah 14 jam tidak aktif"),
        ("unheard-of", {"a": "1"}, "unheard-of: a: 1"),
        ("feeds-gone", {"address": "x"}, "feeds-gone: address: x"),
    ],
)
def test_notices(code: str, values: dict[str, str], expected: str) -> None:
    assert expected in shown(a_notice(code, **values)).plain


def test_a_notice_of_any_length_fits() -> None:
    problems = "\n".join(f"config/topics/t{number}.toml:3: " + "salah " * 40 for number in range(100))
    assert telegram_length(shown(a_notice("config-error", problems=problems)).html) <= MESSAGE_LIMIT


@pytest.mark.parametrize(
    ("why", "indonesian", "english"),
    [
        ("quiet", "Selama jam tenang: 2 artikel", "While it was quiet: 2 articles"),
        ("paused", "Selama jeda: 2 artikel", "While I was paused: 2 articles"),
    ],
)
def test_a_digest_says_why_it_comes(why: str, indonesian: str, english: str) -> None:
    assert shown(a_digest(2, why)).plain.startswith(indonesian)
    assert shown(a_digest(2, why), ENGLISH).plain.startswith(english)


WEEK = {"articles": "1240", "sources": "38", "alerts": "0", "watches": ""}
MISS = {"watch": "Korea", "title": "Kim <b> visits", "link": "https://a.example/?a=1&b", "score": "48", "needed": "50"}


def test_the_weekly_note_leads_to_the_near_miss_and_can_be_stopped() -> None:
    message = shown(a_notice("weekly", **WEEK, **MISS))
    assert message.html == (
        "Sepekan terakhir saya membaca 1.240 artikel dari 38 sumber. Tidak ada yang cocok dengan pantauan Anda.\n"
        "Nyaris cocok dengan “Korea” (keyakinan 48%, perlu 50%):\n"
        '<a href="https://a.example/?a=1&amp;b">Kim &lt;b&gt; visits</a>'
    )
    assert [button.text for row in message.keyboard for button in row] == ["Hentikan catatan ini"]
    assert message.preview is None
    assert "<a" not in shown(a_notice("weekly", **WEEK, **{**MISS, "link": ""})).html
