"""/search: the archive by words or a query, in the chat."""

from __future__ import annotations

from datetime import timedelta

from bot.model import Article, ArticleId, Chat, Language, Topic, TopicId
from tests.fakes.deliveries import NOW
from tests.unit.telegram.conftest import ADMIN, Bench

MEMBER, OTHER = 51, 53
GROUP = -1001234567890


def article(number: int, title: str, text: str = "", *, source: str = "Antara", days: float = 0.0) -> Article:
    seen = NOW - timedelta(days=days, minutes=number)
    return Article(
        ArticleId(f"a{number}"),
        title,
        text or "Isi berita ini tentang hal lain.",
        Language("id"),
        seen,
        seen,
        link=f"https://news.example/{number}",
        source=source,
    )


async def archive(bench: Bench, *articles: Article) -> None:
    async with bench.store.write() as unit:
        for chat in (MEMBER, OTHER):
            await unit.chats.save(Chat(str(chat), language=Language("id"), approved=True))
        await unit.articles.add(articles)


async def test_words_find_articles_of_the_archive_newest_first(bench: Bench) -> None:
    await archive(
        bench,
        article(1, "Harga beras <naik>", days=9.5),
        article(2, "Beras murah di pasar"),
        article(3, "Cuaca hari ini"),
    )
    bench.api.user_sends(MEMBER, "/search beras")
    async with bench.running():
        (answer,) = await bench.answers(1, MEMBER)
    assert answer.text == (
        "2 artikel dari 10 hari terakhir\n"
        "beras\n"
        "\n"
        "• Beras murah di pasar\n"
        "Antara · hari ini 14.58 WIB\n"
        "• Harga beras <naik>\n"
        "Antara · 21 Feb 2026 02.59 WIB"
    )
    assert answer.links == ("https://news.example/2", "https://news.example/1")
    assert list(answer.buttons) == ["Pantau ini"]


async def test_a_query_is_taken_as_written_and_duplicates_are_told_once(bench: Bench) -> None:
    await archive(
        bench,
        article(1, "Presiden tiba", "Presiden tiba di Tokyo."),
        article(2, "Presiden Tiba", "Presiden tiba di Tokyo."),
        article(3, "Presiden tiba", "Presiden tiba di Tokyo.", source="BBC"),
        article(4, "Presiden pergi", "Presiden pergi ke Seoul."),
    )
    bench.api.user_sends(MEMBER, '/cari presiden AND (tokyo OR "tidak ada") NOT source:cnn')
    async with bench.running():
        (answer,) = await bench.answers(1, MEMBER)
    assert answer.links == ("https://news.example/1", "https://news.example/3")


async def test_many_results_are_leafed_through_in_one_message(bench: Bench) -> None:
    await archive(bench, *(article(number, f"Gempa nomor {number}") for number in range(1, 21)))
    bench.api.user_sends(MEMBER, "/search gempa")
    async with bench.running():
        (answer,) = await bench.answers(1, MEMBER)
        assert "1–8 dari 20" in answer.text
        bench.api.user_presses(MEMBER, answer, "Lebih lama »")
        await bench.handled()
        assert "9–16 dari 20" in answer.text
        assert "• Gempa nomor 9\n" in answer.text
        bench.api.user_presses(MEMBER, answer, "Lebih lama »")
        await bench.handled()
        assert "17–20 dari 20" in answer.text
        assert list(answer.buttons) == ["« Lebih baru", "Pantau ini"]
    assert len(bench.api.messages(MEMBER)) == 1


async def test_a_search_of_one_chat_is_not_open_to_another(bench: Bench) -> None:
    await archive(bench, *(article(number, f"Gempa nomor {number}") for number in range(1, 21)))
    async with bench.running():
        bench.api.user_sends(MEMBER, "/search gempa")
        await bench.handled()
        bench.api.user_sends(OTHER, "/search tidakada")
        await bench.handled()
        (answer,) = bench.api.messages(OTHER)
        for data in ("ls:2:8", "ls:1:8", "ls:1:99999", "ls:x:y", "ls", "lw:2", "lw:x", "lw"):
            bench.api.user_presses(OTHER, answer, data, forged=True)
            await bench.handled()
    assert "Gempa" not in answer.text
    assert len(bench.api.messages(OTHER)) == 1
    assert {toast.text for toast in bench.api.toasts()} == {
        "Tombol ini sudah tidak berlaku. Kirim perintahnya sekali lagi."
    }


async def test_nothing_found_and_an_empty_archive_are_told_apart(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    bench.api.user_sends(ADMIN, "/search beras")
    async with bench.running():
        (empty,) = await bench.answers(1, ADMIN)
        await archive(bench, article(1, "Cuaca"))
        bench.api.user_sends(ADMIN, "/search beras AND gula")
        _, nothing = await bench.answers(2, ADMIN)
    assert empty.text.startswith("Saya belum punya artikel.")
    assert nothing.text.startswith("0 artikel dari 1 hari terakhir\nberas AND gula\n")
    assert nothing.text.endswith("Makin sedikit kata, makin banyak hasilnya; OR di antara kata mencari salah satunya.")


async def test_words_are_asked_for_and_a_query_that_cannot_be_read_may_be_mended(bench: Bench) -> None:
    await archive(bench, article(1, "Sepak bola hari ini", "Sepak bola."))
    async with bench.running():
        bench.api.user_sends(MEMBER, "/search")
        await bench.handled()
        bench.api.user_sends(MEMBER, "sepak bola OR title:film")
        await bench.handled()
        bench.api.user_sends(MEMBER, '"sepak bola"')
        await bench.handled()
        bench.api.user_sends(MEMBER, "halo")
        await bench.handled()
    question, wrong, answer, over = bench.api.messages(MEMBER)
    assert question.text.startswith("Apa yang perlu saya cari?")
    assert wrong.text.startswith(
        "Kueri ini belum bisa saya baca: kata berdampingan (AND) dan OR tercampur tanpa tanda kurung.\n"
    )
    assert "Di karakter ke-7: sepak ▸bola OR title:film" in wrong.text
    assert answer.text.startswith("1 artikel")
    assert over.text.startswith("Maaf, saya tidak paham.")


async def test_a_search_becomes_a_watch_for_who_may_make_one(bench: Bench) -> None:
    await archive(bench, article(1, "Harga beras naik"))
    bench.topics.append(Topic(TopicId("x"), "x", destinations=()))
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(GROUP), "supergroup", language=Language("id"), approved=True))
    async with bench.running():
        bench.api.user_sends(MEMBER, "/search beras", GROUP, chat_type="supergroup")
        await bench.handled()
        (found,) = bench.api.messages(GROUP)
        bench.api.user_presses(MEMBER, found, "Pantau ini")
        await bench.handled()
        bench.api.user_sends(MEMBER, "/search beras")
        await bench.handled()
        bench.api.user_presses(MEMBER, bench.api.messages(MEMBER)[-1], "Pantau ini")
        await bench.handled()
    assert bench.api.toasts()[0].text.startswith("Hanya editor obrolan ini")
    assert len(bench.api.messages(GROUP)) == 1
    card = bench.api.messages(MEMBER)[-1]
    assert "Kueri: beras" in card.text
    assert "Simpan" in card.buttons


async def test_a_group_member_may_search_and_is_answered_by_a_reply(bench: Bench) -> None:
    await archive(bench, article(1, "Harga beras naik"))
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(GROUP), "supergroup", language=Language("en"), approved=True))
    bench.api.user_sends(OTHER, "/search beras and turun", GROUP, chat_type="supergroup", thread=7)
    async with bench.running():
        (answer,) = await bench.answers(1, GROUP)
    assert answer.text.startswith("0 articles from the last day\nberas and turun\n")
    assert "“and” (at character 7) is read as AND" in answer.text
    assert answer.thread == 7
    assert answer.reply_to is not None
