"""Making a watch in a chat: a link, a forward, a document, a text, words; changed by buttons; saved or not."""

from __future__ import annotations

from datetime import timedelta

from bot.model import Article, ArticleId, Delivering, Destination, FeedId, Language, SensitivityName, Topic
from tests.fakes.bot_api import FakeMessage
from tests.fakes.deliveries import NOW
from tests.fakes.feed_server import Answer
from tests.unit.telegram.conftest import ADMIN, Bench

GROUP = -1001234567890
MEMBER = 777
URL = "https://kompas.example/gempa-cianjur"
TITLE = "Gempa Cianjur Merusak Ribuan Rumah"
TEXT = (
    "Gempa bumi berkekuatan 5,6 mengguncang Cianjur, Jawa Barat, pada hari Senin dan merusak ribuan rumah warga. "
    "Badan Nasional Penanggulangan Bencana mencatat sedikitnya 162 orang meninggal dunia dan ratusan orang lainnya "
    "luka-luka. Gubernur Ridwan Kamil mengunjungi para korban yang dirawat di rumah sakit Sayang Cianjur. Presiden "
    "meminta bantuan segera dikirim ke daerah yang terputus karena longsor."
)
PAGE = f"<html lang=id><head><title>{TITLE}</title></head><body><article><h1>{TITLE}</h1><p>{TEXT}</p></article></body>"


def page(body: str = PAGE, status: int = 200) -> Answer:
    return Answer(body.encode(), status=status, headers={"content-type": "text/html; charset=utf-8"})


async def archive(bench: Bench, *titles: str) -> None:
    articles = [
        Article(
            ArticleId(f"old-{number}"),
            title,
            f"{title}. " + TEXT if "Cianjur" in title else "Harga beras naik di pasar induk Cipinang hari ini.",
            Language("id"),
            published_at=NOW - timedelta(hours=number + 1),
            first_seen_at=NOW - timedelta(hours=number + 1),
            feed_id=FeedId("antara"),
            link=f"https://antara.example/{number}",
            source="Antara",
        )
        for number, title in enumerate(titles)
    ]
    async with bench.store.write() as unit:
        await unit.articles.add(articles)


async def made(bench: Bench) -> tuple[Topic, ...]:
    async with bench.store.read() as unit:
        return await unit.topics.added()


async def card_of(bench: Bench, chat: int = ADMIN) -> FakeMessage:
    """The newest message with a button that saves."""
    await bench.until(lambda: any("Simpan" in m.buttons or "Save" in m.buttons for m in bench.api.messages(chat)))
    await bench.handled()
    return next(m for m in reversed(bench.api.messages(chat)) if "Simpan" in m.buttons or "Save" in m.buttons)


async def test_a_bare_link_becomes_a_draft_with_its_outlook_and_only_save_watches_it(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    bench.fetcher.answers[URL] = page()
    await archive(bench, "Gempa Cianjur: Korban Bertambah", "Harga beras")
    async with bench.running():
        bench.api.user_sends(ADMIN, URL)
        card = await card_of(bench)
        assert card.edits == 1  # it said "reading" first
        assert card.text.startswith(f"Pantauan baru: {TITLE}\n• “{TITLE}” · bahasa Indonesia\nKata kunci: ")
        assert "Cianjur" in card.text.split("\n")[2]
        assert "Dalam 2 jam terakhir: 1 kabar." in card.text
        assert "• Gempa Cianjur: Korban Bertambah — Antara · " in card.text
        assert card.links == ("https://antara.example/0",)
        assert card.text.endswith("Belum disimpan.")
        assert list(card.buttons) == [
            "Ketat", "✓ Seimbang", "Longgar", "✓ Langsung", "Ringkasan", "Mendesak", "Sumber: semua",
            "+ Contoh", "Ganti nama", "Simpan", "Batal",
        ]  # fmt: skip
        assert await made(bench) == ()

        bench.api.user_presses(ADMIN, card, "Simpan")
        await bench.handled()
    (topic,) = await made(bench)
    assert (topic.id, topic.name, topic.owner) == ("gempa-cianjur-merusak-ribuan-rumah", TITLE, f"chat:{ADMIN}")
    assert topic.destinations == (Destination(str(ADMIN)),)
    assert topic.examples[0].origin == URL
    assert bench.topic_changes == 1
    assert bench.api.messages(ADMIN)[-1].text.startswith(f"Tersimpan: saya memantau “{TITLE}” untuk Anda.")
    assert bench.api.messages(ADMIN)[-1].buttons == {}
    async with bench.store.read() as unit:
        (change,) = await unit.changes.latest(10)
    assert (change.code, change.values["topic"], change.user_id) == ("topic-made", TITLE, ADMIN)


async def test_cancel_leaves_nothing_and_the_old_buttons_say_so(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    async with bench.running():
        bench.api.user_sends(ADMIN, "/watch gempa Cianjur", language_code="en")
        card = await card_of(bench)
        assert "Query: gempa Cianjur" in card.text
        assert "Strict" not in " ".join(card.buttons)  # a query is exact
        save = card.buttons["Save"]
        bench.api.user_presses(ADMIN, card, "Cancel")
        await bench.handled()
        bench.api.user_presses(ADMIN, card, save, forged=True)
        await bench.handled()
    assert bench.api.messages(ADMIN)[-1].text == "All right, I don't watch that."
    assert [toast.text for toast in bench.api.toasts()] == [
        "",
        "This draft is no longer there. Begin again with /watch.",
    ]
    assert await made(bench) == ()


async def test_the_buttons_of_a_draft_change_it(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    async with bench.running():
        bench.api.user_sends(ADMIN, TEXT, forwarded=True)
        card = await card_of(bench)
        for button in ("Ketat", "Ringkasan", "Sumber: semua"):
            bench.api.user_presses(ADMIN, await current(bench, card), button)
            await bench.handled()
        chosen = await current(bench, card)
        assert list(chosen.buttons) == ["✓ Semua sumber", "id", "Selesai"]
        bench.api.user_presses(ADMIN, chosen, "id")
        await bench.handled()
        bench.api.user_presses(ADMIN, await current(bench, card), "Selesai")
        await bench.handled()
        chosen = await current(bench, card)
        assert {"✓ Ketat", "✓ Ringkasan", "Sumber: id"} <= set(chosen.buttons)
        bench.api.user_presses(ADMIN, chosen, "Simpan")
        await bench.handled()
    (topic,) = await made(bench)
    assert (topic.sensitivity, topic.delivering, topic.feeds) == (SensitivityName.STRICT, Delivering.DIGEST, ("id",))
    assert topic.name.startswith("Gempa bumi berkekuatan 5,6")
    assert len(bench.api.messages(ADMIN)) == 1


async def current(bench: Bench, message: FakeMessage) -> FakeMessage:
    return next(m for m in bench.api.messages(message.chat_id) if m.message_id == message.message_id)


async def test_more_examples_and_another_name(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    bench.fetcher.answers[URL] = page()
    async with bench.running():
        bench.api.user_sends(ADMIN, URL)
        bench.api.user_presses(ADMIN, await card_of(bench), "+ Contoh")
        await bench.handled()
        bench.api.user_sends(ADMIN, "", document=("lagi.txt", f"Korban gempa mengungsi\n\n{TEXT}".encode()))
        await bench.handled()
        card = await card_of(bench)
        assert card.text.count("• “") == 2
        bench.api.user_presses(ADMIN, card, "Ganti nama")
        await bench.handled()
        bench.api.user_sends(ADMIN, "Gempa <Cianjur>")
        await bench.handled()
        card = await card_of(bench)
        assert card.text.startswith("Pantauan baru: Gempa <Cianjur>\n")
        bench.api.user_presses(ADMIN, card, "Simpan")
        await bench.handled()
    (topic,) = await made(bench)
    assert topic.name == "Gempa <Cianjur>"
    assert [example.origin for example in topic.examples] == [URL, "lagi.txt"]
    assert sum("Simpan" in message.buttons for message in bench.api.messages(ADMIN)) == 0


async def test_a_page_that_may_not_be_read_is_asked_for_as_text(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    bench.fetcher.answers[URL] = page(status=403)
    async with bench.running():
        bench.api.user_sends(ADMIN, URL)
        await bench.handled()
        (said,) = bench.api.messages(ADMIN)
        assert said.text == (
            "kompas.example tidak mengizinkan saya membaca halaman ini.\nTempel teksnya, atau teruskan pesannya."
        )
        bench.api.user_sends(ADMIN, "Gempa Cianjur merusak rumah.")  # short, but an answer
        card = await card_of(bench)
    assert "Gempa Cianjur merusak rumah." in card.text


async def test_what_cannot_be_read_is_said_with_the_reason(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    bench.fetcher.answers["https://mati.example/x"] = None
    said = {
        "https://tidak.example/ada": "tidak.example says that there is no such page.",
        "https://mati.example/x": "mati.example does not answer just now.",
    }
    async with bench.running():
        for number, (url, expected) in enumerate(said.items(), start=1):
            bench.api.user_sends(ADMIN, f"/watch {url}", language_code="en")
            await bench.handled()
            assert bench.api.messages(ADMIN)[number - 1].text.startswith(expected)
        bench.api.user_sends(ADMIN, "", document=("laporan.pdf", b"%PDF-1.7"), language_code="en")
        await bench.handled()
    assert bench.api.messages(ADMIN)[-1].text == (
        "I can't read a file of this kind: laporan.pdf.\nSend it as a .txt or .html file, or paste its text."
    )


async def test_watch_alone_asks_and_takes_the_answer(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    async with bench.running():
        bench.api.user_sends(ADMIN, "/pantau")
        await bench.handled()
        assert bench.api.messages(ADMIN)[0].text.startswith("Apa yang perlu saya pantau untuk Anda?")
        bench.api.user_sends(ADMIN, '"pasukan Korut" OR gempa')
        card = await card_of(bench)
        assert 'Kueri: "pasukan Korut" OR gempa' in card.text
        bench.api.user_sends(ADMIN, "halo")  # answered already: a few words are no watch
        await bench.handled()
    assert bench.api.messages(ADMIN)[-1].text.startswith("Maaf, saya tidak paham.")


async def test_a_query_that_cannot_be_read_is_told_with_the_place(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    async with bench.running():
        bench.api.user_sends(ADMIN, "/watch gempa Cianjur OR banjir", language_code="en")
        await bench.handled()
    (said,) = bench.api.messages(ADMIN)
    assert said.text.startswith("I can't read this query yet: words side by side (AND) and OR are mixed")
    assert "(gempa Cianjur) OR banjir" in said.text or "gempa (Cianjur OR banjir)" in said.text


async def test_a_query_that_says_something_else_than_it_seems_is_remarked_on(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    async with bench.running():
        bench.api.user_sends(ADMIN, "/watch gempa or PAN")
        card = await card_of(bench)
        bench.api.user_sends(ADMIN, "/watch gempa OR (banjir")
        await bench.handled()
    assert (
        "Kueri: gempa or PAN\nDibaca sebagai: gempa OR PAN\n"
        "Hanya dicari dengan huruf besar: PAN. Kalau ditulis dengan huruf kecil, keduanya ditemukan.\n"
        "Catatan: “or” (karakter ke-7) dibaca sebagai OR; beri tanda kutip kalau maksudnya kata itu."
    ) in card.text
    assert bench.api.messages(ADMIN)[-1].text == (
        "Kueri ini belum bisa saya baca: tanda kurung ini tidak pernah ditutup.\nDi karakter ke-10: gempa OR ▸(banjir"
    )


async def test_a_reply_to_a_message_in_a_group_watches_it_for_the_group(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    shown = {"message_id": 5, "date": 1, "chat": {"id": GROUP, "type": "supergroup", "title": "Redaksi"}, "text": TEXT}
    async with bench.running():
        bench.api.user_sends(
            ADMIN, "/watch", GROUP, chat_type="supergroup", title="Redaksi", thread=7, extra={"reply_to_message": shown}
        )
        card = await card_of(bench, GROUP)
        assert card.thread == 7
        bench.api.user_presses(ADMIN, card, "Simpan")
        await bench.handled()
    (topic,) = await made(bench)
    assert topic.destinations == (Destination(str(GROUP), 7),)


async def test_only_editors_make_watches_in_a_group_and_only_of_their_own_group(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    bench.topics.append(Topic(Topic.__name__.lower(), "Lama", query="x", destinations=(Destination(str(GROUP)),)))  # type: ignore[arg-type]
    async with bench.running():
        bench.api.user_sends(MEMBER, "/watch gempa", GROUP, chat_type="supergroup", title="Redaksi")
        await bench.handled()
        (refusal,) = bench.api.messages(GROUP)
        assert refusal.text.startswith("Hanya editor obrolan ini yang boleh melakukannya.")

        bench.api.user_sends(ADMIN, "/watch gempa")
        card = await card_of(bench)
        save = card.buttons["Simpan"]
        for data in (save, "dk:999", "dk:", "dk", "dk:1:2:3", "dv:1:nonsense"):
            bench.api.user_presses(MEMBER, refusal, data, forged=True)
        await bench.handled()
        assert await made(bench) == ()
        bench.api.user_presses(ADMIN, refusal, save, forged=True)  # an editor of the group, but another chat's draft
        await bench.handled()
    assert await made(bench) == ()
    assert bench.api.unanswered_presses() == 0


async def test_a_draft_survives_a_restart(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    async with bench.running():
        bench.api.user_sends(ADMIN, "/watch gempa")
        card = await card_of(bench)
    async with bench.running():
        bench.api.user_presses(ADMIN, card, "Simpan")
        await bench.handled()
    assert [topic.query for topic in await made(bench)] == ["gempa"]


async def test_names_and_ids_are_given_once(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    async with bench.running():
        for _ in range(2):
            bench.api.user_sends(ADMIN, "/watch 地震")
            bench.api.user_presses(ADMIN, await card_of(bench), "Simpan")
            await bench.handled()
    first, second = await made(bench)
    assert (first.name, second.name) == ("地震", "地震 2")
    assert second.id == f"{first.id}-2"


async def test_a_card_that_somebody_deleted_comes_again(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    async with bench.running():
        bench.api.user_sends(ADMIN, TEXT, forwarded=True)
        card = await card_of(bench)
        bench.api.delete_message(card)
        bench.api.user_presses(ADMIN, card, "Longgar")
        await bench.handled()
        again = await card_of(bench)
    assert again.message_id != card.message_id
    assert "✓ Longgar" in again.buttons
