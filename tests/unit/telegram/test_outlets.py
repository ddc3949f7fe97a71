"""/outlets: whose version of a story a chat would rather read, by buttons, by command and in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.model import (
    AlertId,
    ArticleId,
    Chat,
    DeliveryKind,
    DeliveryState,
    Destination,
    Editor,
    Language,
    NewDelivery,
    Preferences,
    Version,
)
from bot.telegram.buttons import mark
from tests.fakes.bot_api import FakeMessage
from tests.fakes.deliveries import NOW, a_delivery, an_alert
from tests.unit.telegram.conftest import ADMIN, Bench
from tests.unit.telegram.talking import noted, press, remembered, say

READER, MEMBER, EDITOR = 1001, 1002, 1003
GROUP = -1001234567890
OTHERS = ["Tulis sendiri…", "✓ Tanpa pilihan", "« Semua pengaturan"]
HOSTILE = (
    "<b>&amp;</i>\u202e\u2066{name}%s\x00\n:x",
    "Antara " + "panjang " * 60,
    "W" * 5000,
    "🔥👨‍👩‍👧‍👦",
    "\u200b\u2060",
    "",
)


async def let_in(bench: Bench, *outlets: str) -> None:
    preferences = Preferences(outlets=outlets)
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(READER), approved=True, language=Language("id"), preferences=preferences))


async def told(bench: Bench, *sources: str, chat: int = READER, at: datetime = NOW) -> None:
    """An alert reached the chat; the first outlet led it, the others had the story too."""
    async with bench.store.write() as unit:
        number = len(await unit.outbox.told(NOW - timedelta(days=99)))
        also = tuple(Version(ArticleId(one), one, None, one, Language("id")) for one in sources[1:])
        alert = replace(an_alert(source=sources[0]), id=AlertId(f"a:{number}"), also=also)
        new = NewDelivery(Destination(str(chat)), DeliveryKind.NEW, alert, state=DeliveryState.FOLDED)
        await unit.outbox.add([new], at)


async def outlets_of(bench: Bench, chat: int = READER) -> tuple[str, ...]:
    return (await remembered(bench, chat)).preferences.outlets


def signs(page: FakeMessage) -> list[str]:
    return list(page.buttons)


async def test_who_told_the_chat_most_lately_is_offered_first(bench: Bench) -> None:
    await let_in(bench)
    for _ in range(2):
        await told(bench, "Tempo", "BBC News")
    await told(bench, "BBC News")
    await told(bench, "Lama", at=NOW - timedelta(days=31))
    await told(bench, "Rahasia", chat=GROUP)
    async with bench.running():
        page = await say(bench, READER, "/media")
    assert page.text == (
        "Media mana yang Anda utamakan?\n"
        "Jika beberapa media memberitakan hal yang sama, versi media inilah yang ditampilkan dan disebut lebih dulu.\n"
        "Media yang diutamakan: tidak ada"
    )
    assert signs(page) == ["BBC News", "Tempo", *OTHERS]


async def test_an_admin_too_is_offered_what_this_chat_was_told(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    await let_in(bench)
    await told(bench, "Tempo")
    async with bench.running():
        page = await say(bench, ADMIN, "/outlets")
    assert signs(page) == OTHERS


async def test_at_most_eight_are_offered(bench: Bench) -> None:
    await let_in(bench)
    await told(bench, *(f"Warta {n:02}" for n in range(12)))
    async with bench.running():
        page = await say(bench, READER, "/outlets")
        assert signs(page) == [*(f"Warta {n:02}" for n in range(8)), *OTHERS]
        await press(bench, READER, page, "Warta 03")
    assert signs(page)[0] == "✓ 1. Warta 03"
    assert "Warta 08" in signs(page)


async def test_buttons_take_outlets_in_order_and_leave_them(bench: Bench) -> None:
    await let_in(bench)
    await told(bench, "Tempo", "BBC News", "Antara")
    async with bench.running():
        card = await say(bench, READER, "/settings")
        await press(bench, READER, card, "Media", "Tempo", "Antara")
        assert await outlets_of(bench) == ("Tempo", "Antara")
        assert signs(card)[:3] == ["✓ 1. Tempo", "✓ 2. Antara", "BBC News"]
        assert card.text.endswith("Media yang diutamakan: Tempo, Antara")
        await press(bench, READER, card, "✓ 1. Tempo")
        assert signs(card)[:3] == ["✓ 1. Antara", "BBC News", "Tempo"]
        await press(bench, READER, card, "Tanpa pilihan")
    assert await outlets_of(bench) == ()
    assert signs(card) == ["Antara", "BBC News", "Tempo", *OTHERS]
    assert await noted(bench) == [
        ("settings-changed", {"what": "outlets", "to": to}) for to in ("Tempo", "Tempo, Antara", "Antara", "off")
    ]


async def test_what_a_chosen_name_covers_is_not_offered_again(bench: Bench) -> None:
    await let_in(bench, "BBC")
    await told(bench, "BBC News", "Tempo")
    async with bench.running():
        page = await say(bench, READER, "/outlets")
    assert signs(page)[:2] == ["✓ 1. BBC", "Tempo"]


async def test_ten_are_enough(bench: Bench) -> None:
    ten = tuple(f"Warta {n}" for n in range(10))
    await let_in(bench, *ten)
    await told(bench, "Tempo")
    async with bench.running():
        page = await say(bench, READER, "/outlets")
        assert "Tempo" not in page.buttons
        await press(bench, READER, page, f"sc:c:outlets:+{mark('Tempo')}", forged=True)
    assert await outlets_of(bench) == ten


@pytest.mark.parametrize(
    ("command", "outlets"),
    [
        ("/outlets BBC, Antara", ("BBC", "Antara")),
        ("/media Crónica del Puerto; bbc, BBC", ("Crónica del Puerto", "bbc")),
        ("/media mati", ()),
        ("/outlets none", ()),
    ],
)
async def test_outlets_by_command(bench: Bench, command: str, outlets: tuple[str, ...]) -> None:
    await let_in(bench, "Tempo")
    async with bench.running():
        page = await say(bench, READER, command)
    assert await outlets_of(bench) == outlets
    assert page.text.endswith(f"Media yang diutamakan: {', '.join(outlets) or 'tidak ada'}")


async def test_names_that_cannot_be_read_change_nothing_and_show_how(bench: Bench) -> None:
    await let_in(bench, "Tempo")
    async with bench.running():
        answer = await say(bench, READER, "/outlets 🔥, (((")
    assert answer.text.startswith("Saya tidak paham “🔥, (((”. Tulis seperti ini: /media BBC, Antara")
    assert "✓ 1. Tempo" in answer.buttons
    assert await outlets_of(bench) == ("Tempo",)
    assert await noted(bench) == []


async def test_outlets_are_written_as_an_answer(bench: Bench) -> None:
    await let_in(bench)
    async with bench.running():
        page = await say(bench, READER, "/outlets")
        await press(bench, READER, page, "Tulis sendiri…")
        assert page.text == (
            "Media mana yang Anda utamakan? Tulis paling banyak 10, yang paling disukai lebih dulu, "
            "dipisahkan koma, misalnya: BBC, Antara"
        )
        again = await say(bench, READER, "???")
        assert again.text.startswith("Saya tidak menemukan nama media di situ.\nMedia mana yang Anda utamakan?")
        answer = await say(bench, READER, "Antara, <b>BBC</b> News, \u202eTempo")
    assert await outlets_of(bench) == ("Antara", "<b>BBC</b> News", "Tempo")
    assert answer.text.endswith("Media yang diutamakan: Antara, <b>BBC</b> News, Tempo")
    assert len(bench.api.messages(READER)) == 1


async def test_outlets_of_any_name_are_shown_and_chosen(bench: Bench) -> None:
    await let_in(bench)
    await told(bench, *HOSTILE)
    async with bench.running():
        page = await say(bench, READER, "/outlets")
        assert signs(page) == ["<b>&amp;</i>{name}%s :x", "Antara panjang panjang panjang panjang…", *OTHERS]
        await press(bench, READER, page, *signs(page)[:2])
    marked, long = await outlets_of(bench)
    assert marked == "<b>&amp;</i>{name}%s :x"
    assert len(long) <= 60
    assert signs(page)[:2] == ["✓ 1. <b>&amp;</i>{name}%s :x", "✓ 2. Antara panjang panjang panjang panjang…"]


@pytest.mark.parametrize(
    "value",
    [
        "+",
        "-",
        "on",
        "BBC",
        "+BBC",
        "=BBC",
        f"+{mark('BBC')}",
        f"+{mark('Rahasia')}",
        f"+{mark('Tempo').upper()}",
        f"+{mark('Tempo')}0",
        "+٣٣٣٣٣٣٣٣٣٣",
        "+\x00\u202e",
    ],
)
async def test_a_button_names_nobody_who_did_not_tell_this_chat(bench: Bench, value: str) -> None:
    await let_in(bench, "Antara")
    await told(bench, "Tempo")
    await told(bench, "Rahasia", chat=GROUP)
    async with bench.running():
        page = await say(bench, READER, "/outlets")
        before = page.text, signs(page)
        await press(bench, READER, page, f"sc:c:outlets:{value}", forged=True)
        assert (page.text, signs(page)) == before
    assert await outlets_of(bench) == ("Antara",)
    assert bench.api.toasts()[-1].text.startswith("Tombol ini sudah tidak berlaku.")


async def test_an_old_button_means_what_it_meant_or_nothing(bench: Bench) -> None:
    await let_in(bench)
    await told(bench, "Tempo", "BBC News")
    async with bench.running():
        page = await say(bench, READER, "/outlets")
        take = page.buttons["Tempo"]
        await press(bench, READER, page, "Tempo")
        leave = page.buttons["✓ 1. Tempo"]
        await press(bench, READER, page, take, forged=True)
        assert await outlets_of(bench) == ("Tempo",)
        await press(bench, READER, page, leave, leave, forged=True)
        assert await outlets_of(bench) == ()
        bench.clock.moment += timedelta(days=31)
        await press(bench, READER, page, take, forged=True)
    assert await outlets_of(bench) == ()
    assert bench.api.toasts()[-1].text.startswith("Tombol ini sudah tidak berlaku.")


async def test_in_a_group_members_look_and_editors_choose(bench: Bench) -> None:
    bench.api.add_chat(GROUP, "supergroup", "Redaksi")
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(GROUP), "supergroup", "Redaksi", approved=True))
        await unit.chats.add_editor(str(GROUP), Editor(EDITOR, "Eko"), NOW)
    await told(bench, "Tempo", chat=GROUP)
    async with bench.running():
        looked = await say(bench, MEMBER, "/outlets", GROUP)
        assert looked.buttons == {}
        assert "Media yang diutamakan: tidak ada" in looked.text
        assert (await say(bench, MEMBER, "/outlets BBC", GROUP)).text.startswith("Hanya editor obrolan ini")
        page = await say(bench, EDITOR, "/outlets", GROUP)
        await press(bench, MEMBER, page, "Tempo")
        assert await outlets_of(bench, GROUP) == ()
        await press(bench, EDITOR, page, "Tempo", "Tulis sendiri…")
        bench.api.user_sends(EDITOR, "Antara, Tempo", GROUP, replies_to=page)
        await bench.handled()
    assert await outlets_of(bench, GROUP) == ("Antara", "Tempo")


async def test_what_is_chosen_names_that_outlet_first(bench: Bench) -> None:
    await let_in(bench)
    story = replace(
        an_alert(source="Tempo", language="id"),
        also=tuple(
            Version(ArticleId(one), one, f"https://{one.lower()}.example/", one, Language("id"))
            for one in ("Detik", "Antara")
        ),
    )
    async with bench.running():
        await say(bench, READER, "/media antara")
        for chat in (Chat(str(READER), language=Language("id")), await remembered(bench, READER)):
            await bench.messenger.send(a_delivery(story, to=str(READER)), chat)
    before, after = (message.text for message in bench.api.messages(READER)[-2:])
    assert before.index("Detik") < before.index("Antara")
    assert after.index("Antara") < after.index("Detik")
