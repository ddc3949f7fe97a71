"""The composition root: the only place that builds adapters and hands them to the verbs."""

from bot.app.doctor import check_telegram_token, examine
from bot.app.files import open_grouper, open_matcher, read_feed
from bot.app.kabar import Kabar, open_kabar
from bot.app.tools import Tools, console_of, open_tools

__all__ = [
    "Kabar",
    "Tools",
    "check_telegram_token",
    "console_of",
    "examine",
    "open_grouper",
    "open_kabar",
    "open_matcher",
    "open_tools",
    "read_feed",
]
