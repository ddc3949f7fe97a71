"""A parsed http or https URL, with its login kept apart from the part that may be shown. Pure."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field, replace
from typing import Self
from urllib.parse import unquote_to_bytes

import httpx

from bot.adapters.http.addresses import normal_host
from bot.text.urls import server_name

_DEFAULT_PORTS = {"http": 80, "https": 443}


class NotAnAddressError(Exception):
    """The text is not an http or https URL."""


@dataclass(frozen=True, slots=True)
class Target:
    """The URL of one request. `shown` has neither login (RFC 3986 section 3.2.1) nor fragment: safe for logs."""

    shown: str
    scheme: str
    host: str
    """In ASCII and lower case; an IPv6 address without brackets."""
    port: int
    url: httpx.URL = field(repr=False, compare=False)
    """`shown`, parsed: the URL that the request is sent to."""
    userinfo: bytes = field(default=b"", repr=False)
    """`user:password`, percent-encoded as in the original URL."""

    @classmethod
    def parse(cls, url: str) -> Self:
        """Raises NotAnAddressError."""
        try:
            return cls.of(httpx.URL(url.strip()))
        except (httpx.InvalidURL, ValueError) as error:  # ValueError: a lone surrogate cannot be encoded
            raise NotAnAddressError from error

    @classmethod
    def of(cls, parsed: httpx.URL) -> Self:
        """Raises NotAnAddressError, or httpx.InvalidURL if the URL is too long after percent-encoding."""
        host = parsed.raw_host.decode("ascii").lower()
        port = parsed.port or _DEFAULT_PORTS.get(parsed.scheme, 0)
        if parsed.scheme not in _DEFAULT_PORTS or not host or not 0 < port < 65_536:
            raise NotAnAddressError
        shown = httpx.URL(str(parsed.copy_with(userinfo=b"", fragment=None)))
        return cls(str(shown), parsed.scheme, host, port, shown, parsed.userinfo)

    @property
    def place(self) -> tuple[str, int]:
        """Host and port in the form in which they are compared."""
        return normal_host(self.host), self.port

    @property
    def server(self) -> str:
        """Host and port as `bot.text.urls.server_of` writes them: what has a limit of requests at once."""
        return server_name(self.place[0], self.port)

    def host_header(self) -> str:
        """The Host header (RFC 9110 section 7.2); the default port is left out."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def redirected(self, location: str) -> Target:
        """The target of a Location header, resolved against this URL (RFC 9110 section 10.2.2).

        The login is kept only if scheme, host and port stay the same. Raises NotAnAddressError.
        """
        try:
            following = self.of(self.url.join(location.strip()))
        except (httpx.InvalidURL, ValueError) as error:
            raise NotAnAddressError from error
        same = (following.scheme, following.place) == (self.scheme, self.place)
        if following.userinfo or not self.userinfo or not same:
            return following
        return replace(following, userinfo=self.userinfo)

    def may_have_secrets_of(self, first: Target) -> bool:
        """Whether what was configured for `first` may be sent here: to the same host, and never without encryption.

        A redirect from http to https on the usual ports stays with the same server.
        """
        if (self.scheme, self.place) == (first.scheme, first.place):
            return True
        is_upgrade = (first.scheme, first.port, self.scheme, self.port) == ("http", 80, "https", 443)
        return is_upgrade and self.place[0] == first.place[0]

    def with_login(self) -> str:
        """The full URL including the login, for later requests. It must not be shown."""
        return str(self.url.copy_with(userinfo=self.userinfo)) if self.userinfo else self.shown

    def authorization(self) -> str | None:
        """The Authorization header for the login in the URL (RFC 7617), or None."""
        if not self.userinfo:
            return None
        user, _, password = self.userinfo.partition(b":")
        return "Basic " + b64encode(unquote_to_bytes(user) + b":" + unquote_to_bytes(password)).decode("ascii")
