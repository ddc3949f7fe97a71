"""/feeds in the chat: what is read and how it is doing, removing, reading again, exporting."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.feeds.opml import read_opml
from bot.model import Article, ArticleId, FeedId, FeedState, Language
from tests.fakes.deliveries import NOW
from tests.unit.telegram.conftest import ADMIN, Bench
from tests.unit.telegram.sources import EDITOR, GROUP, MEMBER, OPML, OTHER, a_feed, add, added, let_in, state
from tests.unit.telegram.talking import noted, press, say

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
        english = await say(bench, ADMIN, "/sumber", language="en")
    assert answer.text == (
        "4 sumber, 2 di antaranya sedang tidak bisa dibaca\n"
        "1. bbc — gagal dibaca sejak 2 jam lalu: bbc.example is down\n"
        "2. Lama — sudah tidak ada lagi, menurut servernya (410)\n"
        "3. Tempo — belum dibaca\n"
        "4. antara — dibaca 3 menit lalu"
    )
    assert list(answer.buttons) == ["1", "2", "3", "4", "Tambah", "Impor", "Ekspor"]
    assert english.text == answer.text, "the chat's own language counts"


async def test_what_is_empty_silent_behind_a_bot_wall_or_not_read_in_full_is_said(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    await add(bench, a_feed("tempo"), a_feed("lama"))
    hour, day = timedelta(hours=1), timedelta(days=1)
    walled = "bbc.example answered 403: the site blocks programs (bot wall)"
    await state(
        bench,
        FeedState(FeedId("antara"), NOW, succeeded_at=NOW, overrun_at=NOW - 3 * hour),
        FeedState(FeedId("bbc"), NOW, succeeded_at=NOW - 2 * hour, failures=3, error=walled),
        FeedState(FeedId("lama"), NOW, succeeded_at=NOW, newest_at=NOW - 9 * day, lull=day, lulls=20),
        FeedState(FeedId("tempo"), NOW, succeeded_at=NOW, empty_since=NOW - 5 * hour),
    )
    async with bench.running():
        answer = await say(bench, ADMIN, "/feeds", language="en")
        listed = answer.text.splitlines()
        await press(bench, ADMIN, answer, "4")
    assert (
        "Read just now\nLast read today 15:00 WIB\n"
        "Something may have been missed 3 hours ago: between two polls everything changed\n"
    ) in answer.text
    assert listed[1:] == [
        "1. bbc — failing for 2 hours: its bot wall keeps programs out (403)",
        "2. Tempo — empty for 5 hours",
        "3. Lama — nothing new for 9 days",
        "4. antara — read just now · something may have been missed 3 hours ago",
    ]


async def test_a_source_that_has_moved_to_another_says_so_and_is_read_again_through_it(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    await add(bench, a_feed("tempo"))
    hour = timedelta(hours=1)
    await state(
        bench,
        FeedState(FeedId("antara"), NOW, succeeded_at=NOW - hour, polled_at=NOW - hour),
        FeedState(
            FeedId("tempo"), NOW, succeeded_at=NOW - 100 * hour, moved_to="https://antara.example/rss", polled_at=NOW
        ),
    )
    async with bench.running():
        answer = await say(bench, ADMIN, "/feeds", language="en")
        assert "3. Tempo — has moved: read as antara" in answer.text.splitlines()
        await press(bench, ADMIN, answer, "3")
        assert "Read 1 hour ago\n" in answer.text
        assert "It has moved to where antara is: both are read as one." in answer.text
        assert await press(bench, ADMIN, answer, "Read now") == "I read it in a moment."


async def test_an_english_reader_is_told_in_english(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    await state(bench, FeedState(FeedId("bbc"), NOW, failures=1, error="bbc.example answered 403"))
    async with bench.running():
        answer = await say(bench, ADMIN, "/feeds", language="en")
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
        await press(bench, ADMIN, answer, "11–20 ›")
        assert "11." in answer.text
        await press(bench, ADMIN, answer, "21–23 ›")
        assert "23." in answer.text
        assert list(answer.buttons)[-5:-3] == ["23", "‹ 11–20"]
        await press(bench, ADMIN, answer, "‹ 11–20")
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
    assert "https://…@news.example/rss?key=…\n" in own.text
    assert exported.file is not None
    assert b"news.example" not in exported.file.content
    assert exported.text == "2 sumber\n1 lainnya tidak disertakan: alamatnya memuat kunci atau kata sandi."
    assert exported.buttons == {}


async def test_who_may_change_a_source_sees_its_whole_address_when_they_ask(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    await let_in(bench, MEMBER)
    await add(bench, a_feed("tempo", MEMBER, "https://tempo.example/rss?key=s3cret"), a_feed("plain", MEMBER))
    async with bench.running():
        for user in (MEMBER, ADMIN):
            answer = await say(bench, user, "/feeds tempo")
            assert "https://tempo.example/rss?key=…\n" in answer.text
            await press(bench, user, answer, "Tampilkan alamat")
            assert "https://tempo.example/rss?key=s3cret\n" in answer.text
            assert "Tampilkan alamat" not in answer.buttons
            plain = await say(bench, user, "/feeds plain")
            assert "https://plain.example/rss\n" in plain.text
            assert "Tampilkan alamat" not in plain.buttons
        assert await press(bench, MEMBER, answer, "fs:antara:0", forged=True) == ""
        here = await say(bench, MEMBER, "/feeds antara")
        said = await press(bench, MEMBER, here, "fs:antara:0", forged=True)
    assert here.text.startswith("antara\nantara.example\n"), "a source of the files is changed by admins"
    assert said == "Alamatnya hanya ditampilkan kepada yang boleh mengubah sumber ini."


async def test_in_a_group_only_the_presser_sees_the_address(bench: Bench) -> None:
    await let_in(bench, GROUP, editors=(EDITOR,))
    await add(bench, a_feed("tempo", GROUP, "https://tempo.example/rss?key=s3cret"))
    await add(bench, a_feed("panjang", GROUP, f"https://panjang.example/{'berita/' * 30}rss?key=s3cret"))
    async with bench.running():
        answer = await say(bench, EDITOR, "/feeds tempo", GROUP)
        assert await press(bench, EDITOR, answer, "Tampilkan alamat") == "https://tempo.example/rss?key=s3cret"
        assert bench.api.toasts()[-1].is_alert
        assert (await press(bench, MEMBER, answer, "Tampilkan alamat")).startswith("Hanya editor obrolan ini")
        long = await say(bench, EDITOR, "/feeds panjang", GROUP)
        assert (await press(bench, EDITOR, long, "Tampilkan alamat")).startswith("Alamatnya terlalu panjang")
        exported = await say(bench, EDITOR, "/feeds export", GROUP)
        refused = await press(bench, EDITOR, exported, "fz", forged=True)
    assert answer.text.startswith("Tempo\ntempo.example\n")
    assert refused.startswith("Hanya admin")
    assert not any("s3cret" in message.text for message in bench.api.messages())
    assert exported.file is not None
    assert b"s3cret" not in exported.file.content


async def test_admins_export_keys_when_they_say_so_and_the_name_of_the_file_says_it(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    await let_in(bench, GROUP)
    await add(bench, a_feed("tempo", GROUP, "https://tempo.example/rss?key=s3cret"))
    async with bench.running():
        plain = await say(bench, ADMIN, "/feeds export", language="en")
        await press(bench, ADMIN, plain, "With keys, too")
        in_group = await say(bench, ADMIN, "/feeds export", GROUP)
        refused = await press(bench, ADMIN, in_group, "fz", forged=True)
    secret = bench.api.messages(ADMIN)[-1]
    assert plain.file is not None
    assert secret.file is not None
    assert (plain.file.name, secret.file.name) == ("kabar-feeds.opml", "kabar-feeds-with-secrets.opml")
    assert plain.text == "2 sources\n1 more is not in it: its address bears a key or a password."
    assert b"Tempo (tempo.example)" in plain.file.content
    assert b"s3cret" not in plain.file.content
    assert b"https://tempo.example/rss?key=s3cret" in secret.file.content
    assert secret.text.startswith("3 sources\nThere are keys and passwords in this file.")
    assert refused.startswith("Hanya di obrolan pribadi")


async def test_a_source_that_has_its_address_as_its_title_is_named_without_its_key(bench: Bench) -> None:
    await let_in(bench, GROUP, editors=(EDITOR,))
    address = "https://tempo.example/rss?key=s3cret"
    await add(bench, replace(a_feed("tempo", GROUP, address), title=address))
    async with bench.running():
        listed = await say(bench, MEMBER, "/feeds", GROUP)
        card = await say(bench, EDITOR, "/feeds tempo", GROUP)
        await press(bench, EDITOR, card, "Hapus")
        assert card.text.startswith("Hapus https://tempo.example/rss?key=…?")
        await press(bench, EDITOR, card, "Hapus")
        logged = await say(bench, EDITOR, "/log", GROUP)
    assert "tempo.example/rss?key=…" in listed.text
    assert "s3cret" not in listed.text + card.text + logged.text


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
    assert await noted(bench) == [("feed-removed", {"feed": "Tempo"})]


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
