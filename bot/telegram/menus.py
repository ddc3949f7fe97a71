"""Sets the command menus (Bot API, "setMyCommands"): per kind of chat and language, and for each admin.

What was set is stored, so that only changed menus are sent to Telegram at a start.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

import structlog
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
)
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.model import Language
from bot.store import Store
from bot.telegram.pages.menus import Audience, menu
from bot.telegram.transport.client import reason_of
from bot.wording.wording import Wording

log = structlog.get_logger()

_LANGUAGES = (("", "en"), ("id", "id"))
"""Language codes for setMyCommands (empty: all other users), and the language of the menu."""


@dataclass(frozen=True, slots=True)
class _Menu:
    """A menu: its scope (Bot API, "BotCommandScope"), its language code and its commands."""

    scope: BotCommandScope
    code: str
    commands: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        chat = f" {self.scope.chat_id}" if isinstance(self.scope, BotCommandScopeChat) else ""
        return f"{self.scope.type}{chat} {self.code}"

    @property
    def digest(self) -> str:
        return sha256(json.dumps(self.commands).encode()).hexdigest()[:16]


class Menus:
    """Sets the menus. The bot works without them, so a failure is only logged, and repeated at the next start."""

    def __init__(self, bot: Bot, store: Store, admins: Callable[[], Sequence[int]]) -> None:
        """`admins`: the admins from the files."""
        self._bot = bot
        self._store = store
        self._admins = admins

    async def offer(self) -> None:
        """Set all menus that have changed. The bot must have called getMe before, because its id is needed."""
        setting = f"telegram.menus.{self._bot.id}"
        async with self._store.read() as unit:
            admins = dict.fromkeys((*self._admins(), *await unit.chats.admins()))
            previous = _read(await unit.key_values.get(setting))
        current = await self._set(_wanted(tuple(admins)), previous)
        if current != previous:
            async with self._store.write() as unit:
                await unit.key_values.set(setting, json.dumps(current))

    async def _set(self, wanted: Sequence[_Menu], previous: dict[str, str]) -> dict[str, str]:
        """Send the changed menus, and return the digests of all menus that are set now, by name."""
        names = {one.name for one in wanted}
        former = [_cleared(name) for name in previous if name not in names]
        current = dict(previous)
        for one in (*wanted, *former):
            if previous.get(one.name) == one.digest:
                continue
            current.pop(one.name, None)
            try:
                await self._bot.set_my_commands(
                    [BotCommand(name, what) for name, what in one.commands],
                    scope=one.scope,
                    language_code=one.code or None,
                )
            except (BadRequest, Forbidden) as error:
                log.info("menu-not-set", menu=one.name, reason=reason_of(error))
            except TelegramError as error:
                log.warning("menus-not-set", reason=reason_of(error))
                break
            else:
                if one.commands:
                    current[one.name] = one.digest
        return current


def _wanted(admins: Sequence[int]) -> tuple[_Menu, ...]:
    scopes: list[tuple[BotCommandScope, Audience]] = [
        (BotCommandScopeAllPrivateChats(), "private"),
        (BotCommandScopeAllGroupChats(), "group"),
        *((BotCommandScopeChat(admin), "admin") for admin in admins),
    ]
    return tuple(
        _Menu(scope, code, menu(Wording(Language(language)), audience))
        for scope, audience in scopes
        for code, language in _LANGUAGES
    )


def _cleared(name: str) -> _Menu:
    """The empty menu for a former admin, who then sees the one for all private chats again.

    Telegram uses the most specific scope that has commands (Bot API, "Determining list of commands").
    """
    _, chat, code = name.split(" ")
    return _Menu(BotCommandScopeChat(int(chat)), code, ())


def _read(stored: str | None) -> dict[str, str]:
    """The stored digests by name of the menu."""
    return {} if stored is None else dict(json.loads(stored))
