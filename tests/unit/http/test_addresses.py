"""Which addresses are refused, and which hosts are exempt."""

from __future__ import annotations

import pytest

from bot.adapters.http.addresses import host_rules, kind_if_refused


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "loopback"),
        ("127.255.0.9", "loopback"),
        ("10.1.2.3", "private"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.168.1.1", "private"),
        ("100.64.0.1", "carrier-grade"),
        ("169.254.1.1", "link-local"),
        ("169.254.169.254", "metadata"),
        ("100.100.100.200", "metadata"),
        ("168.63.129.16", "metadata"),
        ("0.0.0.0", "unspecified"),
        ("192.0.0.170", "reserved"),
        ("198.18.0.1", "benchmarking"),
        ("203.0.113.7", "documentation"),
        ("224.0.0.251", "multicast"),
        ("255.255.255.255", "reserved"),
        ("::1", "loopback"),
        ("::", "unspecified"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:10.0.0.1", "private"),
        ("::127.0.0.1", "reserved"),
        ("64:ff9b::7f00:1", "loopback"),
        ("64:ff9b::a9fe:a9fe", "metadata"),
        ("64:ff9b:1::808:808", "NAT64"),
        ("2002:7f00:1::", "6to4"),
        ("2002:808:808::1", "6to4"),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo"),
        ("2001:db8::1", "documentation"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("fec0::1", "site-local"),
        ("fd12:3456::1", "private"),
        ("fd00:ec2::254", "metadata"),
        ("ff02::1", "multicast"),
        ("4000::1", "reserved"),
        ("2130706433", "not an IP address"),
        ("nonsense", "not an IP address"),
    ],
)
def test_addresses_that_are_not_public_are_refused_by_what_they_are(address: str, kind: str) -> None:
    refused = kind_if_refused(address)
    assert refused is not None
    assert kind in refused


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "103.7.13.1",
        "172.32.0.1",
        "172.15.255.255",
        "100.63.255.255",
        "100.128.0.1",
        "192.0.1.1",
        "223.255.255.255",
        "2606:4700::6810:85e5",
        "2001:4860:4860::8888",
        "64:ff9b::808:808",
        "::ffff:8.8.8.8",
    ],
)
def test_public_addresses_are_not_refused(address: str) -> None:
    assert kind_if_refused(address) is None


@pytest.mark.parametrize(
    ("entry", "host", "port", "covered"),
    [
        ("rsshub.lan:1200", "rsshub.lan", 1200, True),
        ("rsshub.lan:1200", "RSSHub.LAN.", 1200, True),
        ("rsshub.lan:1200", "rsshub.lan", 80, False),
        ("rsshub.lan:1200", "evil.rsshub.lan", 1200, False),
        ("rsshub.lan", "rsshub.lan", 8080, True),
        ("lan", "rsshub.lan", 80, False),
        ("::1", "::1", 80, True),
        ("[::1]", "::1", 80, True),
        ("[::1]:8080", "::1", 8080, True),
        ("[::1]:8080", "::1", 80, False),
        ("bücher.lan", "xn--bcher-kva.lan", 80, True),
        ("", "rsshub.lan", 80, False),
        ("rsshub.lan:port", "rsshub.lan", 80, False),
    ],
)
def test_allow_hosts_covers_exactly_what_it_names(entry: str, host: str, port: int, covered: bool) -> None:
    assert any(rule.covers(host, port) for rule in host_rules([entry])) is covered
