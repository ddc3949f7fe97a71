"""The settings of fetching: `[network]` and parts of `[polling]`, and limits that tests make smaller."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import version
from typing import Literal


@dataclass(frozen=True, slots=True)
class HttpSettings:
    """Size limits are in bytes after decompression, times in seconds."""

    contact: str = ""
    """`network.user_agent_contact`: a URL or e-mail address where site owners can reach the operator."""
    proxy: str = ""
    """`http://…` or `https://…`, with `user:password@` if the proxy needs a login; empty means no proxy."""
    proxy_resolves: bool = False
    """The proxy is told names, also those that are not known here, and refuses private addresses itself."""
    allow_hosts: tuple[str, ...] = ()
    """Hosts (`host` or `host:port`) that may have a private address."""
    concurrency: int = 16
    """Connections at once."""
    kept_open: int = 16
    """Connections that stay open for a next request; each takes a descriptor."""
    lookups: int = 64
    """Names that are looked up at once."""
    per_host: int = 2
    feed_limit: int = 15_000_000
    page_limit: int = 5_000_000
    connect_seconds: float = 10.0
    total_seconds: float = 45.0
    """For the whole fetch up to the last byte, redirects included; waiting for a free slot is not counted."""
    drip_seconds: float = 10.0
    """Of a body at least `drip_bytes` must come in each such time, or its end."""
    drip_bytes: int = 1_000
    redirects: int = 5

    def limit_of(self, purpose: Literal["feed", "page"]) -> int:
        return self.feed_limit if purpose == "feed" else self.page_limit

    def user_agent(self) -> str:
        """`Kabar/VERSION (+contact)` (RFC 9110 section 10.1.5), without characters that a comment cannot contain."""
        contact = "".join(c for c in self.contact if c.isascii() and c.isprintable() and c not in "()").strip()
        product = f"Kabar/{version('kabar')}"
        return f"{product} (+{contact})" if contact else product
