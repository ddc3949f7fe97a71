"""What the configuration files say, as frozen values. Each field of the settings declares its key of `kabar.toml`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

from bot.config import listening, values
from bot.config.data_locations import API_URL_VARIABLE
from bot.config.keys import FileContext, Key, KeyInContext, ListKey, Section, Variable, changed_at_start
from bot.errors import ConfigProblem, FilePosition
from bot.model import Feed, Language, Topic, TopicId

DEFAULT_API_URL = "https://api.telegram.org"
DEFAULT_LANGUAGE = Language("id")


def _path(context: FileContext) -> Callable[[object], Path | None]:
    def convert(value: object) -> Path | None:
        written = values.text(value)
        return values.located(written, context.directory) if written else None

    return convert


def _webhook(context: FileContext) -> Callable[[object], str]:
    return lambda value: listening.webhook(value, is_official=context.api_url == DEFAULT_API_URL)


class Access(StrEnum):
    """Who is let in."""

    ASK = "ask"
    """Whom an admin lets in."""
    OPEN = "open"
    """Everybody who sends /start or takes the bot into a group, within the limits of `[public]`."""


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """`[telegram]`, and `KABAR_TELEGRAM_API_URL`."""

    admins: Annotated[tuple[int, ...], ListKey(values.user_id, "[123456789]")] = ()
    access: Annotated[Access, Key(values.choice(Access))] = Access.ASK
    token_file: Annotated[Path | None, KeyInContext(_path, at_start=True)] = None
    """An absolute path. None: the environment, or the file that `kabar setup` writes."""
    api_url: Annotated[str, Variable(API_URL_VARIABLE)] = DEFAULT_API_URL
    """Without a slash at its end."""
    webhook: Annotated[str, KeyInContext(_webhook, at_start=True)] = ""
    """The public address that Telegram posts updates to. Empty: Kabar fetches them by long polling."""


@dataclass(frozen=True, slots=True)
class PublicSettings:
    """`[public]`: the limits of chats that let themselves in where `telegram.access` is open."""

    chats: Annotated[int, Key(values.whole_number(0, 1_000_000))] = 1000
    """So many such chats at most; those that have blocked the bot do not count."""
    chats_per_hour: Annotated[int, Key(values.whole_number(1, 10_000))] = 50
    feeds: Annotated[int, Key(values.whole_number(0, 100_000))] = 500
    """Sources that all chats together have added, above which these chats add none."""
    watches_per_chat: Annotated[int, Key(values.whole_number(1, 50))] = 20
    feeds_per_chat: Annotated[int, Key(values.whole_number(0, 100))] = 10
    alerts_per_hour: Annotated[int, Key(values.whole_number(1, 1000))] = 10
    """Sent one by one, urgent ones, too; what is above comes in digests. `delivery.alerts_per_hour` holds as well."""
    alerts_per_day: Annotated[int, Key(values.whole_number(1, 10_000))] = 60
    pages_per_hour: Annotated[int, Key(values.whole_number(1, 1000))] = 20
    """Addresses that are opened for a chat: examples, and sites in which it looks for sources."""


@dataclass(frozen=True, slots=True)
class WebSettings:
    """`[web]`."""

    listen: Annotated[tuple[str, int] | None, Key(listening.address)] = None
    """A numeric address and a port. None: nothing listens."""
    metrics: Annotated[bool, Key(values.yes_or_no)] = False
    """Whether `/metrics` is served as well."""
    public_url: Annotated[str, Key(listening.public_address)] = ""
    """The public address of this server, without a slash at its end. Empty: there is none, and no hub is used."""


@dataclass(frozen=True, slots=True)
class AlarmSettings:
    """`[alarms]`: when the admins are warned that something has stopped. 0 switches a warning off."""

    quiet_days: Annotated[int, Key(values.whole_number(0, 3650))] = 14
    """A topic has matched nothing for this time."""
    outbox_minutes: Annotated[int, Key(values.whole_number(0, 10_080))] = 30
    """A message has been waiting for this time."""
    feed_hours: Annotated[int, Key(values.whole_number(0, 8760))] = 24
    """A feed has failed for this time."""


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """`[network]`."""

    user_agent_contact: Annotated[str, Key(values.contact)] = ""
    proxy: Annotated[str | None, Key(values.proxy)] = None
    proxy_resolves: Annotated[bool, Key(values.yes_or_no)] = False
    """Whether the proxy is told names and keeps requests out of the private network itself."""
    allow_hosts: Annotated[tuple[str, ...], ListKey(values.host, '["rsshub.lan:1200"]')] = ()
    """Lower-case `host` or `host:port`."""


@dataclass(frozen=True, slots=True)
class PollingSettings:
    """`[polling]`; at_least <= every <= at_most."""

    every: Annotated[timedelta, Key(values.duration)] = timedelta(minutes=15)
    at_least: Annotated[timedelta, Key(values.duration, not_above="every")] = timedelta(minutes=5)
    at_most: Annotated[timedelta, Key(values.duration, not_below="every")] = timedelta(hours=1)
    concurrency: Annotated[int, Key(values.whole_number(1, 200), at_start=True)] = 16
    per_host: Annotated[int, Key(values.whole_number(1, 20), at_start=True)] = 2


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """`[delivery]`."""

    alerts_per_hour: Annotated[int, Key(values.whole_number(1, 1000))] = 20
    updates_per_day: Annotated[int, Key(values.whole_number(0, 100))] = 3
    """How many replies with news about one story a chat gets."""
    keep_days: Annotated[int, Key(values.whole_number(1, 3650))] = 90
    rising: Annotated[bool, Key(values.yes_or_no)] = True
    """Whether chats are notified when a topic has far more articles than usual."""


@dataclass(frozen=True, slots=True)
class BackupSettings:
    """`[backup]`: the copies of the database that are made every day."""

    keep: Annotated[int, Key(values.whole_number(0, 1000))] = 3
    """How many are kept; 0: none are made."""
    folder: Annotated[Path | None, KeyInContext(_path)] = None
    """An absolute path. None: `backups` in the data folder."""


@dataclass(frozen=True, slots=True)
class EmbeddingSettings:
    """`[embedding]`: multilingual-e5-small on another machine. The key is in the environment."""

    url: Annotated[str, Key(values.api_address)] = ""
    """Ends in `/v1`, without a slash at its end. Empty: only the model in this process is used."""
    model: Annotated[str, Key(values.filled_text)] = "intfloat/multilingual-e5-small"
    """The name of the model on that server."""


@dataclass(frozen=True, slots=True)
class SummarySettings:
    """`[summaries]`: a language model that writes summaries of stories. The key is in the environment."""

    url: Annotated[str, Key(values.api_address)] = ""
    """Ends in `/v1`, without a slash at its end. Empty: summaries are made of the articles' own sentences."""
    model: Annotated[str, Key(values.text)] = ""
    """The name of the model on that server; never empty where there is a `url`."""
    seconds: Annotated[int, Key(values.whole_number(1, 600))] = 30
    """The time limit of one summary."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`kabar.toml`."""

    language: Annotated[Language, Key(values.message_language, at_start=True)] = DEFAULT_LANGUAGE
    timezone: Annotated[ZoneInfo, Key(values.timezone, at_start=True)] = field(
        default_factory=lambda: ZoneInfo("Asia/Jakarta")
    )
    telegram: Annotated[TelegramSettings, Section()] = field(default_factory=TelegramSettings)
    public: Annotated[PublicSettings, Section()] = field(default_factory=PublicSettings)
    web: Annotated[WebSettings, Section(at_start=True)] = field(default_factory=WebSettings)
    network: Annotated[NetworkSettings, Section(at_start=True)] = field(default_factory=NetworkSettings)
    polling: Annotated[PollingSettings, Section()] = field(default_factory=PollingSettings)
    delivery: Annotated[DeliverySettings, Section()] = field(default_factory=DeliverySettings)
    alarms: Annotated[AlarmSettings, Section()] = field(default_factory=AlarmSettings)
    backup: Annotated[BackupSettings, Section()] = field(default_factory=BackupSettings)
    embedding: Annotated[EmbeddingSettings, Section(at_start=True)] = field(default_factory=EmbeddingSettings)
    summaries: Annotated[SummarySettings, Section(at_start=True)] = field(default_factory=SummarySettings)


def needing_restart(old: Settings, new: Settings) -> list[str]:
    """The changed settings that `kabar run` reads at its start only."""
    return list(changed_at_start(old, new))


@dataclass(frozen=True, slots=True)
class PendingExample:
    """An example that is a web page: the configuration names its address, and it is fetched later."""

    topic_id: TopicId
    url: str
    place: FilePosition
    opposing: bool = False
    """Whether it is in the list `unlike`."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything that the files of a configuration directory say."""

    directory: Path
    settings: Settings
    feeds: tuple[Feed, ...]
    topics: tuple[Topic, ...]
    pending_examples: tuple[PendingExample, ...] = ()
    warnings: tuple[ConfigProblem, ...] = ()
