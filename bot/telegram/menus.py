"""Telegram's menus of commands: by kind of chat and language, and in the private chats of admins.

What was set is remembered, so that a start asks Telegram for what has changed only.
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
"""Codes of Telegram's apps (empty: all others), and the language that their readers get."""


@dataclass(frozen=True, slots=True)
class _Menu:
    """For whom, and what."""

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
    """Sets them. The bot works without: what cannot be set is logged and tried at the next start."""

    def __init__(self, bot: Bot, store: Store, admins: Callable[[], Sequence[int]]) -> None:
        """`admins`: those in the files."""
        self._bot = bot
        self._store = store
        self._admins = admins

    async def offer(self) -> None:
        """All that are not as they should be. The bot must have told who it is (getMe)."""
        setting = f"telegram.menus.{self._bot.id}"
        async with self._store.read() as unit:
            admins = dict.fromkeys((*self._admins(), *await unit.chats.admins()))
            was = _read(await unit.key_values.get(setting))
        is_set = await self._set(_wanted(tuple(admins)), was)
        if is_set != was:
            async with self._store.write() as unit:
                await unit.key_values.set(setting, json.dumps(is_set))

    async def _set(self, wanted: Sequence[_Menu], was: dict[str, str]) -> dict[str, str]:
        """What is set now, by name."""
        names = {one.name for one in wanted}
        gone = [_gone(name) for name in was if name not in names]
        is_set = dict(was)
        for one in (*wanted, *gone):
            if was.get(one.name) == one.digest:
                continue
            is_set.pop(one.name, None)
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
                    is_set[one.name] = one.digest
        return is_set


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


def _gone(name: str) -> _Menu:
    """The empty menu of who was admin once: they see that of all private chats again."""
    _, chat, code = name.split(" ")
    return _Menu(BotCommandScopeChat(int(chat)), code, ())


def _read(stored: str | None) -> dict[str, str]:
    """Digests by menu."""
    return {} if stored is None else dict(json.loads(stored))
