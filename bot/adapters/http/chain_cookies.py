"""Cookies of one chain of redirects. They are forgotten at its end, so no site can recognize Kabar at the next poll.

Some sites answer the first request with a cookie and a redirect to the same address, and go on redirecting until the
cookie comes back (https://github.com/Athou/commafeed/issues/2198, https://github.com/miniflux/v2/issues/1512). Which
cookie is sent where follows RFC 6265; the rules are those of `http.cookiejar`.
"""

from __future__ import annotations

from collections.abc import Iterable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Final

import httpx

from bot.adapters.http.targets import Target

_MOST: Final = 50
"""Set-Cookie headers of a redirect that are read."""
_LONGEST: Final = 4_096
"""Characters of a cookie (RFC 6265 section 6.1)."""


class ChainCookies:
    """The cookies that the redirects so far have set. Nothing is created until the first one comes."""

    def __init__(self) -> None:
        self._jar: httpx.Cookies | None = None

    def take(self, target: Target, cookies: Iterable[str]) -> None:
        """Keep the cookies of an answer from `target`. `cookies`: the values of its Set-Cookie headers."""
        kept = [("set-cookie", cookie) for cookie in cookies if len(cookie) <= _LONGEST][:_MOST]
        if not kept:
            return
        if self._jar is None:
            # A cookie for a whole top-level domain (`.co.id`) would reach other people's hosts (RFC 6265, 5.3, 5).
            self._jar = httpx.Cookies(CookieJar(DefaultCookiePolicy(strict_domain=True)))
        self._jar.extract_cookies(httpx.Response(302, headers=kept, request=httpx.Request("GET", target.url)))

    def header_for(self, target: Target, own: Iterable[tuple[str, str]] = ()) -> dict[str, str | None]:
        """The Cookie header for a request to `target`. Empty where there is no cookie for it.

        `own`: the configured headers of the request; a Cookie among them is not replaced.
        """
        if self._jar is None or any(name.lower() == "cookie" for name, _ in own):
            return {}
        request = httpx.Request("GET", target.url)
        self._jar.set_cookie_header(request)
        found = request.headers.get("cookie")
        return {"Cookie": found} if found else {}
