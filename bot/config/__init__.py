"""Settings, feeds and topics from their files; every error has file, line and key."""

from bot.config.examples import ExampleError, example_from_page, example_from_text, read_example
from bot.config.load import load_configuration
from bot.config.places import data_directory, database_url
from bot.config.settings import (
    Configuration,
    DeliverySettings,
    NetworkSettings,
    PendingExample,
    PollingSettings,
    Settings,
    TelegramSettings,
)
from bot.config.telegram_token import find_token, has_token_shape, store_token, token_path

__all__ = [
    "Configuration",
    "DeliverySettings",
    "ExampleError",
    "NetworkSettings",
    "PendingExample",
    "PollingSettings",
    "Settings",
    "TelegramSettings",
    "data_directory",
    "database_url",
    "example_from_page",
    "example_from_text",
    "find_token",
    "has_token_shape",
    "load_configuration",
    "read_example",
    "store_token",
    "token_path",
]
