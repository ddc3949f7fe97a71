"""`/healthz` and `/metrics`: what is told, and that nobody behind a proxy is told it."""

from __future__ import annotations

import math
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from starlette.applications import Starlette
from starlette.types import Receive, Scope, Send

from bot.adapters.web import health_route, metrics_route
from bot.adapters.web.exposition import Family, Sample, exposition, text_of
from bot.errors import StorageTrouble, StoreError
from bot.feeds.feed_health import Health
from bot.model import DeliveryState
from bot.usecases.monitoring.counters import Counts
from bot.usecases.monitoring.health import StalledPart, Unwell, Vitals
from bot.usecases.monitoring.status import Machine
from tests.unit.web.test_server import serving

STARTED = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


class Job:
    """The main job, as it is seen."""

    def __init__(self) -> None:
        self.stands: Unwell | None = None
        self.is_silent = False
        self.is_broken = False

    async def trouble(self) -> Unwell | None:
        if self.is_silent:
            raise TimeoutError
        return self.stands

    async def vitals(self) -> Vitals:
        if self.is_broken:
            raise StoreError("the disk is full")
        return vitals()


def vitals(model: str = "e5", last_read: timedelta | None = timedelta(seconds=1.5)) -> Vitals:
    counts = Counts()
    counts.polls["read"] = 3
    counts.alerts = 12_345_678_901
    return Vitals(
        machine=Machine("0.1.0", STARTED, model, "http://me:secret@gpu.lan/v1", memory=1, database=None),
        memory=214_000_000,
        feeds={Health.WELL: 2, Health.FAILING: 1, Health.SILENT: 0},
        deliveries=dict.fromkeys(DeliveryState, 0) | {DeliveryState.DEAD: 4},
        articles=100,
        updates=5,
        oldest_pending=None,
        last_read=last_read,
        counts=counts,
    )


@pytest.fixture
def job() -> Job:
    return Job()


@pytest.fixture
async def client(job: Job) -> AsyncIterator[httpx.AsyncClient]:
    async with serving([health_route(job.trouble), metrics_route(job.vitals)]) as client:
        yield client


async def test_health_is_a_word(client: httpx.AsyncClient, job: Job) -> None:
    answer = await client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert answer.headers["cache-control"] == "no-store"
    for trouble in (*StalledPart, *StorageTrouble):
        job.stands = trouble
        answer = await client.get("/healthz")
        assert (answer.status_code, answer.text) == (503, f"{trouble}\n")
    job.is_silent = True
    assert (await client.get("/healthz")).text == "store\n"
    assert (await client.head("/healthz")).status_code == 503


async def test_metrics_are_in_the_format_of_prometheus(client: httpx.AsyncClient, job: Job) -> None:
    answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    samples = read(answer.text)
    assert samples['kabar_feeds{state="well"}'] == 2
    assert samples['kabar_polls_total{outcome="read"}'] == 3
    assert samples['kabar_polls_total{outcome="failed"}'] == 0
    assert samples["kabar_alerts_sent_total"] == 12_345_678_901
    assert samples['kabar_deliveries{state="dead"}'] == samples["kabar_dead_letters"] == 4
    assert samples["kabar_last_read_age_seconds"] == 1.5
    assert samples["kabar_outbox_oldest_age_seconds"] == 0
    assert samples["kabar_update_queue"] == 5
    assert samples["process_resident_memory_bytes"] == 214_000_000
    assert samples["process_start_time_seconds"] == STARTED.timestamp()
    assert "kabar_database_bytes" not in samples  # not known
    assert "secret" not in answer.text
    job.is_broken = True
    answer = await client.get("/metrics")
    assert (answer.status_code, answer.content) == (503, b"")


def test_what_is_not_known_is_left_out() -> None:
    assert "last_read" not in exposition(vitals(last_read=None))


def test_labels_and_help_are_escaped() -> None:
    odd = 'a"b\\c\nd\ud800 北'
    text = text_of([Family("x", "gauge", "one\nline \\ more", [Sample(math.pi, {"of": odd})])])
    assert text == f'# HELP x one\\nline \\\\ more\n# TYPE x gauge\nx{{of="a\\"b\\\\c\\nd? 北"}} {math.pi!r}\n'


def read(text: str) -> dict[str, float]:
    """Each sample by its name and labels; AssertionError where a line is none of the format."""
    samples: dict[str, float] = {}
    typed: set[str] = set()
    for line in text.removesuffix("\n").split("\n"):
        if line.startswith("# TYPE "):
            assert re.fullmatch(r"# TYPE [a-z_]+ (counter|gauge)", line), line
            typed.add(line.split()[2])
        elif not line.startswith("# HELP "):
            found = re.fullmatch(r'([a-z_]+)(\{[a-z_]+="[^"]*"(?:,[a-z_]+="[^"]*")*\})? (\S+)', line)
            assert found, line
            assert found[1] in typed, line
            assert found[1] + (found[2] or "") not in samples, line
            samples[found[1] + (found[2] or "")] = float(found[3])
    return samples


@pytest.mark.parametrize(
    "header",
    [
        "X-Forwarded-For",
        "X-Real-IP",
        "Forwarded",
        "Via",
        "X-Forwarded-Proto",
        "X-Forwarded-Host",
        "X-Forwarded-Port",
        "X-Forwarded",
        "CF-Connecting-IP",
        "CF-Ray",
        "CF-IPCountry",
        "True-Client-IP",
        "CDN-Loop",
        "Fastly-Client-IP",
        "Fastly-FF",
        "X-Cluster-Client-IP",
        "X-Envoy-External-Address",
        "X-Amzn-Trace-Id",
        "X-Amz-Cf-Id",
        "CloudFront-Viewer-Address",
        "X-Azure-ClientIP",
        "X-Appengine-User-IP",
        "X-Original-URL",
        "X-Client-IP",
        "Fly-Client-IP",
        "Tailscale-User-Login",
    ],
)
async def test_what_a_proxy_hands_on_finds_nothing(client: httpx.AsyncClient, header: str) -> None:
    for path in ("/healthz", "/metrics"):
        answer = await client.get(path, headers={header: "203.0.113.7"})
        assert (answer.status_code, answer.content) == (404, b"")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8080", 200),
        ("kabar", 200),  # the name of a container
        ("kabar:8080", 200),
        ("127.0.0.1:8080", 200),
        ("10.0.0.7", 200),
        ("[::1]:8080", 200),
        ("[fe80::1%25eth0]", 200),
        ("kabar.localhost", 200),
        ("raspberry.local:8080", 200),
        ("kabar.railway.internal", 200),
        ("kabar.default.svc.cluster.local", 200),
        ("nas.home.arpa", 200),
        ("", 200),
        ("kabar.example", 404),
        ("KABAR.EXAMPLE.:443", 404),
        ("kabar.trycloudflare.com", 404),
        ("203.0.113.7.nip.io", 404),
        ("localhost.kabar.example", 404),
        ("internal.example", 404),
        ("8.8.8.8", 404),
        ("[2606:4700::1111]:8080", 404),
        ("127.0.0.1.example", 404),
    ],
)
async def test_who_asks_for_a_name_that_the_world_knows_finds_nothing(
    client: httpx.AsyncClient, host: str, status: int
) -> None:
    for path in ("/healthz", "/metrics"):
        assert (await client.get(path, headers={"Host": host})).status_code == status


async def test_what_monitoring_adds_is_no_sign_of_a_proxy(client: httpx.AsyncClient) -> None:
    usual = {
        "User-Agent": "Prometheus/3.5.0",
        "X-Prometheus-Scrape-Timeout-Seconds": "10",
        "Traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "X-Request-Id": "1",
        "Authorization": "Bearer x",
    }
    assert (await client.get("/metrics", headers=usual)).status_code == 200


@pytest.mark.parametrize(
    ("peer", "status"),
    [
        ("127.0.0.1", 200),
        ("172.17.0.1", 200),
        ("::1", 200),
        ("fe80::1%eth0", 200),
        ("::ffff:10.0.0.1", 200),
        ("8.8.8.8", 404),
        ("::ffff:8.8.8.8", 404),
        ("2606:4700::1111", 404),
        ("testclient", 404),
    ],
)
async def test_the_world_finds_nothing(job: Job, peer: str, status: int) -> None:
    app = Starlette(routes=[health_route(job.trouble)])
    transport = httpx.ASGITransport(app, client=(peer, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://kabar") as client:
        assert (await client.get("/healthz")).status_code == status


async def test_where_it_came_in_is_local_though_its_address_is_not_private(job: Job) -> None:
    app = Starlette(routes=[health_route(job.trouble)])

    async def arrived(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "server": ("2001:4860::7", 8080)}, receive, send)

    transport = httpx.ASGITransport(arrived, client=("10.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://[2001:4860::7]:8080") as client:
        assert (await client.get("/healthz")).status_code == 200
        assert (await client.get("/healthz", headers={"Host": "[2001:4860::8]"})).status_code == 404
