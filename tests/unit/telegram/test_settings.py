"""/settings and the commands beside it, with buttons and by words: who may change what, and that it counts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.model import (
    UNTIL_RESUMED,
    Change,
    Chat,
    DeliveryKind,
    DeliveryState,
    Destination,
    Editor,
    Language,
    NewDelivery,
    Preferences,
    Preview,
    QuietHours,
)
from tests.fakes.deliveries import NOW, a_delivery, a_notice, an_alert
from tests.unit.telegram.conftest import ADMIN, Bench
from tests.unit.telegram.talking import noted, press, remembered, say

READER, MEMBER, EDITOR, OTHER = 1001, 1002, 1003, 1004
GROUP = -1001234567890


async def let_in(bench: Bench, chat: Chat | None = None) -> None:
    async with bench.store.write() as unit:
        await unit.chats.save(chat or Chat(str(READER), approved=True, language=Language("id")))


async def group(bench: Bench) -> None:
    """A group with an editor and a member; another with a member of its own."""
    bench.api.add_chat(GROUP, "supergroup", "Redaksi")
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(GROUP), "supergroup", "Redaksi", approved=True))
        await unit.chats.add_editor(str(GROUP), Editor(EDITOR, "Eko"), NOW)


async def test_the_card_shows_everything(bench: Bench) -> None:
    chosen = Preferences(
        reads=(Language("id"), Language("ja")),
        outlets=("BBC", "Antara"),
        quiet=QuietHours(time(22), time(6)),
        digest_times=(time(7), time(18, 30)),
        weekly=False,
        preview=Preview.ABOVE,
    )
    await let_in(
        bench, Chat(str(READER), language=Language("id"), timezone="Asia/Tokyo", approved=True, preferences=chosen)
    )
    async with bench.running():
        card = await say(bench, READER, "/pengaturan")
    assert card.text == (
        "Pengaturan obrolan ini\n"
        "\n"
        "Saya menulis dalam bahasa: Indonesia\n"
        "Bahasa bacaan: Indonesia, Jepang\n"
        "Media yang diutamakan: BBC, Antara\n"
        "Zona waktu: Tokyo, sekarang pukul 17.00\n"
        "Jam tenang: 22.00–06.00\n"
        "Ringkasan: 07.00, 18.30\n"
        "Catatan mingguan: nonaktif\n"
        "Gambar: besar, di atas teks\n"
        "Kabar dikirim begitu ada."
    )
    assert list(card.buttons) == [
        "Bahasa", "Bahasa bacaan", "Media", "Zona waktu", "Jam tenang", "Ringkasan", "Gambar", "Catatan mingguan",
        "Jeda",
    ]  # fmt: skip


async def test_each_page_opens_in_place_and_leads_back(bench: Bench) -> None:
    await let_in(bench)
    async with bench.running():
        card = await say(bench, READER, "/settings")
        first = card.text
        for button in ("Bahasa", "Bahasa bacaan", "Media", "Zona waktu", "Jam tenang", "Ringkasan", "Gambar", "Jeda"):
            await press(
                bench, READER, card, button if button != "Bahasa" else card.buttons["Bahasa"], forged=button == "Bahasa"
            )
            assert card.text != first
            await press(bench, READER, card, "« Semua pengaturan")
            assert card.text == first
    assert len(bench.api.messages(READER)) == 1


async def test_the_language_counts_at_once(bench: Bench) -> None:
    await let_in(bench)
    async with bench.running():
        page = await say(bench, READER, "/bahasa")
        await press(bench, READER, page, "English")
        assert page.text == "Which language should I write in?"
        assert "✓ English" in page.buttons
        assert (await say(bench, READER, "/language indonesia")).text == "Saya harus menulis dalam bahasa apa?"
        assert (await say(bench, READER, "/language klingon")).text.startswith("Saya tidak paham “klingon”.")
        assert (await remembered(bench, READER)).language == "id"
        assert (await say(bench, READER, "/language EN")).text == "Which language should I write in?"
    assert (await remembered(bench, READER)).language == "en"


@pytest.mark.parametrize(
    ("command", "quiet"),
    [
        ("/quiet 22-6", QuietHours(time(22), time(6))),
        ("/tenang 22.30 sampai 6.15", QuietHours(time(22, 30), time(6, 15))),
        ("/quiet off", None),
        ("/tenang mati", None),
    ],
)
async def test_quiet_hours_by_command(bench: Bench, command: str, quiet: QuietHours | None) -> None:
    before = Preferences(quiet=QuietHours(time(1), time(2)))
    await let_in(bench, Chat(str(READER), language=Language("id"), approved=True, preferences=before))
    async with bench.running():
        answer = await say(bench, READER, command)
    assert (await remembered(bench, READER)).preferences.quiet == quiet
    marked = [text for text in answer.buttons if text.startswith("✓")]
    assert len(marked) == 1


async def test_quiet_hours_that_cannot_be_read_change_nothing_and_show_how(bench: Bench) -> None:
    await let_in(bench)
    async with bench.running():
        answer = await say(bench, READER, "/quiet 25-6")
    assert answer.text.startswith("Saya tidak paham “25-6”. Tulis seperti ini: /tenang 22.30–06.15")
    assert (await remembered(bench, READER)).preferences == Preferences()
    assert await noted(bench) == []


async def test_digest_times_by_command_and_by_button(bench: Bench) -> None:
    await let_in(bench)
    async with bench.running():
        page = await say(bench, READER, "/digest 7:00 18:30")
        assert "Berikutnya: hari ini 18.30 WIB" in page.text
        assert (await remembered(bench, READER)).preferences.digest_times == (time(7), time(18, 30))
        await press(bench, READER, page, "✓ 07.00", "21.00", "12.00")
        assert (await remembered(bench, READER)).preferences.digest_times == (time(12), time(18, 30), time(21))
        await press(bench, READER, page, "Tanpa waktu tetap")
        assert "✓ Tanpa waktu tetap" in page.buttons
        await press(bench, READER, page, "Waktu lain…")
        await say(bench, READER, "6 dan 20")
        assert (await remembered(bench, READER)).preferences.digest_times == (time(6), time(20))
        await say(bench, READER, "/ringkasan mati")
    assert (await remembered(bench, READER)).preferences == Preferences()


async def test_the_picture_and_the_weekly_note(bench: Bench) -> None:
    await let_in(bench)
    async with bench.running():
        card = await say(bench, READER, "/settings")
        await press(bench, READER, card, "✓ Catatan mingguan")
        assert "Catatan mingguan: nonaktif" in card.text
        assert "Catatan mingguan" in card.buttons
        await press(bench, READER, card, "Gambar", "Tanpa gambar")
        assert "✓ Tanpa gambar" in card.buttons
    assert (await remembered(bench, READER)).preferences == Preferences(weekly=False, preview=Preview.NONE)


@pytest.mark.parametrize(
    ("command", "until"),
    [
        ("/pause 2h", NOW + timedelta(hours=2)),
        ("/jeda 2 jam", NOW + timedelta(hours=2)),
        ("/pause 3d", NOW + timedelta(days=3)),
        ("/jeda 3 hari", NOW + timedelta(days=3)),
        ("/jeda besok", datetime(2026, 3, 3, 0, 0, tzinfo=UTC)),
    ],
)
async def test_a_pause_by_command(bench: Bench, command: str, until: datetime) -> None:
    await let_in(bench)
    async with bench.running():
        answer = await say(bench, READER, command)
    paused = (await remembered(bench, READER)).paused_until
    assert paused is not None
    assert timedelta() <= paused - until < timedelta(seconds=5)
    assert answer.text.startswith("Dijeda sampai ")
    assert "Lanjutkan sekarang" in answer.buttons


async def test_a_pause_by_buttons_and_its_end(bench: Bench) -> None:
    await let_in(bench)
    async with bench.store.write() as unit:
        held = NewDelivery(Destination(str(READER)), DeliveryKind.NEW, an_alert(), state=DeliveryState.HELD)
        await unit.outbox.add([held], NOW)
    async with bench.running():
        page = await say(bench, READER, "/pause")
        assert (await remembered(bench, READER)).paused_until is None
        assert list(page.buttons)[:3] == ["Selama 1 jam", "Sampai besok 07.00 WIB", "Sampai saya minta lanjut"]
        await press(bench, READER, page, "Sampai saya minta lanjut")
        assert page.text.startswith("Dijeda sampai Anda mengirim /lanjut.")
        assert (await remembered(bench, READER)).paused_until == UNTIL_RESUMED
        assert bench.audience_changes == 0
        answer = await say(bench, READER, "/lanjut")
        assert answer.text == "Baik, saya lanjutkan. Sementara itu ada 1 artikel; Anda menerimanya sebagai ringkasan."
        assert bench.audience_changes == 1
        assert (await say(bench, READER, "/resume")).text == "Saya tidak sedang dijeda."
        await press(bench, READER, page, "Lanjutkan sekarang")
        assert page.text.endswith("Kabar dikirim begitu ada.")
    until = (await remembered(bench, READER)).paused_until
    assert until is not None
    assert until <= bench.clock.now()
    assert [code for code, _ in await noted(bench)] == ["paused", "resumed"]


async def test_a_pause_is_ended_on_the_card(bench: Bench) -> None:
    await let_in(bench, Chat(str(READER), language=Language("id"), approved=True, paused_until=UNTIL_RESUMED))
    async with bench.running():
        card = await say(bench, READER, "/settings")
        assert card.text.endswith("Dijeda sampai Anda mengirim /lanjut.")
        await press(bench, READER, card, "Lanjutkan sekarang")
    assert card.text.endswith("Kabar dikirim begitu ada.")
    assert "Jeda" in card.buttons
    assert bench.audience_changes == 1


async def test_changes_are_written_down(bench: Bench) -> None:
    await let_in(bench)
    async with bench.running():
        for command in ("/quiet 22-6", "/quiet 22-6", "/language en", "/digest 7 18", "/pause 1 jam"):
            await say(bench, READER, command)
        page = await say(bench, READER, "/settings")
        await press(bench, READER, page, "Time zone", "WIT")
    assert await noted(bench) == [
        ("settings-changed", {"what": "quiet", "to": "22:00–06:00"}),
        ("settings-changed", {"what": "language", "to": "en"}),
        ("settings-changed", {"what": "digest", "to": "07:00, 18:00"}),
        ("paused", {"until": (await remembered(bench, READER)).paused_until.isoformat()}),  # type: ignore[union-attr]
        ("settings-changed", {"what": "zone", "to": "Asia/Jayapura"}),
    ]
    async with bench.store.read() as unit:
        (latest, *_) = await unit.changes.latest(1)
    assert latest == Change(latest.at, str(READER), READER, "Sari", latest.code, latest.values)


async def test_in_a_group_members_look_and_editors_change(bench: Bench) -> None:
    await group(bench)
    async with bench.running():
        looked = await say(bench, MEMBER, "/settings", GROUP)
        assert looked.text.startswith("Pengaturan obrolan ini")
        assert looked.buttons == {}
        also = await say(bench, MEMBER, "/quiet", GROUP)
        assert (also.text, also.buttons) == (looked.text, {})
        for command in ("/quiet 22-6", "/pause 1h", "/language en", "/resume"):
            refused = await say(bench, MEMBER, command, GROUP)
            assert refused.text.startswith("Hanya editor obrolan ini")
        card = await say(bench, EDITOR, "/settings", GROUP)
        await press(bench, MEMBER, card, "✓ Catatan mingguan", "Jeda")
        assert bench.api.toasts()[-1].is_alert
        assert bench.api.toasts()[-1].text.startswith("Hanya editor obrolan ini")
        assert (await remembered(bench, GROUP)).preferences == Preferences()
        await press(bench, EDITOR, card, "✓ Catatan mingguan")
    assert (await remembered(bench, GROUP)).preferences == Preferences(weekly=False)
    assert (await remembered(bench, GROUP)).paused_until is None


async def test_in_a_group_the_answer_is_a_reply(bench: Bench) -> None:
    await group(bench)
    async with bench.running():
        page = await say(bench, EDITOR, "/quiet", GROUP)
        await press(bench, EDITOR, page, "Jam lain…")
        assert page.text.endswith("Tulis sebagai balasan untuk pesan ini.")
        bench.api.user_sends(EDITOR, "20-5", GROUP)  # said to the others
        bench.api.user_sends(MEMBER, "1-2", GROUP, replies_to=page)
        await bench.handled()
        assert (await remembered(bench, GROUP)).preferences.quiet is None
        bench.api.user_sends(EDITOR, "20-5", GROUP, replies_to=page)
        await bench.handled()
    assert (await remembered(bench, GROUP)).preferences.quiet == QuietHours(time(20), time(5))


@pytest.mark.parametrize(
    "data",
    [
        "sc:c:language:xx",
        "sc:c:zone:Asia/Atlantis",
        "sc:c:zone:../../etc/passwd",
        "sc:c:reads:zz9",
        "sc:c:quiet:2500-0600",
        "sc:c:quiet:2200-2200",
        "sc:c:quiet:２２００-0600",
        "sc:c:digest:+9999",
        "sc:c:digest:0100-0200-0300-0400-0500-0600-0700-0800-0900",
        "sc:c:weekly:maybe",
        "sc:c:picture:sideways",
        "sc:c:pause:-5",
        "sc:c:pause:999999",
        "sc:c:pause:0",
        "sc:c:card:x",
        "sc:c:done:x",
        "so:c:weekly",
        "sc:n:weekly:on",
        "sc:n:zone:Asia/Tokyo",
        "sc",
        "sc:::",
    ],
)
async def test_made_up_values_are_refused(bench: Bench, data: str) -> None:
    await let_in(bench)
    async with bench.running():
        card = await say(bench, READER, "/settings")
        before = await remembered(bench, READER), card.text
        await press(bench, READER, card, data, forged=True)
        assert (await remembered(bench, READER), card.text) == before
    assert bench.api.toasts()[-1].text.startswith("Tombol ini sudah tidak berlaku.")


async def test_an_answer_that_cannot_be_confirmed_now_is_still_the_answer_later(bench: Bench) -> None:
    await let_in(bench)
    async with bench.serving():
        page = await say(bench, READER, "/quiet")
        await press(bench, READER, page, "Jam lain…")
        bench.api.too_many_requests(retry_after=1)
        answer = await say(bench, READER, "20-5")
    assert "✓ 20.00–05.00" in answer.buttons
    assert len(bench.api.messages(READER)) == 1


async def test_a_forged_press_counts_for_the_chat_it_is_made_in_and_no_other(bench: Bench) -> None:
    """Somebody presses a made-up button in a chat where they are no editor, though they are one elsewhere."""
    await group(bench)
    await let_in(bench)
    async with bench.running():
        card = await say(bench, EDITOR, "/settings", GROUP)
        await press(bench, READER, card, "sc:c:pause:open", forged=True)
        await press(bench, READER, card, "sc:n:weekly:off", forged=True)
        mine = await say(bench, READER, "/settings")
        await press(bench, OTHER, mine, "sc:c:pause:open", forged=True)
    assert (await remembered(bench, GROUP)).paused_until is None
    assert (await remembered(bench, GROUP)).preferences == Preferences()
    assert await remembered(bench, READER) == Chat(str(READER), title="Sari", approved=True, language=Language("id"))
    assert [toast.text[:22] for toast in bench.api.toasts()] == ["Hanya editor obrolan i"] * 3


async def test_strangers_learn_nothing(bench: Bench) -> None:
    async with bench.running():
        answer = await say(bench, OTHER, "/settings")
    assert answer.text.startswith("Bot ini pribadi.")


async def test_the_weekly_note_is_stopped_by_its_button(bench: Bench) -> None:
    await let_in(bench)
    bench.api.add_chat(READER)
    notice = a_notice("weekly", articles="10", sources="2", alerts="0", watches="")
    await bench.messenger.send(
        replace(a_delivery(notice, to=str(READER)), kind=DeliveryKind.NOTICE), await remembered(bench, READER)
    )
    (note,) = bench.api.messages(READER)
    text = note.text
    async with bench.running():
        await press(bench, READER, note, "Hentikan catatan ini")
    assert (await remembered(bench, READER)).preferences == Preferences(weekly=False)
    assert note.buttons == {}
    assert note.text == text
    assert bench.api.toasts()[-1].text == "Catatan mingguan dihentikan. Aktifkan lagi lewat /pengaturan."


async def test_an_alert_looks_as_the_chat_has_chosen(bench: Bench) -> None:
    bench.api.add_chat(READER)
    messenger = bench.messenger
    for chosen in (
        Preferences(),
        Preferences(preview=Preview.ABOVE, reads=(Language("en"),)),
        Preferences(preview=Preview.NONE, reads=(Language("id"), Language("ja"))),
    ):
        chat = Chat(str(READER), language=Language("id"), preferences=chosen)
        await messenger.send(a_delivery(an_alert(), to=str(READER)), chat)
    below, above, none = bench.api.messages(READER)
    link = "https://news.example/nato"
    assert below.preview == {"url": link, "prefer_large_media": True}
    assert above.preview == {"url": link, "prefer_large_media": True, "show_above_text": True}
    assert none.preview == {"is_disabled": True}
    assert ["bahasa Inggris" in message.text for message in (below, above, none)] == [True, False, True]


async def test_admins_of_the_files_choose_for_a_chat_that_is_not_remembered(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    async with bench.running():
        card = await say(bench, ADMIN, "/settings")
        await press(bench, ADMIN, card, "Zona waktu", "WITA")
    assert (await remembered(bench, ADMIN)).timezone == "Asia/Makassar"
