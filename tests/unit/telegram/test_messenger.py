"""What becomes of a message for each way that Telegram can answer (docs/architecture.md, "Delivery")."""

from __future__ import annotations

import traceback
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.model import (
    Chat,
    ChatForbidden,
    ChatMigrated,
    Delivery,
    DeliveryKind,
    Destination,
    Language,
    MessageId,
    RetryLater,
    SendOutcome,
    SendRejected,
    Sent,
    Tally,
    WritingRefused,
)
from bot.telegram import BadTokenError, TelegramClient, TelegramMessenger
from tests.fakes.bot_api import TOKEN, BotApi, NearbyBotApi
from tests.fakes.charts import FakeCharts
from tests.fakes.clock import FakeClock
from tests.fakes.deliveries import NOW, a_delivery, a_digest, a_notice, a_rise, an_alert
from tests.fakes.virtual_time import in_virtual_time

CHAT = 123456789
GROUP = -1001234567890


@pytest.fixture
def messenger(api: BotApi, client: TelegramClient) -> TelegramMessenger:
    api.add_chat(CHAT)
    api.add_chat(GROUP, "supergroup", "Redaksi", threads=(42,))
    return messenger_by(client)


def messenger_by(client: TelegramClient) -> TelegramMessenger:
    return TelegramMessenger(client.bot, FakeClock(NOW), Language("id"), ZoneInfo("Asia/Jakarta"))


async def send(messenger: TelegramMessenger, delivery: Delivery | None = None, chat: Chat | None = None) -> SendOutcome:
    delivery = delivery or a_delivery(to=str(CHAT))
    return await messenger.send(delivery, chat or Chat(delivery.destination.chat))


async def test_a_message_has_its_link_as_preview(api: BotApi, messenger: TelegramMessenger) -> None:
    outcome = await send(messenger)
    (message,) = api.messages(CHAT)
    assert outcome == Sent(MessageId(message.message_id))
    assert message.preview == {"url": "https://news.example/nato", "prefer_large_media": True}
    assert message.links == ("https://news.example/nato",)


async def test_the_chats_own_language_and_time_zone_count(api: BotApi, messenger: TelegramMessenger) -> None:
    await send(messenger, chat=Chat(str(CHAT), language=Language("en"), timezone="Asia/Tokyo"))
    assert "today 15:00 JST" in api.messages(CHAT)[0].text


async def test_flood_control_says_when(api: BotApi, messenger: TelegramMessenger) -> None:
    api.too_many_requests(retry_after=37)
    assert await send(messenger) == RetryLater("Telegram asks to wait", timedelta(seconds=37))
    assert api.messages(CHAT) == ()


async def test_an_upgraded_group_is_named_by_its_new_id(api: BotApi, messenger: TelegramMessenger) -> None:
    api.add_chat(-55, "group", "Redaksi")
    api.upgrade_group(-55, -100555)
    assert await send(messenger, a_delivery(to="-55")) == ChatMigrated("-100555")


async def test_a_blocked_bot_is_forbidden(api: BotApi, messenger: TelegramMessenger) -> None:
    api.bot_becomes("kicked", CHAT, CHAT)
    outcome = await send(messenger)
    assert outcome == ChatForbidden("Forbidden: bot was blocked by the user")


async def test_an_unknown_chat_is_refused_with_what_to_do(messenger: TelegramMessenger) -> None:
    outcome = await send(messenger, a_delivery(to="42"))
    assert isinstance(outcome, SendRejected)
    assert outcome.reason.startswith("Chat not found: no such chat, or it has never written to the bot")


async def test_another_refusal_is_final(api: BotApi, messenger: TelegramMessenger) -> None:
    api.fail_next("sendMessage", 400, "Bad Request: BUTTON_URL_INVALID")
    assert await send(messenger) == SendRejected("Button_url_invalid")


@pytest.mark.parametrize(
    "description",
    [
        "not enough rights to send text messages to the chat",
        "have no rights to send a message",
        "need administrator rights in the channel chat",
        "TOPIC_CLOSED",
        "TOPIC_DELETED",
        "CHAT_RESTRICTED",
        "CHAT_WRITE_FORBIDDEN",
        "CHAT_SEND_PLAIN_FORBIDDEN",
        "CHAT_ADMIN_REQUIRED",
        "CHANNEL_PRIVATE",
        "group is deactivated",
        "FROZEN_METHOD_INVALID",
        "FROZEN_PARTICIPANT_MISSING",
        "USER_RESTRICTED",
    ],
)
async def test_where_the_bot_may_not_write_is_no_fault_of_the_message(
    api: BotApi, messenger: TelegramMessenger, description: str
) -> None:
    """https://core.telegram.org/method/messages.sendMessage, "Possible errors"; python-telegram-bot passes them on."""
    api.fail_next("sendMessage", 400, f"Bad Request: {description}")
    outcome = await send(messenger)
    assert isinstance(outcome, WritingRefused)
    assert outcome.reason.lower() == description.lower()


async def test_refused_html_is_sent_as_plain_text(api: BotApi, messenger: TelegramMessenger) -> None:
    api.fail_next("sendMessage", 400, "Bad Request: can't parse entities: Unsupported start tag")
    assert isinstance(await send(messenger), Sent)
    (message,) = api.messages(CHAT)
    assert message.parse_mode is None
    assert message.text.startswith("NATO confirms North Korean troops in Russia\nhttps://news.example/nato\n")


async def test_plain_text_that_is_refused_too_is_final(api: BotApi, messenger: TelegramMessenger) -> None:
    api.fail_next("sendMessage", 400, "Bad Request: can't parse entities: x", times=2)
    assert isinstance(await send(messenger), SendRejected)
    assert len(api.calls("sendMessage")) == 2


async def test_a_thread_gets_its_message(api: BotApi, messenger: TelegramMessenger) -> None:
    assert isinstance(await send(messenger, a_delivery(to=Destination(str(GROUP), 42))), Sent)
    assert api.messages(GROUP)[0].thread == 42


async def test_the_chat_gets_what_a_missing_thread_cannot(api: BotApi, messenger: TelegramMessenger) -> None:
    outcome = await send(messenger, a_delivery(to=Destination(str(GROUP), 43)))
    (message,) = api.messages(GROUP)
    assert outcome == Sent(MessageId(message.message_id), "thread-gone")
    assert message.thread is None
    assert message.text.endswith("(Utas tujuan pesan ini sudah tidak ada.)")


async def test_a_forums_general_thread_is_the_chat_itself(api: BotApi, messenger: TelegramMessenger) -> None:
    outcome = await send(messenger, a_delivery(to=Destination(str(GROUP), 1)))
    (message,) = api.messages(GROUP)
    assert outcome == Sent(MessageId(message.message_id))
    assert "Utas" not in message.text


async def test_a_channel_by_its_name(api: BotApi, messenger: TelegramMessenger) -> None:
    api.add_chat(-1009, "channel", "Kabar", username="my_channel")
    assert isinstance(await send(messenger, a_delivery(to="@my_channel")), Sent)
    assert len(api.messages(-1009)) == 1


@in_virtual_time
async def test_silence_may_hide_a_delivered_message() -> None:
    api = NearbyBotApi()
    api.add_chat(CHAT)
    api.fail_next("sendMessage", delivered=True, hang=30)
    async with TelegramClient(TOKEN, api.url, transport=api.transport) as client:
        assert await send(messenger_by(client)) == RetryLater("no answer in time", uncertain=True)
    assert len(api.messages(CHAT)) == 1


async def test_a_dropped_connection_may_hide_one_too(api: BotApi, messenger: TelegramMessenger) -> None:
    api.fail_next("sendMessage")
    assert await send(messenger) == RetryLater("the connection broke off", uncertain=True)


async def test_a_bad_gateway_is_tried_again(api: BotApi, messenger: TelegramMessenger) -> None:
    api.fail_next("sendMessage", 502, "Bad Gateway")
    assert isinstance(await send(messenger), RetryLater)


async def test_no_connection_is_certain_not_to_have_delivered() -> None:
    async with TelegramClient(TOKEN, "http://127.0.0.1:9") as client:
        messenger = TelegramMessenger(client.bot, FakeClock(NOW), Language("id"), ZoneInfo("UTC"))
        assert await send(messenger) == RetryLater("no connection", uncertain=False)


async def test_a_refused_token_ends_the_run_and_is_not_shown(api: BotApi) -> None:
    secret = "7000000009:AAnotherTokenThatNobodyMaySee_987654"
    async with TelegramClient(secret, api.url, transport=api.transport) as client:
        messenger = TelegramMessenger(client.bot, FakeClock(NOW), Language("id"), ZoneInfo("UTC"))
        with pytest.raises(BadTokenError, match="Telegram refuses the bot token") as caught:
            await send(messenger)
    assert secret not in "".join(traceback.format_exception(caught.value))


async def test_an_edit_changes_the_message_and_repeating_it_is_no_failure(
    api: BotApi, messenger: TelegramMessenger
) -> None:
    first = await send(messenger)
    assert isinstance(first, Sent)
    edit = a_delivery(an_alert("Judul baru"), str(CHAT), DeliveryKind.EDIT, first.message_id)
    assert await send(messenger, edit) == first
    assert await send(messenger, edit) == first
    (message,) = api.messages(CHAT)
    assert message.text.startswith("Judul baru")
    assert message.edits == 1


async def test_of_a_message_that_its_reader_has_deleted_nothing_can_be_changed_and_nothing_fails(
    messenger: TelegramMessenger,
) -> None:
    edit = a_delivery(an_alert("Judul baru"), str(CHAT), DeliveryKind.EDIT, MessageId(4711))
    assert isinstance(await send(messenger, edit), Sent)


async def test_an_edit_shows_what_readers_have_said(api: BotApi, messenger: TelegramMessenger) -> None:
    first = await send(messenger)
    assert isinstance(first, Sent)
    edit = a_delivery(an_alert("Judul baru"), str(CHAT), DeliveryKind.EDIT, first.message_id)
    await send(messenger, replace(edit, tally=Tally(good=1)))
    (message,) = api.messages(CHAT)
    assert list(message.buttons) == ["👍 ✓", "👎", "⋯"]


async def test_an_update_is_a_reply_to_the_storys_message(api: BotApi, messenger: TelegramMessenger) -> None:
    first = await send(messenger)
    assert isinstance(first, Sent)
    await send(messenger, a_delivery(an_alert("Judul baru"), str(CHAT), DeliveryKind.REPLY, first.message_id))
    (_, reply) = api.messages(CHAT)
    assert reply.reply_to == first.message_id


async def test_examining_a_chat_tells_why_the_bot_may_not_write(api: BotApi, messenger: TelegramMessenger) -> None:
    assert await messenger.examine(str(CHAT)) is None
    assert api.messages(CHAT) == ()
    assert await messenger.examine(str(CHAT), send=True) is None
    assert api.messages(CHAT)[0].text == "Ini pesan uji: Kabar bisa menulis di sini."
    assert (await messenger.examine("999") or "").startswith("Chat not found")


async def test_an_alert_has_its_buttons_and_an_edit_keeps_them(api: BotApi, messenger: TelegramMessenger) -> None:
    first = await send(messenger)
    assert isinstance(first, Sent)
    (message,) = api.messages(CHAT)
    buttons = {"👍": "ag:1", "👎": "ab:1", "⋯": "am:1"}
    assert message.buttons == buttons
    await send(messenger, a_delivery(an_alert("Judul baru"), str(CHAT), DeliveryKind.EDIT, first.message_id))
    assert message.text.startswith("Judul baru")
    assert message.buttons == buttons


async def test_in_groups_and_where_a_thread_is_gone_as_well(api: BotApi, messenger: TelegramMessenger) -> None:
    for thread in (None, 42, 43):
        await send(messenger, a_delivery(to=Destination(str(GROUP), thread)), Chat(str(GROUP), "supergroup"))
    assert [list(message.buttons) for message in api.messages(GROUP)] == [["👍", "👎", "⋯"]] * 3


async def test_digests_and_notices_have_none(api: BotApi, messenger: TelegramMessenger) -> None:
    for content in (a_digest(), a_notice()):
        await send(messenger, a_delivery(content, str(CHAT)))
    assert [message.markup for message in api.messages(CHAT)] == [None, None]


@pytest.mark.parametrize(
    ("chat", "is_clean"),
    [
        (Chat("-1009", "channel"), True),
        (Chat("@my_channel", "channel"), True),
        (Chat("@my_channel"), True),  # of which nothing is known
        (Chat("-1009"), True),
        (Chat("@my_channel", "supergroup"), False),
        (Chat("-1009", "supergroup"), False),
    ],
)
async def test_a_channel_gets_clean_posts(
    api: BotApi, messenger: TelegramMessenger, chat: Chat, *, is_clean: bool
) -> None:
    api.add_chat(-1009, "channel", "Kabar", username="my_channel")
    await send(messenger, a_delivery(an_alert(earlier=True), chat.chat), chat)
    (message,) = api.messages(-1009)
    assert (message.buttons == {}, "Alasan:" not in message.text, "terdahulu" not in message.text) == (is_clean,) * 3
    assert message.preview == {"url": "https://news.example/nato", "prefer_large_media": True}


SAID = "“Gempa dan tsunami” sedang ramai diberitakan: 14 artikel dalam 24 jam, biasanya sekitar 2 per hari."


def drawing(client: TelegramClient, charts: FakeCharts) -> TelegramMessenger:
    return TelegramMessenger(client.bot, FakeClock(NOW), Language("id"), ZoneInfo("Asia/Jakarta"), charts)


def a_notice_of_a_rise(to: str = str(CHAT)) -> Delivery:
    return a_delivery(a_rise(), to, DeliveryKind.NOTICE)


async def test_a_rise_is_a_plot_with_a_sentence_under_it_in_the_chats_language(
    api: BotApi, client: TelegramClient
) -> None:
    api.add_chat(CHAT)
    charts = FakeCharts()
    messenger = drawing(client, charts)
    outcome = await send(messenger, a_notice_of_a_rise())
    await send(messenger, a_notice_of_a_rise(), Chat(str(CHAT), language=Language("en")))
    indonesian, english = api.messages(CHAT)
    assert outcome == Sent(MessageId(indonesian.message_id))
    assert indonesian.file is not None
    assert indonesian.file.kind == "photo"
    assert indonesian.text == SAID
    assert english.text == "“Gempa dan tsunami” is rising: 14 articles in 24 hours, usually about 2 a day."
    assert [language for _, language in charts.rises] == ["id", "en"]


async def test_a_rise_that_cannot_be_drawn_is_told_in_words(api: BotApi, client: TelegramClient) -> None:
    api.add_chat(CHAT)
    charts = FakeCharts()
    charts.fails = True
    assert isinstance(await send(drawing(client, charts), a_notice_of_a_rise()), Sent)
    (message,) = api.messages(CHAT)
    assert (message.file, message.text) == (None, SAID)


async def test_a_rise_in_a_chat_that_takes_no_pictures_is_told_in_words(api: BotApi, client: TelegramClient) -> None:
    api.add_chat(CHAT)
    api.fail_next("sendPhoto", 400, "Bad Request: not enough rights to send photos to the chat")
    assert isinstance(await send(drawing(client, FakeCharts()), a_notice_of_a_rise()), Sent)
    (message,) = api.messages(CHAT)
    assert (message.file, message.text) == (None, SAID)


async def test_a_plot_that_does_not_go_through_is_tried_again_and_not_sent_as_words_too(
    api: BotApi, client: TelegramClient
) -> None:
    api.add_chat(CHAT)
    api.fail_next("sendPhoto", 502, "Bad Gateway")
    assert isinstance(await send(drawing(client, FakeCharts()), a_notice_of_a_rise()), RetryLater)
    assert api.messages(CHAT) == ()


async def test_a_rise_for_a_thread_that_is_gone_comes_to_the_chat_with_its_plot(
    api: BotApi, client: TelegramClient
) -> None:
    api.add_chat(GROUP, "supergroup", "Redaksi")
    delivery = a_delivery(a_rise(), Destination(str(GROUP), 42), DeliveryKind.NOTICE)
    outcome = await send(drawing(client, FakeCharts()), delivery)
    assert isinstance(outcome, Sent)
    assert outcome.note == "thread-gone"
    (message,) = api.messages(GROUP)
    assert message.file is not None
    assert message.text.startswith(SAID)
