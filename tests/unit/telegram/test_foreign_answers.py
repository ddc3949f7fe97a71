"""What is no answer of the Bot API is the network's fault: never the message's, the chat's or the token's."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram import BadTokenError, TelegramClient
from bot.telegram.transport.answers import METHODS, ForeignAnswerError, read_refusal, read_result
from tests.fakes.bot_api import TOKEN, BotApi, Fault, NearbyBotApi
from tests.fakes.foreign_answers import NUMBERS, STATUSES, bodies
from tests.fakes.virtual_time import in_virtual_time
from tests.unit.telegram.conftest import ADMIN, Bench
from tests.unit.telegram.every_method import AGAIN, AGAIN_WHEN_ASKED, CALLS, CHAT, DONE, UNHEARD, called

BODIES = bodies()
WAYS = [(method, way) for method, ways in CALLS.items() for way in ways]


@pytest.fixture
def api() -> BotApi:
    api = NearbyBotApi()
    api.add_chat(CHAT)
    api.user_sends(CHAT, "Halo", chat_id=CHAT)
    return api


def test_every_method_is_called_here() -> None:
    assert set(CALLS) == set(METHODS)


@pytest.mark.parametrize(("method", "way"), WAYS)
async def test_whatever_it_is_that_answers_the_call_is_made_again(
    api: BotApi, client: TelegramClient, method: str, way: str
) -> None:
    """Each body with one of the statuses. All with all of them: `python -m tests.benchmarks.durability`."""
    expected = DONE if method in UNHEARD else AGAIN
    wrong = {}
    for number, (name, body) in enumerate(BODIES.items(), start=WAYS.index((method, way))):
        status = STATUSES[number % len(STATUSES)]
        api.plan(method, [Fault(status, body=body)])
        if (became := await called(CALLS[method][way], client)) != expected:
            wrong[f"{status}, {name}"] = became
    assert wrong == {}


@pytest.mark.parametrize("method", [method for method in METHODS if method not in {"getFile"}])
async def test_what_telegram_answers_is_taken(api: BotApi, client: TelegramClient, method: str) -> None:
    """Against a reading that is too strict, by which nothing would ever be sent."""
    for way, call in CALLS[method].items():
        if method.startswith("edit") or method in {"deleteMessage"}:
            api.plan(method, [Fault(400, "Bad Request: message to edit not found")])
        assert await called(call, client) == DONE, way


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("method", ["sendMessage", "getUpdates", "getMe"])
async def test_a_wait_that_is_no_number_of_seconds_is_our_own(
    api: BotApi, client: TelegramClient, method: str, number: object
) -> None:
    words = {"error_code": 429, "description": "Too Many Requests: retry after 30"}
    body = json.dumps({"ok": False, **words, "parameters": {"retry_after": number}}).encode()
    api.plan(method, [Fault(429, body=body)])
    assert await called(next(iter(CALLS[method].values())), client) == AGAIN


@pytest.mark.parametrize("asked", [3_601, 100_000, 2**31, 10**12, 10**400])
@pytest.mark.parametrize("method", ["sendMessage", "getUpdates"])
async def test_an_endless_wait_is_one_of_an_hour_and_that_is_said(
    api: BotApi, client: TelegramClient, capsys: pytest.CaptureFixture[str], method: str, asked: int
) -> None:
    words = {"error_code": 429, "description": "Too Many Requests: retry after 30"}
    body = json.dumps({"ok": False, **words, "parameters": {"retry_after": asked}}).encode()
    api.plan(method, [Fault(429, body=body)])
    assert await called(next(iter(CALLS[method].values())), client) == AGAIN_WHEN_ASKED
    assert "telegram-wait-shortened" in capsys.readouterr().out


UNAUTHORIZED = Fault(401, "Unauthorized")


@pytest.mark.parametrize("fault", [UNAUTHORIZED, Fault(404, "Not Found")])
@pytest.mark.parametrize("method", ["sendMessage", "getUpdates", "editMessageText", "getMe", "setWebhook"])
async def test_a_good_token_that_is_refused_once_ends_nothing(
    api: BotApi, client: TelegramClient, method: str, fault: Fault
) -> None:
    """tdlib/telegram-bot-api#77: 18 of 20 requests with a good token were answered 401."""
    api.plan(method, [fault])
    assert await called(next(iter(CALLS[method].values())), client) == AGAIN


@pytest.mark.parametrize("confirmed", [Fault(401, body=b"<html>"), Fault(200, body=b"{}"), Fault(502, "Bad Gateway")])
async def test_a_refusal_that_is_not_confirmed_by_telegram_ends_nothing(
    api: BotApi, client: TelegramClient, confirmed: Fault
) -> None:
    api.plan("sendMessage", [UNAUTHORIZED])
    api.plan("getMe", [confirmed])
    assert await called(CALLS["sendMessage"]["an alert"], client) == AGAIN


async def test_a_token_that_is_refused_twice_is_bad(api: BotApi, client: TelegramClient) -> None:
    api.plan("getMe", [UNAUTHORIZED, UNAUTHORIZED])
    with pytest.raises(BadTokenError):
        await client.identity()


class _Body(httpx.AsyncByteStream):
    """Parts of an answer that has no end."""

    def __init__(self, part: bytes, pause: float) -> None:
        self._part = part
        self._pause = pause
        self.given = 0

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while True:
            await asyncio.sleep(self._pause)
            self.given += len(self._part)
            yield self._part


def _answering(body: httpx.AsyncByteStream) -> httpx.MockTransport:
    async def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, stream=body)

    return httpx.MockTransport(answer)


@in_virtual_time
async def test_an_answer_that_drips_has_an_end() -> None:
    async with TelegramClient(TOKEN, "http://x.example", transport=_answering(_Body(b" ", 9.0))) as client:
        outcome = await called(CALLS["sendMessage"]["an alert"], client)
        assert asyncio.get_running_loop().time() < 120
    assert outcome == AGAIN


@pytest.mark.parametrize(("method", "most"), [("sendMessage", 2_000_000), ("getUpdates", 30_000_000)])
async def test_an_answer_without_end_is_not_read_to_its_end(method: str, most: int) -> None:
    body = _Body(b"[" * 100_000, 0.0)
    async with TelegramClient(TOKEN, "http://x.example", transport=_answering(body)) as client:
        assert await called(next(iter(CALLS[method].values())), client) == AGAIN
    assert body.given < most


async def test_a_page_instead_of_a_file_is_asked_for_again(api: BotApi, bench: Bench) -> None:
    """Its length is not that of the file."""
    bench.admins.append(ADMIN)
    api.serve_next_file(b"<html>Please log in</html>")
    api.user_sends(ADMIN, "", document=("x.txt", b"Gempa mengguncang Cianjur pada Senin siang."))
    async with bench.serving():
        await bench.answers(1, ADMIN)
        await bench.handled()
    told = " ".join(message.text for message in api.messages(ADMIN))
    assert "log in" not in told


async def test_updates_that_never_wait_do_not_make_it_hurry(api: BotApi, bench: Bench) -> None:
    """A proxy that answers every getUpdates at once with no update."""
    api.plan("getUpdates", [Fault(200, body=b'{"ok":true,"result":[]}')] * 1_000)
    async with bench.serving():
        await bench.until(lambda: len(api.calls("getUpdates")) >= 20)
    assert bench.clock.slept.count(1.0) >= 15


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["message_id", "date", "chat", "id", "type", "update_id", "result", "ok", "file_path", "url"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def _read(read: Callable[[], bytes]) -> dict[str, Any] | None:
    """What is read of an answer; None if it is foreign."""
    try:
        answer: dict[str, Any] = json.loads(read())
    except ForeignAnswerError:
        return None
    return answer


@given(method=st.sampled_from(METHODS), result=JSON)
def test_any_result_is_read_or_foreign(method: str, result: Any) -> None:
    answer = _read(lambda: read_result(method, json.dumps({"ok": True, "result": result}).encode()))
    assert answer is None or answer["ok"] is True


@given(method=st.sampled_from(METHODS), body=st.binary(max_size=200))
def test_any_bytes_are_foreign(method: str, body: bytes) -> None:
    assert _read(lambda: read_result(method, body)) is None
    assert _read(lambda: read_refusal(400, body)) is None


@given(
    status=st.integers(100, 599),
    code=JSON | st.integers(100, 599),
    description=JSON | st.just("Bad Request: x"),
    parameters=JSON | st.dictionaries(st.sampled_from(["retry_after", "migrate_to_chat_id"]), JSON | st.integers()),
)
def test_any_refusal_is_read_or_foreign(status: int, code: Any, description: Any, parameters: Any) -> None:
    answer = {"ok": False, "error_code": code, "description": description, "parameters": parameters}
    refusal = _read(lambda: read_refusal(status, json.dumps(answer).encode()))
    assert refusal is None or (refusal["ok"] is False and refusal["error_code"] == status == code)
