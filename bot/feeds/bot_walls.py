"""Pages that guard a site against programs and come with 200 where a feed was asked for.

Walls that answer 403, 429 or with a header of theirs are known by these (`bot.adapters.http.http_answers`).
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
"""What only the pages of walls have in them, in lower case."""


def is_bot_wall(body: bytes) -> bool:
    """`body`: of an answer that is no feed."""
    head = body[:_LOOKED_AT].lower()
    return any(mark in head for mark in _MARKS)


def no_feed(fetched: Fetched, reason: str) -> FetchFailed:
    """The failure that a document is in which no feed was found; `reason`: what the parser says of it."""
    if not is_bot_wall(fetched.body):
        return FetchFailed(fetched.url, FetchProblem.BAD_CONTENT, reason)
    said = f"{host_of(fetched.url)} answered 200: the site blocks programs (bot wall)"
    return FetchFailed(fetched.url, FetchProblem.BLOCKED, said)
