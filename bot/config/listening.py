"""Where the outside may call: what `web.listen`, `web.public_url` and `telegram.webhook` can be."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from bot.config import values
from bot.config.tables import BadValueError, described

PORTS = (443, 80, 88, 8443)
"""That Telegram posts to (Bot API, setWebhook); a Bot API server of one's own knows no such limit."""

_LISTEN = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[0-9.]+):(\d{1,5})", re.ASCII)
_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)+")


def address(value: object) -> tuple[str, int] | None:
    """`127.0.0.1:8080`, `[::1]:8080`, `0.0.0.0:8080`; None if empty."""
    written = values.text(value)
    if not written:
        return None
    hint = '"127.0.0.1:8080" for a proxy on this computer, "0.0.0.0:8080" inside a container.'
    found = _LISTEN.fullmatch(written)
    if found is None or not 0 < int(found[2]) < 65536:
        raise BadValueError(f"{described(value)} is not an address and a port.", hint)
    try:
        return str(ip_address(found[1].strip("[]"))), int(found[2])
    except ValueError as error:
        raise BadValueError(f"{described(value)} is not an address and a port.", hint) from error


def webhook(value: object, *, is_official: bool) -> str:
    """The address that Telegram posts to; empty stays so. `is_official`: api.telegram.org is asked, not one's own."""
    written = values.text(value)
    if not written:
        return ""
    hint = 'For example "https://kabar.example/telegram": your proxy hands it on to web.listen.'
    if not written.isascii() or not values.is_web_address(written) or set(written) & set("?#@"):
        raise BadValueError("this is not an address that Telegram can post to.", hint)
    parts = urlsplit(written)
    if _PATH.fullmatch(parts.path) is None:
        raise BadValueError("the address needs a path of its own, of letters, digits and - . _ ~", hint)
    if parts.scheme != "https" and not _is_here(parts):
        raise BadValueError("Telegram posts to https:// only.", hint)
    if is_official and not _is_here(parts) and (parts.port or 443) not in PORTS:
        raise BadValueError(f"Telegram does not post to port {parts.port}.", f"To {', '.join(map(str, PORTS))} only.")
    return written


def public_address(value: object) -> str:
    """What hubs reach this server by, without a slash at its end; empty stays so."""
    written = values.text(value).rstrip("/")
    if not written:
        return ""
    hint = 'For example "https://kabar.example": your proxy hands /websub/ on to web.listen.'
    if not written.isascii() or not values.is_web_address(written) or set(written) & set("?#@"):
        raise BadValueError("this is not an address that hubs can post to.", hint)
    parts = urlsplit(written)
    if parts.path and _PATH.fullmatch(parts.path) is None:
        raise BadValueError("its path may have letters, digits and - . _ ~", hint)
    if parts.scheme != "https" and not _is_here(parts):
        raise BadValueError("what hubs post over http:// anybody on the way can change.", hint)
    return written


def _is_here(parts: SplitResult) -> bool:
    """Telegram cannot reach it, but a Bot API server on this computer can."""
    host = parts.hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
