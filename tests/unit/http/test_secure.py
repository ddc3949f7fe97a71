"""TLS and HTTP/2: the name stays with the connection although only a checked address is connected to."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import h2.config
import h2.connection
import h2.errors
import h2.events
import pytest

from bot.adapters.http import HttpFetcher, HttpSettings
from bot.model import Fetched, FetchFailed, FetchProblem, FetchRequest
from tests.fakes.clock import FakeClock
from tests.unit.http.conftest import lead_to_loopback

SETTINGS = HttpSettings(allow_hosts=("a.test", "b.test"), feed_limit=100_000, total_seconds=60)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for a.test, with its key, signed by itself."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed: no certificate to test TLS with")
    path = tmp_path_factory.mktemp("tls") / "a.pem"
    made = subprocess.run(
        [
            *(openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "2", "-subj", "/CN=a.test", "-addext", "subjectAltName=DNS:a.test"),
            *("-keyout", f"{path}.key", "-out", str(path)),
        ],
        capture_output=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr.decode()
    return path


class SecureServer:
    """Answers every request with `body`, over HTTP/2 where both sides can; remembers the names it was called by."""

    def __init__(self, certificate: Path, body: bytes, headers: list[tuple[str, str]], *, http2: bool) -> None:
        self.body = body
        self.headers = headers
        self.called: list[str | None] = []
        self.versions: list[str] = []
        self.authorities: list[str] = []
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificate, f"{certificate}.key")
        self.tls.set_alpn_protocols(["h2", "http/1.1"] if http2 else ["http/1.1"])
        self.tls.sni_callback = lambda _object, name, _context: self.called.append(name)
        self.serving: list[asyncio.Task[None]] = []
        self.status = "200"
        self.resets = False
        """Every stream of HTTP/2 is reset."""
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (serving := asyncio.current_task()) is not None:
            self.serving.append(serving)
        try:
            version = writer.get_extra_info("ssl_object").selected_alpn_protocol() or "http/1.1"
            self.versions.append(version)
            if version == "h2":
                await self._serve_h2(reader, writer)
            else:
                await self._serve_h1(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _serve_h1(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = "".join(f"{name}: {value}\r\n" for name, value in self.headers)
        writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(self.body)}\r\n{head}\r\n".encode() + self.body)
        await writer.drain()

    async def _serve_h2(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        connection.initiate_connection()
        waiting: dict[int, bytes] = {}
        while True:
            for stream in list(waiting):
                while waiting[stream] and (room := connection.local_flow_control_window(stream)) > 0:
                    piece = waiting[stream][: min(room, connection.max_outbound_frame_size)]
                    waiting[stream] = waiting[stream][len(piece) :]
                    connection.send_data(stream, piece, end_stream=not waiting[stream])
                if not waiting[stream]:
                    del waiting[stream]
            writer.write(connection.data_to_send())
            await writer.drain()
            data = await reader.read(65_536)
            if not data:
                return
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.RequestReceived) and event.headers and event.stream_id:
                    self.authorities.append(dict(event.headers)[b":authority"].decode())
                    if self.resets:
                        connection.reset_stream(event.stream_id, h2.errors.ErrorCodes.HTTP_1_1_REQUIRED)
                        continue
                    connection.send_headers(event.stream_id, [(":status", self.status), *self.headers])
                    waiting[event.stream_id] = self.body
                elif isinstance(event, h2.events.StreamReset) and event.stream_id:
                    waiting.pop(event.stream_id, None)


@asynccontextmanager
async def serving(server: SecureServer) -> AsyncIterator[SecureServer]:
    async with await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=server.tls) as listening:
        server.port = listening.sockets[0].getsockname()[1]
        yield server
        async with asyncio.timeout(60):
            await asyncio.gather(*server.serving, return_exceptions=True)  # its side, too, sees the end


@asynccontextmanager
async def fetching(certificate: Path | None, settings: HttpSettings = SETTINGS) -> AsyncIterator[HttpFetcher]:
    authorities = ssl.create_default_context(cafile=certificate)
    async with HttpFetcher(settings, FakeClock(), resolve=lead_to_loopback, ssl_context=authorities) as fetcher:
        yield fetcher


@pytest.mark.parametrize("http2", [True, False])
async def test_the_name_reaches_the_server_and_its_certificate_is_checked_against_it(
    http2: bool, certificate: Path
) -> None:
    headers = [("content-encoding", "gzip"), ("etag", '"x"')]
    made = SecureServer(certificate, gzip.compress(b"news" * 9_000), headers, http2=http2)
    async with serving(made) as server, fetching(certificate) as fetcher:
        requests = [FetchRequest(f"https://a.test:{server.port}/feed") for _ in range(2)]
        outcomes = await asyncio.gather(*(fetcher.fetch(request) for request in requests))
    for outcome in outcomes:
        assert isinstance(outcome, Fetched)
        assert outcome.body == b"news" * 9_000
        assert outcome.etag == '"x"'
    assert set(server.called) == {"a.test"}
    assert set(server.versions) == {"h2" if http2 else "http/1.1"}
    assert set(server.authorities) == ({f"a.test:{server.port}"} if http2 else set())


@pytest.mark.parametrize("packed", [True, False])
async def test_limits_hold_over_http2_and_the_connection_stays_usable(packed: bool, certificate: Path) -> None:
    body = gzip.compress(b"\0" * 5_000_000) if packed else b"x" * 200_000
    headers = [("content-encoding", "gzip")] if packed else []
    async with (
        serving(SecureServer(certificate, body, headers, http2=True)) as server,
        fetching(certificate) as fetcher,
    ):
        large = await fetcher.fetch(FetchRequest(f"https://a.test:{server.port}/feed"))
        server.body, server.headers = b"news", []
        small = await fetcher.fetch(FetchRequest(f"https://a.test:{server.port}/feed"))
    assert isinstance(large, FetchFailed)
    assert large.problem is FetchProblem.TOO_LARGE
    assert isinstance(small, Fetched)
    assert small.body == b"news"


@pytest.mark.parametrize(
    ("host", "trusting", "words"),
    [
        ("b.test", True, "b.test cannot be trusted: Hostname mismatch, certificate is not valid for 'b.test'."),
        ("a.test", False, "a.test cannot be trusted: self-signed certificate"),
    ],
)
async def test_a_certificate_that_is_not_valid_is_one_calm_line(
    host: str, trusting: bool, words: str, certificate: Path
) -> None:
    made = SecureServer(certificate, b"news", [], http2=True)
    async with serving(made) as server, fetching(certificate if trusting else None) as fetcher:
        outcome = await fetcher.fetch(FetchRequest(f"https://{host}:{server.port}/feed"))
    assert isinstance(outcome, FetchFailed)
    assert outcome.problem is FetchProblem.UNREACHABLE
    assert outcome.reason.replace("self signed", "self-signed") == words


async def test_an_http2_status_that_is_no_number_is_one_calm_line(certificate: Path) -> None:
    async with (
        serving(SecureServer(certificate, b"news", [], http2=True)) as server,
        fetching(certificate) as fetcher,
    ):
        server.status = "fine"
        outcome = await fetcher.fetch(FetchRequest(f"https://a.test:{server.port}/feed"))
    assert isinstance(outcome, FetchFailed)
    assert outcome.reason == "a.test broke off its answer"


async def test_a_server_that_does_not_speak_tls_is_one_calm_line(certificate: Path) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server, fetching(certificate) as fetcher:
        port = server.sockets[0].getsockname()[1]
        outcome = await fetcher.fetch(FetchRequest(f"https://a.test:{port}/feed"))
    assert isinstance(outcome, FetchFailed)
    assert outcome.problem is FetchProblem.UNREACHABLE
    assert outcome.reason.startswith("a.test cannot be reached")
    assert "\n" not in outcome.reason


async def test_a_server_that_resets_http2_is_asked_over_http1(certificate: Path) -> None:
    made = SecureServer(certificate, b"news", [], http2=True)
    made.resets = True
    async with serving(made) as server, fetching(certificate) as fetcher:
        outcome = await fetcher.fetch(FetchRequest(f"https://a.test:{server.port}/feed"))
    assert isinstance(outcome, Fetched)
    assert made.versions == ["h2", "http/1.1"]
