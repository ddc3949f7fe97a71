"""setMyCommands and whom each menu is shown to (Bot API, "Determining list of commands")."""

from __future__ import annotations

import re
from typing import Any

from tests.fakes.bot_api_chats import World
from tests.fakes.bot_api_text import RefusedError

COMMANDS, DESCRIPTION = 100, 256
_FOR_ALL = ("default", "all_private_chats", "all_group_chats", "all_chat_administrators")
_FOR_CHATS = ("chat", "chat_administrators")

Menu = list[dict[str, str]]


class Menus:
    """Commands by scope (`default`, `chat 1001`, …) and language."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._menus: dict[tuple[str, str], Menu] = {}

    def of(self, language_code: str, scope: str) -> Menu:
        """What was set for just this scope and language."""
        return self._menus.get((scope, language_code), [])

    def shown(self, chat_id: int, chat_type: str, language_code: str) -> Menu:
        """What a person (in a group: no admin of it) is shown."""
        kind = "all_private_chats" if chat_type == "private" else "all_group_chats"
        for scope in (f"chat {chat_id}", kind, "default"):
            for code in (language_code, ""):
                if (scope, code) in self._menus:
                    return self._menus[scope, code]
        return []

    def set(self, values: dict[str, Any]) -> bool:
        commands = values["commands"]
        if len(commands) > COMMANDS:
            raise RefusedError(400, "Bad Request: BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise RefusedError(400, "Bad Request: BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= DESCRIPTION:
                raise RefusedError(400, "Bad Request: BOT_COMMAND_DESCRIPTION_INVALID")
        key = self._key(values)
        if commands:
            self._menus[key] = commands
        else:
            self._menus.pop(key, None)
        return True

    def delete(self, values: dict[str, Any]) -> bool:
        self._menus.pop(self._key(values), None)
        return True

    def _key(self, values: dict[str, Any]) -> tuple[str, str]:
        scope, language = values.get("scope") or {"type": "default"}, values.get("language_code") or ""
        if language and not re.fullmatch(r"[a-z]{2}", language):
            raise RefusedError(400, "Bad Request: invalid language code specified")
        if scope["type"] in _FOR_CHATS:
            return f"{scope['type']} {self._world.chat(scope['chat_id']).id}", language
        if scope["type"] not in _FOR_ALL:
            raise RefusedError(400, "Bad Request: can't parse BotCommandScope")
        return scope["type"], language
