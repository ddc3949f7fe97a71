"""Which parts of a web address are secret, and the address without them: `https://example.com/feed?apikey=…`.

Private feeds have no other lock than their address: a login, a parameter with a key, or a part of the path that
nobody can guess. Names tell most of them (`token=`, `/private/…`); the others look random (`bot.text.random_words`).
Nothing is known of single services except where they use random words for what is public. A key that reads like a
word, under a name that says nothing, is not found. Nothing is fetched here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import Final
from urllib.parse import unquote

from bot.text.random_words import looks_random

MASK: Final = "…"

_LONGEST: Final = 4_096
_IN_TEXT: Final = re.compile(
    r"\b((?:https?|feed)://[^\s\"'<>|`\\\x00-\x1f]{0,4096}[^\s\"'<>|`\\\x00-\x1f.,;:!?)\]])", re.IGNORECASE
)
"""An address in a text, without the punctuation behind it."""
_ADDRESS: Final = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]{0,20}://|(?:feed|file|mailto):)?"
    r"(?:(?P<login>[^/?#]*|[^/?#@\[\]:]*:(?!\d*(?:[/?#]|\Z)).*)@)?"
    r"(?P<host>[^/?#@]*)(?P<path>[^?#]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>.*))?",
    re.IGNORECASE | re.DOTALL,
)
"""RFC 3986, appendix B, with the login apart; what is no address matches, too.

A password with an unescaped `/`, `?` or `#` in it is told by a port that would be no number.
"""
_WORD: Final = re.compile(r"\S+")
_LIKE_ADDRESS: Final = re.compile(r"[/?@]")
_PARAMETERS: Final = re.compile(r"[&;]")
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_ENDING: Final = re.compile(r"\.(?:[a-z]{1,5}|[a-z]\w{2,4})$", re.IGNORECASE)

_OF_SECRETS = """
    accesskey apikey apitoken appkey auth authkey authtoken authorization bearer cookie credential credentials hash hmac
    icaltoken jsessionid jwt key keyid license nonce otp pass passkey passphrase passwd password phpsessid private
    privatekey privaterss pwd rlkey secret sessid session sessionid sid sig signature ticket tok token torrentpass
    userkey usertoken
"""
_SECRET_WORDS: Final = frozenset(_OF_SECRETS.split())
"""Words in the names of parameters that hold a secret, whatever it looks like: `feed_token`, `X-Amz-Signature`."""
_HARMLESS: Final = frozenset({"authtype", "keyword", "keywords", "hashtag", "hashtags"})
"""Whole names that have such a word in them and hold no secret (`os_authType=basic` asks Jira for a login)."""
_USER_WORDS: Final = frozenset(("user", "username", "login", "email", "mail", "member", "account", "uid", "userid"))
"""Names of those to whom a key belongs; without a key beside them they are names."""
_PUBLIC_NAMES: Final = frozenset(("channel_id", "playlist_id", "list", "v"))
"""Parameters with random values that everybody may see: channels, playlists and films of YouTube."""
_PUBLIC_PLACES: Final = re.compile(
    r"news\.google\.[a-z.]+/rss/(?:topics|articles|stories)/|feeds\.feedburner\.com/|feedproxy\.google\.com/"
    r"|www\.blogger\.com/feeds/\d+/|feeds\.acast\.com/public/|(?:www\.)?youtube\.com/|www\.omnycontent\.com/d/playlist/"
    r"|[a-z0-9.-]+\.campaign-archive\d?\.com/feed",
    re.IGNORECASE,
)
"""Where random words in the path name what is public; host and path."""
_SECRET_PLACES: Final = re.compile(
    r"(?:private|secret|secrets|token|tokens|key|apikey|auth|hash|passkey)", re.IGNORECASE
)
"""Parts of a path after which a key comes: `/private/…/basic.ics`, `/feed/token/…`."""
_MARKED: Final = re.compile(
    r"(?P<mark>(?:private|secret|token|key|auth|apikey|sid|jsessionid)[:=_-])(?P<key>[^;]{6,})", re.IGNORECASE
)
"""A key behind its own mark inside one part of a path: `secret:…`, `private-…`, `;jsessionid=…`."""
_SHORTEST_MARKED: Final = 6
_NUMBER_OR_SWITCH: Final = re.compile(r"|[01]|true|false|yes|no|on|off|basic|none|null", re.IGNORECASE)
"""Values that are no secret under any name."""


def masked_url(url: str) -> str:
    """The address with `…` in the place of each secret. An address without any is returned as it is."""
    return "".join(MASK if is_secret else text for text, is_secret in _parts(url))


def url_secrets(url: str) -> tuple[str, ...]:
    """The secrets in an address, as they are written there; each once."""
    return tuple(dict.fromkeys(text for text, is_secret in _parts(url) if is_secret))


def has_secrets(url: str) -> bool:
    """Whether an address must not be shown as it is."""
    return any(is_secret for _, is_secret in _parts(url))


def masked_text(text: str) -> str:
    """The text with each web address in it masked, for messages that may quote one."""
    if "://" not in text:
        return text
    return _IN_TEXT.sub(lambda found: masked_url(found[1]), text)


def masked_words(text: str) -> str:
    """The text with each word masked that may be meant as an address: one that has a mistake in it has its key, too."""
    return _WORD.sub(lambda word: masked_url(word[0]) if _LIKE_ADDRESS.search(word[0]) else word[0], text)


@lru_cache(maxsize=4_000)  # lists of feeds ask about the same addresses again and again
def _parts(url: str) -> tuple[tuple[str, bool], ...]:
    """The address in pieces, each with whether it is secret; joined they are the address."""
    return tuple((text, is_secret) for text, is_secret in _pieces(url) if text)


def _pieces(url: str) -> Iterator[tuple[str, bool]]:
    found = _ADDRESS.fullmatch(url[:_LONGEST])
    if found is None or (found["scheme"] or "").lower().startswith(("file:", "mailto:")):
        yield url, False
        return
    yield found["scheme"] or "", False
    if found["login"] is not None:
        yield found["login"], True
        yield "@", False
    yield found["host"], False
    is_public = _PUBLIC_PLACES.match(f"{found['host']}{found['path']}") is not None
    yield from _path_pieces(found["path"], is_public=is_public)
    for mark, parameters in (("?", found["query"]), ("#", found["fragment"])):
        if parameters is not None:
            yield mark, False
            yield from _parameter_pieces(parameters, is_public=is_public)
    if len(url) > _LONGEST:
        yield url[_LONGEST:], True


# --- the path -------------------------------------------------------------------------------------


def _path_pieces(path: str, *, is_public: bool) -> Iterator[tuple[str, bool]]:
    before = ""
    for number, segment in enumerate(path.split("/")):
        if number:
            yield "/", False
        yield from _segment_pieces(segment, before, is_public=is_public)
        before = segment


def _segment_pieces(segment: str, before: str, *, is_public: bool) -> Iterator[tuple[str, bool]]:
    read = unquote(segment)
    if "@" in read and ":" in read.partition("@")[0]:  # an address inside the path brings its login along
        login, _, rest = segment.rpartition("@" if "@" in segment else "%40")
        yield login, True
        yield segment[len(login) :] if rest else "@", False
        return
    stem, ending = _without_ending(segment)
    marked = _MARKED.search(stem)
    if marked is not None and _may_be_key(unquote(marked["key"])):
        yield stem[: marked.start("key")], False
        yield marked["key"], True
        yield stem[marked.end("key") :] + ending, False
        return
    is_key = _SECRET_PLACES.fullmatch(before) is not None and _may_be_key(unquote(stem))
    yield stem, is_key or (not is_public and looks_random(unquote(stem)))
    yield ending, False


def _may_be_key(word: str) -> bool:
    """Whether what stands where keys stand may be one: words alone (`/private/messages`) are not."""
    if looks_random(word):
        return True
    return len(word) >= _SHORTEST_MARKED and any(c.isdecimal() for c in word) and any(c.isalpha() for c in word)


def _without_ending(segment: str) -> tuple[str, str]:
    ending = _ENDING.search(segment)
    return (segment[: ending.start()], ending[0]) if ending else (segment, "")


# --- parameters -----------------------------------------------------------------------------------


def _parameter_pieces(parameters: str, *, is_public: bool) -> Iterator[tuple[str, bool]]:
    written = _PARAMETERS.split(parameters)
    separators = [*_PARAMETERS.findall(parameters), ""]
    named = [(name, equals, value) for name, equals, value in (one.partition("=") for one in written)]
    secret = [_is_secret_parameter(name, equals, value, is_public=is_public) for name, equals, value in named]
    if any(secret):
        secret = [known or bool(_USER_WORDS & _words(name)) for known, (name, _, _) in zip(secret, named, strict=True)]
    for (name, equals, value), is_secret, separator in zip(named, secret, separators, strict=True):
        if equals:
            yield name + equals, False
            yield value, is_secret and not _NUMBER_OR_SWITCH.fullmatch(value)
        else:
            yield name, is_secret
        yield separator, False


def _is_secret_parameter(name: str, equals: str, value: str, *, is_public: bool) -> bool:
    read = unquote(value if equals else name)
    if not equals:
        return not is_public and looks_random(read)
    if "://" in read:  # an address of another page or feed
        return has_secrets(read)
    if _NUMBER_OR_SWITCH.fullmatch(read):
        return False
    if names_secret(name):
        return True
    return not is_public and unquote(name).lower() not in _PUBLIC_NAMES and looks_random(read)


def names_secret(name: str) -> bool:
    """Whether this is what parameters and headers with secrets are called: `feed_token`, `X-Api-Key`, `Cookie`."""
    words = _words(name)
    return bool(words & _SECRET_WORDS) and not words & _HARMLESS


@lru_cache(maxsize=2_000)
def _words(name: str) -> frozenset[str]:
    """The words of a name in any manner of writing, and the whole: `feed_token`, `apiKey`, `X-Amz-Signature`."""
    name = unquote(name)
    parts = [part.lower() for part in _WORDS.findall(name)]
    pairs = [first + second for first, second in pairwise(parts)]
    return frozenset((*parts, *pairs, re.sub(r"[^a-z0-9]", "", name.lower())))
