"""What comes instead of answers of the Bot API: from proxies, portals, broken servers and hostile ones.

None of these bodies is an answer to any method with any status. Names are for people who read a failed test.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

STATUSES: Final = (200, 302, 400, 403, 404, 511)
"""Those that a message, a chat or the whole program might be given up for, and those of portals (RFC 6585)."""

PORTAL: Final = (
    b"<!DOCTYPE html><html><head><title>Hotel WiFi</title><meta http-equiv=refresh content='0;url=http://login/'>"
    b"</head><body><h1>Please log in</h1></body></html>"
)
_HUGE: Final = 10**400
NUMBERS: Final[tuple[Any, ...]] = ("30", "soon", "", None, True, -1, -_HUGE, 1.5, 1e308, [], [30], {}, {"n": 30})
"""What stands where a positive integer is due."""

_MESSAGE: Final[Mapping[str, Any]] = {"message_id": 7, "date": 1_700_000_000, "chat": {"id": 1, "type": "private"}}
_NO_RESULTS: Final[tuple[Any, ...]] = (
    None,
    False,
    0,
    1,
    -1,
    1.5,
    "",
    "true",
    "ok",
    {},
    [None],
    [[]],
    [1],
    ["a"],
    [{}],
    [{"update_id": "1"}],
    [{"update_id": None}],
    [{"update_id": -1}],
    [{"update_id": 1.0}],
    [{"update_id": True}],
    [{"update_id": _HUGE}],
    [{"update_id": 2**63}],
    [{"update_id": 1}, {}],
    {"message_id": 7},
    {**_MESSAGE, "message_id": "7"},
    {**_MESSAGE, "message_id": None},
    {**_MESSAGE, "message_id": -7},
    {**_MESSAGE, "message_id": 7.0},
    {**_MESSAGE, "message_id": True},
    {**_MESSAGE, "message_id": _HUGE},
    {**_MESSAGE, "date": "today"},
    {**_MESSAGE, "date": None},
    {**_MESSAGE, "chat": None},
    {**_MESSAGE, "chat": []},
    {**_MESSAGE, "chat": {"id": "1", "type": "private"}},
    {**_MESSAGE, "chat": {"id": 1}},
    {"id": "7", "is_bot": True, "first_name": "Kabar", "username": "kabar_bot"},
    {"id": 7, "is_bot": False, "first_name": "Kabar", "username": "kabar_bot"},
    {"id": 7, "is_bot": True, "first_name": None, "username": "kabar_bot"},
    {"id": 7, "is_bot": True, "first_name": "Kabar", "username": ["kabar_bot"]},
    {"id": 7, "is_bot": True, "first_name": "Kabar", "username": "kabar bot/../x?"},
    {"file_id": 1, "file_unique_id": "b", "file_path": "a"},
    {"file_id": "a", "file_unique_id": "b"},
    {"file_id": "a", "file_unique_id": "b", "file_path": "/etc/passwd"},
    {"file_id": "a", "file_unique_id": "b", "file_path": "../../x"},
    {"file_id": "a", "file_unique_id": "b", "file_path": "https://elsewhere.example/"},
    {"file_id": "a", "file_unique_id": "b", "file_path": "a", "file_size": "big"},
    {"file_id": "a", "file_unique_id": "b", "file_path": "a", "file_size": -1},
    {"url": None, "has_custom_certificate": False, "pending_update_count": 0},
    {"url": "", "has_custom_certificate": False, "pending_update_count": "0"},
    {"url": "", "has_custom_certificate": False, "pending_update_count": 0, "last_error_date": 10**30},
    {"url": "", "has_custom_certificate": False, "pending_update_count": 0, "last_error_message": 5},
    {"error": "not here"},
)
"""None of these is the result of a method that Kabar calls."""


def bodies() -> dict[str, bytes]:
    """All of them, by what they are."""
    return dict(_bodies())


def _bodies() -> Iterator[tuple[str, bytes]]:
    yield from _pages()
    yield from _no_json()
    yield from _other_json()
    for number, result in enumerate(_NO_RESULTS):
        yield f"a result that is none, {number}: {_short(result)}", _json({"ok": True, "result": result})
    yield from _no_refusals()


def _pages() -> Iterator[tuple[str, bytes]]:
    yield "a portal's page", PORTAL
    yield "nginx", b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body></body>\r\n</html>\r\n"
    yield "a page in UTF-16", PORTAL.decode().encode("utf-16")
    yield "a page of two megabytes", PORTAL * 12_000
    yield "a page that quotes an answer", b"<pre>" + _json({"ok": True, "result": _MESSAGE}) + b"</pre>"
    yield "XML", b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>"
    yield "a word", b"Forbidden"
    yield "a login of a fortigate", b'<html><script>window.location="https://10.0.0.1:1000/fgtauth?x";</script></html>'


def _no_json() -> Iterator[tuple[str, bytes]]:
    good = _json({"ok": True, "result": _MESSAGE})
    yield "nothing", b""
    yield "white space", b" \r\n\t"
    yield "zeros", b"\0" * 100
    yield "half an answer", good[: len(good) // 2]
    yield "all but the last byte", good[:-1]
    yield "an answer and more", good + good
    yield "an answer with a byte order mark", b"\xef\xbb\xbf" + good
    yield "an answer in UTF-16", good.decode().encode("utf-16")
    yield "an answer in UTF-32", good.decode().encode("utf-32-le")
    yield "an answer in Latin-1", b'{"ok":true,"result":true,"description":"caf\xe9"}'
    yield "an answer in single quotes", good.replace(b'"', b"'")
    yield "an answer as JavaScript", b"callback(" + good + b");"
    yield "a guarded answer", b")]}',\n" + good
    yield "an answer behind a comment", b"/* hi */" + good
    yield "gzip that nobody announced", gzip.compress(good, mtime=0)
    yield "broken gzip", gzip.compress(good, mtime=0)[:20]
    yield "random bytes", bytes(range(256)) * 8
    yield "not a number", b'{"ok":true,"result":NaN}'
    yield "infinity", b'{"ok":true,"result":{"message_id":Infinity,"date":1,"chat":{"id":1,"type":"private"}}}'
    yield "a number of 5,000 digits", b'{"ok":true,"result":' + b"9" * 5_000 + b"}"
    yield "lists in lists", b"[" * 100_000
    yield "lists in lists, all closed", b"[" * 50_000 + b"]" * 50_000
    yield "a deep result", b'{"ok":true,"result":' + b"[" * 5_000 + b"]" * 5_000 + b"}"
    yield "objects in objects", b'{"a":' * 20_000 + b"1" + b"}" * 20_000
    yield "a deep refusal", b'{"ok":false,"error_code":400,"description":' + b"[" * 900 + b"]" * 900 + b"}"
    yield "a deep update", b'{"ok":true,"result":[{"update_id":1,"message":' + b"[" * 900 + b"]" * 900 + b"}]}"


def _other_json() -> Iterator[tuple[str, bytes]]:
    values: tuple[Any, ...] = (None, True, False, 0, 1, -1.5, "", "ok", [], [[]], [1, 2], [{"ok": True}], {})
    for value in values:
        yield f"JSON: {_short(value)}", _json(value)
    for value in (
        {"ok": True},
        {"ok": False},
        {"result": True},
        {"OK": True, "RESULT": True},
        {"ok": 1, "result": True},
        {"ok": "true", "result": True},
        {"ok": None, "result": True},
        {"ok": [], "result": []},
        {"ok": "false", "error_code": 400, "description": "Bad Request: no"},
        {"ok": 0, "error_code": 400, "description": "Bad Request: no"},
        {"status": "ok"},
        {"error": "access denied"},
        {"error": "TELEGRAM_ERROR", "message": "Upstream send failed"},
        {"error": {"code": 403, "message": "blocked by policy"}},
        {"message": "no Route matched with those values"},
        {"message": "Not Found"},
        {"detail": "Not found"},
        {"code": 400, "msg": "Bad Request"},
        {"errors": [{"status": "404", "title": "Not Found"}]},
        {"success": False, "reason": "quota"},
        {"fault": {"faultstring": "Invalid ApiKey"}},
        {"jsonrpc": "2.0", "error": {"code": -32600}, "id": None},
        {"type": "about:blank", "title": "Forbidden", "status": 403},
    ):
        yield f"JSON of others: {_short(value)}", _json(value)


def _no_refusals() -> Iterator[tuple[str, bytes]]:
    """Refusals that Telegram does not write: with another code than any status here, or in words of others."""
    for code in ("400", "403", None, True, 400.0, -400, 0, 200, 418, 499, _HUGE, [400], {"code": 400}):
        yield f"a refusal with the code {_short(code)}", _refusal(code, "Bad Request: chat not found")
    for code in (302, 400, 403, 404, 511):
        for words in (None, "", 5, ["Bad Request"], {"en": "Bad Request"}, True):
            yield f"a refusal ({code}) with the words {_short(words)}", _refusal(code, words)
        yield f"a page as the words of a refusal ({code})", _refusal(code, PORTAL.decode())
        yield f"a long speech as the words of a refusal ({code})", _refusal(code, "Denied. " * 2_000)
        yield f"a refusal ({code}) without words", _json({"ok": False, "error_code": code})
        yield f"a refusal ({code}) in words of others", _refusal(code, "Access denied by policy")
    yield "a refusal without a code", _json({"ok": False, "description": "Bad Request: chat not found"})
    for number in NUMBERS:
        words, parameters = "Too Many Requests: retry after 30", {"retry_after": number}
        yield f"429 that asks to wait {_short(number)}", _refusal(429, words, parameters)
        yield f"400 that asks to wait {_short(number)}", _refusal(400, "Bad Request: retry after 30", parameters)
    chats: tuple[Any, ...] = ("-1009", None, True, 7, 0, -1.5, -_HUGE, [-1009], {})
    for chat in chats:
        moved = {"migrate_to_chat_id": chat}
        words = "Bad Request: group chat was upgraded to a supergroup chat"
        yield f"a group that moved to {_short(chat)}", _refusal(400, words, moved)
    others: tuple[Any, ...] = ("none", [], [1], 5, True)
    for odd in others:
        yield f"a refusal with the parameters {_short(odd)}", _refusal(400, "Bad Request: chat not found", odd)


def _refusal(code: object, words: object, parameters: object = None) -> bytes:
    refusal = {"ok": False, "error_code": code, "description": words}
    return _json(refusal if parameters is None else {**refusal, "parameters": parameters})


def _json(value: object) -> bytes:
    return json.dumps(value, allow_nan=True).encode()


def _short(value: object) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
