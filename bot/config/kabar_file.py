"""`kabar.toml`: the settings."""

from __future__ import annotations

from pathlib import Path

from bot.config import listening, values
from bot.config.settings import (
    DEFAULT_API_URL,
    AlarmSettings,
    DeliverySettings,
    EmbeddingSettings,
    NetworkSettings,
    PollingSettings,
    Settings,
    SummarySettings,
    TelegramSettings,
    WebSettings,
)
from bot.config.tables import BadValueError, Table, described
from bot.model import Language

LANGUAGES = ("id", "en")
"""The languages that the bot's messages are written in."""

_KEYS = {
    "": ("language", "timezone"),
    "telegram": ("admins", "token_file", "webhook"),
    "web": ("listen", "metrics", "public_url"),
    "network": ("user_agent_contact", "proxy", "allow_hosts"),
    "polling": ("every", "at_least", "at_most", "concurrency", "per_host"),
    "delivery": ("alerts_per_hour", "updates_per_day", "keep_days", "rising"),
    "alarms": ("quiet_days", "outbox_minutes", "feed_hours"),
    "embedding": ("url", "model"),
    "summaries": ("url", "model", "seconds"),
}


def read_settings(top: Table, directory: Path, api_url: str) -> Settings:
    """The settings; what is wrong is noted and has its default."""
    defaults = Settings()
    telegram, web = _telegram(top.table("telegram"), directory, api_url), _web(top.table("web"))
    if telegram.webhook and web.listen is None:
        top.table("telegram").problem(
            "webhook", "nothing would hear what Telegram posts there.", 'Add [web] with listen = "127.0.0.1:8080".'
        )
    settings = Settings(
        language=top.read("language", _message_language, defaults.language),
        timezone=top.read("timezone", values.timezone, defaults.timezone),
        telegram=telegram,
        web=web,
        network=_network(top.table("network")),
        polling=_polling(top.table("polling")),
        delivery=_delivery(top.table("delivery")),
        alarms=_alarms(top.table("alarms")),
        embedding=_embedding(top.table("embedding")),
        summaries=_summaries(top.table("summaries")),
    )
    top.refuse_unknown(_KEYS)
    return settings


def _message_language(value: object) -> Language:
    code = values.filled_text(value).lower()
    if code not in LANGUAGES:
        raise BadValueError(
            f"{described(value)} is not a language of the messages.", '"id" (Indonesian) or "en" (English).'
        )
    return Language(code)


def _telegram(table: Table, directory: Path, api_url: str) -> TelegramSettings:

    def token_file(value: object) -> Path | None:
        written = values.text(value)
        return values.located(written, directory) if written else None

    def webhook(value: object) -> str:
        return listening.webhook(value, is_official=api_url == DEFAULT_API_URL)

    settings = TelegramSettings(
        admins=tuple(dict.fromkeys(table.read_all("admins", values.user_id, "[123456789]"))),
        token_file=table.read("token_file", token_file, None),
        api_url=api_url,
        webhook=table.read("webhook", webhook, ""),
    )
    table.refuse_unknown(_KEYS)
    return settings


def _web(table: Table) -> WebSettings:
    settings = WebSettings(
        listen=table.read("listen", listening.address, None),
        metrics=table.read("metrics", values.yes_or_no, False),
        public_url=table.read("public_url", listening.public_address, ""),
    )
    table.refuse_unknown(_KEYS)
    for key, set_ in (("metrics", settings.metrics), ("public_url", settings.public_url)):
        if set_ and settings.listen is None:
            table.problem(key, "nothing listens.", 'Add listen = "127.0.0.1:8080".')
    return settings


def _network(table: Table) -> NetworkSettings:
    settings = NetworkSettings(
        user_agent_contact=table.read("user_agent_contact", _contact, ""),
        proxy=table.read("proxy", values.proxy, None),
        allow_hosts=tuple(dict.fromkeys(table.read_all("allow_hosts", values.host, '["rsshub.lan:1200"]'))),
    )
    table.refuse_unknown(_KEYS)
    return settings


def _contact(value: object) -> str:
    contact = values.text(value)
    if len(contact) > 200 or not contact.isascii() or not contact.isprintable() or set(contact) & set("()"):
        raise BadValueError("this cannot stand in a User-Agent header.", 'For example "you@example.com".')
    return contact


def _polling(table: Table) -> PollingSettings:
    defaults = PollingSettings()
    every = table.read("every", values.duration, defaults.every)
    at_least = table.read("at_least", values.duration, min(defaults.at_least, every))
    at_most = table.read("at_most", values.duration, max(defaults.at_most, every))
    if at_least > at_most:
        table.problem("at_least", "at_least is longer than at_most.", "Make it the shorter of the two.")
    elif not at_least <= every <= at_most:
        table.problem("every", "every is not between at_least and at_most.", "Change one of the three.")
    settings = PollingSettings(
        every=every,
        at_least=at_least,
        at_most=at_most,
        concurrency=table.read("concurrency", values.whole_number(1, 200), defaults.concurrency),
        per_host=table.read("per_host", values.whole_number(1, 20), defaults.per_host),
    )
    table.refuse_unknown(_KEYS)
    return settings


def _delivery(table: Table) -> DeliverySettings:
    defaults = DeliverySettings()
    settings = DeliverySettings(
        alerts_per_hour=table.read("alerts_per_hour", values.whole_number(1, 1000), defaults.alerts_per_hour),
        updates_per_day=table.read("updates_per_day", values.whole_number(0, 100), defaults.updates_per_day),
        keep_days=table.read("keep_days", values.whole_number(1, 3650), defaults.keep_days),
        rising=table.read("rising", values.yes_or_no, defaults.rising),
    )
    table.refuse_unknown(_KEYS)
    return settings


def _alarms(table: Table) -> AlarmSettings:
    defaults = AlarmSettings()
    settings = AlarmSettings(
        quiet_days=table.read("quiet_days", values.whole_number(0, 3650), defaults.quiet_days),
        outbox_minutes=table.read("outbox_minutes", values.whole_number(0, 10_080), defaults.outbox_minutes),
        feed_hours=table.read("feed_hours", values.whole_number(0, 8760), defaults.feed_hours),
    )
    table.refuse_unknown(_KEYS)
    return settings


def _embedding(table: Table) -> EmbeddingSettings:
    settings = EmbeddingSettings(
        url=table.read("url", values.api_address, ""),
        model=table.read("model", values.filled_text, EmbeddingSettings().model),
    )
    table.refuse_unknown(_KEYS)
    return settings


def _summaries(table: Table) -> SummarySettings:
    defaults = SummarySettings()
    settings = SummarySettings(
        url=table.read("url", values.api_address, ""),
        model=table.read("model", values.text, ""),
        seconds=table.read("seconds", values.whole_number(1, 600), defaults.seconds),
    )
    table.refuse_unknown(_KEYS)
    if settings.url and not settings.model:
        table.problem(
            "url", "a server of several models has to be told which.", 'Add model = "qwen3:8b", its name there.'
        )
    return settings
