"""The Bot API on loopback, in a thread of its own: usable by the real process through KABAR_TELEGRAM_API_URL.

It refuses what Telegram refuses, and unknown parameters, which Telegram would ignore. Requests and answers are checked
against aiogram's types. Faults are programmed with `fail_next`. No media.
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

from tests.fakes.bot_api_chats import BOT_ID, FakeChat, FakeMessage, World, command_entities, membership, person
from tests.fakes.bot_api_text import RefusedError, parse_text
from tests.fakes.loopback import LoopbackServer

TOKEN = "7000000001:AAFakeTokenForTestsOnly_0123456789abc"
_METHODS = {
    method.__api_method__.lower(): method
    for method in vars(api).values()
    if isinstance(method, type) and issubclass(method, api.TelegramMethod) and method is not api.TelegramMethod
}
_LONGEST_HANG = 60.0


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
        super().__init__([Route("/bot{token}/{method}", self._serve, methods=["GET", "POST"])])
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
    ) -> int:
        """Somebody writes to the bot (privately unless a chat is named); the update's id. `extra`: message fields."""
        with self._lock:
            where = user_id if chat_id is None else chat_id
            chat = self._world.chats.setdefault(where, FakeChat(where, chat_type, title or first_name))
            user = person(user_id, language_code, first_name)
            message = self._incoming(chat, user, {"text": text, **(extra or {})})
            if entities := command_entities(text):
                message["entities"] = entities
            if thread is not None:
                chat.threads.add(thread)
                message |= {"message_thread_id": thread, "is_topic_message": True}
            return self._world.add_update("message", message)

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
            "setmycommands": self._set_my_commands,
            "deletewebhook": self._delete_webhook,
            "setwebhook": self._set_webhook,
            "getchat": self._get_chat,
            "answercallbackquery": lambda _values: True,
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

    def _edit_message_text(self, values: dict[str, Any]) -> dict[str, Any]:
        chat = self._world.chat(values["chat_id"])
        wanted = int(values["message_id"])
        message = next((m for m in self._world.messages if (m.chat_id, m.message_id) == (chat.id, wanted)), None)
        if message is None:
            raise RefusedError(400, "Bad Request: message to edit not found")
        parsed = parse_text(values["text"], values.get("parse_mode"))
        text, markup = parsed.text.strip(), values.get("reply_markup")
        if (message.text, message.entities, message.markup) == (text, parsed.entities, markup):
            raise RefusedError(
                400,
                "Bad Request: message is not modified: specified new message content and reply markup are exactly "
                "the same as a current content and reply markup of the message",
            )
        message.text, message.entities, message.markup = text, parsed.entities, markup
        message.source, message.edits = values["text"], message.edits + 1
        return self._world.as_json(message)

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


async def _values(request: Request) -> dict[str, Any]:
    """Parameters of a call: from the query, a URL-encoded form, or JSON (Bot API, "Making requests")."""
    values: dict[str, Any] = dict(request.query_params)
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
        method.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        raise RefusedError(400, f"Bad Request: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    return values


def _refusal(error: RefusedError) -> Response:
    body: dict[str, Any] = {"ok": False, "error_code": error.status, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return JSONResponse(body, status_code=error.status)


async def _nothing() -> AsyncIterator[bytes]:
    """Less than was announced: the server then drops the connection."""
    yield b""


__all__ = ["BOT_ID", "TOKEN", "Call", "FakeBotApi", "FakeMessage", "Fault"]
