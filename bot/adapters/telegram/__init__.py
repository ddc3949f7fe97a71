"""The Telegram side: what is sent, what is heard, who may ask. Imports python-telegram-bot; nobody else does."""

from bot.adapters.telegram.access import store_start_code
from bot.adapters.telegram.client import (
    BadTokenError,
    BotIdentity,
    TelegramClient,
    TokenTakenError,
    UnreachableError,
)
from bot.adapters.telegram.commands import Commands
from bot.adapters.telegram.dialogues.registry import Verbs, dialogues_of
from bot.adapters.telegram.menus import Menus
from bot.adapters.telegram.messenger import TelegramMessenger
from bot.adapters.telegram.service import TelegramService
from bot.adapters.telegram.setup import check_token
from bot.adapters.telegram.speaker import Speaker
from bot.adapters.telegram.view import BotView
from bot.adapters.telegram.webhook import PostedUpdates, webhook_secret

__all__ = [
    "BadTokenError",
    "BotIdentity",
    "BotView",
    "Commands",
    "Menus",
    "PostedUpdates",
    "Speaker",
    "TelegramClient",
    "TelegramMessenger",
    "TelegramService",
    "TokenTakenError",
    "UnreachableError",
    "Verbs",
    "check_token",
    "dialogues_of",
    "store_start_code",
    "webhook_secret",
]
