"""What updates say, however they come: forwards, documents, links behind words, replies, threads, hostile data."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.telegram.transport.incoming import (
    Attachment,
    Command,
    Heard,
    Material,
    Membership,
    Moved,
    Pressed,
    Said,
    chat_of,
    read_update,
)

BOT = "kabar_test_bot"
USER = {"id": 42, "is_bot": False, "first_name": "Sari", "last_name": "Dewi", "language_code": "id"}
PRIVATE = {"id": 42, "type": "private", "first_name": "Sari"}
GROUP = {"id": -1001, "type": "supergroup", "title": "Redaksi", "username": "redaksi"}
OURS = {"id": 7, "is_bot": True, "first_name": "Kabar", "username": "Kabar_Test_Bot"}


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def entity(kind: str, text: str, part: str, **more: object) -> dict[str, Any]:
    """An entity over a part of a text, in UTF-16 units."""
    return {"type": kind, "offset": units(text[: text.index(part)]), "length": units(part), **more}


def message(**fields: Any) -> dict[str, Any]:
    return {"message_id": 5, "date": 1_700_000_000, "chat": PRIVATE, "from": USER, **fields}


def read(**update: Any) -> Heard | None:
    return read_update(json.dumps({"update_id": 1, **update}), BOT)


def said(**fields: Any) -> Said:
    heard = read(message=message(**fields))
    assert isinstance(heard, Said)
    return heard


def test_who_says_what_where() -> None:
    heard = said(text="hello")
    assert (heard.chat.chat, heard.chat.kind, heard.chat.title) == ("42", "private", "Sari")
    assert (heard.user_id, heard.user_name, heard.language_code) == (42, "Sari Dewi", "id")
    assert (heard.thread, heard.message_id, heard.command, heard.replied) == (None, 5, None, None)
    assert heard.material == Material("hello")
    assert chat_of(heard) == "42"


def test_a_command_and_what_follows() -> None:
    text = "/Watch@KABAR_test_bot  gempa\nbumi 🙂"
    heard = said(text=text, entities=[entity("bot_command", text, "/Watch@KABAR_test_bot")])
    assert heard.command == Command("watch", "gempa bumi 🙂")
    assert heard.material.text == "gempa\nbumi 🙂"


def test_a_command_in_bold_is_a_command() -> None:
    text = "/watch gempa"
    marks = [entity("bold", text, text), entity("bot_command", text, "/watch")]
    heard = said(text=text, entities=marks)
    assert (heard.command, heard.material.text) == (Command("watch", "gempa"), "gempa")


def test_a_command_for_another_bot_is_not_ours() -> None:
    text = "/watch@other_bot x"
    assert read(message=message(text=text, entities=[entity("bot_command", text, "/watch@other_bot")])) is None


def test_a_command_in_the_middle_is_text() -> None:
    text = "see /help"
    heard = said(text=text, entities=[entity("bot_command", text, "/help")])
    assert (heard.command, heard.material.text) == (None, "see /help")


def test_links_in_their_order_those_behind_words_too_with_emoji_before_them() -> None:
    text = "👩‍👩‍👧 read 🙂 this and https://news.example/1?a=b and news.example/2, x@news.example"
    marks = [
        entity("url", text, "news.example/2"),
        entity("text_link", text, "this", url="https://other.example/ß"),
        entity("url", text, "https://news.example/1?a=b"),
        entity("email", text, "x@news.example"),
    ]
    assert said(text=text, entities=marks).material.links == (
        "https://other.example/ß",
        "https://news.example/1?a=b",
        "https://news.example/2",
    )


def test_links_that_lead_elsewhere_are_left_out() -> None:
    text = "a b c"
    marks = [
        entity("text_link", text, "a", url="tg://user?id=1"),
        entity("text_link", text, "b", url="javascript:alert(1)"),
        entity("text_link", text, "c", url="ftp://x.example/"),
    ]
    assert said(text=text, entities=marks).material.links == ()


def test_a_link_named_twice_is_one() -> None:
    text = "https://x.example/1 again"
    marks = [entity("url", text, "https://x.example/1"), entity("text_link", text, "again", url="https://x.example/1")]
    assert said(text=text, entities=marks).material.links == ("https://x.example/1",)


def test_a_document_with_a_command_and_a_link_in_its_caption() -> None:
    caption = "/watch more like https://x.example/1"
    heard = said(
        document={
            "file_id": "f", "file_unique_id": "u", "file_name": "a\n<b>\u202e.txt", "mime_type": "text/plain",
            "file_size": 12,
        },
        caption=caption,
        caption_entities=[entity("bot_command", caption, "/watch"), entity("url", caption, "https://x.example/1")],
    )  # fmt: skip
    assert heard.command == Command("watch", "more like https://x.example/1")
    assert heard.material == Material(
        "more like https://x.example/1", ("https://x.example/1",), Attachment("f", "a <b>.txt", "text/plain", 12)
    )


def test_a_document_of_which_nothing_is_said() -> None:
    heard = said(document={"file_id": "f", "file_unique_id": "u"})
    assert heard.material.document == Attachment("f", "", "", 0)
    assert not heard.material.is_empty


@pytest.mark.parametrize(
    "origin",
    [
        {"type": "user", "date": 1, "sender_user": {"id": 9, "is_bot": False, "first_name": "X"}},
        {"type": "hidden_user", "date": 1, "sender_user_name": "X"},
        {"type": "channel", "date": 1, "chat": {"id": -1009, "type": "channel", "title": "C"}, "message_id": 3},
        {"type": "chat", "date": 1, "sender_chat": GROUP},
    ],
)
def test_forwards_of_any_kind(origin: dict[str, Any]) -> None:
    assert said(text="news", forward_origin=origin).material == Material("news", is_forward=True)


def test_a_picture_without_words_is_empty_material() -> None:
    photo = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
    assert said(photo=photo).material.is_empty


@pytest.mark.parametrize(
    "fields",
    [
        {"pinned_message": message(message_id=3, text="an alert")},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
        {"write_access_allowed": {"from_request": True}},
        {"forum_topic_created": {"name": "Kabar", "icon_color": 7322096}},
        {"forum_topic_closed": {}},
        {"new_chat_title": "Redaksi pagi"},
        {"something_that_telegram_will_add": {"x": 1}},
    ],
)
def test_service_messages_are_nothing_that_somebody_said(
    fields: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """crystal-autobot/autobot#123: each pinned alert was answered."""
    monkeypatch.setenv("PTB_TIMEDELTA", "true")  # as the client sets it
    assert read(message=message(**fields)) is None


def test_a_topic_that_is_open_again_is_heard_of() -> None:
    heard = read(message=message(chat=GROUP, is_topic_message=True, message_thread_id=4, forum_topic_reopened={}))
    assert isinstance(heard, Said)
    assert heard.material.is_empty


def test_the_pictures_of_an_album_are_one_message_its_documents_are_several() -> None:
    """tdlib/telegram-bot-api#629."""
    photo = [{"file_id": "f", "file_unique_id": "u", "width": 90, "height": 67}]
    heard = read(message=message(media_group_id="1", photo=photo, caption="Banjir di Demak"))
    assert isinstance(heard, Said)
    assert heard.material.text == "Banjir di Demak"
    assert read(message=message(media_group_id="1", photo=photo)) is None
    document = {"file_id": "f", "file_unique_id": "u", "file_name": "a.txt"}
    assert isinstance(read(message=message(media_group_id="2", document=document)), Said)


def test_replies_to_us_to_others_and_to_the_beginning_of_a_thread() -> None:
    ours = said(
        chat=GROUP, text="x", reply_to_message=message(chat=GROUP, message_id=3, text="Which?", **{"from": OURS})
    )
    assert ours.replied is not None
    assert (ours.replied.by_us, ours.replied.user_id, ours.replied.message_id) == (True, None, 3)
    link = "https://x.example/1"
    theirs = said(
        chat=GROUP,
        text="/watch",
        entities=[entity("bot_command", "/watch", "/watch")],
        reply_to_message=message(chat=GROUP, message_id=4, text=link, entities=[entity("url", link, link)]),
    )
    assert theirs.replied is not None
    assert (theirs.replied.by_us, theirs.replied.user_id, theirs.replied.user_name) == (False, 42, "Sari Dewi")
    assert theirs.replied.material.links == (link,)
    opening = message(chat=GROUP, message_id=7, forum_topic_created={"name": "T", "icon_color": 1})
    in_thread = said(chat=GROUP, text="x", message_thread_id=7, is_topic_message=True, reply_to_message=opening)
    assert (in_thread.thread, in_thread.replied) == (7, None)


def test_a_reply_in_a_group_without_threads_is_in_none() -> None:
    assert said(chat=GROUP, text="x", message_thread_id=4).thread is None


def test_anonymous_admins_and_channels_have_no_user() -> None:
    bot = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    heard = said(chat=GROUP, text="x", sender_chat=GROUP, **{"from": bot})
    assert (heard.user_id, heard.user_name, heard.language_code) == (None, "", None)


def test_other_bots_are_not_heard() -> None:
    other = {"id": 9, "is_bot": True, "first_name": "Other", "username": "other_bot"}
    assert read(message=message(chat=GROUP, text="/help", **{"from": other})) is None


def test_groups_that_move() -> None:
    old = {"id": -55, "type": "group", "title": "G"}
    assert read(message=message(chat=old, migrate_to_chat_id=-1001)) == Moved("-55", "-1001")
    assert read(message=message(chat=GROUP, migrate_from_chat_id=-55)) == Moved("-55", "-1001")


def pressed(**fields: Any) -> Heard | None:
    query = {"id": "q", "from": USER, "chat_instance": "1", "data": "go:7", "message": message(chat=GROUP, text="x")}
    return read(callback_query={**query, **fields})


def test_presses() -> None:
    heard = pressed(message=message(chat=GROUP, text="x", message_thread_id=7, is_topic_message=True))
    assert isinstance(heard, Pressed)
    assert (heard.query_id, heard.chat.chat, heard.username, heard.user_id) == ("q", "-1001", "redaksi", 42)
    assert (heard.thread, heard.message_id, heard.data) == (7, 5, "go:7")


def test_a_press_of_a_message_that_telegram_no_longer_shows() -> None:
    heard = pressed(message={"chat": GROUP, "message_id": 5, "date": 0})
    assert isinstance(heard, Pressed)
    assert (heard.chat.chat, heard.message_id, heard.thread) == ("-1001", 5, None)


def test_presses_that_are_nothing_for_us() -> None:
    assert pressed(message=None, inline_message_id="i") is None
    assert pressed(data=None, game_short_name="g") is None


@pytest.mark.parametrize(
    ("status", "more", "present"),
    [
        ("member", {}, True),
        ("kicked", {"until_date": 0}, False),
        ("left", {}, False),
    ],
)
def test_the_bot_in_a_chat(status: str, more: dict[str, Any], present: bool) -> None:
    heard = read(
        my_chat_member={
            "chat": GROUP,
            "from": USER,
            "date": 1,
            "old_chat_member": {"status": "left", "user": OURS},
            "new_chat_member": {"status": status, "user": OURS, **more},
        }
    )
    assert isinstance(heard, Membership)
    assert (heard.chat.chat, heard.username, heard.present, heard.user_id) == ("-1001", "redaksi", present, 42)


def test_kinds_that_were_not_asked_for_are_nothing() -> None:
    assert read(edited_message=message(text="x")) is None
    assert read(channel_post=message(chat={"id": -1009, "type": "channel", "title": "C"}, text="x")) is None
    assert read(of_a_later_bot_api={}) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"text": "x\u202e\u0000y\ud83d"},
        {"text": "", "entities": []},
        {"text": "/", "entities": [{"type": "bot_command", "offset": 0, "length": 1}]},
        {"text": "short", "entities": [{"type": "url", "offset": 90, "length": 900}]},
        {"text": "short", "entities": [{"type": "bot_command", "offset": 0, "length": 900}]},
        {"text": "x", "entities": [{"type": "of_a_later_bot_api", "offset": 0, "length": 1}]},
        {"chat": {"id": 42, "type": "of_a_later_bot_api"}, "text": "x"},
        {"from": None, "text": "x"},
        {"text": "x" * 4096, "entities": [{"type": "url", "offset": n, "length": 1} for n in range(100)]},
    ],
)
def test_strange_messages_are_read_as_far_as_they_go(fields: dict[str, Any]) -> None:
    heard = read(message=message(**fields))
    assert isinstance(heard, Said)
    heard.material.text.encode()


@pytest.mark.parametrize("body", ["", "[]", "7", "null", '{"update_id": 1, "message": {"chat": 7}}', "[" * 9999])
def test_what_is_no_update_is_an_error(body: str) -> None:
    with pytest.raises(Exception):  # noqa: B017, PT011 -- whatever it is: the update is put aside with its traceback
        read_update(body, BOT)


def test_a_name_that_is_all_marks_is_harmless() -> None:
    heard = said(text="x", **{"from": {**USER, "first_name": "\u202e\u2066<b>\n", "last_name": "&amp;"}})
    assert "\u202e" not in heard.user_name
    assert "\n" not in heard.user_name
