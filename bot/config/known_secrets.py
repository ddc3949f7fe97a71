"""All secrets of the configuration, which no log line may contain wherever they come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import unquote, urlsplit

from bot.config.api_keys import find_embedding_key, find_summaries_key
from bot.config.data_locations import DATABASE_VARIABLE
from bot.config.feed_headers import header_secrets
from bot.config.settings import Configuration
from bot.feeds.feed_secrets import is_telling
from bot.text.masked_urls import url_secrets


def known_secrets(configuration: Configuration, environment: Mapping[str, str], token: str | None) -> tuple[str, ...]:
    """The bot token, keys of endpoints, the password of the database, headers of feeds, logins and keys in addresses.

    What could be a word of the news is left out: in an address it is masked all the same (`bot.adapters.logs`).
    """
    database = urlsplit(environment.get(DATABASE_VARIABLE, "")).password or ""
    keys = (find_embedding_key(environment), find_summaries_key(environment))
    named = (token, *keys, database, unquote(database))
    of_headers = header_secrets(configuration.feeds, environment)
    of_addresses = (secret for secret in _in_addresses(configuration) if is_telling(secret))
    return tuple(dict.fromkeys(secret for secret in (*named, *of_headers, *of_addresses) if secret))


def _in_addresses(configuration: Configuration) -> Iterator[str]:
    settings = configuration.settings
    addresses = (settings.network.proxy, settings.embedding.url, settings.summaries.url, settings.telegram.api_url)
    for address in (*(one for one in addresses if one), *(feed.url for feed in configuration.feeds)):
        for secret in url_secrets(address):
            yield secret
            if f"//{secret}@" in address:
                yield secret.partition(":")[2]
