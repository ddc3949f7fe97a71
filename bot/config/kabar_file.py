"""`kabar.toml`: the settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.config.keys import FileContext, keys_of_tables, read_section
from bot.config.settings import Settings
from bot.config.tables import Table


def read_settings(top: Table, directory: Path, api_url: str) -> Settings:
    """The settings. Each wrong value is noted, and its default takes its place."""
    settings = read_section(Settings, top, FileContext(directory, api_url), keys_of_tables(Settings))
    _check_telegram(top, settings)
    _check_web(top, settings)
    _check_polling(top, settings)
    _check_summaries(top, settings)
    return replace(settings, telegram=replace(settings.telegram, api_url=api_url))


def _check_telegram(top: Table, settings: Settings) -> None:
    if settings.telegram.webhook and settings.web.listen is None:
        hint = 'Add [web] with listen = "127.0.0.1:8080".'
        top.table("telegram").problem("webhook", "nothing would hear what Telegram posts there.", hint)


def _check_web(top: Table, settings: Settings) -> None:
    for key, is_set in (("metrics", settings.web.metrics), ("public_url", settings.web.public_url)):
        if is_set and settings.web.listen is None:
            top.table("web").problem(key, "nothing listens.", 'Add listen = "127.0.0.1:8080".')


def _check_polling(top: Table, settings: Settings) -> None:
    polling = settings.polling
    if polling.at_least > polling.at_most:
        top.table("polling").problem("at_least", "at_least is longer than at_most.", "Make it the shorter of the two.")
    elif not polling.at_least <= polling.every <= polling.at_most:
        top.table("polling").problem("every", "every is not between at_least and at_most.", "Change one of the three.")


def _check_summaries(top: Table, settings: Settings) -> None:
    if settings.summaries.url and not settings.summaries.model:
        hint = 'Add model = "qwen3:8b", its name there.'
        top.table("summaries").problem("url", "a server of several models has to be told which.", hint)
