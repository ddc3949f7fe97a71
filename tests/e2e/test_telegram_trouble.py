"""What Telegram, the network and the operator can do wrong, and what people see of it."""

from __future__ import annotations

import re
import signal
import socket
import sqlite3
import threading
from contextlib import closing

import pytest

from tests.e2e.kabar_process import Home
from tests.e2e.news import article, feed_of
from tests.fakes.bot_api import TOKEN, FakeBotApi, Fault
from tests.fakes.feed_server import FeedServer
from tests.fakes.foreign_answers import PORTAL

CHAT = 1001
ANOTHER_TOKEN = "7000000009:AAnotherTokenThatNobodyMaySee_987654321"


@pytest.fixture
def watching(connected: Home, feeds: FeedServer) -> Home:
    """One feed with one article on the one topic."""
    connected.configure(feeds.url("/rss"))
    connected.topic("peninsula", query="korea")
    feeds.put_feed("/rss", feed_of(article(1)))
    return connected


def test_a_bad_token_ends_it_with_what_to_do(watching: Home) -> None:
    done = watching.run("run", KABAR_TELEGRAM_TOKEN=ANOTHER_TOKEN)
    assert done.code == 1
    assert done.err.splitlines()[-1] == (
        "Telegram refuses the bot token. Copy it again from @BotFather (/mybots, API Token) and run `kabar setup`."
    )
    assert "Traceback" not in done.err
    assert ANOTHER_TOKEN.partition(":")[2] not in done.out + done.err


def test_another_program_on_the_token_ends_it_with_what_to_do(watching: Home, api: FakeBotApi) -> None:
    api.taken_by_another()
    done = watching.run("run")
    assert done.code == 1
    assert done.err.splitlines()[-1] == (
        "409: another program uses this token. Stop that program, or give this one a bot of its own "
        "(@BotFather, /newbot) and run `kabar setup`."
    )
    assert "Traceback" not in done.err


def test_without_a_network_at_start_it_waits_and_then_works(watching: Home, api: FakeBotApi) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as reserved:
        port = reserved.getsockname()[1]
    with watching.start("run", KABAR_TELEGRAM_API_URL=f"http://127.0.0.1:{port}") as kabar:
        kabar.wait_for_event("telegram-unreachable")
        kabar.wait_for_event("feed-polled", on_topic=1)
        with Relay(port, api):
            (message,) = kabar.wait_for_messages(api, 1, CHAT)
            kabar.wait_for_event("telegram-connected")
            assert kabar.stop() == 0
    assert message.text.startswith("Story 1 about korea\n")


def test_a_chat_that_is_not_found_is_a_dead_letter_until_it_is(watching: Home, api: FakeBotApi) -> None:
    watching.topic("peninsula", query="korea", chats=["-1002002"])
    with watching.start("run") as kabar:
        kabar.wait_for_event("delivery-dead")
        (dead,) = watching.dead_letters()
        assert (dead["kind"], dead["destination"], dead["attempts"]) == ("new", "-1002002", 1)
        assert dead["error"].startswith("Chat not found: ")
        listing = watching.run("outbox")
        assert re.search(r"dead +new +to -1002002: Chat not found: ", listing.out)
        assert "1 dead" in listing.err
        (notice,) = kabar.wait_for_messages(api, 1, CHAT)
        assert f"kabar outbox retry {dead['id']}" in notice.text

        api.add_chat(-1002002, "supergroup", "Newsroom")
        assert watching.run("outbox", "retry").out == "1 will be tried again.\n"
        (message,) = kabar.wait_for_messages(api, 1, -1002002)
        assert message.text.startswith("Story 1 about korea\n")
        assert kabar.stop() == 0
    assert watching.run("outbox", "--json").out == ""


def test_what_is_no_bot_api_is_waited_for_and_everything_owed_arrives(watching: Home, api: FakeBotApi) -> None:
    """A portal's page with the statuses of refusals, JSON of others, an answer without its result: at all times."""
    faults = [
        Fault(403, body=PORTAL),
        Fault(400, body=b'{"error": "blocked"}'),
        Fault(404, body=b'{"ok":false,"error_code":404,"description":"no Route matched"}'),
        Fault(401, "Unauthorized"),
        Fault(200, body=b'{"ok":true}'),
        Fault(200, body=b"[" * 100_000),
    ]
    for method in ("getMe", "deleteWebhook", "setMyCommands", "getUpdates", "sendMessage"):
        api.plan(method, faults[:3] if method == "getMe" else faults[: 6 if method == "sendMessage" else 2])
    api.user_sends(CHAT, "/help", language_code="en")
    with watching.start("run") as kabar:
        kabar.wait_for_event("telegram-connected")
        told = kabar.wait_for_messages(api, 2, CHAT)
        assert kabar.stop() == 0
    assert {message.text.partition("\n")[0] for message in told} >= {"Story 1 about korea"}
    assert "Traceback" not in kabar.err
    assert watching.run("outbox", "--json").out == ""


def test_the_token_is_never_written_anywhere(watching: Home, api: FakeBotApi) -> None:
    api.fail_next("getMe", 500, "Internal Server Error")
    api.fail_next("getMe")
    api.fail_next("getUpdates", 502, "Bad Gateway")
    api.fail_next("getUpdates")
    api.fail_next("sendMessage", 500, f"Internal Server Error at /bot{TOKEN}/sendMessage")
    api.fail_next("sendMessage")
    api.fail_next("sendMessage", 400, f"Bad Request: no /bot{TOKEN}/ here")
    with watching.start("run") as kabar:
        kabar.wait_for_event("delivery-dead")
        kabar.wait_for(lambda: len(api.calls("getUpdates")) >= 3, "updates asked for in spite of failures")
        assert kabar.stop() == 0
        said = kabar.out + kabar.err
    doctor = watching.run("doctor", "--json")
    outbox = watching.run("outbox")
    with closing(sqlite3.connect(watching.data / "kabar.db")) as database:
        said += doctor.out + doctor.err + outbox.out + outbox.err + written(database)
    assert "/bot[token]/" in said  # it was there to be left out
    assert TOKEN.partition(":")[2].lower() not in said.lower()  # capitals are lost where errors are put into words


def written(database: sqlite3.Connection) -> str:
    """Every row of every table that has rows of its own."""
    tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")
    return "\n".join(
        str(row) for (table,) in tables.fetchall() for row in database.execute(f'SELECT * FROM "{table}"').fetchall()
    )


def test_access_is_opened_and_closed_without_a_restart(watching: Home, api: FakeBotApi) -> None:
    stranger, later = 2002, 2003
    closed = (watching.folder / "config/kabar.toml").read_text("utf-8")
    opened = closed.replace("[telegram]", '[telegram]\naccess = "open"') + "\n[public]\nwatches_per_chat = 7\n"
    with watching.start("run") as kabar:
        kabar.wait_for_event("telegram-connected")
        watching.write("config/kabar.toml", opened)
        kabar.signal(signal.SIGHUP)
        kabar.wait_for_event("configuration-read")
        api.user_sends(stranger, "/start campaign", language_code="en")
        (greeting,) = kabar.wait_for_messages(api, 1, stranger)
        assert "You may have 7 watches" in greeting.text
        api.bot_is_added(-1009, stranger, "Neighbours")
        (welcome,) = kabar.wait_for_messages(api, 1, -1009)
        assert welcome.text.startswith("Hello! I watch the news")

        watching.write("config/kabar.toml", closed)
        kabar.signal(signal.SIGHUP)
        kabar.wait_for(lambda: kabar.err.count("configuration-read") == 2, "the configuration")
        api.user_sends(later, "/start", language_code="en")
        (refusal,) = kabar.wait_for_messages(api, 1, later)
        assert refusal.text.startswith("This bot is private.")
        api.user_sends(stranger, "/watch korea", language_code="en")
        kabar.wait_for(lambda: "New watch: korea" in api.messages(stranger)[-1].text, "the draft")
        assert "restart-needed" not in kabar.err


def test_a_changed_configuration_counts_at_once_and_a_mistake_in_it_does_not(
    watching: Home, api: FakeBotApi, feeds: FeedServer
) -> None:
    with watching.start("run") as kabar:
        kabar.wait_for_messages(api, 1, CHAT)
        kabar.signal(signal.SIGHUP)
        kabar.wait_for_event("configuration-read", topics=1)  # nothing has changed, but who asks is heard
        watching.topic("rice", query="rice")
        kabar.signal(signal.SIGHUP)
        kabar.wait_for_event("configuration-read", topics=2)
        feeds.put_feed("/rss", feed_of(article(1), article(2, "rice")))
        message = kabar.wait_for_messages(api, 2, CHAT)[-1]
        assert message.text.startswith("Story 2 about rice\n")
        assert "Why: Rice" in message.text

        watching.topic("rice", query="rice AND (bread")
        kabar.signal(signal.SIGHUP)
        kabar.wait_for_event("configuration-refused")
        feeds.put_feed("/rss", feed_of(article(1), article(2, "rice"), article(3, "rice")))
        told = [message.text for message in kabar.wait_for_messages(api, 4, CHAT)[2:]]
        (mistake,) = [text for text in told if not text.startswith("Story 3 about rice\n")]
        assert "topics/rice.toml:2: query" in mistake
        assert kabar.stop() == 0


class Relay:
    """Hands connections to a port on to the fake Bot API: a network that comes up late."""

    def __init__(self, port: int, api: FakeBotApi) -> None:
        self._server = socket.create_server(("127.0.0.1", port))
        self._target = ("127.0.0.1", int(api.url.rpartition(":")[2]))
        self._sockets: list[socket.socket] = [self._server]

    def __enter__(self) -> None:
        threading.Thread(target=self._accept, daemon=True).start()

    def __exit__(self, *_error: object) -> None:
        for one in self._sockets:
            with closing(one):
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            server = socket.create_connection(self._target)
            self._sockets += [client, server]
            for source, sink in ((client, server), (server, client)):
                threading.Thread(target=_pump, args=(source, sink), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return


def test_setup_checks_the_token_and_keeps_it_for_its_owner_alone(home: Home, api: FakeBotApi) -> None:
    home.configure(admins="")
    home.environment |= {"KABAR_TELEGRAM_API_URL": api.url}
    for wrong, said in ((ANOTHER_TOKEN, "Telegram refuses the bot token."), ("12345", "That is not a token")):
        done = home.run("setup", stdin=f"{wrong}\n")
        assert done.code != 0
        assert said in done.err
        assert not (home.data / "telegram-token").exists()
    done = home.run("setup", stdin=f"{api.token}\n")
    assert done.code == 0
    assert "It works: @" in done.out
    assert (home.data / "telegram-token").stat().st_mode & 0o777 == 0o600
    assert api.token not in done.out + done.err
    assert "a token" in home.run("check").out
    with home.start("run") as kabar:
        kabar.wait_for(lambda: "https://t.me/" in kabar.out, "the one-time link")
        assert kabar.stop() == 0
