"""What Telegram's menus of commands say: pure."""

from __future__ import annotations

from typing import Literal

from bot.wording.wording import Wording

Audience = Literal["private", "group", "admin"]
"""`admin`: an admin of the bot, in private."""

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
"""Commands as the readers of a language call them; the dialogues know them by both names."""

_SHOWN: dict[Audience, tuple[str, ...]] = {
    "private": ("watch", "topics", "feeds", "latest", "help"),
    "group": ("watch", "topics", "latest", "help"),
    "admin": ("watch", "topics", "feeds", "status", "help"),
}


def menu(wording: Wording, audience: Audience) -> tuple[tuple[str, str], ...]:
    """The commands and what the menu says of them."""
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
    """What the readers of a language call a command."""
    return _NAMES.get(wording.language, {}).get(name, name)
