"""Logs: readable or JSON, every library's too, and never a secret in any of them."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import textwrap
import threading
import warnings
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from bot.adapters.logs import Redactor, configure_logs

TOKEN = "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
URL = f"https://api.telegram.org/bot{TOKEN}/sendMessage"


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    hooks = sys.excepthook, threading.excepthook
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook = hooks
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def fail_to_connect() -> None:
    raise ConnectionError(f"cannot connect to {URL}")


def say_it_in_every_way() -> None:
    """The token as event, argument, value, part of a structure, bytes, exception, cause, note, warning, foreign log."""
    log = structlog.get_logger("kabar")
    log.info(URL)
    log.info("asked %s", URL)
    log.warning("asked", url=URL, deep={"a": [URL, {"b": TOKEN}]}, raw=URL.encode(), escaped=TOKEN.replace(":", "%3A"))
    log.bind(token=TOKEN).error("bound")
    with structlog.contextvars.bound_contextvars(where=URL):
        log.info("in context")
    try:
        try:
            fail_to_connect()
        except ConnectionError as error:
            error.add_note(f"note {TOKEN}")
            raise RuntimeError("sending failed", URL) from error
    except RuntimeError as error:
        log.exception("failed", error=error)
        logging.getLogger("telegram.ext").exception("update failed: %s", URL)
        logging.getLogger("asyncio").error("job %r raised", URL, exc_info=True)
        sys.excepthook(type(error), error, error.__traceback__)
    logging.getLogger("httpx").warning("HTTP Request: POST %s", URL)
    logging.getLogger("strange").warning("too many %s", TOKEN, "arguments")  # noqa: PLE1205 -- what libraries do wrong is what is tried
    logging.getLogger("strange").warning({"url": URL})
    warnings.warn(f"old API at {URL}", DeprecationWarning, stacklevel=1)


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("as_json", [True, False])
@pytest.mark.parametrize("terminal", [True, False])
def test_a_token_is_never_written(as_json: bool, terminal: bool, capfd: pytest.CaptureFixture[str]) -> None:
    stream = Terminal() if terminal else StringIO()
    configure_logs(as_json, "DEBUG", stream=stream)
    say_it_in_every_way()
    written = stream.getvalue()
    everything = written + "".join(capfd.readouterr())
    assert "AAHdqTcv" not in everything
    assert written.count("https://api.telegram.org/bot[token]/sendMessage") > 10
    assert "cannot connect to" in written
    assert "sending failed" in written


def test_what_the_process_itself_prints_when_it_dies_has_no_token() -> None:
    program = textwrap.dedent(
        f"""
        import asyncio, threading
        from bot.adapters.logs import configure_logs
        configure_logs()
        def fail():
            raise ValueError({URL!r})
        thread = threading.Thread(target=fail); thread.start(); thread.join()
        async def main():
            task = asyncio.create_task(forgotten())
            await asyncio.sleep(0)
            del task
        async def forgotten():
            fail()
        asyncio.run(main())
        fail()
        """
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert "AAHdqTcv" not in done.stdout + done.stderr.replace(program, "")
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert len(lines) == 3
    assert all("bot[token]/sendMessage" in line["exception"] for line in lines)


def test_logins_and_named_secrets_are_taken_out_too() -> None:
    stream = StringIO()
    configure_logs(json=True, secrets=["hunter22", 'quo"te-secret', "abc"], stream=stream)
    log = structlog.get_logger()
    log.info(
        "proxy http://me:pa%40ss@proxy.lan:3128 and hunter22", feed="https://u@h.id/?mail=a@b.id", key='quo"te-secret'
    )
    line = json.loads(stream.getvalue())
    assert line["event"] == "proxy http://[login]@proxy.lan:3128 and [secret]"
    assert line["feed"] == "https://[login]@h.id/?mail=a@b.id"
    assert line["key"] == "[secret]"


@pytest.mark.parametrize(
    "text",
    [
        "12:30 WIB",
        "1234567:89",
        "https://news.id/@someone",
        "https://news.id/a?to=me@b.id",
        "mail me@b.id",
        "a://b c@d",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Redactor()(text) == text


def test_redacting_takes_no_time_to_speak_of() -> None:
    hostile = "1" * 100_000 + "://" * 50_000 + "a" * 100_000
    assert Redactor(["hunter22"])(hostile) == hostile


def test_a_terminal_gets_text_and_everything_else_gets_json_lines() -> None:
    terminal, file = Terminal(), StringIO()
    configure_logs(stream=terminal)
    structlog.get_logger().info("feed failed", feed="kompas", reason="did not answer")
    configure_logs(stream=file)
    structlog.get_logger().info("feed failed", feed="kompas", reason="baris\nkedua ü")
    logging.getLogger("other").warning("foreign %d", 7)
    assert "feed failed" in terminal.getvalue()
    assert "did not answer" in terminal.getvalue()
    own, foreign = (json.loads(line) for line in file.getvalue().splitlines())
    assert (own["event"], own["level"], own["feed"], own["reason"]) == (
        "feed failed",
        "info",
        "kompas",
        "baris\nkedua ü",
    )
    assert own["timestamp"].endswith("Z")
    assert (foreign["event"], foreign["logger"]) == ("foreign 7", "other")


def test_foreign_text_cannot_steer_the_terminal() -> None:
    stream = StringIO()
    configure_logs(json=False, stream=stream)
    structlog.get_logger().info("title\x1b]0;owned\x07", feed="a\x1b[2Jb\u202e")
    logging.getLogger("other").warning("\x9b31m%s", "\x1b[8m")
    assert not set(stream.getvalue()) & set("\x1b\x07\x9b\u202e")


def test_levels() -> None:
    stream = StringIO()
    configure_logs(json=True, level="info", stream=stream)
    structlog.get_logger().debug("quiet")
    structlog.get_logger().info("loud")
    logging.getLogger("httpx").info("HTTP Request")
    logging.getLogger("httpcore.connection").info("connect_tcp")
    logging.getLogger("alembic.runtime").info("Running upgrade")
    logging.getLogger("alembic.runtime").error("Job failed")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["loud", "Job failed"]


def test_called_again_it_replaces_itself() -> None:
    first, second = StringIO(), StringIO()
    configure_logs(json=True, stream=first)
    log = structlog.get_logger("kept")
    configure_logs(json=True, level="ERROR", stream=second)
    log.info("once")
    log.error("twice")
    assert first.getvalue() == ""
    assert [json.loads(line)["event"] for line in second.getvalue().splitlines()] == ["twice"]


def test_a_closed_stream_does_no_harm() -> None:
    stream = StringIO()
    configure_logs(json=True, stream=stream)
    stream.close()
    structlog.get_logger().info("nobody hears", url=URL)
    logging.getLogger("other").warning("nor this")
    assert stream.closed
