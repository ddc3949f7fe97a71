"""Asking a running Kabar how it is: what `kabar health` does, for containers and scripts. It starts fast."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException

WITHIN = 15.0
"""Seconds: longer than the database may take to answer."""


def ask_health(host: str, port: int) -> tuple[bool, str]:
    """Whether all is well, and the word for it. `host`: what `web.listen` names, also one that means every address."""
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
