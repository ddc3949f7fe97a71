"""The Bot API on loopback, in a thread of its own: usable by the real process through KABAR_TELEGRAM_API_URL.

It refuses what Telegram refuses, and unknown parameters, which Telegram would ignore. Requests and answers are checked
against aiogram's types. Faults are programmed with `fail_next`.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl

from aiogram import methods as api
from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.fakes.bot_api_chats import (
    BOT_ID,
    FakeChat,
    FakeMessage,
    SentFile,
    World,
    checked_markup,
    command_entities,
    link_entities,
    membership,
    person,
)
from tests.fakes.bot_api_text import RefusedError, parse_caption, parse_text, utf16_length
from tests.fakes.loopback import LoopbackServer

TOKEN = "7000000001:AAFakeTokenForTestsOnly_0123456789abc"
_METHODS = {
    method.__api_method__.lower(): method
    for method in vars(api).values()
    if isinstance(method, type) and issubclass(method, api.TelegramMethod) and method is not api.TelegramMethod
}
_LONGEST_HANG = 60.0
ANONYMOUS = {"id": 1_087_968_824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
QUERY_LIFE = 15.0
"""Seconds for which Telegram takes the answer to a press: it does not say how many, people have met 10 to 30."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with a call. `delivered`: it was carried out all the same."""

    status: int = 0
    """An answer with this HTTP status; 0: the connection is dropped (or hangs); 200: all is well, but late."""
    description: str = ""
    parameters: Mapping[str, int] | None = None
    delivered: bool = False
    hang: float = 0.0
    """Seconds of silence before the connection is dropped."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request that came."""

    method: str
    values: Mapping[str, Any]
    at: float
    """time.monotonic()"""


@dataclass(frozen=True, slots=True)
class PressAnswer:
    """What answerCallbackQuery said."""

    query_id: str
    text: str
    is_alert: bool
    seconds: float
    """From the press to its answer."""


class FakeBotApi(LoopbackServer):
    """`with FakeBotApi() as fake:` serves `fake.url` until the block ends."""

    def __init__(self, token: str = TOKEN, username: str = "kabar_test_bot") -> None:
        self.token = token
        self.username = username
        self._world = World(username)
        self._lock = threading.RLock()
        self._faults: dict[str, list[Fault]] = {}
        self._calls: list[Call] = []
        self._webhook = ""
        self._commands: dict[str, list[dict[str, str]]] = {}
        self._asking = 0
        self._taken = False
        self._answers: list[PressAnswer] = []
        super().__init__(
            [
                Route("/bot{token}/{method}", self._serve, methods=["GET", "POST"]),
                Route("/file/bot{token}/{name}", self._serve_file),
            ]
        )
        self.url = f"http://127.0.0.1:{self.port}"

    # --- what a test sees --------------------------------------------------------------------

    def messages(self, chat_id: int | None = None) -> tuple[FakeMessage, ...]:
        """What the bot has sent, to this chat or to all, oldest first; edited messages as they are now."""
        with self._lock:
            return tuple(message for message in self._world.messages if chat_id in (None, message.chat_id))

    def wait_for(self, count: int, chat_id: int | None = None, seconds: float = 10.0) -> tuple[FakeMessage, ...]:
        """The messages once there are so many; AssertionError if they do not come in time."""
        deadline = time.monotonic() + seconds
        while len(found := self.messages(chat_id)) < count:
            if time.monotonic() > deadline:
                raise AssertionError(f"{len(found)} of {count} messages after {seconds} s: {[m.text for m in found]}")
            time.sleep(0.02)
        return found

    def calls(self, method: str | None = None) -> tuple[Call, ...]:
        """The requests so far, failed ones too."""
        with self._lock:
            return tuple(call for call in self._calls if method in (None, call.method))

    def commands(self, language_code: str = "") -> list[dict[str, str]]:
        """What setMyCommands set for a language."""
        with self._lock:
            return self._commands.get(language_code, [])

    def unconfirmed(self) -> int:
        """Updates that the bot has not confirmed by a later offset."""
        with self._lock:
            return len(self._world.updates)

    def newest_update(self) -> int | None:
        """The id of the latest update, confirmed or not; None before the first."""
        with self._lock:
            return self._world.newest_update

    def toasts(self) -> tuple[PressAnswer, ...]:
        """What pressed buttons were answered, oldest first."""
        with self._lock:
            return tuple(self._answers)

    def unanswered_presses(self) -> int:
        """Presses that the bot has not answered: their clients show a spinner."""
        with self._lock:
            return len(self._world.queries)

    # --- what a test lets happen -------------------------------------------------------------

    def fail_next(
        self,
        method: str,
        status: int = 0,
        description: str = "",
        *,
        parameters: Mapping[str, int] | None = None,
        delivered: bool = False,
        hang: float = 0.0,
        times: int = 1,
    ) -> None:
        """The next calls of a method fail: with a status, or (0) by a dropped connection after `hang` seconds.

        `delivered`: the method does its work all the same.
        """
        with self._lock:
            fault = Fault(status, description, parameters, delivered, hang)
            self._faults.setdefault(method.lower(), []).extend([fault] * times)

    def plan(self, method: str, faults: Sequence[Fault]) -> None:
        """What befalls the next calls of a method, one each."""
        with self._lock:
            self._faults.setdefault(method.lower(), []).extend(faults)

    def delay_next(self, method: str, seconds: float) -> None:
        """The next call of a method does its work at once, and is answered so much later."""
        self.fail_next(method, 200, delivered=True, hang=seconds)

    def too_many_requests(self, method: str = "sendMessage", retry_after: int = 1, times: int = 1) -> None:
        """429, as Telegram words it."""
        self.fail_next(
            method,
            429,
            f"Too Many Requests: retry after {retry_after}",
            parameters={"retry_after": retry_after},
            times=times,
        )

    def taken_by_another(self, *, taken: bool = True) -> None:
        """Another program asks for updates all the time: every getUpdates gets 409."""
        with self._lock:
            self._taken = taken

    def add_chat(
        self,
        chat_id: int,
        chat_type: Literal["private", "group", "supergroup", "channel"] = "private",
        title: str = "",
        *,
        username: str | None = None,
        threads: tuple[int, ...] = (),
    ) -> None:
        """A chat that the bot may write to. Users who write first are added by `user_sends`."""
        with self._lock:
            self._world.chats[chat_id] = FakeChat(chat_id, chat_type, title, username, set(threads))

    def user_sends(
        self,
        user_id: int,
        text: str,
        chat_id: int | None = None,
        *,
        language_code: str | None = "id",
        chat_type: Literal["private", "group", "supergroup", "channel"] = "private",
        title: str = "",
        thread: int | None = None,
        first_name: str = "",
        extra: Mapping[str, Any] | None = None,
        replies_to: FakeMessage | None = None,
        document: tuple[str, bytes] | None = None,
        forwarded: bool = False,
    ) -> int:
        """Somebody writes to the bot (privately unless a chat is named); the update's id.

        Args:
            extra: more fields of the message.
            replies_to: a message of the bot.
            document: name and content; `text` is the caption then.
            forwarded: from a person.
        """
        with self._lock:
            where = user_id if chat_id is None else chat_id
            chat = self._world.chats.setdefault(where, FakeChat(where, chat_type, title or first_name))
            user = person(user_id, language_code, first_name)
            fields: dict[str, Any] = {"text": text} if document is None else {"caption": text} if text else {}
            if entities := [*command_entities(text), *link_entities(text)]:
                fields["entities" if document is None else "caption_entities"] = entities
            if document is not None:
                fields["document"] = self._world.document(*document)
            if forwarded:
                origin = {"type": "user", "date": int(time.time()), "sender_user": person(99, None, "Somebody")}
                fields["forward_origin"] = origin
            if replies_to is not None:
                fields["reply_to_message"] = self._world.as_json(replies_to)
            message = self._incoming(chat, user, {**fields, **(extra or {})})
            if thread is not None:
                chat.threads.add(thread)
                message |= {"message_thread_id": thread, "is_topic_message": True}
            return self._world.add_update("message", message)

    def user_presses(
        self,
        user_id: int,
        message: FakeMessage,
        button: str,
        *,
        forged: bool = False,
        language_code: str | None = "id",
        first_name: str = "",
        anonymous: bool = False,
    ) -> str:
        """Somebody presses a button of a message, by its words; the query's id.

        Args:
            forged: `button` is callback data of the presser's own making.
            anonymous: an admin of the group who hides: Telegram names its GroupAnonymousBot.
        """
        with self._lock:
            data = button if forged else _button_data(message, button)
            query_id = f"q{self._world.next_update}"
            self._world.queries[query_id] = time.monotonic()
            self._world.add_update(
                "callback_query",
                {
                    "id": query_id,
                    "from": ANONYMOUS if anonymous else person(user_id, language_code, first_name),
                    "chat_instance": "1",
                    "message": self._world.as_json(message),
                    "data": data,
                },
            )
            return query_id

    def delete_message(self, message: FakeMessage) -> None:
        """Somebody deletes a message of the bot."""
        with self._lock:
            self._world.messages.remove(message)

    def bot_becomes(self, status: str, chat_id: int, user_id: int, *, before: str = "member") -> int:
        """my_chat_member: the bot is blocked (`kicked`), removed (`left`), unblocked (`member`), promoted …"""
        with self._lock:
            chat = self._world.chats.setdefault(chat_id, FakeChat(chat_id))
            if status in {"kicked", "left"}:
                private = "bot was blocked by the user"
                chat.forbidden = (
                    f"Forbidden: {private if chat.type == 'private' else 'bot was kicked from the group chat'}"
                )
            else:
                chat.forbidden = None
            return self._world.add_update(
                "my_chat_member",
                {
                    "chat": chat.as_json(),
                    "from": person(user_id),
                    "date": int(time.time()),
                    "old_chat_member": membership(self._world.bot(), before),
                    "new_chat_member": membership(self._world.bot(), status),
                },
            )

    def upgrade_group(self, old: int, new: int, user_id: int = 1, *, announced: bool = True) -> None:
        """A group becomes a supergroup; `announced`: its service message reaches the bot."""
        with self._lock:
            before = self._world.chats[old]
            self._world.chats[new] = FakeChat(new, "supergroup", before.title)
            before.moved_to = new
            if announced:
                message = self._incoming(before, person(user_id), {"migrate_to_chat_id": new})
                self._world.add_update("message", message)

    def deliver_update(self, body: dict[str, Any]) -> int:
        """An update of any shape, unchecked: what a newer Bot API, or a broken proxy, might send."""
        with self._lock:
            return self._world.add_raw_update(body)

    def _incoming(self, chat: FakeChat, user: dict[str, Any], fields: dict[str, Any]) -> dict[str, Any]:
        message = {"message_id": self._world.take_message_id(), "date": int(time.time()), "chat": chat.as_json()}
        return {**message, "from": user, **fields}

    # --- the server --------------------------------------------------------------------------

    async def _serve(self, request: Request) -> Response:
        if request.path_params["token"] != self.token:
            return _refusal(RefusedError(401, "Unauthorized"))
        name = request.path_params["method"].lower()
        if name not in _METHODS:
            return _refusal(RefusedError(404, "Not Found: method not found"))
        fault = None
        try:
            values = _checked(_METHODS[name], await _values(request))
            with self._lock:
                self._calls.append(Call(_METHODS[name].__api_method__, values, time.monotonic()))
                fault = self._faults[name].pop(0) if self._faults.get(name) else None
            if fault is not None and not fault.delivered:
                return await self._failed(fault)
            result = await self._answer(name, values, request)
        except RefusedError as error:
            return _refusal(error)
        if fault is not None and fault.status != 200:
            return await self._failed(fault)
        if fault is not None:
            await asyncio.sleep(fault.hang)
        if name != "getupdates":  # checked when they were added; strange ones are strange on purpose
            TypeAdapter(_METHODS[name].__returning__).validate_python(result)
        return JSONResponse({"ok": True, "result": result})

    async def _answer(self, name: str, values: dict[str, Any], request: Request) -> Any:
        if name == "getupdates":
            return await self._get_updates(values, request)
        handlers: dict[str, Callable[[dict[str, Any]], Any]] = {
            "getme": lambda _values: self._world.bot(),
            "sendmessage": self._send_message,
            "editmessagetext": self._edit_message_text,
            "editmessagereplymarkup": self._edit_message_reply_markup,
            "deletemessage": self._delete_message,
            "senddocument": lambda values: self._send_file("document", values),
            "sendphoto": lambda values: self._send_file("photo", values),
            "getfile": self._get_file,
            "setmycommands": self._set_my_commands,
            "deletewebhook": self._delete_webhook,
            "setwebhook": self._set_webhook,
            "getchat": self._get_chat,
            "answercallbackquery": self._answer_callback_query,
            "sendchataction": lambda values: self._world.chat(values["chat_id"]) is not None,
        }
        with self._lock:
            if name not in handlers:
                raise RefusedError(501, f"Not Implemented: this fake knows no {name}")
            return handlers[name](values)

    async def _failed(self, fault: Fault) -> Response:
        if fault.hang:
            await asyncio.sleep(min(fault.hang, _LONGEST_HANG))
        if fault.status == 0:
            return StreamingResponse(_nothing(), headers={"content-length": "100"})
        return _refusal(RefusedError(fault.status, fault.description, dict(fault.parameters or {}) or None))

    async def _get_updates(self, values: dict[str, Any], request: Request) -> list[dict[str, Any]]:
        """A later request ends an earlier one with 409, as Telegram's do."""
        if self._webhook:
            raise RefusedError(
                409,
                "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete it first",
            )
        self._asking += 1
        mine = self._asking
        until = time.monotonic() + int(values.get("timeout") or 0)
        while True:
            if self._taken or mine != self._asking:
                raise RefusedError(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
                )
            with self._lock:
                offset = values.get("offset")
                found = self._world.waiting(
                    None if offset is None else int(offset),
                    int(values.get("limit") or 100),
                    values.get("allowed_updates"),
                )
            if found or time.monotonic() >= until or self._server.should_exit or await request.is_disconnected():
                return found
            await asyncio.sleep(0.01)

    def _send_message(self, values: dict[str, Any]) -> dict[str, Any]:
        chat = self._world.chat(values["chat_id"])
        parsed = parse_text(values["text"], values.get("parse_mode"))
        return self._world.as_json(self._world.post(chat, parsed, values["text"], values))

    def _send_file(self, kind: str, values: dict[str, Any]) -> dict[str, Any]:
        chat = self._world.chat(values["chat_id"])
        upload: Upload = values[kind]
        caption = values.get("caption") or ""
        parsed = parse_caption(caption, values.get("parse_mode"))
        return self._world.as_json(
            self._world.post(chat, parsed, caption, values, SentFile(kind, upload.name, upload.content))
        )

    def _edit_message_text(self, values: dict[str, Any]) -> dict[str, Any]:
        chat, message = self._own_message(values, "edit")
        if message.file is not None:
            raise RefusedError(400, "Bad Request: there is no text in the message to edit")
        parsed = parse_text(values["text"], values.get("parse_mode"))
        text, markup = parsed.text.strip(), checked_markup(values.get("reply_markup"), chat)
        if (message.text, message.entities, message.markup) == (text, parsed.entities, markup):
            raise _not_modified()
        message.text, message.entities, message.markup = text, parsed.entities, markup
        message.source, message.edits = values["text"], message.edits + 1
        message.preview = values.get("link_preview_options")
        return self._world.as_json(message)

    def _edit_message_reply_markup(self, values: dict[str, Any]) -> dict[str, Any]:
        chat, message = self._own_message(values, "edit")
        markup = checked_markup(values.get("reply_markup"), chat)
        if message.markup == markup:
            raise _not_modified()
        message.markup, message.edits = markup, message.edits + 1
        return self._world.as_json(message)

    def _delete_message(self, values: dict[str, Any]) -> bool:
        _, message = self._own_message(values, "delete")
        self._world.messages.remove(message)
        return True

    def _own_message(self, values: dict[str, Any], what: str) -> tuple[FakeChat, FakeMessage]:
        chat = self._world.chat(values["chat_id"])
        message = self._world.message(chat, int(values["message_id"]))
        if message is None:
            raise RefusedError(400, f"Bad Request: message to {what} not found")
        return chat, message

    def _answer_callback_query(self, values: dict[str, Any]) -> bool:
        asked = self._world.queries.pop(values["callback_query_id"], None)
        if asked is None or time.monotonic() - asked > QUERY_LIFE:
            raise RefusedError(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")
        text = values.get("text") or ""
        if utf16_length(text) > 200:
            raise RefusedError(400, "Bad Request: MESSAGE_TOO_LONG")
        alert = str(values.get("show_alert", "")).lower() == "true"
        self._answers.append(PressAnswer(values["callback_query_id"], text, alert, time.monotonic() - asked))
        return True

    def _get_file(self, values: dict[str, Any]) -> dict[str, Any]:
        file_id = values["file_id"]
        if file_id not in self._world.files:
            raise RefusedError(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        size = len(self._world.files[file_id])
        return {"file_id": file_id, "file_unique_id": file_id, "file_size": size, "file_path": file_id}

    async def _serve_file(self, request: Request) -> Response:
        with self._lock:
            content = self._world.files.get(request.path_params["name"])
        if request.path_params["token"] != self.token or content is None:
            return Response(status_code=404)
        return Response(content)

    def _set_my_commands(self, values: dict[str, Any]) -> bool:
        for command in values["commands"]:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise RefusedError(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise RefusedError(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        self._commands[values.get("language_code") or ""] = values["commands"]
        return True

    def _delete_webhook(self, values: dict[str, Any]) -> bool:
        self._webhook = ""
        return True

    def _set_webhook(self, values: dict[str, Any]) -> bool:
        self._webhook = values["url"]
        return True

    def _get_chat(self, values: dict[str, Any]) -> dict[str, Any]:
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
        return {
            **self._world.chat(values["chat_id"]).as_json(),
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(gifts, False),
        }


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart form."""

    name: str
    content: bytes


async def _values(request: Request) -> dict[str, Any]:
    """Parameters of a call: from the query, a form with or without files, or JSON (Bot API, "Making requests")."""
    values: dict[str, Any] = dict(request.query_params)
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form() as form:
            for name, value in form.multi_items():
                values[name] = value if isinstance(value, str) else Upload(value.filename or "", await value.read())
        attached = {name: value for name, value in values.items() if isinstance(value, Upload)}
        for name, value in list(values.items()):
            if isinstance(value, str) and value.startswith("attach://"):
                values[name] = attached[value.removeprefix("attach://")]
                values.pop(value.removeprefix("attach://"), None)
        return values
    if request.headers.get("content-type", "").startswith("application/json"):
        values |= await request.json()
    elif request.method == "POST":
        values |= dict(parse_qsl((await request.body()).decode(), keep_blank_values=True))
    return values


def _checked(method: type[api.TelegramMethod[Any]], values: dict[str, Any]) -> dict[str, Any]:
    """The parameters decoded, or what Telegram would say; what it would silently ignore is refused here."""
    for name, value in values.items():
        if name not in method.model_fields:
            raise RefusedError(400, f"Bad Request: unknown parameter {name}")
        if isinstance(value, str) and value[:1] in {"{", "["} and name not in {"text", "caption"}:
            values[name] = json.loads(value)
    try:
        method.model_validate({name: "file" if isinstance(one, Upload) else one for name, one in values.items()})
    except ValidationError as error:
        first = error.errors()[0]
        raise RefusedError(400, f"Bad Request: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    return values


def _button_data(message: FakeMessage, words: str) -> str:
    """The data behind the button with these words; a button that nobody sees cannot be pressed."""
    if words in message.buttons:
        return message.buttons[words]
    (found,) = [data for text, data in message.buttons.items() if words in text]
    return found


def _not_modified() -> RefusedError:
    return RefusedError(
        400,
        "Bad Request: message is not modified: specified new message content and reply markup are exactly "
        "the same as a current content and reply markup of the message",
    )


def _refusal(error: RefusedError) -> Response:
    body: dict[str, Any] = {"ok": False, "error_code": error.status, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return JSONResponse(body, status_code=error.status)


async def _nothing() -> AsyncIterator[bytes]:
    """Less than was announced: the server then drops the connection."""
    yield b""


__all__ = ["BOT_ID", "TOKEN", "Call", "FakeBotApi", "FakeMessage", "Fault", "PressAnswer", "SentFile"]
