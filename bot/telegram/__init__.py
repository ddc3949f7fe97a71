"""Telegram: sending alerts, receiving updates, dialogues and access. The only package that uses python-telegram-bot."""

from bot.telegram.admission import store_start_code
from bot.telegram.app_api import AppApi, Dependencies
from bot.telegram.commands import Commands
from bot.telegram.dialogues.registry import dialogues_of
from bot.telegram.menus import Menus
from bot.telegram.speaker import Speaker
from bot.telegram.transport.client import (
    BadTokenError,
    BotIdentity,
    TelegramClient,
    TokenTakenError,
    UnreachableError,
)
from bot.telegram.transport.messenger import TelegramMessenger
from bot.telegram.transport.service import TelegramService
from bot.telegram.transport.token_check import check_token
from bot.telegram.transport.webhook import PostedUpdates, webhook_secret

__all__ = [
    "AppApi",
    "BadTokenError",
    "BotIdentity",
    "Commands",
    "Dependencies",
    "Menus",
    "PostedUpdates",
    "Speaker",
    "TelegramClient",
    "TelegramMessenger",
    "TelegramService",
    "TokenTakenError",
    "UnreachableError",
    "check_token",
    "dialogues_of",
    "store_start_code",
    "webhook_secret",
]
