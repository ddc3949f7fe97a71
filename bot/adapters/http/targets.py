"""An address that can be asked: parsed once, its login set apart from what may be shown. Pure."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass, field, replace
from typing import Self
from urllib.parse import unquote_to_bytes

import httpx

from bot.adapters.http.addresses import normal_host

_DEFAULT_PORTS = {"http": 80, "https": 443}


class NotAnAddressError(Exception):
    """Not an http or https address."""


@dataclass(frozen=True, slots=True)
class Target:
    """One hop's address. `shown` has no login and no fragment: it may go to logs and people."""

    shown: str
    scheme: str
    host: str
    """In ASCII and lower case; IPv6 without brackets."""
    port: int
    url: httpx.URL = field(repr=False, compare=False)
    """What is asked: `shown`, parsed."""
    userinfo: bytes = field(default=b"", repr=False)
    """`user:password`, percent-encoded as it was written."""

    @classmethod
    def parse(cls, url: str) -> Self:
        """Raises NotAnAddressError."""
        try:
            return cls.of(httpx.URL(url.strip()))
        except (httpx.InvalidURL, ValueError) as error:  # ValueError: lone surrogates
            raise NotAnAddressError from error

    @classmethod
    def of(cls, parsed: httpx.URL) -> Self:
        """Raises NotAnAddressError, or httpx.InvalidURL where it is too long once it is escaped."""
        host = parsed.raw_host.decode("ascii").lower()
        port = parsed.port or _DEFAULT_PORTS.get(parsed.scheme, 0)
        if parsed.scheme not in _DEFAULT_PORTS or not host or not 0 < port < 65_536:
            raise NotAnAddressError
        shown = httpx.URL(str(parsed.copy_with(userinfo=b"", fragment=None)))
        return cls(str(shown), parsed.scheme, host, port, shown, parsed.userinfo)

    @property
    def place(self) -> tuple[str, int]:
        """Host and port, as they are compared."""
        return normal_host(self.host), self.port

    def host_header(self) -> str:
        """RFC 9110 section 7.2: the port only where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def redirected(self, location: str) -> Target:
        """Where a Location header leads from here; the login stays with its own scheme, host and port.

        Raises NotAnAddressError.
        """
        try:
            following = self.of(self.url.join(location.strip()))
        except (httpx.InvalidURL, ValueError) as error:
            raise NotAnAddressError from error
        same = (following.scheme, following.place) == (self.scheme, self.place)
        if following.userinfo or not self.userinfo or not same:
            return following
        return replace(following, userinfo=self.userinfo)

    def with_login(self) -> str:
        """The full address, to be asked again later; not to be shown."""
        return str(self.url.copy_with(userinfo=self.userinfo)) if self.userinfo else self.shown

    def authorization(self) -> str | None:
        """The Authorization header for the login in the address (RFC 7617)."""
        if not self.userinfo:
            return None
        user, _, password = self.userinfo.partition(b":")
        return "Basic " + b64encode(unquote_to_bytes(user) + b":" + unquote_to_bytes(password)).decode("ascii")
