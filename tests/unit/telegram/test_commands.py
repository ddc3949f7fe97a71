"""The chat as its people meet it: the one-time link, /start, /help, /topics, strangers, groups that move."""

from __future__ import annotations

from datetime import timedelta

from bot.model import (
    Chat,
    Delivering,
    DeliveryKind,
    DeliveryState,
    Destination,
    FeedId,
    FeedState,
    NewDelivery,
    Notice,
    Topic,
    TopicId,
)
from bot.telegram import store_start_code
from tests.fakes.deliveries import NOW, an_alert
from tests.unit.telegram.conftest import ADMIN, Bench

CODE = "c2VjcmV0LWNvZGUtMTIz"
STRANGER = 666
GROUP = -1001234567890


async def give_code(bench: Bench) -> None:
    async with bench.store.write() as unit:
        await store_start_code(unit.key_values, CODE, bench.clock.now())


async def admins(bench: Bench) -> tuple[int, ...]:
    async with bench.store.read() as unit:
        return await unit.chats.admins()


async def owed(bench: Bench) -> list[Notice]:
    async with bench.store.read() as unit:
        deliveries = await unit.outbox.list([DeliveryState.PENDING], 10)
    return [delivery.content for delivery in deliveries if isinstance(delivery.content, Notice)]


def watch(name: str = "Tentara Korut", *chats: str, feeds: tuple[str, ...] = ()) -> Topic:
    topic_id = TopicId(name.lower().replace(" ", "-"))
    return Topic(topic_id, name, feeds=feeds, destinations=tuple(Destination(chat) for chat in chats))


async def test_who_opens_the_link_becomes_admin_and_is_owed_a_welcome(bench: Bench) -> None:
    bench.topics.append(watch())
    await give_code(bench)
    bench.api.user_sends(ADMIN, f"/start {CODE}", first_name="Sari")
    async with bench.running():
        await bench.handled()
    assert await admins(bench) == (ADMIN,)
    assert await bench.chat(str(ADMIN)) == Chat(str(ADMIN), title="Sari", language="id", approved=True)  # type: ignore[arg-type]
    (welcome,) = await owed(bench)
    assert (welcome.code, welcome.values) == ("welcome-admin", {"topics": "1", "feeds": "2"})
    assert bench.audience_changes == 1


async def test_the_link_works_once(bench: Bench) -> None:
    await give_code(bench)
    async with bench.running():
        bench.api.user_sends(ADMIN, f"/start {CODE}")
        await bench.handled()
        bench.api.user_sends(STRANGER, f"/start {CODE}")
        (answer,) = await bench.answers(1, STRANGER)
    assert await admins(bench) == (ADMIN,)
    assert answer.text.startswith("Tautan ini sudah dipakai, atau umurnya lebih dari 15 menit.")


async def test_the_link_works_for_15_minutes(bench: Bench) -> None:
    await give_code(bench)
    bench.clock.moment += timedelta(minutes=15, seconds=1)
    bench.api.user_sends(STRANGER, f"/start {CODE}")
    async with bench.running():
        await bench.answers(1, STRANGER)
    assert await admins(bench) == ()


async def test_a_guessed_code_opens_nothing(bench: Bench) -> None:
    await give_code(bench)
    bench.api.user_sends(STRANGER, f"/start {CODE}x")
    bench.api.user_sends(STRANGER, "/start é🙂")
    async with bench.running():
        await bench.answers(2, STRANGER)
    assert await admins(bench) == ()


async def test_the_code_is_not_in_the_database(bench: Bench) -> None:
    await give_code(bench)
    async with bench.store.read() as unit:
        stored = await unit.key_values.get("telegram.start-code")
    assert stored is not None
    assert CODE not in stored


async def test_the_link_opened_in_a_group_makes_nobody_admin(bench: Bench) -> None:
    await give_code(bench)
    bench.api.user_sends(STRANGER, f"/start {CODE}", GROUP, chat_type="supergroup")
    async with bench.running():
        await bench.answers(1, GROUP)
    assert await admins(bench) == ()


async def test_a_stranger_learns_their_id_and_nothing_else(bench: Bench) -> None:
    bench.topics.append(watch("Rahasia"))
    for text in ("/start", "/topics", "/help", "halo"):
        bench.api.user_sends(STRANGER, text)
    async with bench.running():
        answers = await bench.answers(4, STRANGER)
    assert {answer.text for answer in answers} == {
        "Bot ini pribadi. Adminnya bisa memberi Anda akses dengan nomor ini:\nAnda: 666"
    }
    assert await bench.chat(str(STRANGER)) is None


async def test_a_strange_group_hears_its_id_on_start_and_nothing_on_anything_else(bench: Bench) -> None:
    for text in ("/topics", "halo semua", "/start"):
        bench.api.user_sends(STRANGER, text, GROUP, chat_type="supergroup", language_code="en")
    async with bench.running():
        await bench.answers(1, GROUP)
        await bench.handled()
    (answer,) = bench.api.messages(GROUP)
    assert answer.text.endswith(f"You: 666\nThis chat: {GROUP}")


async def test_an_admin_of_the_files_is_greeted_in_the_language_of_their_telegram(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    bench.topics.append(watch())
    bench.api.user_sends(ADMIN, "/start", language_code="en-GB")
    async with bench.running():
        (answer,) = await bench.answers(1, ADMIN)
    assert "Right now 1 watch tells you what it finds." in answer.text
    chat = await bench.chat(str(ADMIN))
    assert chat is not None
    assert chat.language == "en"


async def test_a_language_once_chosen_stays(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(ADMIN), language="id", approved=True))  # type: ignore[arg-type]
    bench.api.user_sends(ADMIN, "/help", language_code="en")
    async with bench.running():
        (answer,) = await bench.answers(1, ADMIN)
    assert answer.text.startswith("Saya membaca sumber berita")


async def test_topics_tells_how_each_is_watched_and_that_it_is_read(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    quiet = Topic(TopicId("q"), "Gempa", feeds=("id",), sensitivity=0.7, delivering=Delivering.DIGEST, paused=True)
    bench.topics += [watch("Tentara <Korut>", str(ADMIN), "@kanal"), quiet]
    async with bench.store.write() as unit:
        state = FeedState(FeedId("bbc"), NOW, succeeded_at=NOW - timedelta(minutes=3))
        await unit.feeds.save_state(state)
    bench.api.user_sends(ADMIN, "/topics")
    async with bench.running():
        (answer,) = await bench.answers(1, ADMIN)
    assert answer.text == (
        "2 pantauan\n"
        "\n"
        "• Tentara <Korut>\n"
        "seimbang · langsung · ke obrolan ini, @kanal\n"
        "terakhir dibaca 3 menit lalu, 2 sumber\n"
        "\n"
        "• Gempa\n"
        "dijeda · mulai keyakinan 70% · dalam ringkasan · ke admin\n"
        "belum dibaca, 1 sumber"
    )


async def test_a_chat_named_in_a_file_sees_its_own_topics_only(bench: Bench) -> None:
    bench.topics += [watch("Untuk redaksi", str(GROUP)), watch("Untuk admin")]
    bench.api.user_sends(STRANGER, "/topics", GROUP, chat_type="supergroup", title="Redaksi", thread=7)
    async with bench.running():
        (answer,) = await bench.answers(1, GROUP)
    assert "Untuk redaksi" in answer.text
    assert "Untuk admin" not in answer.text
    assert answer.thread == 7
    assert answer.reply_to is not None


async def test_a_group_named_by_its_username_is_let_in(bench: Bench) -> None:
    bench.topics.append(watch("Untuk redaksi", "@Redaksi_Kita"))
    bench.api.add_chat(GROUP, "supergroup", "Redaksi", username="redaksi_kita")
    bench.api.user_sends(STRANGER, "/topics", GROUP)
    async with bench.running():
        (answer,) = await bench.answers(1, GROUP)
    assert "Untuk redaksi" in answer.text


async def test_a_command_for_another_bot_is_not_ours(bench: Bench) -> None:
    bench.topics.append(watch("Untuk redaksi", str(GROUP)))
    bench.api.user_sends(STRANGER, "/topics@another_bot", GROUP, chat_type="supergroup")
    bench.api.user_sends(STRANGER, "/TOPICS@Kabar_Test_Bot", GROUP, chat_type="supergroup")
    async with bench.running():
        await bench.handled()
    assert len(bench.api.messages(GROUP)) == 1


async def test_what_is_not_understood_is_answered_privately_only(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    bench.topics.append(watch("x", str(GROUP)))
    bench.api.user_sends(ADMIN, "apa kabar?")
    bench.api.user_sends(ADMIN, "/tidakada", GROUP, chat_type="supergroup")
    async with bench.running():
        (answer,) = await bench.answers(1, ADMIN)
        await bench.handled()
    assert answer.text == "Maaf, saya tidak paham. /bantuan menampilkan apa saja yang bisa saya lakukan."
    assert bench.api.messages(GROUP) == ()


async def test_a_blocked_bot_pauses_the_chat_until_it_is_let_in_again(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    async with bench.running():
        bench.api.user_sends(ADMIN, "/start")
        await bench.handled()
        bench.api.bot_becomes("kicked", ADMIN, ADMIN)
        await bench.handled()
        paused = await bench.chat(str(ADMIN))
        bench.api.bot_becomes("member", ADMIN, ADMIN, before="kicked")
        await bench.handled()
        back = await bench.chat(str(ADMIN))
    assert paused is not None
    assert paused.paused_reason
    assert back is not None
    assert back.paused_reason is None
    assert bench.audience_changes == 1


async def test_a_message_from_a_paused_chat_ends_the_pause(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    async with bench.store.write() as unit:
        await unit.chats.save(Chat(str(ADMIN), paused_reason="blocked"))
    bench.api.user_sends(ADMIN, "/start")
    async with bench.running():
        await bench.handled()
    chat = await bench.chat(str(ADMIN))
    assert chat is not None
    assert chat.paused_reason is None
    assert bench.audience_changes == 1


async def test_a_channel_that_files_know_by_name_goes_on_when_the_bot_is_back(bench: Bench) -> None:
    bench.topics.append(watch("Untuk kanal", "@Kanal"))
    bench.api.add_chat(-1009, "channel", "Kanal", username="kanal")
    async with bench.store.write() as unit:
        await unit.chats.save(Chat("@Kanal", "channel", paused_reason="Forbidden: bot was kicked"))
    bench.api.bot_becomes("administrator", -1009, ADMIN, before="left")
    async with bench.running():
        await bench.handled()
    chat = await bench.chat("@Kanal")
    assert chat is not None
    assert chat.paused_reason is None


async def test_strange_groups_that_add_and_remove_the_bot_leave_no_trace(bench: Bench) -> None:
    bench.api.add_chat(GROUP, "supergroup", "Spam")
    bench.api.bot_becomes("member", GROUP, STRANGER, before="left")
    bench.api.bot_becomes("kicked", GROUP, STRANGER)
    async with bench.running():
        await bench.handled()
    assert await bench.chat(str(GROUP)) is None


async def test_an_upgraded_group_keeps_its_rights_and_what_it_is_owed(bench: Bench) -> None:
    bench.topics.append(watch("Untuk redaksi", "-55"))
    bench.api.add_chat(-55, "group", "Redaksi")
    async with bench.store.write() as unit:
        delivery = NewDelivery(Destination("-55"), DeliveryKind.NEW, an_alert())
        await unit.outbox.add([delivery], NOW)
        await unit.chats.save(Chat("-55", "group", "Redaksi"))
    bench.api.upgrade_group(-55, GROUP)
    bench.api.user_sends(STRANGER, "/topics", GROUP)
    async with bench.running():
        (answer,) = await bench.answers(1, GROUP)
    assert "ke obrolan ini" in answer.text
    async with bench.store.read() as unit:
        (moved,) = await unit.outbox.list([DeliveryState.PENDING], 10)
    assert moved.destination == Destination(str(GROUP))


async def test_a_blocked_answer_is_given_up_calmly(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    bench.api.fail_next("sendMessage", 403, "Forbidden: bot was blocked by the user")
    bench.api.user_sends(ADMIN, "/help")
    async with bench.running():
        await bench.handled()
        bench.api.user_sends(ADMIN, "/help")
        await bench.answers(1, ADMIN)
    assert len(bench.api.calls("sendMessage")) == 2
