"""What is an answer of the Bot API, and what Kabar reads of it. Pure.

A portal, a proxy or a broken server may answer anything with any status. Where that were taken for a refusal, a message
would be given up, a chat paused or the program ended, for something that Telegram has never said. So an answer counts
only if it has the form that the Bot API promises ("Making requests", and the type that each method returns) and the
words that its server uses: every refusal begins with the name of its status, and its `error_code` is the status
(tdlib/telegram-bot-api, Client::fail_query_with_error and HttpConnection::send_response).

What passes is put together anew from the fields that Kabar uses. So python-telegram-bot, which trusts every field,
never sees the others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

from telegram.error import NetworkError

NO_BOT_API: Final = "what answers there is no Bot API"

LARGEST_FILE: Final = 20_971_520
"""Bytes of the largest file that a bot may download (Bot API, "getFile")."""

_LARGEST_ANSWER: Final = 1_000_000
_LARGEST_ANSWERS: Final[Mapping[str, int]] = {"getUpdates": 20_000_000}
"""Bytes; a hundred updates may be long."""

_REFUSED: Final[Mapping[int, str]] = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    429: "Too Many Requests",
}
"""How the description of a refusal begins. Other statuses (500, 502 …) are never held against a message or a chat."""

_LONGEST_DESCRIPTION: Final = 10_000
"""Telegram may quote a part of the message, which has up to 4,096 characters; a longer speech is somebody else's."""
_READ_OF_DESCRIPTION: Final = 500
_LONGEST_WAIT: Final = 10**9
"""Seconds; more has no place in a timedelta. How much of it is waited is decided in `client.retry_delay`."""
_LARGEST_ID: Final = 2**53
"""Ids of chats and users have at most 52 significant bits (Bot API, "Chat" and "User")."""
_LARGEST_UPDATE: Final = 2**31 - 1
"""Ids of updates have 32 bits (tdlib/td, TQueue::EventId). A larger one would become an offset that nothing follows."""
_LARGEST_TIME: Final = 2**32
_MOST_LEVELS: Final = 50
"""Of lists and objects in an update. Real ones have about ten; python-telegram-bot reads them recursively."""
_USERNAME: Final = re.compile(r"[A-Za-z0-9_]{1,64}")


class ForeignAnswerError(NetworkError):
    """Something that is not the Bot API has answered, so nothing is known of the message, the chat or the token."""

    def __init__(self) -> None:
        super().__init__(NO_BOT_API)


def largest_answer(method: str) -> int:
    """How many bytes an answer to this method may have."""
    return _LARGEST_ANSWERS.get(method, _LARGEST_ANSWER)


def read_result(method: str, body: bytes) -> bytes:
    """The result of a method (status 200), as JSON of the fields that are read. Raises ForeignAnswerError."""
    try:
        answer = _parsed(body)
        _require(answer.get("ok") is True and "result" in answer)
        return _written({"ok": True, "result": _RESULTS[method](answer["result"])})
    except RecursionError:
        raise ForeignAnswerError from None


def read_refusal(status: int, body: bytes) -> bytes:
    """A refusal (any status but 200), as JSON of the fields that are read. Raises ForeignAnswerError."""
    answer = _parsed(body)
    code, description = answer.get("error_code"), answer.get("description")
    _require(answer.get("ok") is False and type(code) is int and code == status)
    if not isinstance(description, str) or len(description) > _LONGEST_DESCRIPTION:
        raise ForeignAnswerError
    _require(description.startswith(_REFUSED.get(status, "")))
    refusal = {"ok": False, "error_code": status, "description": description[:_READ_OF_DESCRIPTION]}
    if "parameters" in answer:
        refusal["parameters"] = _parameters(answer["parameters"])
    return _written(refusal)


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body.decode(), parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise ForeignAnswerError from None
    if not isinstance(answer, dict):
        raise ForeignAnswerError
    return answer


def _no_number(name: str) -> NoReturn:
    """NaN and Infinity, which are not JSON (RFC 8259 section 6)."""
    raise ValueError(name)


def _written(answer: Mapping[str, Any]) -> bytes:
    return json.dumps(answer).encode()


def _require(holds: bool) -> None:
    if not holds:
        raise ForeignAnswerError


def _parameters(given: object) -> dict[str, int]:
    """ResponseParameters: the chat that the group has become, the seconds to wait."""
    fields = _object(given)
    read: dict[str, int] = {}
    if "migrate_to_chat_id" in fields:
        read["migrate_to_chat_id"] = _number(fields["migrate_to_chat_id"], -_LARGEST_ID, -1)
    if "retry_after" in fields:
        read["retry_after"] = min(_number(fields["retry_after"], 1, None), _LONGEST_WAIT)
    return read


# --- what methods return ------------------------------------------------------------------------


def _true(result: object) -> bool:
    _require(result is True)
    return True


def _message(result: object) -> dict[str, Any]:
    """A Message, of which only the id is used. It always has a date and a chat."""
    fields = _object(result)
    chat = _object(fields.get("chat"))
    _number(chat.get("id"), -_LARGEST_ID, _LARGEST_ID)
    kind = _text(chat.get("type"))
    _number(fields.get("date"), 0, None)
    message_id = _number(fields.get("message_id"), 0, _LARGEST_ID)
    return {"message_id": message_id, "date": 0, "chat": {"id": 0, "type": kind}}


def _bot(result: object) -> dict[str, Any]:
    fields = _object(result)
    username = _text(fields.get("username"))
    _require(fields.get("is_bot") is True and _USERNAME.fullmatch(username) is not None)
    user_id, first_name = _number(fields.get("id"), 1, _LARGEST_ID), _text(fields.get("first_name"))
    return {"id": user_id, "is_bot": True, "first_name": first_name, "username": username}


def _updates(result: object) -> list[Any]:
    """Updates as they are: what is in them is read by `incoming`, which takes nothing for granted."""
    if not isinstance(result, list):
        raise ForeignAnswerError
    for update in result:
        _number(_object(update).get("update_id"), 0, _LARGEST_UPDATE)
        _require(_is_shallow(update, _MOST_LEVELS))
    return result


def _webhook(result: object) -> dict[str, Any]:
    fields = _object(result)
    read: dict[str, Any] = {
        "url": _text(fields.get("url")),
        "has_custom_certificate": False,
        "pending_update_count": _number(fields.get("pending_update_count"), 0, _LARGEST_ID),
    }
    if "last_error_date" in fields:
        read["last_error_date"] = _number(fields["last_error_date"], 0, _LARGEST_TIME)
    if "last_error_message" in fields:
        read["last_error_message"] = _text(fields["last_error_message"])[:_READ_OF_DESCRIPTION]
    return read


def _file(result: object) -> dict[str, Any]:
    """A File. Its path goes into an address, and python-telegram-bot would open one that exists on this machine."""
    fields = _object(result)
    read: dict[str, Any] = {name: _text(fields.get(name)) for name in ("file_id", "file_unique_id", "file_path")}
    path = read["file_path"]
    _require(path != "" and not path.startswith(("/", "\\")) and "://" not in path and ":\\" not in path)
    _require(".." not in re.split(r"[/\\]", path) and path.isprintable())
    if "file_size" in fields:
        read["file_size"] = _number(fields["file_size"], 0, _LARGEST_ID)
    return read


def _member(result: object) -> dict[str, Any]:
    """A ChatMember, of which is used who it is, and whether they administrate the chat; of others, that they do not."""
    fields = _object(result)
    user, status = _object(fields.get("user")), _text(fields.get("status"))
    _require(status in {"creator", "administrator", "member", "restricted", "left", "kicked"})
    user_id, first_name = _number(user.get("id"), 1, _LARGEST_ID), _text(user.get("first_name"))
    read: dict[str, Any] = {"user": {"id": user_id, "is_bot": user.get("is_bot") is True, "first_name": first_name}}
    match status:
        case "creator":
            return {**read, "status": status, "is_anonymous": fields.get("is_anonymous") is True}
        case "administrator":
            return {**read, "status": status, **{right: fields.get(right) is True for right in _RIGHTS}}
        case _:
            return {**read, "status": "member"}


_RIGHTS: Final = (
    "can_be_edited", "is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats",
    "can_restrict_members", "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories",
    "can_edit_stories", "can_delete_stories",
)  # fmt: skip
"""What python-telegram-bot reads no administrator without."""

_RESULTS: Final[Mapping[str, Callable[[object], Any]]] = {
    "getMe": _bot,
    "getUpdates": _updates,
    "getWebhookInfo": _webhook,
    "getFile": _file,
    "getChatMember": _member,
    "sendMessage": _message,
    "sendPhoto": _message,
    "sendDocument": _message,
    "editMessageText": _message,
    "editMessageReplyMarkup": _message,
    "answerCallbackQuery": _true,
    "deleteMessage": _true,
    "deleteWebhook": _true,
    "sendChatAction": _true,
    "setMyCommands": _true,
    "setWebhook": _true,
}
"""Every method that Kabar calls. Inline messages, for which edits return True, are none of its messages."""

METHODS: Final = tuple(_RESULTS)


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ForeignAnswerError
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ForeignAnswerError
    return value


def _number(value: object, least: int, most: int | None) -> int:
    """An Integer: true and false are none, nor is 1.0."""
    if not isinstance(value, int) or isinstance(value, bool) or value < least or (most is not None and value > most):
        raise ForeignAnswerError
    return value


def _is_shallow(value: object, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return True
    parts = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_is_shallow(part, levels - 1) for part in parts)
