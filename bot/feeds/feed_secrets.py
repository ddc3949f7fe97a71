"""Secrets of feeds: which feeds have any, and documents without those of their own feed. Pure.

A feed's address can be its only lock (`bot.text.masked_urls`). Documents repeat it: a link that is relative to the
address keeps its path, private feeds put their key into every link, and some have their address as their title.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Final, TypeVar
from urllib.parse import unquote, urlsplit, urlunsplit

from bot.model import Entry, Feed, ParsedFeed
from bot.text.masked_urls import MASK, has_secrets, masked_text, names_secret, url_secrets

T = TypeVar("T", str, str | None)

_HARMLESS_HEADERS: Final = frozenset({"accept", "accept-language", "cache-control", "dnt", "pragma", "referer"})
_VARIABLE: Final = re.compile(r"(?:[A-Za-z]+ )?\$\{\w+\}")
"""A value that names a variable of the environment, perhaps with a scheme before it: `Bearer ${NEWS_KEY}`."""
_SHORTEST: Final = 6
_SHORTEST_WORD: Final = 12
"""Characters that a secret without a digit needs to be taken out of texts: a shorter one may be a word of the news."""


@dataclass(frozen=True, slots=True)
class SharedFeeds:
    """Feeds that may be handed on as they are, and those that are held back since they bear a secret."""

    shown: tuple[Feed, ...]
    withheld: tuple[Feed, ...]


def bears_secret(feed: Feed) -> bool:
    """Whether the address or a header of a feed holds a secret. The names of variables in headers are none."""
    return has_secrets(feed.url) or any(is_secret_header(name, value) for name, value in feed.headers)


def is_secret_header(name: str, value: str) -> bool:
    """Whether the value of a header, as the file has it, may be a secret itself."""
    if name.lower() in _HARMLESS_HEADERS or _VARIABLE.fullmatch(value):
        return False
    return names_secret(name) or is_telling(value)


def shared_feeds(feeds: Iterable[Feed]) -> SharedFeeds:
    """The feeds as a list that others may have."""
    every = tuple(feeds)
    return SharedFeeds(
        tuple(feed for feed in every if not bears_secret(feed)), tuple(feed for feed in every if bears_secret(feed))
    )


def without_secrets(parsed: ParsedFeed, addresses: Iterable[str]) -> ParsedFeed:
    """The document without the secrets in the addresses that it came from, which its readers must not see.

    Parameters with a secret are taken out of links. A link that has one in its path leads nowhere without it, and is
    left out. `self_link`, `hub` and the ids of entries stay: they are not shown.
    """
    secrets = _secrets_of(addresses)
    if not secrets:
        return parsed
    entries = tuple(_entry_without(entry, secrets) for entry in parsed.entries)
    return replace(parsed, title=_masked(parsed.title, secrets), link=_open_link(parsed.link, secrets), entries=entries)


def _secrets_of(addresses: Iterable[str]) -> frozenset[str]:
    """The secrets as they are written and as they are read; of a login the password alone."""
    found: set[str] = set()
    for address in addresses:
        for secret in url_secrets(address):
            is_login = f"//{secret}@" in address
            written = secret.partition(":")[2] if is_login and ":" in secret else secret
            found |= {written, unquote(written)}
    return frozenset(one for one in found if len(one) >= _SHORTEST)


def _entry_without(entry: Entry, secrets: Collection[str]) -> Entry:
    return replace(
        entry,
        link=_open_link(entry.link, secrets),
        image=_open_link(entry.image, secrets),
        title=_masked(entry.title, secrets),
        text=_masked(entry.text, secrets),
        author=_masked(entry.author, secrets),
        source=_masked(entry.source, secrets),
    )


def _open_link(link: str | None, secrets: Collection[str]) -> str | None:
    if link is None or not any(secret in link or secret in unquote(link) for secret in secrets):
        return link
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    kept = [one for one in parts.query.split("&") if not _has_any(one.partition("=")[2] or one, secrets)]
    opened = urlunsplit(parts._replace(query="&".join(kept), fragment=""))
    if any(is_telling(secret) and secret in unquote(opened) for secret in secrets):
        return None
    return None if any(part in secrets for part in map(unquote, urlsplit(opened).path.split("/"))) else opened


def _has_any(value: str, secrets: Collection[str]) -> bool:
    read = unquote(value)
    return any(secret == read or (is_telling(secret) and secret in read) for secret in secrets)


def _masked(text: T, secrets: Collection[str]) -> T:
    if not text:
        return text
    for secret in secrets:
        if is_telling(secret):
            text = text.replace(secret, MASK)
    return masked_text(text) if any(secret in text for secret in secrets) else text


def is_telling(secret: str) -> bool:
    """Whether it can be told from a word that happens to be in a text."""
    return len(secret) >= _SHORTEST_WORD or any(character.isdecimal() for character in secret)
