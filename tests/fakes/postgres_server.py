"""A PostgreSQL server of Debian's package, on a free port of loopback, in a temporary folder, while it is used.

Its data is worth nothing, so it syncs nothing to the disk unless it is told to.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Final

_PATIENCE: Final = 60.0
_PLACES: Final = "/usr/lib/postgresql"
_USER: Final = "postgres"
"""The server refuses to run as root; the package has made this user."""

MISSING: Final = "PostgreSQL is not installed here (Debian: postgresql)"


def programs() -> Path | None:
    """The folder with `initdb` and `postgres`, of the newest version; None if there is none."""
    found = sorted(Path(_PLACES).glob("*/bin/postgres"), key=lambda path: float(path.parent.parent.name))
    return found[-1].parent if found else None


class PostgresServer:
    """A running server; see `postgres_server`."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        self._databases = count(1)

    def url(self, database: str) -> str:
        return f"postgresql://{_USER}@127.0.0.1:{self._port}/{database}"

    def create(self, like: str = "template1") -> str:
        """A new database, a copy of another one; its address."""
        name = f"kabar_{next(self._databases)}"
        self.query(f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is connected to it."""
        self.query(f'DROP DATABASE "{url.rpartition("/")[2]}" WITH (FORCE)')

    def query(self, sql: str, database: str = "postgres") -> list[str]:
        """The rows of a statement, as `psql` prints them."""
        folder = programs()
        assert folder is not None, MISSING
        command = [str(folder / "psql"), "-XAtq", "-v", "ON_ERROR_STOP=1", "-c", sql, self.url(database)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, check=False)
        assert done.returncode == 0, done.stderr
        return str(done.stdout).splitlines()

    def start(self, *settings: str) -> None:
        """Start it; `settings`: as `name=value`."""
        folder = programs()
        assert folder is not None, MISSING
        options = [
            f"port={self._port}",
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={self._folder}",
            "shared_buffers=64MB",
            "autovacuum=off",
            *settings,
        ]
        arguments = [text for option in options for text in ("-c", option)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(folder / "postgres"), "-D", str(self._folder / "data"), *arguments],
                stdout=log,
                stderr=log,
                **_as_user(),
            )
        until = time.monotonic() + _PATIENCE
        while subprocess.run([str(folder / "pg_isready"), "-q", "-d", self.url("postgres")], check=False).returncode:
            assert time.monotonic() < until, (self._folder / "log").read_text()[-3000:]
            assert self._process.poll() is None, (self._folder / "log").read_text()[-3000:]
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT closes all connections first, SIGQUIT is as a power cut."""
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(_PATIENCE)
            self._process = None


@contextmanager
def postgres_server(folder: Path, *, syncs: bool = False) -> Iterator[PostgresServer]:
    """A server in a new folder. `syncs`: each commit reaches the disk, as it does for people."""
    place = programs()
    assert place is not None, MISSING
    # Its user must be able to pass through all folders above it.
    home = Path(f"/tmp/kabar-postgres-{os.getpid()}-{folder.name}")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o700)
    if os.getuid() == 0:
        shutil.chown(home, _USER, _USER)
    initialise = [
        str(place / "initdb"),
        "-D",
        str(home / "data"),
        "-U",
        _USER,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "-N",
    ]
    subprocess.run(initialise, check=True, capture_output=True, timeout=_PATIENCE, **_as_user())
    server = PostgresServer(home, _free_port())
    off = () if syncs else ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
    try:
        server.start(*off)
        yield server
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)


def _as_user() -> dict[str, Any]:
    if os.getuid() != 0:
        return {}
    known = pwd.getpwnam(_USER)
    return {"user": known.pw_uid, "group": known.pw_gid, "extra_groups": [], "cwd": "/tmp"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
