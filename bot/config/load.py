"""The whole configuration, read from its directory."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.config.api_keys import find_embedding_key, find_summaries_key
from bot.config.data_locations import database_url, telegram_api_url
from bot.config.feeds_file import FeedContext, read_feeds
from bot.config.kabar_file import read_settings
from bot.config.settings import DEFAULT_API_URL, Configuration, Settings, TelegramSettings
from bot.config.tables import Findings, read_table
from bot.config.topic_files import TOPICS_FOLDER, read_topics
from bot.errors import ConfigError, ConfigProblem, FilePosition
from bot.model import Feed

SETTINGS_FILE = "kabar.toml"
FEEDS_FILE = "feeds.toml"


def load_configuration(directory: Path, environment: Mapping[str, str]) -> Configuration:
    """Settings, feeds and topics. Raises ConfigError with every problem of every file.

    A file that is not there has its defaults: no feeds, no topics. Files are named in problems
    as they are called in the directory (`topics/x.toml`).
    """
    directory = directory.expanduser().resolve()
    _require_configuration(directory)
    findings = Findings()
    api_url = _check_environment(directory, environment, findings)
    settings = Settings(telegram=TelegramSettings(api_url=api_url))
    if (directory / SETTINGS_FILE).exists():
        table = read_table(directory / SETTINGS_FILE, SETTINGS_FILE, findings)
        settings = read_settings(table, directory, api_url) if table else settings
    feeds, feeds_known = _load_feeds(FeedContext(directory, environment), findings)
    topics = read_topics(directory, feeds if feeds_known else None, findings)
    if findings.problems:
        raise ConfigError(tuple(findings.problems))
    return Configuration(
        directory=directory,
        settings=settings,
        feeds=feeds,
        topics=tuple(read.topic for read in topics),
        pending_examples=tuple(example for read in topics for example in read.pending),
        warnings=tuple(findings.warnings),
    )


def has_configuration(directory: Path) -> bool:
    """Whether any file of a configuration is in a folder. Raises OSError if it cannot be listed."""
    try:
        names = {path.name for path in directory.iterdir()}
    except (FileNotFoundError, NotADirectoryError):
        return False
    return not names.isdisjoint((SETTINGS_FILE, FEEDS_FILE, TOPICS_FOLDER))


def _require_configuration(directory: Path) -> None:
    message = "there is no configuration here."
    hint = "Make one: kabar init DIR, then kabar run --config DIR/config."
    try:
        if has_configuration(directory):
            return
        if has_configuration(directory / "config"):
            hint = f"Did you mean --config {directory / 'config'}?"
    except OSError as error:
        message, hint = f"the folder cannot be read: {(error.strerror or str(error)).lower()}.", ""
    raise ConfigError((ConfigProblem(FilePosition(str(directory)), message, hint),))


def _check_environment(directory: Path, environment: Mapping[str, str], findings: Findings) -> str:
    """The Bot API's address; an address or a key that cannot be used is noted."""
    api_url = DEFAULT_API_URL
    try:
        api_url = telegram_api_url(environment, DEFAULT_API_URL)
    except ConfigError as error:
        findings.problems.extend(error.problems)
    try:
        database_url(directory, environment)
    except ConfigError as error:
        findings.problems.extend(error.problems)
    for find_key in (find_embedding_key, find_summaries_key):
        try:
            find_key(environment)
        except ConfigError as error:
            findings.problems.extend(error.problems)
    return api_url


def _load_feeds(context: FeedContext, findings: Findings) -> tuple[tuple[Feed, ...], bool]:
    """The feeds, and whether all of the file could be read."""
    file = context.directory / FEEDS_FILE
    if not file.exists():
        return (), True
    before = len(findings.problems)
    table = read_table(file, FEEDS_FILE, findings)
    feeds = read_feeds(table, context) if table else ()
    return feeds, len(findings.problems) == before
