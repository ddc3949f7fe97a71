"""/feeds in the chat: what is read and how it is doing, adding by address and by list, removing, exporting."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.feeds.opml import read_opml
from bot.model import Article, ArticleId, Change, Chat, ChatKind, Editor, Feed, FeedId, FeedState, Language
from bot.usecases.subscribe import MOST_OF_CHAT
from tests.fakes.bot_api import FakeMessage
from tests.fakes.deliveries import NOW
from tests.fakes.feed_server import Answer
from tests.fakes.feeds import Item, rss
from tests.unit.telegram.conftest import ADMIN, Bench

MEMBER, EDITOR, OTHER = 51, 52, 53
GROUP = -1001234567890
RSS = {"content-type": "application/rss+xml"}
HTML = {"content-type": "text/html"}
OPML = b"""<opml version="2.0"><body>
<outline text="Berita"><outline text="Antara" xmlUrl="https://antara.example/rss"/>
<outline text="Tempo" xmlUrl="https://tempo.example/rss"/></outline>
<outline text="NHK" xmlUrl="https://nhk.example/rss"/>
</body></opml>"""


async def let_in(bench: Bench, *chats: int, editors: tuple[int, ...] = ()) -> None:
    """Private chats of people, and the group with its editors."""
    async with bench.store.write() as unit:
        for chat in chats:
            kind: ChatKind = "supergroup" if chat < 0 else "private"
            await unit.chats.save(Chat(str(chat), kind, "Redaksi" if chat < 0 else "", Language("id"), approved=True))
        for user in editors:
            await unit.chats.add_editor(str(GROUP), Editor(user, "Sari"), NOW)


async def add(bench: Bench, *feeds: Feed) -> None:
    async with bench.store.write() as unit:
        for feed in feeds:
            await unit.feeds.add(feed, NOW)


async def added(bench: Bench) -> list[Feed]:
    async with bench.store.read() as unit:
        return list(await unit.feeds.added())


async def changes(bench: Bench) -> list[tuple[str, dict[str, str]]]:
    async with bench.store.read() as unit:
        found: tuple[Change, ...] = await unit.changes.latest(10)
    return [(change.code, dict(change.values)) for change in found]


async def state(bench: Bench, *states: FeedState) -> None:
    async with bench.store.write() as unit:
        for one in states:
            await unit.feeds.save_state(one)


def a_feed(name: str, owner: int | None = None, url: str = "") -> Feed:
    return Feed(
        FeedId(name),
        url or f"https://{name}.example/rss",
        title=name.title(),
        owner="command" if owner is None else f"chat:{owner}",
    )


async def press(bench: Bench, user: int, message: FakeMessage, button: str, *, forged: bool = False) -> str:
    """Press, and what is said over the chat."""
    before = len(bench.api.toasts())
    bench.api.user_presses(user, message, button, forged=forged)
    await bench.handled()
    await bench.until(lambda: len(bench.api.toasts()) > before)
    return bench.api.toasts()[-1].text


async def say(bench: Bench, user: int, text: str, chat: int | None = None, **more: object) -> FakeMessage:
    """The last message after it was handled."""
    chat_type = "supergroup" if chat is not None and chat < 0 else "private"
    bench.api.user_sends(user, text, chat, chat_type=chat_type, **more)  # type: ignore[arg-type]
    await bench.handled()
    return bench.api.messages(user if chat is None else chat)[-1]


# --- the list and the cards ------------------------------------------------------------------


async def test_the_list_tells_how_each_source_is_doing_failing_ones_first(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    await add(bench, a_feed("tempo"), a_feed("lama"))
    await state(
        bench,
        FeedState(FeedId("antara"), NOW, succeeded_at=NOW - timedelta(minutes=3)),
        FeedState(FeedId("bbc"), NOW, succeeded_at=NOW - timedelta(hours=2), failures=3, error="bbc.example is down"),
        FeedState(FeedId("lama"), NOW, gone=True, error="gone"),
    )
    async with bench.running():
        answer = await say(bench, ADMIN, "/feeds")
        english = await say(bench, ADMIN, "/sumber", language_code="en")
    assert answer.text == (
        "4 sumber, 2 di antaranya sedang tidak bisa dibaca\n"
        "1. bbc — gagal dibaca sejak 2 jam lalu: bbc.example is down\n"
        "2. Lama — sudah tidak ada lagi, menurut servernya (410)\n"
        "3. Tempo — belum dibaca\n"
        "4. antara — dibaca 3 menit lalu"
    )
    assert list(answer.buttons) == ["1", "2", "3", "4", "Tambah", "Impor", "Ekspor"]
    assert english.text == answer.text, "the chat's own language counts"


async def test_an_english_reader_is_told_in_english(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    await state(bench, FeedState(FeedId("bbc"), NOW, failures=1, error="bbc.example answered 403"))
    async with bench.running():
        answer = await say(bench, ADMIN, "/feeds", language_code="en")
        await press(bench, ADMIN, answer, "1")
    assert answer.text.startswith("bbc\nhttps://bbc.example/\n\nCould not be read so far: bbc.example answered 403")
    assert "It is set in config/feeds.toml: change it there." in answer.text
    assert list(answer.buttons) == ["Read now", "« All sources"]


async def test_a_long_list_is_leafed_through_in_one_message(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    await add(bench, *(a_feed(f"s{number:02}") for number in range(21)))
    async with bench.running():
        answer = await say(bench, ADMIN, "/feeds")
        assert "11." not in answer.text
        await press(bench, ADMIN, answer, "Berikutnya »")
        assert "11." in answer.text
        await press(bench, ADMIN, answer, "Berikutnya »")
        assert "23." in answer.text
        assert "Berikutnya »" not in answer.buttons
        await press(bench, ADMIN, answer, "« Sebelumnya")
        assert "11." in answer.text
        await press(bench, ADMIN, answer, "fl:999999", forged=True)
        assert "23." in answer.text
    assert len(bench.api.messages(ADMIN)) == 1


async def test_a_card_tells_all_about_a_source(bench: Bench) -> None:
    await let_in(bench, MEMBER)
    await add(bench, replace(a_feed("tempo", MEMBER), tags=("id", "ekonomi")))
    moment = NOW - timedelta(minutes=20)
    await state(
        bench, FeedState(FeedId("tempo"), NOW, succeeded_at=moment, polled_at=moment, interval=timedelta(minutes=15))
    )
    seen = [NOW - timedelta(days=days) for days in (1, 6, 8)]
    async with bench.store.write() as unit:
        await unit.articles.add(
            [
                Article(ArticleId(str(n)), f"Judul {n}", "teks", Language("id"), None, one, FeedId("tempo"))
                for n, one in enumerate(seen)
            ]
        )
    async with bench.running():
        answer = await say(bench, MEMBER, "/feeds tempo")
    assert answer.text == (
        "Tempo\n"
        "https://tempo.example/rss\n"
        "\n"
        "Dibaca 20 menit lalu\n"
        "Tiap 15 menit · terakhir dibaca hari ini 14.40 WIB\n"
        "2 artikel dalam 7 hari terakhir\n"
        "Label: id, ekonomi\n"
        "\n"
        "Ditambahkan di obrolan ini.\n"
        "Dibaca untuk setiap pantauan, kecuali yang memilih sumbernya sendiri."
    )
    assert list(answer.buttons) == ["Baca sekarang", "Hapus", "« Semua sumber"]


async def test_sources_of_another_chat_keep_their_address_and_their_chat_to_themselves(bench: Bench) -> None:
    await let_in(bench, MEMBER, OTHER)
    secret = "https://user:pw@news.example/rss?key=s3cret"
    await add(bench, a_feed("rahasia", OTHER, "https://news.example/rss?key=s3cret"), a_feed("login", MEMBER, secret))
    refused = 'x leads to 10.0.0.1, a private address: not asked; if it may be, add "x:80" to network.allow_hosts'
    await state(bench, FeedState(FeedId("rahasia"), NOW, error=refused))
    async with bench.running():
        answer = await say(bench, MEMBER, "/feeds rahasia")
        own = await say(bench, MEMBER, "/feeds login")
        exported = await say(bench, MEMBER, "/feeds export")
    assert answer.text.startswith(
        "Rahasia\nnews.example\n\nSejauh ini belum bisa dibaca: alamatnya menuju jaringan pribadi\n"
    )
    assert "Ditambahkan di obrolan lain." in answer.text
    assert "Hapus" not in answer.buttons
    assert "https://news.example/rss?key=s3cret" in own.text
    assert "pw" not in own.text
    assert exported.file is not None
    assert b"s3cret" not in exported.file.content


async def test_a_group_without_editors_looks_and_changes_nothing(bench: Bench) -> None:
    await let_in(bench, GROUP)
    await add(bench, a_feed("tempo", GROUP))
    async with bench.running():
        answer = await say(bench, MEMBER, "/feeds", GROUP)
        assert list(answer.buttons) == ["1", "2", "3", "Ekspor"]
        refused = await say(bench, MEMBER, "/feeds https://tempo.example", GROUP)
        listed = await say(bench, MEMBER, "/feeds", GROUP, document=("a.opml", OPML))
        for data in ("fr:tempo:0", "fy:tempo:0", "fn:tempo:0", "fa:1:0", "fm:1", "fw", "fi"):
            said = await press(bench, MEMBER, answer, data, forged=True)
            assert said.startswith("Hanya editor obrolan ini"), data
    assert refused.text.startswith("Hanya editor obrolan ini")
    assert listed.text == refused.text
    assert await added(bench) == [a_feed("tempo", GROUP)]
    assert bench.fetcher.requests == []


async def test_a_stranger_gets_nothing(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    await add(bench, a_feed("tempo", ADMIN))
    async with bench.running():
        answer = await say(bench, OTHER, "/feeds")
        card = await say(bench, ADMIN, "/feeds tempo")
        assert await press(bench, OTHER, answer, "fc:tempo:0", forged=True) == ""
        assert await press(bench, OTHER, answer, "fy:tempo:0", forged=True) == ""
    assert "Tempo" not in answer.text
    assert "Tempo" in card.text
    assert len(await added(bench)) == 1


# --- removing, reading again -----------------------------------------------------------------


async def test_a_source_is_removed_after_a_question_and_written_down(bench: Bench) -> None:
    await let_in(bench, GROUP, editors=(EDITOR,))
    await add(bench, a_feed("tempo", GROUP))
    async with bench.running():
        answer = await say(bench, EDITOR, "/feeds tempo", GROUP)
        await press(bench, EDITOR, answer, "Hapus")
        assert answer.text.startswith("Hapus Tempo?")
        await press(bench, EDITOR, answer, "Batal")
        assert answer.text.startswith("Tempo\n")
        await press(bench, EDITOR, answer, "Hapus")
        await press(bench, EDITOR, answer, "Hapus")
        assert answer.text == "Dihapus: Tempo"
        again = await press(bench, EDITOR, answer, "fy:tempo:0", forged=True)
    assert again == "Sumber ini sudah tidak ada."
    assert await added(bench) == []
    assert await changes(bench) == [("feed-removed", {"feed": "Tempo"})]


async def test_nobody_removes_what_another_chat_or_a_file_has(bench: Bench) -> None:
    await let_in(bench, MEMBER, OTHER)
    await add(bench, a_feed("tempo", OTHER))
    async with bench.running():
        answer = await say(bench, MEMBER, "/feeds tempo")
        for data in ("fr:tempo:0", "fy:tempo:0", "fr:antara:0", "fy:antara:0"):
            assert await press(bench, MEMBER, answer, data, forged=True) == (
                "Sumber ini hanya bisa dihapus di tempat ia ditambahkan."
            )
    assert await added(bench) == [a_feed("tempo", OTHER)]


async def test_an_admin_removes_any_in_private_and_sees_whose_it_is(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    await let_in(bench, GROUP)
    await add(bench, a_feed("tempo", GROUP), a_feed("nhk"))
    async with bench.running():
        answer = await say(bench, ADMIN, "/feeds tempo")
        assert "Ditambahkan di Redaksi." in answer.text
        await press(bench, ADMIN, answer, "Hapus")
        await press(bench, ADMIN, answer, "Hapus")
        here = await say(bench, ADMIN, "/feeds nhk", GROUP)
        assert "Hapus" not in here.buttons
        answer = await say(bench, ADMIN, "/feeds nhk")
        assert "lewat perintah di server" in answer.text
    assert await added(bench) == [a_feed("nhk")]


async def test_a_source_is_read_at_the_next_tick_but_not_all_the_time(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    moment = NOW - timedelta(minutes=10)
    gone = FeedState(FeedId("bbc"), NOW + timedelta(hours=9), polled_at=moment, gone=True, error="410")
    await state(bench, gone, FeedState(FeedId("antara"), NOW + timedelta(hours=1), polled_at=NOW))
    async with bench.running():
        answer = await say(bench, ADMIN, "/feeds bbc")
        assert await press(bench, ADMIN, answer, "Baca sekarang") == "Sebentar lagi saya baca."
        answer = await say(bench, ADMIN, "/feeds antara")
        assert (await press(bench, ADMIN, answer, "Baca sekarang")).startswith("Baru saja")
    async with bench.store.read() as unit:
        states = await unit.feeds.states()
    assert states[FeedId("bbc")].next_poll_at <= bench.clock.now()
    assert not states[FeedId("bbc")].gone
    assert states[FeedId("antara")].next_poll_at == NOW + timedelta(hours=1)


async def test_a_card_of_what_is_gone_leads_back_to_the_list(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    async with bench.running():
        answer = await say(bench, ADMIN, "/feeds")
        assert await press(bench, ADMIN, answer, "fc:tidak-ada:0", forged=True) == "Sumber ini sudah tidak ada."
        assert await press(bench, ADMIN, answer, "fc", forged=True) == "Sumber ini sudah tidak ada."
        unknown = await say(bench, ADMIN, "/feeds entah apa")
    assert answer.text.startswith("2 sumber")
    assert unknown.text == "Saya tidak punya sumber bernama “entah apa”."


# --- adding ----------------------------------------------------------------------------------


async def test_a_feed_is_shown_before_it_is_added(bench: Bench) -> None:
    await let_in(bench, MEMBER)
    items = (Item("Lama", published=NOW - timedelta(days=1)), Item("Paling <baru>", published=NOW))
    bench.fetcher.answers["https://tempo.example/rss"] = Answer(rss(*items, title="Tempo & Co"), headers=RSS)
    async with bench.running():
        answer = await say(bench, MEMBER, "/feeds add https://tempo.example/rss")
        assert answer.text == (
            "Tempo & Co\nInggris · 2 entri\nTerbaru: Paling <baru>\n\n"
            "Sumber dipakai bersama: dibaca untuk setiap pantauan di semua obrolan, kecuali yang memilih sumbernya "
            "sendiri."
        )
        assert await added(bench) == []
        await press(bench, MEMBER, answer, "Tambah")
        assert answer.text.startswith("Ditambahkan: Tempo & Co\n")
        await press(bench, MEMBER, answer, "Lihat")
        assert answer.text.startswith("Tempo & Co\nhttps://tempo.example/rss")
        again = await say(bench, MEMBER, "/feeds https://www.tempo.example/rss/")
    assert await added(bench) == [
        Feed(FeedId("tempo-co"), "https://tempo.example/rss", title="Tempo & Co", owner=f"chat:{MEMBER}")
    ]
    assert await changes(bench) == [("feed-added", {"feed": "Tempo & Co"})]
    assert all(not request.trusted for request in bench.fetcher.requests)
    assert again.edits == 1


async def test_what_is_read_already_is_said_to_be(bench: Bench) -> None:
    await let_in(bench, MEMBER)
    bench.fetcher.answers["https://www.antara.example/rss/"] = Answer(rss(Item("x"), title="Antara"), headers=RSS)
    async with bench.running():
        answer = await say(bench, MEMBER, "/feeds www.antara.example/rss/")
    assert answer.text == "Sumber ini sudah saya baca: Antara"
    assert answer.buttons == {"Lihat": "fc:antara:0", "Semua sumber": "fl:0"}
    assert await added(bench) == []


async def test_a_site_with_several_feeds_offers_each(bench: Bench) -> None:
    await let_in(bench, GROUP, editors=(EDITOR,))
    links = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="/{name}">' for name in ("utama", "olahraga", "hilang")
    )
    bench.fetcher.answers["https://situs.example/"] = Answer(f"<html>{links}</html>".encode(), headers=HTML)
    for name in ("utama", "olahraga"):
        bench.fetcher.answers[f"https://situs.example/{name}"] = Answer(rss(Item("x"), title=name), headers=RSS)
    async with bench.running():
        answer = await say(bench, EDITOR, "/feeds situs.example/", GROUP)
        assert answer.text.startswith("Saya menemukan 2 sumber. Mana yang perlu saya baca?")
        assert list(answer.buttons) == ["1. utama", "2. olahraga", "Selesai"]
        assert await press(bench, EDITOR, answer, "2. olahraga") == "Ditambahkan: olahraga"
        assert list(answer.buttons) == ["1. utama", "Selesai"]
        assert "2. olahraga — sudah dibaca" in answer.text
        await press(bench, EDITOR, answer, "Selesai")
    assert answer.text.startswith("3 sumber")
    assert [(feed.url, feed.owner) for feed in await added(bench)] == [
        ("https://situs.example/olahraga", f"chat:{GROUP}")
    ]


async def test_only_what_was_offered_in_a_chat_can_be_added_there(bench: Bench) -> None:
    await let_in(bench, MEMBER, OTHER)
    bench.fetcher.answers["https://tempo.example/rss"] = Answer(rss(Item("x"), title="Tempo"), headers=RSS)
    async with bench.running():
        await say(bench, MEMBER, "/feeds https://tempo.example/rss")
        list_ = await say(bench, OTHER, "/feeds")
        for data in ("fa:1:0", "fa:1:7", "fa:2:0", "fa:-1:0", "fa", "fm:1", "fm:x", "fa:١:0"):
            said = await press(bench, OTHER, list_, data, forged=True)
            assert said == "Tombol ini sudah tidak berlaku. Kirim perintahnya sekali lagi.", data
    assert await added(bench) == []


async def test_an_address_is_asked_for_and_cancelled(bench: Bench) -> None:
    await let_in(bench, MEMBER)
    bench.fetcher.answers["https://tempo.example/rss"] = Answer(rss(Item("x"), title="Tempo"), headers=RSS)
    async with bench.running():
        question = await say(bench, MEMBER, "/feeds add")
        assert question.text.startswith("Kirim alamat sumber (RSS)")
        wrong = await say(bench, MEMBER, "tidak tahu")
        assert wrong.text.startswith("“tidak tahu” bukan alamat web.")
        answer = await say(bench, MEMBER, "https://tempo.example/rss")
        await press(bench, MEMBER, answer, "Batal")
        over = await say(bench, MEMBER, "halo")
    assert answer.text == "Tidak ada yang ditambahkan."
    assert over.text.startswith("Maaf, saya tidak paham.")
    assert await added(bench) == []


async def test_a_private_address_is_refused_kindly_and_only_admins_learn_more(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    await let_in(bench, MEMBER)
    async with bench.running():
        bench.fetcher.refused.add("http://rsshub.lan:1200/feed")
        answer = await say(bench, MEMBER, "/feeds http://rsshub.lan:1200/feed")
        admin = await say(bench, ADMIN, "/feeds http://rsshub.lan:1200/feed", language_code="en")
    assert answer.text == "rsshub.lan bukan alamat publik, jadi tidak saya buka."
    assert admin.text == (
        "rsshub.lan is not a public address, so I do not open it.\n"
        "If it may be read, write “rsshub.lan:1200” into network.allow_hosts in kabar.toml."
    )


async def test_what_cannot_be_read_is_told_calmly(bench: Bench) -> None:
    await let_in(bench, MEMBER)
    bench.fetcher.answers |= {
        "https://tutup.example/": Answer(status=403),
        "https://sibuk.example/": Answer(status=429),
        "https://rusak.example/": Answer(status=500),
        "https://mati.example/": None,
        "https://biasa.example/": Answer(b"<html>Halo</html>", headers=HTML),
    }
    said = {}
    async with bench.running():
        for host in ("tutup", "sibuk", "rusak", "mati", "hilang", "biasa"):
            said[host] = (await say(bench, MEMBER, f"/feeds https://{host}.example/")).text
        login = await say(bench, MEMBER, "/feeds https://u:p@tempo.example/")
        local = await say(bench, MEMBER, "/feeds add file:///etc/passwd")
    assert said == {
        "tutup": "tutup.example tidak mengizinkan program membaca alamat ini.",
        "sibuk": "sibuk.example minta jeda dulu. Coba lagi nanti.",
        "rusak": "rusak.example sedang bermasalah. Coba lagi nanti.",
        "mati": "mati.example tidak bisa saya hubungi. Sudah benarkah alamatnya?",
        "hilang": "Tidak ada apa-apa di alamat itu (hilang.example).",
        "biasa": "Saya tidak menemukan sumber (RSS) di biasa.example. Kalau Anda tahu alamatnya, kirim: "
        "/sumber tambah ALAMAT",
    }
    assert "bukan alamat web" in local.text
    assert "bukan alamat web" in login.text


async def test_a_chat_adds_a_hundred_and_no_more(bench: Bench) -> None:
    await let_in(bench, MEMBER, OTHER)
    await add(bench, *(a_feed(f"s{number}", MEMBER) for number in range(MOST_OF_CHAT)))
    bench.fetcher.answers["https://tempo.example/rss"] = Answer(rss(Item("x"), title="Tempo"), headers=RSS)
    async with bench.running():
        answer = await say(bench, MEMBER, "/feeds https://tempo.example/rss")
        assert (await press(bench, MEMBER, answer, "Tambah")).startswith("Obrolan ini sudah menambahkan 100 sumber")
        answer = await say(bench, OTHER, "/feeds https://tempo.example/rss")
        await press(bench, OTHER, answer, "Tambah")
    assert len(await added(bench)) == MOST_OF_CHAT + 1


# --- lists -----------------------------------------------------------------------------------


async def test_a_list_is_imported_after_it_was_looked_at(bench: Bench) -> None:
    await let_in(bench, MEMBER)
    async with bench.running():
        answer = await say(bench, MEMBER, "/feeds", document=("subscriptions.opml", OPML))
        assert answer.text.startswith("2 sumber baru\n1 sudah saya baca\nTempo, NHK\n")
        assert await added(bench) == []
        await press(bench, MEMBER, answer, "Impor")
        assert answer.text == "2 sumber ditambahkan."
        await press(bench, MEMBER, answer, "fm:1", forged=True)
    assert {(feed.id, feed.tags, feed.owner) for feed in await added(bench)} == {
        ("tempo", ("berita",), f"chat:{MEMBER}"),
        ("nhk", (), f"chat:{MEMBER}"),
    }
    assert await changes(bench) == [("feeds-imported", {"what": "2"})]


async def test_a_list_is_asked_for(bench: Bench) -> None:
    await let_in(bench, MEMBER)
    async with bench.running():
        question = await say(bench, MEMBER, "/feeds import")
        assert "OPML" in question.text
        wrong = await say(bench, MEMBER, "ini apa?")
        assert wrong.text == "Ini bukan daftar OPML yang bisa saya baca."
        answer = await say(bench, MEMBER, "", document=("daftar", OPML))
    assert answer.text.startswith("2 sumber baru")


async def test_a_list_needs_no_command_in_private(bench: Bench) -> None:
    await let_in(bench, MEMBER)
    async with bench.running():
        answer = await say(bench, MEMBER, "", document=("subscriptions.opml", OPML))
    assert answer.text.startswith("2 sumber baru")


async def test_a_list_beyond_the_limit_says_so(bench: Bench) -> None:
    await let_in(bench, MEMBER)
    await add(bench, *(a_feed(f"s{number}", MEMBER) for number in range(MOST_OF_CHAT - 1)))
    async with bench.running():
        answer = await say(bench, MEMBER, "/feeds", document=("a.xml", OPML))
        assert answer.text.startswith(
            "1 sumber baru\n1 sudah saya baca\n1 melebihi batas: satu obrolan boleh menambahkan 100"
        )
        await press(bench, MEMBER, answer, "Impor")
    assert len(await added(bench)) == MOST_OF_CHAT


async def test_what_is_no_list_is_refused(bench: Bench) -> None:
    await let_in(bench, MEMBER)
    bomb = b'<!DOCTYPE o [<!ENTITY a "b"><!ENTITY c "&a;&a;">]><opml><body><outline text="&c;"/></body></opml>'
    async with bench.running():
        for body in (bomb, b"\x00\xff\x00", b"<html/>", b"<opml><body/></opml>", b""):
            answer = await say(bench, MEMBER, "/feeds", document=("a.opml", body))
            assert answer.text == "Ini bukan daftar OPML yang bisa saya baca."
        large = await say(bench, MEMBER, "/feeds", document=("a.opml", b"x" * 5_000_001))
        assert large.text.startswith("Dokumen ini tidak bisa saya unduh.")
        nothing_new = b'<opml><body><outline xmlUrl="https://antara.example/rss"/></body></opml>'
        answer = await say(bench, MEMBER, "/feeds", document=("a.opml", nothing_new))
    assert answer.text == "0 sumber baru\n1 sudah saya baca"
    assert answer.buttons == {}


async def test_all_is_exported_as_a_document_that_can_be_imported(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    await add(bench, a_feed("tempo", GROUP), a_feed("lokal", url="file:///tmp/x.xml"))
    async with bench.running():
        answer = await say(bench, ADMIN, "/feeds")
        await press(bench, ADMIN, answer, "Ekspor")
    document = bench.api.messages(ADMIN)[-1]
    assert document.file is not None
    assert (document.file.name, document.text) == ("kabar-feeds.opml", "3 sumber")
    feeds = read_opml(document.file.content)
    assert isinstance(feeds, tuple)
    assert [feed.url for feed in feeds] == [
        "https://antara.example/rss",
        "https://bbc.example/",
        "https://tempo.example/rss",
    ]


async def test_a_deleted_list_comes_anew(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    async with bench.running():
        answer = await say(bench, ADMIN, "/feeds")
        bench.api.delete_message(answer)
        await press(bench, ADMIN, answer, "1")
    (anew,) = bench.api.messages(ADMIN)
    assert anew.text.startswith("antara\n")
