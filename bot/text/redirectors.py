"""Services that lead on to the address in their query: `google.com/url?url=…`."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

_GOOGLE: Final = re.compile(r"google\.[a-z]{2,3}(?:\.[a-z]{2})?")
_REDIRECTORS: Final = {
    ("bing.com", "/news/apiclick.aspx"): ("url",),
    ("news.google.com", "/news/url"): ("url",),
    ("l.facebook.com", "/l.php"): ("u",),
    ("lm.facebook.com", "/l.php"): ("u",),
    ("facebook.com", "/l.php"): ("u",),
    ("l.instagram.com", ""): ("u",),
    ("out.reddit.com", ""): ("url",),
    ("youtube.com", "/redirect"): ("q",),
    ("t.umblr.com", "/redirect"): ("z",),
    ("duckduckgo.com", "/l"): ("uddg",),
    ("vk.com", "/away.php"): ("to",),
    ("slack-redir.net", "/link"): ("url",),
    ("go.redirectingat.com", ""): ("url",),
}
"""Services that lead on to another address, by host and path, with the parameters in which it is."""


def redirector_target(host: str, path: str, query: str) -> str | None:
    """The address to which a request with this host, path and query leads on; None for all other addresses."""
    host = host.removeprefix("www.")
    names = ("url", "q") if path == "/url" and _GOOGLE.fullmatch(host) else _REDIRECTORS.get((host, path.rstrip("/")))
    if names is None:
        return None
    given: dict[str, str] = {}
    for parameter in query.split("&"):
        name, _, value = parameter.partition("=")
        given.setdefault(name, value)
    return next((unquote(given[name]) for name in names if given.get(name)), None)
