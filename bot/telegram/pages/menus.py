"""The content of the command menus (Bot API, "setMyCommands"). Pure; `bot.telegram.menus` sends them."""

from __future__ import annotations

from typing import Literal

from bot.wording.wording import Wording

Audience = Literal["private", "group", "admin"]
"""For whom a menu is; `admin` means an admin of the bot in a private chat."""

_NAMES = {
    "id": {
        "watch": "pantau",
        "topics": "pantauan",
        "feeds": "sumber",
        "latest": "terbaru",
        "search": "cari",
        "outlets": "media",
        "quiet": "tenang",
        "digest": "ringkasan",
        "pause": "jeda",
        "settings": "pengaturan",
        "language": "bahasa",
        "help": "bantuan",
    }
}
"""Translated names of commands. The dialogues accept both names."""

_SHOWN: dict[Audience, tuple[str, ...]] = {
    "private": ("watch", "topics", "feeds", "latest", "help"),
    "group": ("watch", "topics", "latest", "help"),
    "admin": ("watch", "topics", "feeds", "status", "help"),
}


def menu(wording: Wording, audience: Audience) -> tuple[tuple[str, str], ...]:
    """The commands of the menu, each with its description."""
    says = {
        "watch": wording.say("Watch something new"),
        "topics": wording.say("What I watch for you"),
        "feeds": wording.say("Where I read the news"),
        "latest": wording.say("The latest alerts"),
        "status": wording.say("How I am doing"),
        "help": wording.say("How this works"),
    }
    return tuple((command_name(wording, name), says[name]) for name in _SHOWN[audience])


def command_name(wording: Wording, name: str) -> str:
    """The name of a command in the language of the reader."""
    return _NAMES.get(wording.language, {}).get(name, name)
