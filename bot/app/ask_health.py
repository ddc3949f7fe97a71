"""Asks a running Kabar for its health (`kabar health`). Imports little, because container runtimes call it often."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException

WITHIN = 15.0
"""Seconds to wait for the response; longer than the database may take."""


def ask_health(host: str, port: int) -> tuple[bool, str]:
    """Whether Kabar is healthy, and its one-word status. `host` is the one in `web.listen`.

    0.0.0.0 and :: mean every address when listening, but cannot be connected to portably; loopback is used instead.
    """
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 -- nothing is bound here
    connection = HTTPConnection(here, port, timeout=WITHIN)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        word = answer.read(100).decode("ascii", "replace").strip()
    except (OSError, HTTPException):
        return False, f"nobody answers at {here}:{port}"
    finally:
        connection.close()
    return answer.status == 200, word or f"answered {answer.status}"
