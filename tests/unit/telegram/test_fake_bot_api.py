"""The fake refuses what Telegram refuses: a test that passes on it says something."""

from __future__ import annotations

import asyncio
import struct
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    ReplyParameters,
)
from telegram.error import BadRequest, Conflict, Forbidden, TelegramError
from telegram.request import HTTPXRequest

from tests.fakes.bot_api import TOKEN, FakeBotApi
from tests.unit.telegram.conftest import PATIENCE

CHAT, GROUP, MEMBER = 1001, -1002, 55
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@pytest.fixture
def api(served: FakeBotApi) -> FakeBotApi:
    """Over the network: what is said of connections here is to be true."""
    return served


@pytest.fixture
async def bot(api: FakeBotApi) -> AsyncIterator[Bot]:
    """python-telegram-bot's own, which calls every method and reads every field."""
    api.add_chat(CHAT)
    api.add_chat(GROUP, "supergroup", "Newsroom", threads=(7,))
    request = HTTPXRequest(read_timeout=PATIENCE)
    async with request:
        yield Bot(TOKEN, f"{api.url}/bot", f"{api.url}/file/bot", request=request, get_updates_request=request)


def keyboard(*rows: int, text: str = "x", data: str = "d") -> InlineKeyboardMarkup:
    """Rows of so many buttons."""
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=data)] * count for count in rows])


def picture(width: int, height: int, size: int = 100) -> bytes:
    return (PNG + struct.pack(">II", width, height)).ljust(size, b"\0")


async def refused(call: Any) -> str:
    with pytest.raises(TelegramError) as caught:
        await call
    return str(caught.value).lower()  # python-telegram-bot changes capitals


async def test_texts_that_cannot_be_are_refused(bot: Bot) -> None:
    for html, said in (
        ("<b>open", "find end tag"),
        ("<h1>x</h1>", "unsupported start tag"),
        ("<b>x</i>", "unmatched end tag"),
        ("  ", "empty"),
        ("<b></b>", "empty"),
        ("a < b", "unsupported start tag"),
        ("😀" * 2049, "too long"),
    ):
        assert said in await refused(bot.send_message(CHAT, html, parse_mode="HTML"))
    assert (await bot.send_message(CHAT, "😀" * 2048)).text == "😀" * 2048


async def test_keyboards_that_cannot_be_are_refused(bot: Bot) -> None:
    assert "button_data_invalid" in await refused(bot.send_message(CHAT, "x", reply_markup=keyboard(1, data="d" * 65)))
    assert "unallowed" in await refused(bot.send_message(CHAT, "x", reply_markup=keyboard(1, text=" ")))
    assert "too long" in await refused(bot.send_message(CHAT, "x", reply_markup=keyboard(9)))
    assert "too long" in await refused(bot.send_message(CHAT, "x", reply_markup=keyboard(*[8] * 12, 5)))
    odd = InlineKeyboardMarkup([[InlineKeyboardButton("x", url="javascript:alert()")]])
    assert "unsupported" in await refused(bot.send_message(CHAT, "x", reply_markup=odd))
    await bot.send_message(CHAT, "x", reply_markup=keyboard(*[8] * 12, 4))


async def test_an_edit_takes_the_keyboard_away_unless_it_names_it(api: FakeBotApi, bot: Bot) -> None:
    sent = await bot.send_message(CHAT, "x", reply_markup=keyboard(1, text="Go"))
    await bot.edit_message_text("y", CHAT, sent.message_id, reply_markup=keyboard(1, text="Go"))
    assert api.messages(CHAT)[0].buttons == {"Go": "d"}
    assert "not modified" in await refused(
        bot.edit_message_text("y", CHAT, sent.message_id, reply_markup=keyboard(1, text="Go"))
    )
    await bot.edit_message_text("y", CHAT, sent.message_id)
    assert api.messages(CHAT)[0].buttons == {}
    assert "not modified" in await refused(bot.edit_message_reply_markup(CHAT, sent.message_id))
    await bot.edit_message_reply_markup(CHAT, sent.message_id, reply_markup=keyboard(1, text="Back"))
    assert (api.messages(CHAT)[0].text, api.messages(CHAT)[0].buttons) == ("y", {"Back": "d"})


async def test_what_cannot_be_edited_or_deleted(api: FakeBotApi, bot: Bot) -> None:
    asked = await bot.send_message(CHAT, "x", reply_markup=ForceReply())
    assert "can't be edited" in await refused(bot.edit_message_text("y", CHAT, asked.message_id))
    theirs = api.user_says(MEMBER, "hello", GROUP)["message_id"]
    assert "can't be edited" in await refused(bot.edit_message_text("y", GROUP, theirs))
    assert "can't be deleted" in await refused(bot.delete_message(GROUP, theirs))
    assert "to edit not found" in await refused(bot.edit_message_text("y", CHAT, 9999))
    assert "to delete not found" in await refused(bot.delete_message(CHAT, 9999))
    old = await bot.send_message(CHAT, "old")
    api.messages(CHAT)[-1].date = int(time.time()) - 49 * 3600
    assert "can't be deleted" in await refused(bot.delete_message(CHAT, old.message_id))
    await bot.edit_message_text("new", CHAT, old.message_id)


async def test_replies_need_a_message_unless_they_can_do_without(api: FakeBotApi, bot: Bot) -> None:
    theirs = api.user_says(MEMBER, "hello", GROUP)["message_id"]
    await bot.send_message(GROUP, "x", reply_parameters=ReplyParameters(theirs))
    await bot.send_message(GROUP, "x", reply_parameters=ReplyParameters(9999, allow_sending_without_reply=True))
    assert [message.reply_to for message in api.messages(GROUP)] == [theirs, None]
    assert "replied not found" in await refused(bot.send_message(GROUP, "x", reply_parameters=ReplyParameters(9999)))
    assert "thread not found" in await refused(bot.send_message(GROUP, "x", message_thread_id=8))


async def test_a_press_is_answered_once_and_briefly(api: FakeBotApi, bot: Bot) -> None:
    await bot.send_message(CHAT, "x", reply_markup=keyboard(1, text="Go"))
    message = api.messages(CHAT)[0]
    with pytest.raises(ValueError, match="unpack"):
        api.user_presses(CHAT, message, "Nowhere")
    query = api.user_presses(CHAT, message, "Go")
    assert "too_long" in await refused(bot.answer_callback_query(api.user_presses(CHAT, message, "Go"), "x" * 201))
    await bot.answer_callback_query(query, "done")
    assert "query is too old" in await refused(bot.answer_callback_query(query, "done"))
    assert [toast.text for toast in api.toasts()] == ["done"]


async def test_files_have_limits(api: FakeBotApi, bot: Bot) -> None:
    await bot.send_photo(CHAT, picture(800, 600))
    for content, said in (
        (picture(800, 600, 10_485_761), "too big for a photo"),
        (picture(9000, 1001), "dimensions"),
        (picture(2100, 100), "dimensions"),
        (b"no picture", "image_process_failed"),
    ):
        assert said in await refused(bot.send_photo(CHAT, content))
    assert "non-empty" in await refused(bot.send_document(CHAT, b"", filename="x.toml"))
    assert "caption is too long" in await refused(bot.send_document(CHAT, b"x", caption="x" * 1025))
    api.user_sends(CHAT, "", document=("big.opml", bytes(20_971_521)))
    (update,) = api.waiting()
    assert "too big" in await refused(bot.get_file(update["message"]["document"]["file_id"]))


async def test_menus_are_kept_and_shown_by_scope_and_language(api: FakeBotApi, bot: Bot) -> None:
    await bot.set_my_commands([BotCommand("all", "x")])
    await bot.set_my_commands([BotCommand("private", "x")], scope=BotCommandScopeAllPrivateChats())
    await bot.set_my_commands([BotCommand("pribadi", "x")], BotCommandScopeAllPrivateChats(), "id")
    await bot.set_my_commands([BotCommand("mine", "x")], scope=BotCommandScopeChat(CHAT))
    api.add_chat(MEMBER)
    shown = [api.menu(*of)[0]["command"] for of in ((CHAT, "id"), (MEMBER, "id"), (MEMBER, "en"), (GROUP, "id"))]
    assert shown == ["mine", "pribadi", "private", "all"]
    await bot.delete_my_commands(BotCommandScopeChat(CHAT))
    assert api.menu(CHAT, "id")[0]["command"] == "pribadi"
    assert api.commands(scope="all_group_chats") == []


async def test_menus_that_cannot_be_are_refused(bot: Bot) -> None:
    scope = BotCommandScopeAllGroupChats()
    assert "too_much" in await refused(bot.set_my_commands([BotCommand("x", "x")] * 101, scope))
    assert "command_invalid" in await refused(bot.set_my_commands([("Big", "x")], scope))
    assert "description_invalid" in await refused(bot.set_my_commands([("x", "x" * 257)], scope))
    assert "chat not found" in await refused(bot.set_my_commands([("x", "x")], BotCommandScopeChat(42)))
    assert "language" in await refused(bot.set_my_commands([("x", "x")], scope, "idn"))


async def test_webhooks_that_cannot_be_are_refused(bot: Bot) -> None:
    for address, said in (
        ("http://kabar.example/x", "https"),
        ("https://kabar.example:8080/x", "ports"),
    ):
        assert said in await refused(bot.set_webhook(address))
    assert "unallowed" in await refused(bot.set_webhook("https://kabar.example/x", secret_token="é"))


async def test_of_the_two_ways_to_updates_one_works(api: FakeBotApi, bot: Bot) -> None:
    await bot.set_webhook("https://kabar.example/x", allowed_updates=["message"])
    with pytest.raises(Conflict, match="webhook is active"):
        await bot.get_updates()
    assert (await bot.get_webhook_info()).url == "https://kabar.example/x"
    await bot.delete_webhook()
    assert (await bot.get_webhook_info()).url == ""
    api.user_sends(CHAT, "hello")
    assert len(await bot.get_updates()) == 1


async def test_people_of_a_group(api: FakeBotApi, bot: Bot) -> None:
    api.set_member(GROUP, MEMBER, "creator")
    assert (await bot.get_chat_member(GROUP, MEMBER)).status == "creator"
    assert (await bot.get_chat_member(GROUP, 66)).status == "member"
    heard = api.user_says(MEMBER, "see https://news.example/1", GROUP, first_name="Budi")
    api.user_sends(66, "/watch", GROUP, replies_to_user=heard)
    api.user_sends(66, "/watch", GROUP, anonymously=True)
    api.bot_is_added(-1003, 66, "Elsewhere")
    replied, anonymous, added, joined = await bot.get_updates(allowed_updates=["message", "my_chat_member"])
    assert replied.message is not None
    assert replied.message.reply_to_message is not None
    assert replied.message.reply_to_message.from_user is not None
    assert replied.message.reply_to_message.from_user.full_name == "Budi"
    assert anonymous.message is not None
    assert anonymous.message.sender_chat is not None
    assert added.my_chat_member is not None
    assert joined.message is not None
    assert joined.message.new_chat_members[0].username == "kabar_test_bot"


async def test_unknown_parameters_and_chats_are_refused(api: FakeBotApi, bot: Bot) -> None:
    with pytest.raises(BadRequest, match="nknown parameter parse_mod"):
        await bot.send_message(CHAT, "x", api_kwargs={"parse_mod": "HTML"})
    with pytest.raises(BadRequest, match="hat not found"):
        await bot.send_message(42, "x")
    api.bot_becomes("left", GROUP, 66)
    with pytest.raises(Forbidden):
        await bot.send_message(GROUP, "x")
    await asyncio.sleep(0)
