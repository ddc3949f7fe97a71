"""Adding sources in the chat: by an address, by a list; and nothing before somebody says so."""

from __future__ import annotations

from datetime import timedelta

from bot.model import Feed, FeedId
from bot.usecases.feeds.subscribe import MOST_OF_CHAT
from tests.fakes.deliveries import NOW
from tests.fakes.feed_server import Answer
from tests.fakes.feeds import Item, rss
from tests.unit.telegram.conftest import ADMIN, Bench
from tests.unit.telegram.sources import EDITOR, GROUP, HTML, MEMBER, OPML, OTHER, RSS, a_feed, add, added, let_in
from tests.unit.telegram.talking import noted, press, say

# --- adding ----------------------------------------------------------------------------------


async def test_a_feed_is_shown_before_it_is_added(bench: Bench) -> None:
    await let_in(bench, MEMBER)
    items = (
        Item("Tahun 2099", published=NOW + timedelta(days=27_000)),
        Item("Lama", published=NOW - timedelta(days=1)),
        Item("Paling <baru>", published=NOW),
    )
    bench.fetcher.answers["https://tempo.example/rss"] = Answer(rss(*items, title="Tempo & Co"), headers=RSS)
    async with bench.running():
        answer = await say(bench, MEMBER, "/feeds add https://tempo.example/rss")
        assert answer.text == (
            "Tempo & Co\nInggris · 3 entri\nTerbaru: Paling <baru>\n\n"
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
    assert await noted(bench) == [("feed-added", {"feed": "Tempo & Co"})]
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
        admin = await say(bench, ADMIN, "/feeds http://rsshub.lan:1200/feed", language="en")
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
    assert await noted(bench) == [("feeds-imported", {"what": "2"})]


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


async def test_an_offer_does_not_repeat_the_key_of_an_address(bench: Bench) -> None:
    await let_in(bench, GROUP, editors=(EDITOR,))
    address = "https://nhk.example/rss?token=9f86d081884c7d659a2f"
    bench.fetcher.answers[address] = Answer(rss(Item(f"New at {address}"), title=f"NHK {address}"), headers=RSS)
    async with bench.running():
        offer = await say(bench, EDITOR, f"/feeds {address}", GROUP)
        assert "nhk.example" in offer.text
        await press(bench, EDITOR, offer, "Tambah")
        logged = await say(bench, EDITOR, "/log", GROUP)
        wrong = await say(bench, EDITOR, "/feeds add https:/nhk.example/rss?token=9f86d081884c7d659a2f x", GROUP)
    (feed,) = await added(bench)
    assert feed.url == address
    for text in (offer.text, logged.text, feed.id, wrong.text):
        assert "9f86d081" not in text
