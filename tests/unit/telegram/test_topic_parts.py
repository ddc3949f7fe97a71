"""What of a watch is asked for or chosen on a page of its own: queries, name, examples, languages, sources, chats."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.model import (
    Chat,
    Destination,
    Language,
    Preferences,
    TopicId,
)
from tests.unit.telegram.conftest import ADMIN, Bench
from tests.unit.telegram.watching import (
    ARTICLE,
    CHANNEL,
    FILE,
    FLOOD,
    GROUP,
    HERE,
    IN_GROUP,
    OTHER_GROUP,
    SARI,
    card,
    changes,
    let_in,
    newest,
    press,
    send,
    stored,
)

# --- queries and the name ------------------------------------------------------------------------


async def test_a_query_is_asked_for_refused_with_its_place_and_taken(bench: Bench) -> None:
    await let_in(bench, HERE)
    async with bench.running():
        await press(bench, await card(bench), "Kueri")
        question = newest(bench)
        assert question.text == (
            "Kata apa yang harus dicari “Banjir Demak”?\n"
            'Misalnya: korea AND (Kursk OR "Vladimir Putin") AND NOT film\n'
            "Kata yang berdampingan harus ada semua; OR atau koma di antaranya berarti salah satu; -kata "
            "mengecualikan; tanda kutip untuk frasa. Singkatan berhuruf besar (PAN, WHO) hanya dicari dengan huruf "
            "besar.\n"
            "Sekarang: banjir\n"
            "Kirim - untuk mengosongkannya.\n"
            "Untuk membiarkannya seperti sekarang, kirim /pantauan."
        )
        refusal = await send(bench, "banjir AND (rob OR a<b>tanggul")
        assert refusal.text == (
            "Kueri ini belum bisa saya baca: tanda kurung ini tidak pernah ditutup.\n"
            "Di karakter ke-12: banjir AND ▸(rob OR a<b>tanggul\n"
            "Perbaiki, lalu kirim sekali lagi.\n"
            "Untuk membiarkannya seperti sekarang, kirim /pantauan."
        )
        assert await stored(bench) == HERE
        answer = await send(bench, "banjir AND (rob OR “tanggul jebol”)")
        assert "Kueri: banjir AND (rob OR “tanggul jebol”)" in answer.text
        assert "⏸ Jeda" in answer.buttons
        assert bench.topics[0].query == "banjir AND (rob OR “tanggul jebol”)"
        assert "tidak paham" in (await send(bench, "halo")).text  # nothing is expected any more
    assert await changes(bench) == [("topic-changed", "query", "User 501")]


async def test_the_hint_of_a_bad_query_comes_with_it(bench: Bench) -> None:
    await let_in(bench, HERE)
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(SARI), title="Sari", language=Language("en"), approved=True))
    async with bench.running():
        await press(bench, await card(bench), "Query")
        refusal = await send(bench, "flood rain OR river")
        assert refusal.text.startswith("I can't read this query yet: words side by side (AND) and OR are mixed")
        assert "\nWrite (flood rain) OR river for example.\nSend it once more, corrected.\n" in refusal.text
        await send(bench, "flood or river")
    note, shown = bench.api.messages(SARI)[-2:]
    assert note.text.startswith("Understood as: flood OR river\nNote: “or” (at character 7) is read as OR; put it in")
    assert "Query: flood or river" in shown.text


async def test_exclude_and_require_are_cleared_with_a_dash_the_last_thing_looked_for_is_not(bench: Bench) -> None:
    await let_in(bench, replace(HERE, examples=(), exclude="film", require="Demak"))
    async with bench.running():
        message = await card(bench)
        for button in ("Tidak boleh ada", "Wajib ada"):
            await press(bench, message, button)
            await send(bench, "—" if button == "Wajib ada" else "-")
        assert await stored(bench) == replace(HERE, examples=())
        await press(bench, message, "Kueri")
        refused = await send(bench, "-")
        assert refused.text == "Tidak akan ada yang dicari: pantauan perlu contoh atau kueri."
        await press(bench, message, "Tidak boleh ada")
        assert "Sekarang" not in newest(bench).text
        await send(bench, "film")
    assert await stored(bench) == replace(HERE, examples=(), exclude="film")


async def test_a_command_or_a_quarter_of_an_hour_ends_the_question(bench: Bench) -> None:
    await let_in(bench, HERE)
    async with bench.running():
        message = await card(bench)
        await press(bench, message, "Nama")
        await send(bench, "/topics")
        assert "tidak paham" in (await send(bench, "Nama baru")).text
        await press(bench, message, "Nama")
        bench.clock.moment += timedelta(minutes=16)
        assert "tidak paham" in (await send(bench, "Nama baru")).text
    assert await stored(bench) == HERE


async def test_a_new_name_has_1_to_100_characters(bench: Bench) -> None:
    await let_in(bench, HERE)
    async with bench.running():
        await press(bench, await card(bench), "Nama")
        assert newest(bench).text.startswith("Apa nama baru untuk “Banjir Demak”?")
        assert (await send(bench, "n" * 101)).text == "Nama terdiri dari 1 sampai 100 karakter."
        answer = await send(bench, "Banjir\nJawa Tengah & <sekitarnya>")
        assert answer.text.startswith("Banjir Jawa Tengah & <sekitarnya>\n")
    assert await stored(bench) == replace(HERE, name="Banjir Jawa Tengah & <sekitarnya>")


async def test_an_answer_on_a_watch_that_is_gone(bench: Bench) -> None:
    await let_in(bench, HERE)
    async with bench.running():
        await press(bench, await card(bench), "Nama")
        bench.topics.clear()
        assert (await send(bench, "Nama baru")).text == "Pantauan ini sudah tidak ada."
        assert "tidak paham" in (await send(bench, "Nama baru")).text


# --- examples ------------------------------------------------------------------------------------


async def test_an_example_is_added_from_a_text(bench: Bench) -> None:
    await let_in(bench, HERE)
    async with bench.running():
        message = await card(bench)
        await press(bench, message, "Contoh (1)")
        assert message.text == "Contoh untuk “Banjir Demak”\n1. Banjir di Demak (Indonesia)"
        await press(bench, message, "Tambah contoh")
        unread = await send(bench, "https://news.example.com/banjir-demak-kudus-pati-semarang")
        assert unread.text.startswith("Menurut news.example.com, halaman itu tidak ada.\nTempel teksnya")
        assert (await send(bench, "ya")).text.startswith("Artikel mana yang jadi contoh untuk")
        answer = await send(bench, ARTICLE)
        assert "• Sungai Meluap\n" in answer.text
        assert "Contoh (2)" in answer.buttons
        await press(bench, message, "Tambah contoh")
        assert (await send(bench, ARTICLE)).text == "Contoh ini sudah ada."
    topic = await stored(bench)
    assert topic is not None
    assert topic.examples[0] == FLOOD
    assert (topic.examples[1].origin, topic.examples[1].title) == ("message", "Sungai Meluap")
    assert bench.topic_changes == 1


async def test_an_example_is_taken_out_but_not_the_last_thing_looked_for(bench: Bench) -> None:
    second = replace(FLOOD, title="Kedua", language=Language("und"))
    await let_in(bench, replace(HERE, query="", examples=(FLOOD, second)))
    async with bench.running():
        message = await card(bench)
        await press(bench, message, "Contoh (2)")
        assert message.text.endswith("\n2. Kedua")
        again = message.buttons["✕ 1"]
        assert await press(bench, message, "✕ 1") == "Tersimpan."
        assert message.text == "Contoh untuk “Banjir Demak”\n1. Kedua"
        assert await press(bench, message, again, forged=True) == ""  # of another message that still shows it
        assert (await press(bench, message, "✕ 1")).startswith("Tidak akan ada yang dicari")
        topic = await stored(bench)
        assert topic is not None
        assert topic.examples == (second,)
        await press(bench, message, "« Kembali")
        assert "Contoh (1)" in message.buttons


async def test_at_most_20_examples(bench: Bench) -> None:
    await let_in(bench, replace(HERE, examples=tuple(replace(FLOOD, title=f"{n}") for n in range(20))))
    async with bench.running():
        message = await card(bench)
        await press(bench, message, "Contoh (20)")
        assert "Tambah contoh" not in message.buttons
        await press(bench, message, "ta:demak", forged=True)
        assert "paling banyak punya 20 contoh" in (await send(bench, ARTICLE)).text


# --- languages and sources -----------------------------------------------------------------------


async def test_languages_are_any_or_those_that_are_read_here(bench: Bench) -> None:
    await let_in(bench, HERE)
    async with bench.running():
        message = await card(bench)
        await press(bench, message, "Bahasa")
        assert list(message.buttons) == ["✓ Bahasa apa saja", "« Kembali"]
        assert "/pengaturan" in message.text
        await press(bench, message, "tl:demak:reads", forged=True)
        assert await stored(bench) == HERE
        reads = (Language("id"), Language("jv"))
        async with bench.store.write() as unit:
            await unit.chats.save(Chat(str(SARI), approved=True, preferences=Preferences(reads=reads)))
        await press(bench, message, "tl:demak", forged=True)
        await press(bench, message, "Hanya Indonesia, Jawa")
        assert await stored(bench) == replace(HERE, languages=reads)
        assert "✓ Hanya Indonesia, Jawa" in message.buttons
        await press(bench, message, "Bahasa apa saja")
    assert await stored(bench) == HERE


async def test_sources_are_switched_by_their_tags(bench: Bench) -> None:
    await let_in(bench, replace(HERE, feeds=("bbc",)))
    async with bench.running():
        message = await card(bench)
        await press(bench, message, "Sumber")
        assert list(message.buttons) == ["Semua sumber (2)", "id (1)", "✓ bbc (1)", "« Kembali"]
        await press(bench, message, "id (1)")
        assert await stored(bench) == replace(HERE, feeds=("bbc", "id"))
        await press(bench, message, "✓ bbc (1)")
        assert await stored(bench) == replace(HERE, feeds=("id",))
        await press(bench, message, "tg:demak:0123456789:1:0", forged=True)
        await press(bench, message, "Semua sumber (2)")
        assert await stored(bench) == HERE
        assert "✓ Semua sumber (2)" in message.buttons


# --- admins --------------------------------------------------------------------------------------


async def test_an_admin_chooses_which_chats_are_told(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    elsewhere = replace(FILE, id=TopicId("file"), destinations=(Destination("@kanal_kita"), Destination("777")))
    await let_in(bench, IN_GROUP, elsewhere)
    async with bench.store.write() as unit:
        await unit.chats.save(Chat("-77", "group", "Asing"))
    async with bench.running():
        message = await card(bench, "Banjir grup", ADMIN)
        assert message.text.endswith("\nDibuat di Redaksi.")
        await press(bench, message, "Tujuan", ADMIN)
        assert list(message.buttons) == ["Obrolan ini", "✓ Redaksi", "@kanal_kita", "Lain", "« Kembali"]
        await press(bench, message, "Lain", ADMIN)
        await press(bench, message, "✓ Redaksi", ADMIN)
        topic = await stored(bench, "grup")
        assert topic is not None
        assert topic.destinations == (Destination(str(OTHER_GROUP)),)
        assert topic.owner == f"chat:{GROUP}"
        await press(bench, message, "✓ Lain", ADMIN)
        assert message.text.endswith("\nBelum ada obrolan yang dipilih, jadi kabarnya dikirim ke admin.")
        await press(bench, message, "Obrolan ini", ADMIN)
        await press(bench, message, "to:grup:0123456789:1:0", ADMIN, forged=True)
    topic = await stored(bench, "grup")
    assert topic is not None
    assert topic.destinations == (Destination(str(ADMIN)),)
    assert await changes(bench, GROUP) == [("topic-changed", "destinations", f"User {ADMIN}")] * 4


async def test_review_is_offered_where_a_channel_is_told(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    await let_in(bench, IN_GROUP)
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(CHANNEL), "channel", "Kanal Kita", approved=True))
    async with bench.running():
        message = await card(bench, "Banjir grup", ADMIN)
        await press(bench, message, "Tujuan", ADMIN)
        assert "Periksa dulu sebelum terbit" not in message.buttons
        await press(bench, message, "Kanal Kita", ADMIN)
        await press(bench, message, "Periksa dulu sebelum terbit", ADMIN)
        topic = await stored(bench, "grup")
        assert topic is not None
        assert topic.review
        assert "✓ Periksa dulu sebelum terbit" in message.buttons
        await press(bench, message, "✓ Periksa dulu sebelum terbit", ADMIN)
    topic = await stored(bench, "grup")
    assert topic is not None
    assert not topic.review


async def test_chats_are_not_chosen_in_a_group_nor_by_an_editor(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    await let_in(bench, IN_GROUP, HERE)
    async with bench.running():
        message = await card(bench, "Banjir grup", ADMIN, GROUP)
        assert "Tujuan" not in message.buttons
        shown = message.text
        for data in ("tw:grup", "to:grup:0:1:0", "tr:grup:1"):
            said = await press(bench, message, data, ADMIN, forged=True)
            assert said == "Itu dipilih admin lewat obrolan pribadi dengan saya."
        assert message.text == shown
        own = await card(bench)
        assert await press(bench, own, "tw:demak", forged=True) == "Hanya admin bot yang boleh melakukannya."
    assert await stored(bench, "grup") == IN_GROUP
