"""The methods of the fake Bot API that are about messages and what is pressed under them."""

from __future__ import annotations

import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.fakes.bot_api_chats import FakeChat, FakeMessage, SentFile, World
from tests.fakes.bot_api_keyboards import checked_markup
from tests.fakes.bot_api_requests import Upload, is_true
from tests.fakes.bot_api_text import RefusedError, parse_caption, parse_text, utf16_length

QUERY_LIFE = 15.0
"""Seconds for which Telegram takes the answer to a press: it does not say how many, people have met 10 to 30."""
TOAST = 200
PHOTO_BYTES, DOCUMENT_BYTES, DOWNLOAD_BYTES = 10_485_760, 52_428_800, 20_971_520
"""Bot API, "Sending files" and getFile."""
DELETE_WITHIN = 48 * 3600

Method = Callable[[dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class PressAnswer:
    """What answerCallbackQuery said."""

    query_id: str
    text: str
    is_alert: bool
    seconds: float
    """From the press to its answer."""


class Messages:
    """`methods`: by their names in lower case; they are called with the world's lock held."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.answers: list[PressAnswer] = []
        self.methods: dict[str, Method] = {
            "sendmessage": self._send_message,
            "senddocument": lambda values: self._send_file("document", values),
            "sendphoto": lambda values: self._send_file("photo", values),
            "sendchataction": self._send_chat_action,
            "editmessagetext": self._edit_text,
            "editmessagecaption": self._edit_caption,
            "editmessagereplymarkup": self._edit_markup,
            "deletemessage": self._delete,
            "answercallbackquery": self._answer_callback_query,
            "getfile": self._get_file,
        }

    def _send_message(self, values: dict[str, Any]) -> dict[str, Any]:
        chat = self._world.chat(values["chat_id"])
        parsed = parse_text(values["text"], values.get("parse_mode"))
        return self._world.as_json(self._world.post(chat, parsed, values["text"], values))

    def _send_file(self, kind: str, values: dict[str, Any]) -> dict[str, Any]:
        chat = self._world.chat(values["chat_id"])
        upload: Upload = values[kind]
        _check_file(kind, upload.content)
        caption = values.get("caption") or ""
        parsed = parse_caption(caption, values.get("parse_mode"))
        return self._world.as_json(
            self._world.post(chat, parsed, caption, values, SentFile(kind, upload.name, upload.content))
        )

    def _send_chat_action(self, values: dict[str, Any]) -> bool:
        chat = self._world.chat(values["chat_id"])
        self._world.thread_of(chat, values)
        return True

    def _edit_text(self, values: dict[str, Any]) -> dict[str, Any]:
        chat, message = self._editable(values)
        if message.file is not None:
            raise RefusedError(400, "Bad Request: there is no text in the message to edit")
        parsed = parse_text(values["text"], values.get("parse_mode"))
        edited = self._edited(chat, message, parsed.text, parsed.entities, values["text"], values)
        message.preview = values.get("link_preview_options")
        return edited

    def _edit_caption(self, values: dict[str, Any]) -> dict[str, Any]:
        chat, message = self._editable(values)
        if message.file is None:
            raise RefusedError(400, "Bad Request: there is no caption in the message to edit")
        caption = values.get("caption") or ""
        parsed = parse_caption(caption, values.get("parse_mode"))
        return self._edited(chat, message, parsed.text, parsed.entities, caption, values)

    def _edited(
        self,
        chat: FakeChat,
        message: FakeMessage,
        text: str,
        entities: tuple[dict[str, Any], ...],
        source: str,
        values: dict[str, Any],
    ) -> dict[str, Any]:
        """A keyboard that is not named again is gone."""
        text, markup = text.strip(), checked_markup(values.get("reply_markup"), chat.type, editing=True)
        if (message.text, message.entities, message.markup) == (text, entities, markup):
            raise _not_modified()
        message.text, message.entities, message.markup = text, entities, markup
        message.source, message.edits = source, message.edits + 1
        return self._world.as_json(message)

    def _edit_markup(self, values: dict[str, Any]) -> dict[str, Any]:
        chat, message = self._editable(values)
        markup = checked_markup(values.get("reply_markup"), chat.type, editing=True)
        if message.markup == markup:
            raise _not_modified()
        message.markup, message.edits = markup, message.edits + 1
        return self._world.as_json(message)

    def _editable(self, values: dict[str, Any]) -> tuple[FakeChat, FakeMessage]:
        """A message of the bot. One that brought a keyboard for the place of the user's own cannot be edited."""
        chat, number = self._world.chat(values["chat_id"]), int(values["message_id"])
        message = self._world.message(chat, number)
        if message is None and (chat.id, number) in self._world.others:
            raise RefusedError(400, "Bad Request: message can't be edited")
        if message is None:
            raise RefusedError(400, "Bad Request: message to edit not found")
        if message.markup is not None and "inline_keyboard" not in message.markup:
            raise RefusedError(400, "Bad Request: message can't be edited")
        return chat, message

    def _delete(self, values: dict[str, Any]) -> bool:
        """Those of others in private chats, too, or where the bot is an administrator (Bot API, deleteMessage)."""
        chat, number = self._world.chat(values["chat_id"]), int(values["message_id"])
        other = self._world.others.get((chat.id, number))
        message = self._world.message(chat, number)
        if message is None and other is None:
            raise RefusedError(400, "Bad Request: message to delete not found")
        if message is None and chat.type != "private" and chat.members.get(self._world.bot()["id"]) != "administrator":
            raise RefusedError(400, "Bad Request: message can't be deleted")
        date = message.date if message is not None else int((other or {})["date"])
        if time.time() - date > DELETE_WITHIN:
            raise RefusedError(400, "Bad Request: message can't be deleted for everyone")
        if message is not None:
            self._world.messages.remove(message)
        else:
            del self._world.others[chat.id, number]
        return True

    def _answer_callback_query(self, values: dict[str, Any]) -> bool:
        """Once: a second answer finds nobody who waits."""
        asked = self._world.queries.pop(values["callback_query_id"], None)
        if asked is None or time.monotonic() - asked > QUERY_LIFE:
            raise RefusedError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        text = values.get("text") or ""
        if utf16_length(text) > TOAST:
            raise RefusedError(400, "Bad Request: MESSAGE_TOO_LONG")
        alert = is_true(values.get("show_alert", ""))
        self.answers.append(PressAnswer(values["callback_query_id"], text, alert, time.monotonic() - asked))
        return True

    def _get_file(self, values: dict[str, Any]) -> dict[str, Any]:
        file_id = values["file_id"]
        if file_id not in self._world.files:
            raise RefusedError(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = len(self._world.files[file_id])
        if size > DOWNLOAD_BYTES:
            raise RefusedError(400, "Bad Request: file is too big")
        return {"file_id": file_id, "file_unique_id": file_id, "file_size": size, "file_path": file_id}


def _check_file(kind: str, content: bytes) -> None:
    if not content:
        raise RefusedError(400, "Bad Request: file must be non-empty")
    if len(content) > DOCUMENT_BYTES:
        raise RefusedError(413, "Request Entity Too Large")
    if kind != "photo":
        return
    if len(content) > PHOTO_BYTES:
        raise RefusedError(
            400,
            f"Bad Request: file of size {len(content)} bytes is too big for a photo; "
            f"the maximum size is {PHOTO_BYTES} bytes",
        )
    if content[:8] == b"\x89PNG\r\n\x1a\n" and len(content) >= 24:
        width, height = struct.unpack(">II", content[16:24])
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):
            raise RefusedError(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
    elif content[:3] != b"\xff\xd8\xff":
        raise RefusedError(400, "Bad Request: IMAGE_PROCESS_FAILED")


def _not_modified() -> RefusedError:
    return RefusedError(
        400,
        "Bad Request: message is not modified: specified new message content and reply markup are exactly "
        "the same as a current content and reply markup of the message",
    )
