"""Recognizes pages by which a site keeps programs out (bot walls) and that are sent with status 200 instead of a feed.

Walls that answer with 403, 429 or a header of their own are recognized in `bot.adapters.http.http_answers`. Examples:
https://github.com/zen-browser/www/issues/396, https://github.com/miniflux/v2/issues/3140.
"""

from __future__ import annotations

from typing import Final

from bot.model import Fetched, FetchFailed, FetchProblem
from bot.text.urls import host_of

_LOOKED_AT = 200_000

_MARKS: Final = (
    b"_cf_chl_opt",  # Cloudflare; its `challenge-platform` scripts are on pages that are no wall, too
    b"<title>just a moment...</title>",  # Cloudflare
    b"_incapsula_resource",  # Imperva
    b"captcha-delivery.com",  # DataDome
    b"px-captcha",  # HUMAN (PerimeterX)
    b"sucuri_cloudproxy_js",
    b"/.well-known/ddos-guard/",
    b"anubis_challenge",
    b"awswafintegration",
)
"""Lower-case strings that occur only in pages of bot walls."""


def is_bot_wall(body: bytes) -> bool:
    """Whether the beginning of a body that is not a feed is that of a bot wall."""
    head = body[:_LOOKED_AT].lower()
    return any(mark in head for mark in _MARKS)


def no_feed(fetched: Fetched, reason: str) -> FetchFailed:
    """The failure of a fetch whose body is not a feed. `reason`: why the parser refused it."""
    if not is_bot_wall(fetched.body):
        return FetchFailed(fetched.url, FetchProblem.BAD_CONTENT, reason)
    said = f"{host_of(fetched.url)} answered 200: the site blocks programs (bot wall)"
    return FetchFailed(fetched.url, FetchProblem.BLOCKED, said)
