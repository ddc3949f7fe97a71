"""Which IP addresses may be fetched from, and which hosts are exempt. Pure; resolving and connecting are elsewhere.

Without this check a feed could make Kabar send requests into the operator's network (server-side request forgery).

Sources: the IANA special-purpose registries for IPv4 and IPv6 (RFC 6890 and updates), RFC 6598 (carrier-grade NAT),
RFC 6052 and RFC 8215 (NAT64), RFC 3056 (6to4), RFC 4380 (Teredo), RFC 5771 (multicast), RFC 3879 (site-local),
RFC 9637 (IPv6 documentation), RFC 9602 (segment routing).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_KINDS_V4: tuple[tuple[IPv4Network, str], ...] = tuple(
    (IPv4Network(network), kind)
    for network, kind in (
        ("169.254.169.254/32", "a cloud metadata address"),
        ("100.100.100.200/32", "a cloud metadata address"),
        ("168.63.129.16/32", "a cloud metadata address"),
        ("0.0.0.0/8", "an unspecified address"),
        ("127.0.0.0/8", "a loopback address"),
        ("10.0.0.0/8", "a private address"),
        ("172.16.0.0/12", "a private address"),
        ("192.168.0.0/16", "a private address"),
        ("100.64.0.0/10", "a carrier-grade NAT address"),
        ("169.254.0.0/16", "a link-local address"),
        ("192.0.0.0/24", "a reserved address"),
        ("192.0.2.0/24", "a documentation address"),
        ("192.88.99.0/24", "a 6to4 relay address"),
        ("198.18.0.0/15", "a benchmarking address"),
        ("198.51.100.0/24", "a documentation address"),
        ("203.0.113.0/24", "a documentation address"),
        ("224.0.0.0/4", "a multicast address"),
        ("240.0.0.0/4", "a reserved address"),
    )
)
_KINDS_V6: tuple[tuple[IPv6Network, str], ...] = tuple(
    (IPv6Network(network), kind)
    for network, kind in (
        ("::1/128", "a loopback address"),
        ("::/128", "an unspecified address"),
        ("fd00:ec2::254/128", "a cloud metadata address"),
        ("fc00::/7", "a private address"),
        ("fe80::/10", "a link-local address"),
        ("fec0::/10", "a site-local address"),
        ("ff00::/8", "a multicast address"),
        ("64:ff9b:1::/48", "a local NAT64 address"),
        ("100::/64", "a discard address"),
        ("2001::/32", "a Teredo address"),
        ("2001::/23", "a reserved address"),
        ("2001:db8::/32", "a documentation address"),
        ("2002::/16", "a 6to4 address"),
        ("3fff::/20", "a documentation address"),
        ("5f00::/16", "a segment-routing address"),
    )
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")


def kind_if_refused(address: str) -> str | None:
    """The kind of an address that feeds must not use, such as `a loopback address`; None for a public address.

    `address` is in the form that the resolver returns; an IPv6 zone such as `%eth0` (RFC 4007 section 11) is allowed.
    For an IPv4-mapped address (RFC 4291 section 2.5.5.2) and a NAT64 address (RFC 6052) the IPv4 address inside is
    checked. NAT64 has to be allowed because it is how a server that only has IPv6 reaches IPv4 sites.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return "not an IP address"
    if isinstance(parsed, IPv6Address):
        inner = parsed.ipv4_mapped
        if inner is None and parsed in _NAT64:
            inner = IPv4Address(int(parsed) & 0xFFFF_FFFF)
        if inner is None:
            return _kind_v6(parsed)
        parsed = inner
    return next((kind for network, kind in _KINDS_V4 if parsed in network), None)


def _kind_v6(address: IPv6Address) -> str | None:
    bare = IPv6Address(int(address))  # without the zone: `in` is never true for an address that has one
    for network, kind in _KINDS_V6:
        if bare in network:
            return kind
    return None if bare in _GLOBAL_UNICAST else "a reserved address"


@dataclass(frozen=True, slots=True)
class HostRule:
    """One entry of `network.allow_hosts`: a host, and a port or None for every port."""

    host: str
    port: int | None = None

    def covers(self, host: str, port: int) -> bool:
        return normal_host(host) == self.host and self.port in (None, port)


def host_rules(entries: Iterable[str]) -> tuple[HostRule, ...]:
    """Rules from entries such as `host`, `host:port`, `::1`, `[::1]` and `[::1]:8080`. Other entries are ignored."""
    rules = []
    for entry in entries:
        text = entry.strip()
        bare_v6 = text.count(":") > 1 and not text.startswith("[")
        head, colon, tail = (text, "", "") if bare_v6 else text.rpartition(":")
        if not colon or tail.endswith("]"):
            head, tail = text, ""
        if tail and not (tail.isascii() and tail.isdigit()):
            continue
        rules.append(HostRule(normal_host(head), int(tail) if tail else None))
    return tuple(rule for rule in rules if rule.host)


def normal_host(host: str) -> str:
    """The form in which hosts are compared: lower case, no brackets, no final dot, and IDNA (ASCII) if possible."""
    name = host.strip().strip("[]").rstrip(".").lower()
    try:
        return name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        return name
