"""How much a chat may have that has let itself in; others have the limits of everybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.config import PublicSettings
from bot.model import Chat, Destination, Preferences, Topic, TopicId
from tests.fakes.deliveries import NOW
from tests.fakes.feed_server import Answer
from tests.fakes.feeds import Item, rss
from tests.unit.telegram.conftest import ADMIN, Bench
from tests.unit.telegram.sources import RSS, a_feed, add, added
from tests.unit.telegram.talking import press, say
from tests.unit.telegram.test_admission import deliver
from tests.unit.telegram.test_watching import PAGE, URL, archive, card_of, made, page

BUDI, MEMBER = 666, 777


@pytest.fixture
async def public(bench: Bench) -> Bench:
    """Budi has let himself in, an admin has let the member in."""
    bench.public = PublicSettings(
        watches_per_chat=2, feeds_per_chat=1, feeds=3, alerts_per_hour=2, alerts_per_day=5, pages_per_hour=2
    )
    bench.admins.append(ADMIN)
    bench.api.add_chat(ADMIN)
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(BUDI), title="Budi", approved=True, preferences=Preferences(public=True)))
        await unit.chats.save(Chat(str(MEMBER), title="Sari", approved=True))
    return bench


async def save(bench: Bench, user: int, query: str) -> str:
    """Make a watch and say what came of it."""
    await say(bench, user, f"/watch {query}")
    card = await card_of(bench, user)
    return await press(bench, user, card, "Simpan") or card.text


# --- watches ---------------------------------------------------------------------------------


async def test_a_chat_of_the_public_has_fewer_watches(public: Bench) -> None:
    async with public.running():
        for user in (BUDI, MEMBER):
            for query in ("gempa", "banjir"):
                assert (await save(public, user, query)).startswith("Tersimpan")
        assert await save(public, BUDI, "longsor") == (
            "Obrolan ini sudah punya 2 pantauan. Hapus salah satu lewat /pantauan, lalu simpan yang ini."
        )
        assert (await save(public, MEMBER, "longsor")).startswith("Tersimpan")
        card = await card_of(public, BUDI)
        await press(public, BUDI, card, "Simpan")
        public.public = replace(public.public, watches_per_chat=3)
        await press(public, BUDI, card, "Simpan")
        assert card.text.startswith("Tersimpan"), "the setting counts at once, and the draft is still there"
    assert len(await made(public)) == 6


async def test_a_watch_for_most_of_the_news_is_refused_with_what_to_do(public: Bench) -> None:
    await archive(public, *(f"Kabar {number} tentang harga" for number in range(22)), "Gempa Cianjur")
    refused = (
        "Ini menemukan lebih dari 50% semua berita sehari terakhir. "
        "Tambahkan kata yang harus ada, misalnya: gempa AND Cianjur"
    )
    async with public.running():
        for query in ("harga", "gempa OR harga", "NOT gempa", "/h[a-z]rga/"):
            assert await save(public, BUDI, query) == refused, query
        assert (await save(public, BUDI, "gempa AND harga")).startswith("Tersimpan")
        assert (await save(public, MEMBER, "harga")).startswith("Tersimpan"), "an admin has let this chat in"


async def test_a_watch_cannot_be_widened_afterwards(public: Bench) -> None:
    await archive(public, *(f"Kabar {number} tentang harga" for number in range(22)), "Gempa Cianjur")
    narrow = Topic(
        TopicId("narrow"),
        "Gempa",
        query="harga",
        require="gempa",
        feeds=("bbc",),
        destinations=(Destination(str(BUDI)),),
        owner=f"chat:{BUDI}",
    )
    async with public.store.write() as unit:
        await unit.topics.save(narrow, NOW)
    public.topics.append(narrow)
    async with public.running():
        listed = await say(public, BUDI, "/topics")
        for part, text in (("query", "harga OR gempa"), ("require", "-"), ("require", "harga")):
            await press(public, BUDI, listed, f"tq:narrow:{part}", forged=True)
            answer = await say(public, BUDI, text)
            expected = part == "query"  # what must be in it still narrows
            assert answer.text.startswith("Ini menemukan lebih dari 50%") is not expected, (part, answer.text)
    async with public.store.read() as unit:
        (topic,) = await unit.topics.added()
    assert (topic.query, topic.require) == ("harga OR gempa", "gempa")


async def test_a_young_archive_refuses_nothing(public: Bench) -> None:
    await archive(public, *(f"Kabar {number} tentang harga" for number in range(10)))
    async with public.running():
        assert (await save(public, BUDI, "harga")).startswith("Tersimpan")


# --- pages -----------------------------------------------------------------------------------


async def test_a_chat_may_show_so_many_pages_in_an_hour_and_is_told_what_to_do(public: Bench) -> None:
    for number in range(4):
        public.fetcher.answers[f"{URL}-{number}"] = page(PAGE.replace("Ribuan", str(number)))
    async with public.running():
        for number in range(2):
            await say(public, BUDI, f"{URL}-{number}")
            assert "Simpan" in (await card_of(public, BUDI)).buttons
        answer = await say(public, BUDI, f"{URL}-2")
        assert answer.text == (
            "Dalam satu jam saya membuka 2 halaman untuk satu obrolan, dan itu sudah habis. Kirim lagi satu jam lagi.\n"
            "Tempel teksnya, atau teruskan pesannya."
        )
        await say(public, BUDI, "/batal")
        answer = await say(public, BUDI, "/feeds add https://tempo.example/")
        assert answer.text.startswith("Dalam satu jam saya membuka 2 halaman")
        assert len(public.fetcher.requests) == 2
        await say(public, BUDI, f"{URL}-1?utm_source=telegram")
        assert "Simpan" in public.api.messages(BUDI)[-1].buttons, "what was read lately costs nothing"
        for number in range(4):
            await say(public, MEMBER, f"{URL}-{number}")
            assert "Simpan" in public.api.messages(MEMBER)[-1].buttons
        public.clock.moment += timedelta(hours=1)
        await say(public, BUDI, f"{URL}-2")
        assert "Simpan" in public.api.messages(BUDI)[-1].buttons


async def test_one_page_that_many_chats_show_is_fetched_and_embedded_once(public: Bench) -> None:
    users = range(1000, 1020)
    public.fetcher.answers |= {f"{URL}?fbclid={user}": page() for user in users}
    async with public.store.write() as unit:
        for user in users:
            await unit.chats.save(Chat(str(user), approved=True, preferences=Preferences(public=True)))
    async with public.running():
        for user in users:
            await say(public, user, f"{URL}?fbclid={user}")
            await press(public, user, await card_of(public, user), "Simpan")
    assert len(public.fetcher.requests) == 1
    assert len(public.embedder.embedded) == len(set(public.embedder.embedded)), "no text was embedded twice"
    topics = await made(public)
    assert len(topics) == 20
    assert len({topic.examples for topic in topics}) == 1, "so they are judged as one"


async def test_a_page_is_fetched_again_when_it_may_have_changed(public: Bench) -> None:
    public.fetcher.answers[URL] = page()
    async with public.running():
        await say(public, MEMBER, URL)
        public.clock.moment += timedelta(hours=7)
        await say(public, MEMBER, URL)
    assert len(public.fetcher.requests) == 2


# --- sources ---------------------------------------------------------------------------------


async def test_a_chat_of_the_public_adds_fewer_sources(public: Bench) -> None:
    for name in ("satu", "dua"):
        public.fetcher.answers[f"https://{name}.example/rss"] = Answer(rss(Item("x"), title=name), headers=RSS)
    async with public.running():
        said = {}
        for user, name in ((MEMBER, "satu"), (BUDI, "dua")):
            await add(public, a_feed(f"s{user}", user))
            answer = await say(public, user, f"/feeds add https://{name}.example/rss")
            said[user] = await press(public, user, answer, "Tambah")
    assert said[MEMBER] == ""
    assert said[BUDI] == "Obrolan ini sudah menambahkan 1 sumber, dan itu batasnya. Hapus salah satu dulu."


async def test_when_all_together_have_added_enough_the_admins_hear_of_it_once(public: Bench) -> None:
    await add(public, *(a_feed(f"s{number}", MEMBER) for number in range(3)))
    public.fetcher.answers["https://satu.example/rss"] = Answer(rss(Item("x"), title="Satu"), headers=RSS)
    async with public.running():
        for _ in range(2):
            answer = await say(public, BUDI, "/feeds add https://satu.example/rss")
            said = await press(public, BUDI, answer, "Tambah")
            assert said == (
                "Semua obrolan bersama-sama sudah menambah 3 sumber, sebanyak yang bisa saya baca. Coba lagi lain hari."
            )
            public.clock.moment += timedelta(hours=2)
        answer = await say(public, MEMBER, "/feeds add https://satu.example/rss")
        await press(public, MEMBER, answer, "Tambah")
        await deliver(public)
    assert len(await added(public)) == 4, "whom an admin has let in may still add"
    (told,) = public.api.messages(ADMIN)
    assert told.text.startswith("Obrolan sudah menambah 3 sumber, sebanyak yang diizinkan public.feeds.")


async def test_with_none_for_the_public_only_admins_are_said_to_add(public: Bench) -> None:
    public.public = replace(public.public, feeds_per_chat=0)
    public.fetcher.answers["https://satu.example/rss"] = Answer(rss(Item("x"), title="Satu"), headers=RSS)
    async with public.running():
        answer = await say(public, BUDI, "/feeds add https://satu.example/rss")
        assert await press(public, BUDI, answer, "Tambah") == "Di sini hanya admin bot yang menambah sumber."
    assert await added(public) == []


async def test_a_watch_is_not_numbered_because_strangers_watch_the_same(public: Bench) -> None:
    async with public.running():
        for user in (MEMBER, BUDI, BUDI):
            assert (await save(public, user, "gempa")).startswith("Tersimpan")
    assert [(topic.owning_chat, topic.name) for topic in await made(public)] == [
        (str(MEMBER), "gempa"),
        (str(BUDI), "gempa"),
        (str(BUDI), "gempa 2"),
    ]
