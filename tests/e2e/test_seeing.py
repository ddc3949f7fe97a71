"""How a running Kabar is watched over: the real process, `/healthz`, `/metrics`, and what systemd is told."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx

from tests.e2e.kabar_process import SETTINGS, Home
from tests.e2e.news import article, feed_of
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.feed_server import FeedServer
from tests.fakes.loopback import free_port

CHAT = 1001


def test_health_and_metrics_are_told_here_and_tell_no_secret(
    connected: Home, api: FakeBotApi, feeds: FeedServer
) -> None:
    port = free_port()
    connected.configure(
        feeds.url("/rss"),
        feeds.url("/gone"),
        settings=f'{SETTINGS}[web]\nlisten = "127.0.0.1:{port}"\nmetrics = true\n',
    )
    connected.topic("peninsula", query="korea")
    feeds.put_feed("/rss", feed_of(article(1, "korea"), article(2, "rice")))
    with connected.start("run") as kabar, httpx.Client(trust_env=False) as client:
        kabar.wait_for_messages(api, 1, CHAT)
        kabar.wait_for_poll(feeds, "/rss")
        health = client.get(f"http://127.0.0.1:{port}/healthz")
        assert (health.status_code, health.text) == (200, "ok\n")
        asked = connected.run("health")
        assert (asked.code, asked.out) == (0, "ok\n")
        metrics = client.get(f"http://127.0.0.1:{port}/metrics").text
        told = dict(line.rsplit(" ", 1) for line in metrics.splitlines() if not line.startswith("#"))
        assert told['kabar_feeds{state="well"}'] == told['kabar_feeds{state="failing"}'] == "1"
        assert told["kabar_alerts_sent_total"] == told["kabar_matches_total"] == "1"
        assert told["kabar_archive_articles"] == "2"
        assert float(told["kabar_database_bytes"]) > 10_000
        assert float(told["process_resident_memory_bytes"]) > 10_000_000
        for secret in (connected.environment["KABAR_TELEGRAM_TOKEN"], str(CHAT), "korea", "rice", "peninsula"):
            assert secret not in metrics.lower()
        assert client.get(f"http://127.0.0.1:{port}/metrics", headers={"X-Forwarded-For": "1.1.1.1"}).content == b""
        assert kabar.stop() == 0
    asked = connected.run("health")
    assert (asked.code, asked.out) == (1, f"nobody answers at 127.0.0.1:{port}\n")


def test_health_cannot_be_asked_where_nothing_listens(connected: Home, feeds: FeedServer) -> None:
    connected.configure(feeds.url("/rss"))
    asked = connected.run("health")
    assert (asked.code, asked.out) == (2, "")
    assert "[web] listen" in asked.err


def test_without_being_asked_for_metrics_are_not_there(connected: Home, feeds: FeedServer) -> None:
    port = free_port()
    connected.configure(feeds.url("/rss"), settings=f'{SETTINGS}[web]\nlisten = "127.0.0.1:{port}"\n')
    connected.topic("peninsula", query="korea")
    with connected.start("run") as kabar:
        kabar.wait_for_event("web-listening")
        kabar.wait_for_event("telegram-connected")
        assert httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).status_code == 404
        assert kabar.stop() == 0


def test_systemd_hears_when_it_is_ready_that_it_lives_and_when_it_stops(
    connected: Home, feeds: FeedServer, tmp_path: Path
) -> None:
    connected.configure(feeds.url("/rss"))
    connected.topic("peninsula", query="korea")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(60)
        with connected.start("run", NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="3000000") as kabar:
            assert systemd.recv(4096) == b"READY=1"
            for _ in range(2):
                assert systemd.recv(4096) == b"STATUS=polls and deliveries get on\nWATCHDOG=1"
            assert kabar.stop() == 0
        heard = b""
        while heard != b"STOPPING=1":
            heard = systemd.recv(4096)
