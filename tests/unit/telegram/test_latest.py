"""/latest: what a chat was told last."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.model import (
    AlertId,
    Chat,
    DeliveryKind,
    DeliveryState,
    Destination,
    FeedId,
    FeedState,
    Language,
    NewDelivery,
    Topic,
    TopicId,
)
from tests.fakes.deliveries import NOW, a_reason, an_alert
from tests.unit.telegram.conftest import ADMIN, Bench

MEMBER, OTHER = 51, 53
GROUP = -1001234567890


async def tell(
    bench: Bench, chat: str, *titles: str, state: DeliveryState = DeliveryState.SENT, link: str = ""
) -> None:
    """Alerts a minute apart, the first the oldest."""
    async with bench.store.write() as unit:
        for number, title in enumerate(titles):
            address = link or f"https://news.example/{number}"
            alert = replace(
                an_alert(title, source="Antara", link=address),
                id=AlertId(f"{chat}-{title}"),
                reasons=(a_reason("Korut"),),
            )
            moment = NOW - timedelta(minutes=len(titles) - number)
            (one,) = await unit.outbox.add([NewDelivery(Destination(chat), DeliveryKind.NEW, alert)], moment)
            if state is DeliveryState.SENT:
                await unit.outbox.mark_sent(one, None, moment)


async def test_the_latest_alerts_of_this_chat_come_newest_first(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    await tell(bench, str(ADMIN), "Berita <lama>", "Berita baru")
    await tell(bench, str(OTHER), "Rahasia")
    await tell(bench, f"{ADMIN}", "Belum dikirim", state=DeliveryState.PENDING)
    bench.api.user_sends(ADMIN, "/latest")
    bench.api.user_sends(ADMIN, "/terbaru 1", language_code="en")
    async with bench.running():
        answer, short = await bench.answers(2, ADMIN)
    assert answer.text == (
        "Kabar terbaru di sini\n"
        "\n"
        "• Berita baru\n"
        "Antara · hari ini 13.00 WIB · Korut\n"
        "• Berita <lama>\n"
        "Antara · hari ini 13.00 WIB · Korut"
    )
    assert answer.links == ("https://news.example/1", "https://news.example/0")
    assert answer.buttons == {}
    assert short.links == ("https://news.example/1",)
    assert list(short.buttons) == ["Lebih lama »"]


async def test_a_long_past_is_leafed_through_in_one_message(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    await tell(bench, str(ADMIN), *(f"Kabar {number:02}" for number in range(20)))
    bench.api.user_sends(ADMIN, "/latest")
    async with bench.running():
        (answer,) = await bench.answers(1, ADMIN)
        assert "Kabar 19" in answer.text
        assert "Kabar 11" not in answer.text
        for shown in ("Kabar 11", "Kabar 03"):
            bench.api.user_presses(ADMIN, answer, "Lebih lama »")
            await bench.handled()
            assert f"• {shown}" in answer.text
        assert list(answer.buttons) == ["« Lebih baru"]
        assert answer.text.startswith("Kabar sebelumnya di sini")
        bench.api.user_presses(ADMIN, answer, "« Lebih baru")
        await bench.handled()
        assert "• Kabar 11" in answer.text
    assert len(bench.api.messages(ADMIN)) == 1


async def test_a_forged_page_shows_no_more_than_a_page_of_this_chat(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(MEMBER), language=Language("id"), approved=True))
    await tell(bench, str(ADMIN), *(f"Kabar {number:02}" for number in range(30)))
    await tell(bench, str(MEMBER), "Milik saya")
    bench.api.user_sends(MEMBER, "/latest")
    async with bench.running():
        (answer,) = await bench.answers(1, MEMBER)
        for data in ("ll:0:1000", "ll:-5:x", "ll", "ll:999999999:8"):
            bench.api.user_presses(MEMBER, answer, data, forged=True)
            await bench.handled()
            assert "Kabar 2" not in answer.text
    assert bench.api.unanswered_presses() == 0


async def test_addresses_of_any_length_leave_every_title_linked(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    long = "https://news.example/" + "x" * 1_000
    await tell(bench, str(ADMIN), *(f"Kabar {number}" for number in range(8)), link=long)
    bench.api.user_sends(ADMIN, "/latest")
    async with bench.running():
        (answer,) = await bench.answers(1, ADMIN)
    assert answer.links == (long,) * 8


async def test_silence_is_explained(bench: Bench) -> None:
    bench.topics += [
        Topic(TopicId("a"), "Tentara Korut", feeds=("id",), destinations=(Destination(str(GROUP)),)),
        Topic(TopicId("b"), "Gempa", paused=True, destinations=(Destination(str(GROUP)),)),
    ]
    async with bench.store.write() as unit:
        await unit.feeds.save_state(FeedState(FeedId("antara"), NOW, succeeded_at=NOW - timedelta(minutes=3)))
    bench.api.user_sends(OTHER, "/latest", GROUP, chat_type="supergroup")
    async with bench.running():
        (answer,) = await bench.answers(1, GROUP)
    assert answer.text == (
        "Belum ada kabar di sini. Bukan karena gangguan: memang belum ada berita baru yang cocok.\n"
        "\n"
        "• Tentara Korut — terakhir dibaca 3 menit lalu, 1 sumber\n"
        "• Gempa — dijeda"
    )


async def test_a_chat_without_watches_hears_that(bench: Bench) -> None:
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(MEMBER), language=Language("en"), approved=True))
    bench.api.user_sends(MEMBER, "/latest")
    async with bench.running():
        (answer,) = await bench.answers(1, MEMBER)
    assert answer.text == "No watch tells this chat anything yet."


async def test_a_group_that_files_know_by_name_sees_its_own(bench: Bench) -> None:
    bench.topics.append(Topic(TopicId("a"), "Korut", destinations=(Destination("@Redaksi_Kita"),)))
    bench.api.add_chat(GROUP, "supergroup", "Redaksi", username="redaksi_kita")
    await tell(bench, "@Redaksi_Kita", "Untuk redaksi")
    bench.api.user_sends(OTHER, "/latest", GROUP)
    async with bench.running():
        (answer,) = await bench.answers(1, GROUP)
    assert "• Untuk redaksi" in answer.text
