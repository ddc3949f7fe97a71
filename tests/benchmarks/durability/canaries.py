"""Every secret that Kabar holds is a canary, and everything that comes out of Kabar is searched for it.

A real Kabar gets feeds with keys in query, path, login, header and fragment, most of which fail in some way; documents
that repeat their own key; a token, a webhook, a hub, endpoints and a proxy with secrets. Then everybody asks for
everything: each command in the chat and on the command line, each button, each export. A canary that is seen where it
must not be is counted by its kind and the place. At the end those who may ask for a feed's key get it, which proves
that the canaries were alive.
"""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any, Final

import httpx

from tests.benchmarks.durability.canary_nest import GROUP, LOGIN, Aviary, configure, repeating
from tests.benchmarks.durability.context import Context, Outcome
from tests.e2e.kabar_process import SETTINGS, Home, KabarProcess
from tests.fakes.bot_api import FakeBotApi, FakeMessage
from tests.fakes.bot_api_requests import Upload
from tests.fakes.feed_server import FeedServer
from tests.fakes.hubs import HubServer
from tests.fakes.loopback import free_port

COMMANDS: Final = (
    "/feeds", "/topics", "/latest", "/search korea", "/status", "/log", "/feeds export", "/start", "/help",
    "/watch korea", "/digest", "/quiet", "/settings", "/stats", "/editors", "/chats",
)  # fmt: skip
QUICK_COMMANDS: Final = COMMANDS[:7]
FIRST_ADMIN, EDITOR, MEMBER, GUEST, STRANGER = 1001, 2001, 2002, 2003, 7001
PRESSES: Final = 15
"""Buttons that one person presses: fewer than are allowed in a minute."""
OPENLY: Final = ("fs", "fz")
"""The buttons that show keys to those who may see them."""

CLI: Final = (
    ("feeds",), ("feeds", "--json"), ("feeds", "export"), ("feeds", "export", "--toml"), ("doctor",), ("check",),
    ("doctor", "--json", "--send"), ("topics",), ("topics", "--json"), ("topics", "--toml"), ("alerts",),
    ("alerts", "--json"), ("outbox",), ("outbox", "--json"), ("backtest", "peninsula"),
    ("backtest", "peninsula", "--json"), ("health",), ("backup", "copy.db"), ("feeds", "remove", "no-such-feed"),
)  # fmt: skip
QUICK_CLI: Final = CLI[1:6]


def run(context: Context) -> Outcome:
    """What was searched, and each canary that was seen where it must not be."""
    folder = context.folder / "canaries"
    folder.mkdir()
    aviary = Aviary(Random(context.seed))
    home = Home(folder, context.nursery, context.nursery.environment)
    token = f"123456789:{aviary.hatch('bot token')}{aviary.hatch('end of bot token')}"
    commands = QUICK_COMMANDS if context.quick else COMMANDS
    admins = list(range(FIRST_ADMIN, FIRST_ADMIN + len(commands) + 1))
    with FakeBotApi(token) as api, FeedServer() as feeds, HubServer() as hub:
        home.environment |= {
            "KABAR_TELEGRAM_TOKEN": token,
            "KABAR_TELEGRAM_API_URL": api.url,
            "KABAR_EMBEDDING_KEY": aviary.hatch("embedding key"),
            "KABAR_SUMMARIES_KEY": aviary.hatch("summaries key"),
            "NEWS_KEY": aviary.hatch("header, from the environment"),
        }
        for chat in (*admins, GUEST, STRANGER):
            api.add_chat(chat)
        api.add_chat(GROUP, "supergroup", "Redaksi")
        port = free_port()
        configure(home, feeds, hub, aviary, port, admins, GUEST)
        with _running(home, aviary) as kabar:
            _settle_in(kabar, api, home, feeds, aviary, admins[0])
            _ask_for_everything(kabar, api, home, dict(zip(admins[:-1], commands, strict=True)))
            _reload(kabar, home, aviary)
            _catch_own(home, aviary)
            for arguments in QUICK_CLI if context.quick else CLI:
                done = home.run(*arguments)
                aviary.look(f"kabar {' '.join(arguments[:2])}", done.out + done.err)
            _look_from_outside(kabar, port, aviary)
            told = api.calls()
            for call in told:
                aviary.look(_place(call.values, admins), _text_of(call.values))
            alive = _ask_openly(kabar, api, home, aviary, admins[-1], since=len(told))
    aviary.look("file names", "\n".join(str(path) for path in home.data.rglob("*")))
    _behind_a_proxy(home, aviary)
    return _outcome(aviary, alive)


@contextmanager
def _running(home: Home, aviary: Aviary) -> Iterator[KabarProcess]:
    """A Kabar whose log and output are searched when it has ended."""
    with home.start("run") as kabar:
        yield kabar
        kabar.stop()
        aviary.look("log", kabar.err)
        aviary.look("standard output", kabar.out)


# --- everybody asks for everything ----------------------------------------------------------------


def _settle_in(kabar: KabarProcess, api: FakeBotApi, home: Home, feeds: FeedServer, aviary: Aviary, admin: int) -> None:
    """The first alerts come, the group gets an editor, and people add feeds with keys."""
    kabar.wait_for_event("telegram-connected")
    kabar.wait_for(lambda: api.messages(GROUP) and api.messages(admin), "the first alerts")
    said = api.user_says(EDITOR, "halo", GROUP, chat_type="supergroup")
    _send(api, admin, "/editors", GROUP, extra={"reply_to_message": said})
    _wait_handled(kabar, api, home, "an editor")
    for user, chat, kind in ((EDITOR, GROUP, "added by an editor"), (admin, admin, "added by an admin")):
        path, before = f"/added-{user}", len(api.messages(chat))
        address = feeds.url(f"{path}?token={aviary.hatch(kind)}")
        feeds.put(path, repeating(address, user))
        _send(api, user, f"/feeds {address}", chat)
        kabar.wait_for(lambda chat=chat, before=before: _offers(api, chat, before), "an offer")  # type: ignore[misc]
        polled, (message, data) = len(feeds.hits(path)), _offers(api, chat, before)[0]
        api.user_presses(user, message, data, forged=True)
        kabar.wait_for(lambda path=path, polled=polled: len(feeds.hits(path)) > polled, "the first poll")  # type: ignore[misc]


def _offers(api: FakeBotApi, chat: int, before: int) -> list[tuple[FakeMessage, str]]:
    """The buttons that add feeds that were found."""
    messages = api.messages(chat)[before:]
    return [(one, data) for one in messages for data in one.buttons.values() if data.startswith("fa:")]


def _send(api: FakeBotApi, user: int, text: str, chat: int, **more: Any) -> None:
    command, _, rest = text.partition(" ")
    if chat < 0:
        text = f"{command}@{api.username} {rest}".strip()
    api.user_sends(
        user, text, chat, chat_type="supergroup" if chat < 0 else "private", language_code="en", title="Redaksi", **more
    )


def _ask_for_everything(kabar: KabarProcess, api: FakeBotApi, home: Home, asked: Mapping[int, str]) -> None:
    """Each admin says a command, all others say all of them; then all press whatever is there."""
    for admin, command in asked.items():
        _send(api, admin, command, admin)
    for user, chat in ((GUEST, GUEST), (STRANGER, STRANGER), (MEMBER, GROUP), (EDITOR, GROUP)):
        for command in asked.values():
            _send(api, user, command, chat)
    _wait_handled(kabar, api, home, "answers to all commands")
    people = {**{admin: admin for admin in asked}, GUEST: GUEST, MEMBER: GROUP, EDITOR: GROUP}
    done: dict[int, set[str]] = {user: set() for user in people}
    for _ in range(PRESSES):
        for user, chat in people.items():
            there = [(m, data) for m in reversed(api.messages(chat)) for data in m.buttons.values()]
            unpressed = [
                (m, data) for m, data in there if data not in done[user] and data.partition(":")[0] not in OPENLY
            ]
            if unpressed:
                message, data = unpressed[0]
                done[user].add(data)
                api.user_presses(user, message, data, forged=True, language_code="en")
        _wait_handled(kabar, api, home, "answers to all presses")
    for user, chat in ((MEMBER, GROUP), (GUEST, GUEST), (STRANGER, STRANGER), (EDITOR, GROUP)):
        for data in ("fs:query:0", "fs:127-0-0-1:0", "fz") if user != EDITOR else ("fs:query:0", "fz"):
            api.user_presses(user, (api.messages(chat) or api.messages(GROUP))[-1], data, forged=True)
    _wait_handled(kabar, api, home, "answers to forged presses")


def _wait_handled(kabar: KabarProcess, api: FakeBotApi, home: Home, what: str) -> None:
    """Wait until everything that people did has been handled: a webhook confirms before that."""

    def is_handled() -> bool:
        if api.unconfirmed() or api.unanswered_presses():
            return False
        with closing(sqlite3.connect(home.data / "kabar.db")) as connection:
            (waiting,) = connection.execute("SELECT count(*) FROM updates WHERE handled_at IS NULL").fetchone()
        return bool(waiting == 0)

    kabar.wait_for(is_handled, what, every=0.1)


def _reload(kabar: KabarProcess, home: Home, aviary: Aviary) -> None:
    """A configuration with mistakes in lines with secrets, which admins are told of."""
    before = (home.config / "feeds.toml").read_text()
    key, login = aviary.hatch("mistaken query"), aviary.hatch("mistaken login")
    wrong = (
        f'[[feeds]]\nid = "a"\nurl = "htps://x.example/?apikey={key}"\n'
        f'[[feeds]]\nid = "b"\nurl = "{LOGIN}:{login}@x.example/rss"\n'
        f'[[feeds]]\nid = "https://x.example/?token={key}"\nurl = "https://x.example/"\n'
    )
    home.write("config/feeds.toml", before + wrong)
    kabar.signal(signal.SIGHUP)
    kabar.wait_for_event("configuration-refused")
    done = home.run("check")
    aviary.look("kabar check", done.out + done.err)
    home.write("config/feeds.toml", before)
    kabar.signal(signal.SIGHUP)


def _catch_own(home: Home, aviary: Aviary) -> None:
    """Secrets that Kabar has made: of its webhook and of its hubs."""
    with closing(sqlite3.connect(home.data / "kabar.db")) as connection:
        for number, (token, secret) in enumerate(connection.execute("SELECT token, secret FROM subscriptions")):
            aviary.catch(f"hub secret {number}", secret)
            aviary.catch(f"hub callback {number}", token)
        for name, value in connection.execute("SELECT name, value FROM settings"):
            if "secret" in name:
                aviary.catch(f"webhook secret ({name})", value)


def _look_from_outside(kabar: KabarProcess, port: int, aviary: Aviary) -> None:
    for path in ("/metrics", "/healthz", "/", "/telegram", "/websub/x"):
        answer = httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False)
        aviary.look("web", answer.text + str(answer.headers))
    for pid in (kabar.pid, *kabar.relatives()):
        aviary.look("list of processes", Path(f"/proc/{pid}/cmdline").read_text("utf-8", "replace"))


def _place(values: Mapping[str, Any], admins: list[int]) -> str:
    chat = str(values.get("chat_id", ""))
    if chat in map(str, admins):
        return "an admin's chat"
    return "another chat" if chat else "answers to presses"


def _text_of(values: Mapping[str, Any]) -> str:
    """All that a call says; what is for Telegram alone (where it posts to, with which secret) left out."""
    said = [value for name, value in values.items() if name not in ("url", "secret_token")]
    return "\n".join(
        f"{one.name} {one.content.decode('latin-1')}" if isinstance(one, Upload) else str(one) for one in said
    )


# --- those who may ----------------------------------------------------------------------------------


def _ask_openly(
    kabar: KabarProcess, api: FakeBotApi, home: Home, aviary: Aviary, admin: int, *, since: int
) -> set[str]:
    """The kinds that those who may see them get when they ask: an admin, an editor of their own, the terminal."""
    found = aviary.found_in(home.run("feeds", "--show-secrets").out)
    found |= aviary.found_in(home.run("feeds", "export", "--toml", "--with-secrets").out)
    _send(api, admin, "/feeds", admin)
    _wait_handled(kabar, api, home, "the list")
    message = api.messages(admin)[-1]
    for data in ("fs:path:0", "fz"):
        api.user_presses(admin, message, data, forged=True)
    _wait_handled(kabar, api, home, "the keys")
    by_admin = aviary.found_in("\n".join(_text_of(call.values) for call in api.calls()[since:]))
    assert {"path", "query"} <= by_admin, by_admin
    return found | by_admin


def _behind_a_proxy(home: Home, aviary: Aviary) -> None:
    """A proxy with a password that cannot be reached, and one whose address is wrong."""
    key = aviary.hatch("login of a proxy")
    for proxy in (
        f"http://{LOGIN}:{key}@127.0.0.1:{free_port()}",
        f"htp://{LOGIN}:{key}@proxy.lan:x",
        f"ftp://{key}@p",
    ):
        home.write("config/kabar.toml", f'{SETTINGS.format(admins=FIRST_ADMIN)}[network]\nproxy = "{proxy}"\n')
        for arguments in (("poll", "--all"), ("doctor",), ("feeds", "add", f"http://x.example/?key={key}")):
            done = home.run(*arguments, KABAR_TELEGRAM_TOKEN="")
            aviary.look("behind a proxy", done.out + done.err)


def _outcome(aviary: Aviary, alive: set[str]) -> Outcome:
    searched = ", ".join(f"{place} {size:,}" for place, size in sorted(aviary.looked.items()))
    lines = [
        f"{len(aviary.spellings)} canaries, {len(alive)} of them shown to who may ask for them",
        f"searched, in characters: {searched}",
        *(f"SEEN {count} × {kind} in {place}" for (kind, place), count in sorted(aviary.seen.items())),
        f"seen by whom they must not be: {sum(aviary.seen.values())}",
    ]
    return Outcome(not aviary.seen and bool(alive), tuple(lines))
