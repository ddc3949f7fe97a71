"""/topics as people use it: the list, a card, what a button of it does at once; and who may not press them."""

from __future__ import annotations

import asyncio
import io
from dataclasses import replace
from datetime import timedelta
from zipfile import ZipFile

import pytest

from bot.model import (
    ArticleId,
    Chat,
    Delivering,
    DeliveryKind,
    Destination,
    Editor,
    FeedId,
    FeedState,
    Language,
    MessageId,
    NewDelivery,
    SensitivityName,
    Topic,
    TopicId,
    Verdict,
    Vote,
)
from tests.fakes.deliveries import NOW, a_reason, an_alert
from tests.unit.telegram.conftest import ADMIN, Bench
from tests.unit.telegram.watching import (
    BUDI,
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

# --- the list and the card -----------------------------------------------------------------------


async def test_the_list_has_pages_and_the_way_back_leads_to_the_one_it_came_from(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    bench.topics += [Topic(TopicId(f"t{n}"), f"Pantauan {n}") for n in range(20)]
    async with bench.running():
        message = await send(bench, "/pantauan", ADMIN)
        assert message.text.startswith("20 pantauan\n\n• Pantauan 0\n")
        assert "Pantauan 8" not in message.text
        await press(bench, message, "9–16 ›", ADMIN)
        assert "• Pantauan 8\n" in message.text
        assert {"‹ 1–8", "17–20 ›", "Pantauan 15"} <= set(message.buttons)
        await press(bench, message, "17–20 ›", ADMIN)
        await press(bench, message, "Pantauan 18", ADMIN)
        await press(bench, message, "« Semua pantauan", ADMIN)
        assert list(message.buttons) == [*(f"Pantauan {n}" for n in range(16, 20)), "‹ 9–16"]
        assert await press(bench, message, "ts:99999", ADMIN, forged=True) == ""
        assert "• Pantauan 19\n" in message.text
    assert len(bench.api.messages(ADMIN)) == 1


async def test_a_hundred_long_names_still_make_one_message(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    bench.topics += [Topic(TopicId(f"t{n}"), f"Pantauan {n} " + "panjang 🇰🇵 " * 100) for n in range(100)]
    async with bench.running():
        message = await send(bench, "/topics", ADMIN)
    assert message.text.startswith("100 pantauan")
    assert len(message.buttons) == 9


async def test_a_card_says_what_is_watched_how_and_what_came_of_it(bench: Bench) -> None:
    topic = replace(
        HERE,
        require="Demak",
        exclude='"sepak <bola>"',
        languages=(Language("id"), Language("en")),
        feeds=("id",),
        sensitivity=0.7,
        paused=True,
        review=True,
        examples=(FLOOD, *(replace(FLOOD, title="", text=f"{n} rumah terendam.\nLagi.") for n in range(6))),
    )
    await let_in(bench, topic)
    async with bench.store.write() as unit:
        await unit.feeds.save_state(FeedState(FeedId("antara"), NOW, succeeded_at=NOW - timedelta(minutes=3)))
        for name, reason, when in (("a", "demak", 1), ("b", "demak", 6), ("c", "other", 1), ("d", "demak", 8)):
            alert = replace(an_alert(), id=name, reasons=(replace(a_reason(), topic_id=TopicId(reason)),))  # type: ignore[arg-type]
            (sent,) = await unit.outbox.add(
                [NewDelivery(Destination(str(SARI)), DeliveryKind.NEW, alert)], NOW - timedelta(days=when)
            )
            await unit.outbox.mark_sent(sent, MessageId(1), NOW)
        for name, verdict in (("a", Verdict.GOOD), ("b", Verdict.GOOD), ("c", Verdict.BAD)):
            await unit.votes.cast(Vote(topic.id, ArticleId(name), "1", verdict, NOW, FLOOD))
    async with bench.running():
        message = await card(bench, "⏸ Banjir Demak")
    assert message.text == (
        "Banjir Demak\n"
        "dijeda · mulai keyakinan 70% · langsung · ke obrolan ini\n"
        "\n"
        "Mencari yang mirip dengan:\n"
        "• Banjir di Demak\n"
        "• 0 rumah terendam. Lagi.\n"
        "• 1 rumah terendam. Lagi.\n"
        "• 2 rumah terendam. Lagi.\n"
        "• 3 rumah terendam. Lagi.\n"
        "dan 2 contoh lagi\n"
        "Kueri: banjir\n"
        "Wajib ada: Demak\n"
        'Tidak boleh ada: "sepak <bola>"\n'
        "Bahasa: Indonesia, Inggris\n"
        "Sumber: id\n"
        "Kanal: admin memeriksa setiap kabar lebih dulu\n"
        "\n"
        "2 kabar dalam 7 hari terakhir · 👍 2 · 👎 1\n"
        "terakhir dibaca 3 menit lalu, 1 sumber\n"
        "Dibuat di obrolan ini."
    )


async def test_a_card_in_english(bench: Bench) -> None:
    await let_in(bench, HERE)
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(SARI), title="Sari", language=Language("en"), approved=True))
    async with bench.running():
        message = await card(bench)
    assert message.text == (
        "Banjir Demak\n"
        "balanced · at once · to this chat\n"
        "\n"
        "Finds more like these:\n"
        "• Banjir di Demak\n"
        "Query: banjir\n"
        "\n"
        "0 alerts in the last 7 days · 👍 0 · 👎 0\n"
        "not read yet, 2 sources\n"
        "Made in this chat."
    )
    assert list(message.buttons) == [
        "⏸ Pause", "Name", "Strict", "✓ Balanced", "Broad", "✓ At once", "Digest", "Urgent", "Examples (1)", "Query",
        "Must have", "Never", "Languages", "Sources", "Export (TOML)", "Delete", "« All watches",
    ]  # fmt: skip


async def test_a_watch_of_a_file_says_where_it_is_changed(bench: Bench) -> None:
    await let_in(bench, FILE)
    async with bench.running():
        message = await card(bench, "Korea")
        assert message.text.endswith("\nPantauan ini diatur di config/topics/korea.toml; ubah di sana.")
        assert list(message.buttons) == ["Ekspor (TOML)", "« Semua pantauan"]
        said = await press(bench, message, "tp:korea:1", forged=True)
        assert said == "Pantauan ini diatur di config/topics/korea.toml; ubah di sana."
    assert bench.topic_changes == 0


# --- changed by one press ------------------------------------------------------------------------


async def test_pause_and_resume(bench: Bench) -> None:
    await let_in(bench, HERE)
    async with bench.running():
        message = await card(bench)
        assert await press(bench, message, "⏸ Jeda") == "Tersimpan."
        assert await stored(bench) == replace(HERE, paused=True)
        assert message.text.startswith("Banjir Demak\ndijeda · ")
        await press(bench, message, "▶ Lanjutkan")
        assert "⏸ Jeda" in message.buttons
    assert await stored(bench) == HERE
    assert bench.topic_changes == 2
    assert await changes(bench, SARI) == [("topic-changed", "resumed", "Sari"), ("topic-changed", "paused", "Sari")]
    assert len(bench.api.messages(SARI)) == 1


async def test_sensitivity_and_delivery_are_marked_as_they_are(bench: Bench) -> None:
    await let_in(bench, HERE)
    async with bench.running():
        message = await card(bench)
        assert {"Ketat", "✓ Seimbang", "Longgar", "✓ Langsung", "Ringkasan", "Mendesak"} <= set(message.buttons)
        await press(bench, message, "Ketat")
        await press(bench, message, "Ringkasan")
        assert {"✓ Ketat", "Seimbang", "Langsung", "✓ Ringkasan"} <= set(message.buttons)
        changed = replace(HERE, sensitivity=SensitivityName.STRICT, delivering=Delivering.DIGEST)
        assert await stored(bench) == changed
        for data in ("tv:demak:maximal", "td:demak:", "tv:demak", "tv", "t", "tx:demak", "tq:demak:name", "tl:demak:x"):
            await press(bench, message, data, forged=True)
        assert await stored(bench) == changed
    assert [what for _, what, _ in await changes(bench)] == ["delivery", "sensitivity"]


@pytest.mark.parametrize(
    ("way", "button"), [("", "⏸ Jeda"), ("", "Ketat"), ("Sumber", "id (1)"), ("Sumber", "✓ bbc (1)")]
)
async def test_handled_twice_a_press_is_one_change(bench: Bench, way: str, button: str) -> None:
    """As after a crash, or where the answer did not come in time."""
    await let_in(bench, replace(HERE, feeds=("bbc",)))
    async with bench.running():
        message = await card(bench)
        if way:
            await press(bench, message, way)
        data = message.buttons[button]
        await press(bench, message, data, forged=True)
        changed, shown = await stored(bench), message.text
        assert changed != replace(HERE, feeds=("bbc",))
        await press(bench, message, data, forged=True)
        assert (await stored(bench), message.text) == (changed, shown)
    assert len(await changes(bench)) == 1


async def test_the_button_is_answered_before_the_change_is_learned(bench: Bench) -> None:
    await let_in(bench, HERE)
    bench.learned = asyncio.Event()
    async with bench.serving():
        message = await card(bench)
        bench.api.user_presses(SARI, message, "⏸ Jeda")
        await bench.until(lambda: bench.api.toasts()[-1].text == "Tersimpan.")
        assert bench.topic_changes == 0
        bench.learned.set()
        await bench.handled()
    assert bench.topic_changes == 1


async def test_a_change_is_watched_even_where_telegram_cannot_be_told(bench: Bench) -> None:
    await let_in(bench, HERE)
    async with bench.serving():
        message = await card(bench)
        bench.api.too_many_requests("editMessageText")
        await press(bench, message, "⏸ Jeda")
        assert message.text.startswith("Banjir Demak\ndijeda · ")
    assert bench.topics[0].paused
    assert len(await changes(bench)) == 1


async def test_where_the_card_was_deleted_it_is_sent_anew(bench: Bench) -> None:
    await let_in(bench, HERE)
    async with bench.running():
        message = await card(bench)
        bench.api.user_presses(SARI, message, "⏸ Jeda")
        bench.api.delete_message(message)
        await bench.handled()
    assert newest(bench).text.startswith("Banjir Demak\ndijeda · ")


# --- exported and deleted ------------------------------------------------------------------------


async def test_exported_as_a_file_with_its_texts(bench: Bench) -> None:
    await let_in(bench, replace(HERE, exclude="film"))
    async with bench.running():
        message = await card(bench)
        await press(bench, message, "Ekspor (TOML)")
    _, toml, text = bench.api.messages(SARI)
    assert toml.file is not None
    assert text.file is not None
    assert toml.file.name == "demak.toml"
    assert toml.file.content.decode() == (
        'name = "Banjir Demak"\nexamples = ["../../seeds/demak-1.txt"]\nquery = "banjir"\n'
        f'exclude = "film"\nchats = ["{SARI}"]\n'
    )
    assert toml.text.startswith("Simpan sebagai config/topics/demak.toml.")
    assert (text.file.name, text.file.content.decode()) == ("demak-1.txt", f"{FLOOD.title}\n\n{FLOOD.text}\n")


async def test_many_texts_come_in_one_archive(bench: Bench) -> None:
    await let_in(bench, replace(HERE, examples=tuple(replace(FLOOD, title=f"🛰️ {n}") for n in range(20))))
    async with bench.running():
        await press(bench, await card(bench), "Ekspor (TOML)")
    _, _, packed = bench.api.messages(SARI)
    assert packed.file is not None
    assert packed.file.name == "demak-seeds.zip"
    with ZipFile(io.BytesIO(packed.file.content)) as archive:
        assert len(archive.namelist()) == 20
        assert archive.read("seeds/demak-20.txt").decode() == f"🛰️ 19\n\n{FLOOD.text}\n"


async def test_a_watch_of_a_file_is_exported_too(bench: Bench) -> None:
    await let_in(bench, FILE)
    async with bench.running():
        await press(bench, await card(bench, "Korea"), "Ekspor (TOML)")
    _, toml = bench.api.messages(SARI)
    assert toml.file is not None
    assert toml.file.content.decode() == f'name = "Korea"\nexamples = []\nquery = "korea"\nchats = ["{SARI}"]\n'


async def test_where_files_are_not_allowed_that_is_said(bench: Bench) -> None:
    await let_in(bench, HERE)
    bench.api.fail_next("sendDocument", 400, "Bad Request: not enough rights to send documents to the chat")
    async with bench.running():
        message = await card(bench)
        said = await press(bench, message, "Ekspor (TOML)")
    assert said == "Telegram tidak mengizinkan saya mengirim berkas di sini."


async def test_deleted_after_a_second_press(bench: Bench) -> None:
    await let_in(bench, HERE, FILE)
    async with bench.store.write() as unit:
        await unit.votes.cast(Vote(HERE.id, ArticleId("a"), "1", Verdict.GOOD, NOW, FLOOD))
    async with bench.running():
        message = await card(bench)
        await press(bench, message, "Hapus")
        assert message.text == "Hapus “Banjir Demak”? Contoh dan penilaiannya ikut terhapus."
        await press(bench, message, "« Kembali")
        assert await stored(bench) == HERE
        await press(bench, message, "Hapus")
        assert await press(bench, message, "Ya, hapus") == "Sudah dihapus."
        assert list(message.buttons) == ["Korea"]
        assert await press(bench, message, "tk:demak", forged=True) == "Pantauan ini sudah tidak ada."
    assert await stored(bench) is None
    assert bench.topics == [FILE]
    assert await changes(bench) == [("topic-removed", "Banjir Demak", "Sari")]
    async with bench.store.read() as unit:
        assert await unit.votes.of(HERE.id) == ()


# --- who may not ---------------------------------------------------------------------------------


async def test_in_a_group_everybody_looks_and_its_editors_change(bench: Bench) -> None:
    await let_in(bench, IN_GROUP)
    async with bench.running():
        message = await card(bench, "Banjir grup", BUDI, GROUP)
        assert message.text.endswith("\nDibuat di obrolan ini.")
        assert list(message.buttons) == ["« Semua pantauan"]
        for data in ("tp:grup:1", "tk:grup", "tq:grup:query", "tt:grup", "te:grup", "to:grup:all"):
            said = await press(bench, message, data, BUDI, forged=True)
            assert said.startswith("Hanya "), data
        assert await stored(bench, "grup") == IN_GROUP
        message = await card(bench, "Banjir grup", SARI, GROUP)
        assert "Tujuan" not in message.buttons
        await press(bench, message, "⏸ Jeda")
        assert await stored(bench, "grup") == replace(IN_GROUP, paused=True)
        bench.api.user_presses(BUDI, message, "▶ Lanjutkan")  # the editor's buttons are there for all to press
        await bench.handled()
    assert await stored(bench, "grup") == replace(IN_GROUP, paused=True)


async def test_in_a_group_the_answer_is_a_reply_of_who_was_asked(bench: Bench) -> None:
    await let_in(bench, IN_GROUP)
    async with bench.running():
        await press(bench, await card(bench, "Banjir grup", SARI, GROUP), "Kueri")
        question = newest(bench, GROUP)
        assert question.markup == {"force_reply": True, "selective": True}
        bench.api.user_sends(BUDI, "rusak", GROUP, replies_to=question)
        bench.api.user_sends(SARI, "obrolan biasa", GROUP)
        await bench.handled()
        assert await stored(bench, "grup") == IN_GROUP
        await send(bench, "rob", SARI, GROUP, replies_to=question)
    assert await stored(bench, "grup") == replace(IN_GROUP, query="rob")


@pytest.mark.parametrize(
    "data",
    ["t:grup", "tp:grup:1", "tv:grup:strict", "td:grup:digest", "tt:grup", "tz:grup", "tk:grup", "te:grup", "ta:grup",
     "tq:grup:query", "tn:grup", "tl:grup:any", "tf:grup", "tg:grup:all"],
)  # fmt: skip
async def test_a_forged_press_does_not_reach_another_chats_watch(bench: Bench, data: str) -> None:
    """Budi is editor in one group and sends, from there, what a button of another would."""
    await let_in(bench, replace(IN_GROUP, feeds=("id",), languages=(Language("id"),)))
    async with bench.store.write() as unit:
        await unit.chats.add_editor(str(OTHER_GROUP), Editor(BUDI, "Budi"), NOW)
    before = await stored(bench, "grup")
    async with bench.running():
        message = await send(bench, "/topics", BUDI, OTHER_GROUP)
        assert await press(bench, message, data, BUDI, forged=True) == "Pantauan ini sudah tidak ada."
    assert await stored(bench, "grup") == before
    assert message.text == "Belum ada pantauan yang mengirim kabar ke obrolan ini."
    assert len(bench.api.messages()) == 1
    assert bench.topic_changes == 0


async def test_a_chat_that_is_only_told_cannot_change_the_watch(bench: Bench) -> None:
    here_and_there = (Destination(str(GROUP)), Destination(str(OTHER_GROUP)))
    await let_in(bench, replace(IN_GROUP, destinations=here_and_there))
    async with bench.store.write() as unit:
        await unit.chats.add_editor(str(OTHER_GROUP), Editor(BUDI, "Budi"), NOW)
    async with bench.running():
        message = await card(bench, "Banjir grup", BUDI, OTHER_GROUP)
        assert "ke obrolan ini, 1 obrolan lain" in message.text
        assert message.text.endswith("\nDibuat di obrolan lain.")
        assert list(message.buttons) == ["Ekspor (TOML)", "« Semua pantauan"]
        said = await press(bench, message, "tk:grup", BUDI, forged=True)
        assert said == "Pantauan ini hanya bisa diubah dari obrolan yang membuatnya."
    assert await stored(bench, "grup") is not None
