"""The Bot API: on loopback in a thread of its own, usable by the real process through KABAR_TELEGRAM_API_URL; or
nearby, without a network, for a bot in the same event loop.

It refuses what Telegram refuses, and unknown parameters, which Telegram would ignore. Requests and answers are checked
against aiogram's types. Faults are programmed with `fail_next`.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from tests.fakes.bot_api_chats import BOT_ID, FakeMessage, SentFile, World
from tests.fakes.bot_api_menus import Menu, Menus
from tests.fakes.bot_api_messages import Messages, PressAnswer
from tests.fakes.bot_api_people import People, membership, person
from tests.fakes.bot_api_requests import METHODS, checked, read_values, refusal
from tests.fakes.bot_api_text import RefusedError
from tests.fakes.bot_api_types import answer_with
from tests.fakes.bot_api_updates import Updates, Webhook
from tests.fakes.loopback import LoopbackServer

TOKEN = "7000000001:AAFakeTokenForTestsOnly_0123456789abc"
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
    body: bytes | None = None
    """What is answered with the status instead of JSON of the Bot API: a proxy's page, half an answer."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of such a body."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request that came."""

    method: str
    values: Mapping[str, Any]
    at: float
    """time.monotonic()"""
    by: str = ""
    """Who asked, where several do: each under an address of its own, `<url>/by/<name>`."""


class BotApi(People):
    """What it remembers and answers, however requests come."""

    url: str
    transport: httpx.AsyncBaseTransport | None = None
    """How it is reached; None: over the network."""

    def __init__(self, token: str, username: str) -> None:
        self.token = token
        self.username = username
        self._world = World(username)
        self._lock = self._world.lock
        self._faults: dict[str, list[Fault]] = {}
        self._file_faults: list[int] = []
        self._other_files: list[bytes] = []
        self._misbehaves: Callable[[str], Fault] | None = None
        self._calls: list[Call] = []
        self._messages = Messages(self._world)
        self._menus = Menus(self._world)
        self._updates = Updates(self._world, self._is_closing)
        self._methods: dict[str, Callable[[dict[str, Any]], Any]] = {
            **self._messages.methods,
            "getme": lambda _values: self._world.bot(),
            "setmycommands": self._menus.set,
            "deletemycommands": self._menus.delete,
            "setwebhook": self._updates.set_webhook,
            "deletewebhook": self._updates.delete_webhook,
            "getwebhookinfo": self._updates.webhook_info,
            "getchat": self._get_chat,
            "getchatmember": self._get_chat_member,
        }
        self._routes = [
            Route("/bot{token}/{method}", self._serve, methods=["GET", "POST"]),
            Route("/by/{name}/bot{token}/{method}", self._serve, methods=["GET", "POST"]),
            Route("/file/bot{token}/{name}", self._serve_file),
        ]

    def _is_closing(self) -> bool:
        return False

    # --- what a test sees --------------------------------------------------------------------

    def messages(self, chat_id: int | None = None) -> tuple[FakeMessage, ...]:
        """What the bot has sent, to this chat or to all, oldest first; edited messages as they are now."""
        with self._lock:
            return tuple(message for message in self._world.messages if chat_id in (None, message.chat_id))

    def wait_for(self, count: int, chat_id: int | None = None, seconds: float = 60.0) -> tuple[FakeMessage, ...]:
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

    def commands(self, language_code: str = "", scope: str = "default") -> Menu:
        """What setMyCommands set for just this language and scope: `all_group_chats`, `chat 1001`, …"""
        with self._lock:
            return self._menus.of(language_code, scope)

    def menu(self, chat_id: int, language_code: str = "id") -> Menu:
        """The commands that somebody in a chat is shown, by the language of their Telegram."""
        with self._lock:
            return self._menus.shown(chat_id, self._world.chats[chat_id].type, language_code)

    def webhook(self) -> Webhook | None:
        """What setWebhook set, and how posting to it goes."""
        with self._lock:
            return self._updates.webhook

    def unconfirmed(self) -> int:
        """Updates that the bot has not confirmed by a later offset."""
        with self._lock:
            return len(self._world.updates)

    def waiting(self) -> tuple[Mapping[str, Any], ...]:
        """Those updates, oldest first."""
        with self._lock:
            return tuple(self._world.updates)

    def take_updates(self, kinds: Sequence[str]) -> Sequence[Mapping[str, Any]]:
        """All that wait, as getUpdates hands them out, and confirmed at once."""
        with self._lock:
            taken = self._world.waiting(None, len(self._world.updates), kinds)
            self._world.updates = []
            return taken

    def newest_update(self) -> int | None:
        """The id of the latest update, confirmed or not; None before the first."""
        with self._lock:
            return self._world.newest_update

    def toasts(self) -> tuple[PressAnswer, ...]:
        """What pressed buttons were answered, oldest first."""
        with self._lock:
            return tuple(self._messages.answers)

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

    def fail_next_file(self, status: int) -> None:
        """The next file that the bot wants to have answers with this HTTP status, or (0) breaks off."""
        with self._lock:
            self._file_faults.append(status)

    def misbehave(self, choose: Callable[[str], Fault] | None) -> None:
        """From now on each call meets the fault that is chosen for its method (in lower case, or `file`).

        None: everything is well again.
        """
        with self._lock:
            self._misbehaves = choose

    def serve_next_file(self, content: bytes) -> None:
        """The next file that the bot wants to have is this instead."""
        with self._lock:
            self._other_files.append(content)

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
            self._updates.taken = taken

    # --- the server --------------------------------------------------------------------------

    async def _serve(self, request: Request) -> Response:
        if request.path_params["token"] != self.token:
            return refusal(RefusedError(401, "Unauthorized"))
        name = request.path_params["method"].lower()
        if name not in METHODS:
            return refusal(RefusedError(404, "Not Found: method not found"))
        fault = None
        try:
            values = checked(METHODS[name], await read_values(request))
            with self._lock:
                by = request.path_params.get("name", "")
                self._calls.append(Call(METHODS[name].__api_method__, values, time.monotonic(), by))
                fault = self._faults[name].pop(0) if self._faults.get(name) else None
                if fault is None and self._misbehaves is not None:
                    fault = self._misbehaves(name)
            if fault is not None and not fault.delivered:
                return await self._failed(fault)
            result = await self._answer(name, values, request)
        except RefusedError as error:
            return refusal(error)
        if fault is not None and (fault.status != 200 or fault.body is not None):
            return await self._failed(fault)
        if fault is not None:
            await asyncio.sleep(fault.hang)
        if name != "getupdates":  # checked when they were added; strange ones are strange on purpose
            answer_with(METHODS[name].__returning__).model_validate({"result": result})
        return JSONResponse({"ok": True, "result": result})

    async def _answer(self, name: str, values: dict[str, Any], request: Request) -> Any:
        if name == "getupdates":
            return await self._updates.get(values, request)
        with self._lock:
            if name not in self._methods:
                raise RefusedError(501, f"Not Implemented: this fake knows no {name}")
            return self._methods[name](values)

    async def _failed(self, fault: Fault) -> Response:
        if fault.hang:
            await asyncio.sleep(min(fault.hang, _LONGEST_HANG))
        if fault.status == 0:
            return StreamingResponse(_nothing(), headers={"content-length": "100"})
        if fault.body is not None:
            return Response(fault.body, fault.status, fault.headers)
        return refusal(RefusedError(fault.status, fault.description, dict(fault.parameters or {}) or None))

    async def _serve_file(self, request: Request) -> Response:
        with self._lock:
            content = self._world.files.get(request.path_params["name"])
            status = self._file_faults.pop(0) if self._file_faults else 200
            content = self._other_files.pop(0) if self._other_files else content
            fault = self._misbehaves("file") if self._misbehaves is not None else None
        if fault is not None:
            return await self._failed(fault)
        if status == 0:
            return StreamingResponse(_nothing(), headers={"content-length": "100"})
        if request.path_params["token"] != self.token or content is None or status != 200:
            return refusal(RefusedError(404 if status == 200 else status, f"Not Found: {request.url}"))
        return Response(content)

    def _get_chat(self, values: dict[str, Any]) -> dict[str, Any]:
        gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
        return {
            **self._world.chat(values["chat_id"]).as_json(),
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(gifts, False),
        }

    def _get_chat_member(self, values: dict[str, Any]) -> dict[str, Any]:
        chat, user_id = self._world.chat(values["chat_id"]), int(values["user_id"])
        user = self._world.bot_user() if user_id == BOT_ID else person(user_id)
        return membership(user, chat.members.get(user_id, "member"))


class FakeBotApi(BotApi, LoopbackServer):
    """`with FakeBotApi() as fake:` serves `fake.url` until the block ends."""

    def __init__(self, token: str = TOKEN, username: str = "kabar_test_bot") -> None:
        BotApi.__init__(self, token, username)
        LoopbackServer.__init__(self, self._routes)
        self.url = f"http://127.0.0.1:{self.port}"

    def _is_closing(self) -> bool:
        return self._server.should_exit


class NearbyBotApi(BotApi):
    """Reached through `transport`, from one event loop."""

    url = "http://bot-api.example"

    def __init__(self, token: str = TOKEN, username: str = "kabar_test_bot") -> None:
        super().__init__(token, username)
        self.transport = _Nearby(Starlette(routes=self._routes))


class _Nearby(httpx.ASGITransport):
    """Fails as a network does: by silence, and where less comes than was announced."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            async with asyncio.timeout(request.extensions["timeout"]["read"]):
                response = await super().handle_async_request(request)
        except TimeoutError as error:
            raise httpx.ReadTimeout("silence") from error
        body = await response.aread()
        if len(body) < int(response.headers.get("content-length", 0)):
            raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")
        return httpx.Response(response.status_code, headers=response.headers, stream=httpx.ByteStream(body))


async def _nothing() -> AsyncIterator[bytes]:
    """Less than was announced: the server then drops the connection."""
    yield b""


__all__ = [
    "BOT_ID",
    "TOKEN",
    "BotApi",
    "Call",
    "FakeBotApi",
    "FakeMessage",
    "Fault",
    "NearbyBotApi",
    "PressAnswer",
    "SentFile",
]
