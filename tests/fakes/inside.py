"""Something in the private network that nobody outside may reach, and how its address can be written."""

from __future__ import annotations

import socket
import threading
from types import TracebackType
from typing import Final, Self

HOSTS: Final = (
    "127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "127.255.255.254", "2130706433", "0x7f000001", "0x7f.1",
    "0x7f.0x0.0x0.0x1", "0177.0.0.1", "0177.1", "017700000001", "00000177.0.0.1", "0", "0.0.0.0", "0.0.0.0.", "0x0",
    "localhost", "localhost.", "LOCALHOST", "LocalHost..", "localhost.localdomain", "ip6-localhost", "a.localhost",
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[0:0:0:0:0:ffff:7f00:0001]",
    "[::ffff:0:7f00:1]", "[::127.0.0.1]", "[::7f00:1]", "[64:ff9b::7f00:1]", "[64:ff9b::127.0.0.1]",
    "[64:ff9b:1::7f00:1]", "[2002:7f00:1::]", "[2002:7f00:1::1]", "[2001:0:7f00:1::80ff:fffe]", "[fe80::1%25lo]",
    "[::1%25lo]", "[::1%lo]", "[fec0::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]",
    "１２７.０.０.１", "127。0。0。1", "127．0．0．1", "①②⑦.⓪.⓪.①", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
    "ｌｏｃａｌｈｏｓｔ", "loc\u00adalhost", "127.0.0.1%00",
    "%31%32%37.0.0.1", "%6c%6f%63%61%6c%68%6f%73%74", "127.0.0.1%2f.example.com", "127.0.0.1%23.example.com",
    "10.0.0.5", "10.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "169.254.169.254", "2852039166", "0xa9fea9fe",
    "0251.0376.0251.0376", "[::ffff:169.254.169.254]", "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1",
    "224.0.0.1", "255.255.255.255", "240.0.0.1", "metadata.google.internal", "metadata", "instance-data",
    "127.0.0.1.nip.io", "inside.test", "mixed.test", "mapped.test", "nat64.test", "zone.test", "intranet.corp",
)  # fmt: skip
"""All of them lead inside, or nowhere."""

NAMES: Final = {
    "metadata.google.internal": ("169.254.169.254",),
    "metadata": ("169.254.169.254",),
    "instance-data": ("169.254.169.254",),
    "localhost.localdomain": ("127.0.0.1",),
    "ip6-localhost": ("::1",),
    "a.localhost": ("127.0.0.1",),
    "127.0.0.1.nip.io": ("127.0.0.1",),
    "inside.test": ("127.0.0.1",),
    "mixed.test": ("93.184.216.34", "127.0.0.1"),
    "mapped.test": ("::ffff:127.0.0.1",),
    "nat64.test": ("64:ff9b::7f00:1",),
    "zone.test": ("fe80::1%lo",),
}
"""What their names are resolved to here. `intranet.corp` is known to the proxy alone."""

TRICKS: Final = (
    "http://{}/", "HTTP://{}/", "http://public.test@{}/", "http://public.test:80@{}/", "http://{}\\@public.test/",
    "http://public.test\\@{}/", "http://{}#@public.test/", "http://{}?@public.test/", "http:\\\\{}\\", "http:/{}/",
    "http:///{}/", "//{}/", "http:{}/", "http://{}\t/", "http://\t{}/", "http://\n{}/", " http://{}/", "http://%20@{}/",
    "http://{}%2f@public.test/", "http://user:word@{}/", "https://{}/", "ftp://{}/", "gopher://{}/_GET",
    "file://{}/etc/passwd",
    "http://[{}]/", "http://{}:80/", "jar:http://{}!/", "feed:http://{}/", "feed://{}/", "ws://{}/",
    "http://{}.public.test@{}/",
)  # fmt: skip
"""Addresses around a host with its port."""


def spellings(port: int) -> tuple[str, ...]:
    """Addresses that lead inside, or are none."""
    plain = [f"http://{host}:{port}/" for host in HOSTS]
    return (*plain, *(trick.replace("{}", f"127.0.0.1:{port}") for trick in TRICKS))


class Inside:
    """`with Inside() as inside:` listens on every address of this machine, and counts who connects."""

    def __init__(self) -> None:
        self.connections = 0
        self.heads: list[bytes] = []
        self._socket = socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True, backlog=256)
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._count, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(60)
        self._socket.close()

    def _count(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                self.connections += 1
                connection.settimeout(1)
                try:
                    self.heads.append(connection.recv(500))
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret")
                except OSError:
                    self.heads.append(b"")
