"""What stands under an alert: who may press it, why it was told, no more of its story, more like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.model import (
    Alert,
    ArticleId,
    DeliveryId,
    DeliveryKind,
    Destination,
    Evidence,
    Language,
    Match,
    NewDelivery,
    TopicId,
    TopicReason,
    Verdict,
    Version,
)
from bot.telegram.pages.alerts import highlighted
from tests.fakes.deliveries import EVIDENCE, NOW, an_alert
from tests.unit.telegram.conftest import ADMIN, Bench
from tests.unit.telegram.talking import changes, press
from tests.unit.telegram.telling import (
    ARTICLE,
    ELSEWHERE,
    GROUP,
    LOMBOK,
    OTHER,
    QUAKE,
    QUERY,
    READER,
    STRANGER,
    TOO_OLD,
    name_editor,
    signs,
    stored,
    told,
    votes,
)

# --- who may -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["ag", "ab", "an", "ao", "am", "aw", "as", "au", "ax", "ar", "al"])
async def test_a_forged_press_reaches_no_alert_of_another_chat(bench: Bench, verb: str) -> None:
    mine = await told(bench, GROUP, QUAKE)
    theirs = await told(bench, ELSEWHERE, replace(QUAKE, id=TopicId("other")))
    await name_editor(bench, READER)
    target = theirs.buttons["👍"].partition(":")[2]
    before = (signs(theirs), signs(mine), len(bench.api.messages()))
    async with bench.running():
        said = await press(bench, READER, mine, f"{verb}:{target}:0", forged=True)
    assert said == TOO_OLD
    assert (signs(theirs), signs(mine), len(bench.api.messages())) == before
    async with bench.store.read() as unit:
        assert await unit.votes.all() == ()
        assert await unit.mutes.since(NOW) == ()
        assert await unit.changes.latest(5) == ()


@pytest.mark.parametrize("data", ["ag", "ag:", "ag:x", "ag:-1", "ag:" + "9" * 30, "ag:٣", "an:1:9", "an:1", "ar:1:7"])
async def test_data_that_somebody_made_up_does_no_harm(bench: Bench, data: str) -> None:
    message = await told(bench, READER, QUAKE)
    async with bench.running():
        said = await press(bench, READER, message, data, forged=True)
    assert said in (TOO_OLD, "Tombol ini sudah tidak berlaku. Kirim perintahnya sekali lagi.")
    assert await votes(bench) == []


async def test_strangers_are_not_heard(bench: Bench) -> None:
    message = await told(bench, GROUP, replace(QUAKE, destinations=()), approved=False)
    async with bench.running():
        assert await press(bench, STRANGER, message, "👍") == ""
    assert await votes(bench) == []


async def test_members_of_a_group_ask_why_and_its_editors_mute_and_add(bench: Bench) -> None:
    message = await told(bench, GROUP, replace(QUAKE, owner=f"chat:{GROUP}"))
    async with bench.running():
        await press(bench, OTHER, message, "⋯")
        for button in ("Bisukan berita ini", "Cari yang serupa"):
            assert (await press(bench, OTHER, message, button)).startswith("Hanya editor obrolan ini")
        assert await changes(bench) == []
        await name_editor(bench, READER)
        assert (await press(bench, READER, message, "Bisukan berita ini")).startswith("Dibisukan")
        assert (await press(bench, READER, message, "Cari yang serupa")).startswith("“Gempa” kini")
    assert len((await stored(bench)).examples) == 2


async def test_a_group_that_files_know_by_its_name(bench: Bench) -> None:
    topic = replace(QUERY, destinations=(Destination("@Redaksi_Kita"),))
    bench.topics.append(topic)
    bench.api.add_chat(GROUP, "supergroup", "Redaksi", username="redaksi_kita")
    async with bench.running():
        bench.api.user_sends(READER, "/start", GROUP)
        await bench.handled()
        named = await bench.chat("@Redaksi_Kita")
        assert named is not None
        assert named.kind == "supergroup"
        alert = an_alert(reasons=(TopicReason(topic.id, topic.name, 1.0, EVIDENCE),))
        async with bench.store.write() as unit:
            await unit.articles.add([ARTICLE])
            new = NewDelivery(Destination("@Redaksi_Kita"), DeliveryKind.NEW, alert)
            (delivery_id,) = await unit.outbox.add([new], NOW)
            delivery = await unit.outbox.get(delivery_id)
        assert delivery is not None
        await bench.messenger.send(delivery, named)
        message = bench.api.messages(GROUP)[-1]
        await press(bench, READER, message, "👍")
    assert signs(message)[0] == "👍 1"


# --- why ---------------------------------------------------------------------------------------------


async def test_why_shows_the_evidence_in_plain_words_and_can_be_closed(bench: Bench) -> None:
    message = await told(bench, READER, QUAKE)
    evidence = Evidence(
        terms=("gempa", "reruntuhan"),
        names=("Palu",),
        numbers=("7,5",),
        nearest_example="Gempa Lombok",
        similarity=0.412,
        sentence="Reruntuhan di Palu disisir setelah gempa 7,5.",
        query=('"gempa Palu"',),
        alone=0.55,
        neighbours=(ArticleId("b"), ArticleId("c")),
    )
    async with bench.store.write() as unit:
        await unit.matches.add([Match(ARTICLE.id, QUAKE.id, 0.873, True, evidence, 0.61)], NOW)
    async with bench.running():
        await press(bench, READER, message, "⋯")
        assert signs(message) == ["Mengapa?", "Bisukan berita ini", "Cari yang serupa", "✕"]
        await press(bench, READER, message, "Mengapa?")
        why = bench.api.messages(READER)[-1]
        assert why.source == (
            "<b>Gempa</b>\n"
            "“<b>Reruntuhan</b> di <b>Palu</b> disisir setelah <b>gempa</b> <b>7,5</b>.”\n"
            'Cocok dengan kueri: "gempa Palu"\n'
            "Nama yang sama: Palu\n"
            "Kata yang sama: gempa, reruntuhan\n"
            "Angka yang sama: 7,5\n"
            "Paling mirip contoh “Gempa Lombok”: kemiripan makna 41%\n"
            "Menurut contoh Anda saja: 55%; 2 artikel yang sudah saya baca ikut diperhitungkan.\n"
            "Keyakinan saya 87%; pantauan ini mengabari mulai 61%."
        )
        assert why.reply_to == message.message_id
        await press(bench, READER, why, "Tutup")
        assert bench.api.messages(READER) == (message,)
        await press(bench, READER, message, "✕")
    assert signs(message) == ["👍", "👎", "⋯"]


async def test_why_does_not_repeat_the_name_of_the_watch_and_shows_what_older_versions_stored(bench: Bench) -> None:
    message = await told(bench, READER, QUAKE)
    stored = Evidence(
        terms=tuple("abcdefg"), names=("Palu", "Korea"), numbers=("7,5",), nearest_example="Gempa", similarity=0.412
    )
    async with bench.store.write() as unit:
        await unit.matches.add([Match(ARTICLE.id, QUAKE.id, 0.873, True, stored, 0.61)], NOW)
    async with bench.running():
        await press(bench, READER, message, "⋯")
        await press(bench, READER, message, "Mengapa?")
    assert bench.api.messages(READER)[-1].text == (
        "Gempa\n"
        "Nama yang sama: Palu, Korea\n"
        "Kata yang sama: a, b, c, d, e\n"
        "Angka yang sama: 7,5\n"
        "Mirip contohnya: kemiripan makna 41%\n"
        "Keyakinan saya 87%; pantauan ini mengabari mulai 61%."
    )


async def test_why_in_a_group_stays_and_tells_every_topic_by_what_the_alert_remembers(bench: Bench) -> None:
    message = await told(bench, GROUP, QUAKE, QUERY, thread=7)
    async with bench.running():
        await press(bench, OTHER, message, "⋯")
        await press(bench, OTHER, message, "Mengapa?")
    why = bench.api.messages(GROUP)[-1]
    assert (why.thread, why.reply_to, why.buttons) == (7, message.message_id, {})
    assert why.text.startswith("Gempa\nNama yang sama: Korea Utara, Rusia, NATO\n")
    assert "\n\nPalu\n" in why.text
    assert why.text.endswith("Keyakinan saya 80%.")


async def test_what_the_outbox_has_sent_cannot_be_closed_nor_anything_in_a_group(bench: Bench) -> None:
    mine, ours = await told(bench, READER, QUAKE), await told(bench, GROUP, QUAKE)
    async with bench.running():
        await press(bench, READER, mine, "az", forged=True)
        await press(bench, OTHER, ours, "⋯")
        await press(bench, OTHER, ours, "Mengapa?")
        await press(bench, OTHER, bench.api.messages(GROUP)[-1], "az", forged=True)
    assert (len(bench.api.messages(READER)), len(bench.api.messages(GROUP))) == (1, 2)


@pytest.mark.parametrize(
    ("text", "parts", "bold"),
    [
        ("Palu bukan palung, PALU!", ("palu",), ["Palu", "PALU"]),
        ("tentara Korea Utara di Korea", ("Korea", "Korea Utara"), ["Korea Utara", "Korea"]),
        ("金正恩访问俄罗斯", ("俄罗斯",), ["俄罗斯"]),
        ("a+b (c) <d>", ("a+b", "(c)"), ["a+b", "(c)"]),
        ("nothing", ("", " "), []),
    ],
)
def test_what_is_shared_is_bold(text: str, parts: Sequence[str], bold: list[str]) -> None:
    spans = highlighted(text, parts)
    assert "".join(span.text for span in spans) == text
    assert [span.text for span in spans if span.style == "bold"] == bold


# --- mute --------------------------------------------------------------------------------------------


async def test_a_story_is_muted_for_its_thread_and_heard_again(bench: Bench) -> None:
    message = await told(bench, GROUP, QUAKE, thread=7)
    await name_editor(bench, READER)
    async with bench.running():
        await press(bench, READER, message, "⋯")
        await press(bench, READER, message, "Bisukan berita ini")
        async with bench.store.read() as unit:
            (mute,) = await unit.mutes.since(NOW)
        assert (mute.destination, mute.article_id, mute.title) == (
            Destination(str(GROUP), 7),
            ARTICLE.id,
            "Gempa Palu",
        )
        assert signs(message)[1] == "Suarakan lagi"
        await press(bench, READER, message, "✕")
        await press(bench, READER, message, "⋯")
        await press(bench, READER, message, "Suarakan lagi")
        assert signs(message)[1] == "Bisukan berita ini"
    async with bench.store.read() as unit:
        assert await unit.mutes.since(NOW) == ()
    assert [(one.code, one.values["title"]) for one in await changes(bench)] == [
        ("story-unmuted", "Gempa Palu"),
        ("story-muted", "Gempa Palu"),
    ]


# --- more like this ----------------------------------------------------------------------------------


async def test_an_article_becomes_an_example_and_is_none_again(bench: Bench) -> None:
    message = await told(bench, READER, QUAKE)
    async with bench.running():
        await press(bench, READER, message, "⋯")
        said = await press(bench, READER, message, "Cari yang serupa")
        assert said == "“Gempa” kini juga mencari yang serupa."
        added = (await stored(bench)).examples[-1]
        assert (added.origin, added.title, added.text) == (ARTICLE.link, ARTICLE.title, ARTICLE.text)
        assert signs(message)[2] == "Hapus dari contoh"
        await press(bench, READER, message, "Hapus dari contoh")
        assert signs(message)[2] == "Cari yang serupa"
    assert (await stored(bench)).examples == (LOMBOK,)
    assert bench.topic_changes == 2
    assert [one.values["what"] for one in await changes(bench)] == ["example-removed", "example"]


async def test_of_several_topics_one_is_chosen(bench: Bench) -> None:
    second = replace(QUAKE, id=TopicId("second"), name="Bencana")
    message = await told(bench, READER, QUAKE, second, QUERY)
    async with bench.running():
        await press(bench, READER, message, "⋯")
        await press(bench, READER, message, "Cari yang serupa")
        assert signs(message) == ["Gempa", "Bencana", "✕"]
        await press(bench, READER, message, "Bencana")
        assert signs(message) == ["Gempa", "Bencana ✓", "✕"]
        assert [len((await stored(bench, topic)).examples) for topic in (QUAKE, second)] == [1, 2]
        await press(bench, READER, message, "Bencana ✓")
        assert len((await stored(bench, second)).examples) == 1
        await press(bench, READER, message, "✕")
    assert signs(message)[0] == "Mengapa?"


async def test_all_articles_of_the_story_are_opened_from_its_message(bench: Bench) -> None:
    message = await told(bench, READER, QUAKE)
    number = int(message.buttons["👍"].partition(":")[2])
    also = tuple(
        Version(ArticleId(str(one)), f"Report {one}", f"https://antara.example/{one}", "Antara", Language("id"))
        for one in range(1, 11)
    )
    async with bench.store.write() as unit:
        delivery = await unit.outbox.get(DeliveryId(number))
        assert delivery is not None
        assert isinstance(delivery.content, Alert)
        await unit.outbox.revise(delivery.id, replace(delivery.content, also=also))
    async with bench.running():
        await press(bench, READER, message, "⋯")
        assert signs(message)[0] == "10 artikel lain"
        await press(bench, READER, message, "10 artikel lain")
        listed = bench.api.messages(READER)[-1]
        assert "Report 10" in listed.text
        assert "Report 3" not in listed.text
        assert signs(listed) == ["9–11 ›", "Tutup"]
        await press(bench, READER, listed, "9–11 ›")
        listed = bench.api.messages(READER)[-1]
        assert [f"Report {one}" in listed.text for one in (1, 2, 3, 4)] == [True, True, True, False]
        await press(bench, READER, listed, "Tutup")
    assert bench.api.messages(READER)[-1].message_id == message.message_id


async def test_a_topic_of_a_file_says_where_to_add_it(bench: Bench) -> None:
    message = await told(bench, READER, QUERY)
    async with bench.running():
        await press(bench, READER, message, "⋯")
        said = await press(bench, READER, message, "Cari yang serupa")
    assert said == "“Palu” diatur di config/topics/query.toml: tambahkan tautan artikel ini pada “examples” di sana."
    assert bench.topic_changes == 0


async def test_a_topic_of_another_chat_is_not_changed_from_here(bench: Bench) -> None:
    message = await told(bench, READER, replace(QUAKE, owner=f"chat:{GROUP}"))
    async with bench.running():
        said = await press(bench, READER, message, "ax:1:0", forged=True)
    assert said.startswith("Pantauan ini dibuat di obrolan lain")
    assert len((await stored(bench)).examples) == 1


async def test_twenty_examples_are_enough_and_the_last_one_stays(bench: Bench) -> None:
    many = tuple(replace(LOMBOK, origin=f"message {number}") for number in range(20))
    message = await told(bench, READER, replace(QUAKE, examples=many))
    async with bench.running():
        await press(bench, READER, message, "⋯")
        said = await press(bench, READER, message, "Cari yang serupa")
        assert said == "Satu pantauan paling banyak punya 20 contoh. Hapus salah satu dulu."
        only = replace(QUAKE, examples=(replace(LOMBOK, origin=ARTICLE.link or ""),))
        async with bench.store.write() as unit:
            await unit.topics.save(only, NOW)
        said = await press(bench, READER, message, "ar:1:0", forged=True)
    assert said == "Tidak akan ada yang dicari: pantauan perlu contoh atau kueri."
    assert (await stored(bench)).examples == only.examples


# --- the message itself --------------------------------------------------------------------------------


async def test_a_deleted_alert_takes_the_vote_all_the_same(bench: Bench) -> None:
    message = await told(bench, READER, QUAKE)
    bench.api.delete_message(message)
    async with bench.running():
        await press(bench, READER, message, "👍")
    assert await votes(bench) == [(str(READER), Verdict.GOOD)]


async def test_an_admin_may_add_examples_to_what_a_group_made_in_their_own_chat(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    message = await told(bench, ADMIN, replace(QUAKE, owner=f"chat:{GROUP}"))
    async with bench.running():
        await press(bench, ADMIN, message, "⋯")
        await press(bench, ADMIN, message, "Cari yang serupa")
    assert len((await stored(bench)).examples) == 2
