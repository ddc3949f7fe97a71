"""What the configuration files say, as frozen values. The defaults here are those of the design."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.errors import ConfigProblem, FilePosition
from bot.model import Feed, Language, Topic, TopicId

DEFAULT_API_URL = "https://api.telegram.org"
DEFAULT_LANGUAGE = Language("id")


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """`[telegram]`, and `KABAR_TELEGRAM_API_URL`."""

    admins: tuple[int, ...] = ()
    token_file: Path | None = None
    """Absolute; None: the environment, or the file that `kabar setup` writes."""
    api_url: str = DEFAULT_API_URL
    """Without a slash at its end."""
    webhook: str = ""
    """The public address that Telegram posts updates to; empty: they are asked for."""


@dataclass(frozen=True, slots=True)
class WebSettings:
    """`[web]`."""

    listen: tuple[str, int] | None = None
    """Address (of numbers) and port; None: nothing listens."""
    metrics: bool = False
    """`/metrics` is answered, too."""
    public_url: str = ""
    """Where the world reaches what listens, without a slash at its end; empty: it does not, and no hub is asked."""


@dataclass(frozen=True, slots=True)
class AlarmSettings:
    """`[alarms]`: silences that the admins are told of."""

    quiet_days: int = 14
    """A topic has matched nothing for so long; 0: never told."""
    outbox_minutes: int = 30
    """A message has been waiting for so long; 0: never told."""
    feed_hours: int = 24
    """A feed has failed for so long; 0: never told."""


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """`[network]`."""

    user_agent_contact: str = ""
    proxy: str | None = None
    allow_hosts: tuple[str, ...] = ()
    """Lower-case `host` or `host:port`."""


@dataclass(frozen=True, slots=True)
class PollingSettings:
    """`[polling]`; at_least <= every <= at_most."""

    every: timedelta = timedelta(minutes=15)
    at_least: timedelta = timedelta(minutes=5)
    at_most: timedelta = timedelta(hours=1)
    concurrency: int = 16
    per_host: int = 2


@dataclass(frozen=True, slots=True)
class DeliverySettings:
    """`[delivery]`."""

    alerts_per_hour: int = 20
    updates_per_day: int = 3
    """Of one story, a chat: replies that say what is new."""
    keep_days: int = 90
    rising: bool = True
    """Whether it is told that a topic is written about far more than usual."""


@dataclass(frozen=True, slots=True)
class EmbeddingSettings:
    """`[embedding]`: multilingual-e5-small on another machine. The key is in the environment."""

    url: str = ""
    """Ends in `/v1`, without a slash at its end; empty: the model in this process alone."""
    model: str = "intfloat/multilingual-e5-small"
    """What the model is called there."""


@dataclass(frozen=True, slots=True)
class SummarySettings:
    """`[summaries]`: a language model that sums up stories. The key is in the environment."""

    url: str = ""
    """Ends in `/v1`, without a slash at its end; empty: sentences of the articles are told."""
    model: str = ""
    """What the model is called there; never empty where there is a `url`."""
    seconds: int = 30
    """For one summary, as a whole."""


@dataclass(frozen=True, slots=True)
class Settings:
    """`kabar.toml`."""

    language: Language = DEFAULT_LANGUAGE
    timezone: ZoneInfo = field(default_factory=lambda: ZoneInfo("Asia/Jakarta"))
    telegram: TelegramSettings = field(default_factory=TelegramSettings)
    web: WebSettings = field(default_factory=WebSettings)
    network: NetworkSettings = field(default_factory=NetworkSettings)
    polling: PollingSettings = field(default_factory=PollingSettings)
    delivery: DeliverySettings = field(default_factory=DeliverySettings)
    alarms: AlarmSettings = field(default_factory=AlarmSettings)
    embedding: EmbeddingSettings = field(default_factory=EmbeddingSettings)
    summaries: SummarySettings = field(default_factory=SummarySettings)


@dataclass(frozen=True, slots=True)
class PendingExample:
    """An example that is a web page: the configuration names it, somebody with a network gets it."""

    topic_id: TopicId
    url: str
    place: FilePosition
    opposing: bool = False
    """It stands under `unlike`."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Everything that the files of a configuration directory say."""

    directory: Path
    settings: Settings
    feeds: tuple[Feed, ...]
    topics: tuple[Topic, ...]
    pending_examples: tuple[PendingExample, ...] = ()
    warnings: tuple[ConfigProblem, ...] = ()
