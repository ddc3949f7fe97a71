"""Who asks: this computer and its private network, or the world through something that hands requests on.

The peer alone does not tell, because behind a reverse proxy, a tunnel or a CDN every peer is local. Those say so in
headers, and ask for the name that the world knows. One that does neither cannot be told from a local request: nginx
sends the address of `proxy_pass` as Host and adds no header unless told to (its documentation of proxy_set_header).
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Final

from starlette.requests import Request

_HANDED_ON: Final = frozenset({
    "ali-cdn-real-ip",
    "cdn-loop",  # RFC 8586
    "client-ip",
    "forwarded",  # RFC 7239
    "proxy-client-ip",
    "true-client-ip",
    "via",  # RFC 9110 section 7.6.3
    "wl-proxy-client-ip",
    "x-client-ip",
    "x-cloud-trace-context",
    "x-cluster-client-ip",
    "x-host",
    "x-proxyuser-ip",
    "x-real-ip",
    "x-remote-addr",
    "x-remote-ip",
    "x-rewrite-url",
    "x-varnish",
})  # fmt: skip
"""Headers by which proxies say for whom or for which address they ask; small letters."""

_HANDED_ON_PREFIXES: Final = (
    "akamai-",
    "cf-",  # Cloudflare
    "cloudfront-",
    "fastly-",
    "fly-",
    "incap-",  # Imperva
    "ngrok-",
    "tailscale-",
    "x-akamai-",
    "x-amz-cf-",
    "x-amzn-",  # the load balancers of AWS
    "x-appengine-",
    "x-arr-",  # Azure and IIS
    "x-azure-",
    "x-envoy-",
    "x-forwarded",
    "x-nf-",  # Netlify
    "x-original-",
    "x-sucuri-",
    "x-vercel-",
)

_PRIVATE_SUFFIXES: Final = (".localhost", ".local", ".internal", ".home.arpa")
"""Ends of names that public DNS does not have (RFC 6761, RFC 6762, RFC 8375; ICANN keeps `internal` free)."""


def is_local_request(request: Request) -> bool:
    """Whether a local peer asks for itself: without a header of a proxy, and for a name or address of this network."""
    peer = _address(request.client.host) if request.client else None
    return (
        peer is not None
        and _is_private(peer)
        and not any(name in _HANDED_ON or name.startswith(_HANDED_ON_PREFIXES) for name in request.headers)
        and all(_is_of_here(host, request) for host in request.headers.getlist("host"))
    )


def _is_of_here(host: str, request: Request) -> bool:
    """Whether a Host (RFC 9110 section 7.2) is what a local peer would ask for.

    That is a private address, the address that the request came in at, or a name that public DNS cannot have: of one
    label, as of a container, or with a private end. An empty one says nothing, as HTTP/1.0 without any.
    """
    name = _without_port(host)
    address = _address(name)
    if address is not None:
        arrived_at = request.scope.get("server")
        return _is_private(address) or (arrived_at is not None and address == _address(str(arrived_at[0])))
    plain = name.lower().removesuffix(".")
    return "." not in plain or plain.endswith(_PRIVATE_SUFFIXES)


def _without_port(host: str) -> str:
    """`[::1]:8080`, `10.0.0.1:8080`, `kabar` → the address or name alone."""
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0] if host.count(":") == 1 else host


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _is_private(address: IPv4Address | IPv6Address) -> bool:
    return address.is_loopback or address.is_private
