"""Settings, feeds and topics from their files; every error has file, line and key."""

from bot.config.api_keys import find_embedding_key, find_summaries_key
from bot.config.data_locations import DATABASE_VARIABLE, backup_folder, data_directory, database_url
from bot.config.example_files import ExampleFile, example_files
from bot.config.examples import ExampleError, example_from_page, example_from_text, read_example
from bot.config.export import ExportedFile, feed_to_toml, topic_documents, topic_to_toml
from bot.config.feed_headers import filled_in
from bot.config.fingerprint import fingerprint_of
from bot.config.known_secrets import known_secrets
from bot.config.load import load_configuration
from bot.config.settings import (
    DEFAULT_LANGUAGE,
    Access,
    AlarmSettings,
    BackupSettings,
    Configuration,
    DeliverySettings,
    EmbeddingSettings,
    NetworkSettings,
    PendingExample,
    PollingSettings,
    PublicSettings,
    Settings,
    SummarySettings,
    TelegramSettings,
    WebSettings,
    needing_restart,
)
from bot.config.shipped import ShippedCopy, copy_shipped
from bot.config.telegram_token import find_token, has_token_shape, store_token, token_path

__all__ = [
    "DATABASE_VARIABLE",
    "DEFAULT_LANGUAGE",
    "Access",
    "AlarmSettings",
    "BackupSettings",
    "Configuration",
    "DeliverySettings",
    "EmbeddingSettings",
    "ExampleError",
    "ExampleFile",
    "ExportedFile",
    "NetworkSettings",
    "PendingExample",
    "PollingSettings",
    "PublicSettings",
    "Settings",
    "ShippedCopy",
    "SummarySettings",
    "TelegramSettings",
    "WebSettings",
    "backup_folder",
    "copy_shipped",
    "data_directory",
    "database_url",
    "example_files",
    "example_from_page",
    "example_from_text",
    "feed_to_toml",
    "filled_in",
    "find_embedding_key",
    "find_summaries_key",
    "find_token",
    "fingerprint_of",
    "has_token_shape",
    "known_secrets",
    "load_configuration",
    "needing_restart",
    "read_example",
    "store_token",
    "token_path",
    "topic_documents",
    "topic_to_toml",
]
