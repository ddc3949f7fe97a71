"""Web addresses: which are valid, which two are the same page, and which host they belong to.

A canonical address can always be opened. Where variants differ in a way that could break it (`www.`, the scheme), only
`link_key` joins them. Nothing is fetched or resolved here. Parsing follows the WHATWG URL Standard
(https://url.spec.whatwg.org/), normalization RFC 3986, 6.2 (https://www.rfc-editor.org/rfc/rfc3986#section-6.2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote, unquote, urljoin, urlsplit

import idna

from bot.text.redirectors import redirector_target

_LONGEST = 4_096
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_WRAPPED = re.compile(r"[ \t]*[\r\n]\s*")
"""A line break in an address, with the indentation of the next line (https://github.com/php-feed-io/feed-io/pull/26)."""
_BLANKS = " \t\xa0\u200b\u200c\u200d\u2060\ufeff"
"""Blanks, and characters without width, that are copied with an address."""
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PATH_SAFE = "/%:@!$&'()*+,;=-._~"
_QUERY_SAFE = "/%:@!$&'()*+,;=-._~?[]|"
_DEFAULT_PORTS = {"http": 80, "https": 443}

_TRACKING_PREFIXES = ("utm_", "at_", "ns_", "pk_", "mtm_", "matomo_", "piwik_", "wt_", "hsa_", "_hs", "guce_", "oly_")
_TRACKING_NAMES = """
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid twclid ttclid igshid igsh li_fat_id mc_cid mc_eid mkt_tok
    _ga _gl cmpid ncid sr_share smid smtyp ito ocid icid intcid xtor __twitter_impression maca traffic_source
    guccounter spm s_cid vero_id rb_clickid srsltid soc_src soc_trk ftag feedtype feedname emc tag_from ref_src
    ref_url sfnsn mibextid cvid taid echobox wpisrc usqp amp_js_v amp_gsa amp_ct
"""
_TRACKING = frozenset(_TRACKING_NAMES.split())
"""Parameters that say where a reader came from, and never which article it is (BBC at_ and ns_, DW maca, CBS ftag, …).

Feeds add them to links and even to guids, which then change (https://github.com/feedhq/feedhq/pull/107).
"""

_FEEDS_AND_SHARES = frozenset(("rss", "feed", "rssfeed", "twitter", "facebook", "fb", "whatsapp", "telegram", "share"))
_TRACKING_VALUES = {
    "ref": _FEEDS_AND_SHARES,
    "source": _FEEDS_AND_SHARES,
    "from": _FEEDS_AND_SHARES,
    "partner": frozenset(["rss"]),
    "cmp": frozenset(["rss", "share_btn_tw", "share_btn_fb"]),
    "feature": frozenset(["share"]),
    "page": frozenset(["all"]),
    "single": frozenset(["1"]),
    "amp": frozenset(["", "1", "true", "0"]),
    "outputtype": frozenset(["amp"]),
    "output": frozenset(["amp"]),
}
"""Parameters that are only ignored with these values: `?page=2` and `?source=42` may be another article."""

_AMP_CACHE_PATH = re.compile(r"/[a-z]+/(s/)?([^/]+\.[^/]+)(/.*)?")
_AMP_VIEWER = re.compile(r"(?:www\.)?google\.[a-z]{2,3}(?:\.[a-z]{2})?")
_AMP_TAIL = re.compile(r"(?P<path>/.*[^/])(?:/amp|\.amp)", re.IGNORECASE)
_AMP_FILE = re.compile(r"(?P<path>/.+)\.amp(?P<kind>\.html?)", re.IGNORECASE)
_AMP_HEAD = re.compile(r"/amp(?P<path>/[^/]+/.*[^/])", re.IGNORECASE)
_MOST_REDIRECTORS = 3
_ARXIV = re.compile(r"(?P<path>/(?:abs|pdf|html)/(?:\d{4}\.\d{4,6}|[a-z.-]+/\d{7}))v\d+", re.IGNORECASE)
"""The page of one version of a paper; without it arXiv shows the newest."""
_VARIANT_HOST = re.compile(r"(?:m|mobile|amp)\.(?P<rest>[^.]+\..+)")
_VARIANT_INSIDE = re.compile(r"(?P<first>[a-z-]{2,12})\.m\.(?P<rest>[^.]+\..+)")
_SUFFIX = r"(?:co|com|or|go|ac|net|org|gov|edu|ne|web|my|sch|mil)\.[a-z]{2}"
_PUBLIC_SUFFIX = re.compile(_SUFFIX)
_REGISTRABLE = re.compile(rf"[^.]+\.(?:[a-z]{{2,}}|{_SUFFIX})")


@dataclass(frozen=True, slots=True)
class _Parts:
    scheme: str
    host: str
    port: int | None
    path: str
    query: str
    fragment: str

    @property
    def address(self) -> str:
        port = "" if self.port is None else f":{self.port}"
        query = f"?{self.query}" if self.query else ""
        fragment = f"#{self.fragment}" if self.fragment else ""
        return f"{self.scheme}://{self.host}{port}{self.path}{query}{fragment}"


def _ascii_host(host: str) -> str | None:
    """The host in ASCII (IDNA 2008, RFC 5891, with UTS #46 mapping), or None where it is invalid."""
    host = unquote(host).rstrip(".").lower()
    if not host or len(host) > 253:
        return None
    if ":" in host:
        host = f"[{host}]"
    elif not host.isascii():
        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except idna.IDNAError:
            return None
    if not _HOST.fullmatch(host) or ".." in host:
        return None
    return host


def _escaped(text: str, safe: str) -> str:
    """Percent-encoding in its normal form (RFC 3986, 6.2.2)."""

    def normal(match: re.Match[str]) -> str:
        character = chr(int(match[1], 16))
        return character if character in _UNRESERVED else f"%{match[1].upper()}"

    text = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)
    return quote(_ESCAPE.sub(normal, text), safe=safe, errors="replace")


def _without_dots(path: str) -> str:
    """The path without dot segments (RFC 3986, 5.2.4)."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _parts(url: str) -> _Parts | None:
    """The parts of a web address, parsed as browsers do (WHATWG URL), or None where it is not one."""
    url = _CONTROLS.sub("", url).strip()
    if len(url) > _LONGEST:
        return None
    before, mark, after = url.partition("?")
    try:
        split = urlsplit(before.replace("\\", "/") + mark + after)
        host, port = split.hostname, split.port
    except ValueError:
        return None
    scheme = split.scheme.lower()
    if scheme not in _DEFAULT_PORTS or host is None or "@" in split.netloc:
        return None
    ascii_host = _ascii_host(host)
    if ascii_host is None:
        return None
    return _Parts(
        scheme=scheme,
        host=ascii_host,
        port=None if port == _DEFAULT_PORTS[scheme] else port,
        path=_without_dots(_escaped(split.path, _PATH_SAFE) or "/"),
        query=_escaped(split.query, _QUERY_SAFE),
        fragment=_escaped(split.fragment, _QUERY_SAFE),
    )


def _out_of_amp_cache(parts: _Parts) -> _Parts | None:
    """The publisher's address of a page in Google's AMP cache or viewer; other addresses unchanged.

    The forms of cache addresses are documented in
    https://developers.google.com/amp/cache/overview#amp-cache-url-format.
    """
    cached = parts.host.endswith(".ampproject.org")
    viewed = parts.path.startswith("/amp/") and _AMP_VIEWER.fullmatch(parts.host)
    match = _AMP_CACHE_PATH.fullmatch(parts.path)
    if match is None or not (cached or viewed):
        return parts
    inner = f"{'https' if match[1] else 'http'}://{match[2]}{match[3] or '/'}"
    return _parts(inner + (f"?{parts.query}" if parts.query else ""))


def behind_redirector(url: str) -> str:
    """The address to which a known service leads on: `google.com/url?url=…`; any other address unchanged."""
    parts = _parts(url)
    return url if parts is None else _out_of_redirector(parts).address if _target_of(parts) else url


def _out_of_redirector(parts: _Parts) -> _Parts:
    for _ in range(_MOST_REDIRECTORS):
        target = _target_of(parts)
        if target is None:
            break
        parts = target
    return parts


def _target_of(parts: _Parts) -> _Parts | None:
    target = redirector_target(parts.host, parts.path, parts.query)
    return None if target is None else _parts(target)


def _main_host(host: str) -> str:
    """The host of the desktop site: `m.antaranews.com` is `www.antaranews.com`."""
    inside = _VARIANT_INSIDE.fullmatch(host)
    if inside:
        return f"{inside['first']}.{inside['rest']}"
    variant = _VARIANT_HOST.fullmatch(host)
    if not variant or _PUBLIC_SUFFIX.fullmatch(variant["rest"]):
        return host
    rest = variant["rest"]
    return f"www.{rest}" if _REGISTRABLE.fullmatch(rest) else rest


def _main_path(path: str, host: str) -> str:
    path = path.rstrip("/") or "/"
    if host.removeprefix("export.") == "arxiv.org" and (version := _ARXIV.fullmatch(path)):
        return version["path"]
    for pattern in (_AMP_FILE, _AMP_TAIL, _AMP_HEAD):
        match = pattern.fullmatch(path)
        if match:
            return match["path"] + (match["kind"] if "kind" in match.groupdict() else "")
    return path


def _is_tracking(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    name = unquote(name).lower()
    if name in _TRACKING or name.startswith(_TRACKING_PREFIXES):
        return True
    return unquote(value).lower() in _TRACKING_VALUES.get(name, ())


@lru_cache(maxsize=2_000)  # each link of a document is looked up about three times
def canonical_url(url: str) -> str | None:
    """The canonical address of a web page, the same for its variants for phones, AMP and campaigns.

    It has a lower-case host, no default port, no tracking parameters, no fragment (except `#!…` and `#/…`, by which
    some sites route) and no slash at the end. Everything that can distinguish two articles is kept in its order. None
    for anything but an http(s) address, and for one with a user name, which can hide the host.
    """
    parts = _parts(url)
    if parts is not None:
        parts = _out_of_amp_cache(_out_of_redirector(parts))
    if parts is None:
        return None
    query = "&".join(parameter for parameter in parts.query.split("&") if parameter and not _is_tracking(parameter))
    fragment = parts.fragment if parts.fragment.startswith(("!", "/")) else ""
    return _Parts(
        parts.scheme, _main_host(parts.host), parts.port, _main_path(parts.path, parts.host), query, fragment
    ).address


def link_key(url: str) -> str | None:
    """A key that two addresses of one page share: the canonical address without scheme and `www.`."""
    canonical = canonical_url(url)
    return None if canonical is None else canonical.partition("://")[2].removeprefix("www.")


def absolute_url(base: str | None, href: str) -> str | None:
    """`href` of the document at `base` as an absolute, well-formed address; None if it is not a web page."""
    href = _CONTROLS.sub("", _WRAPPED.sub("", href)).strip(_BLANKS)
    if len(href) > _LONGEST:
        return None
    if href.startswith("//") and base is None:
        href = f"https:{href}"
    try:
        joined = urljoin(base, href) if base else href
    except ValueError:
        return None
    parts = _parts(joined)
    return None if parts is None else parts.address


def without_feed_scheme(written: str) -> str:
    """The address without `feed:`, which browsers and feed readers put before the scheme or in its place.

    `feed://host/x` and `feed:https://host/x` are the two forms (https://en.wikipedia.org/wiki/Feed_URI_scheme).
    """
    written = written.strip()
    if written[:5].lower() != "feed:":
        return written
    rest = written[5:].lstrip("/")
    return rest if "://" in rest else f"http://{rest}"


def host_of(url: str) -> str:
    """The host in lower case and ASCII (`xn--…`); empty if it is not a web address."""
    parts = _parts(url)
    return "" if parts is None else parts.host


def server_of(url: str) -> str:
    """The server that an address leads to: host, and port unless it is the usual one; empty if it is no web address.

    Two ports of one host are two programs, often of different people or containers, and one of them may hang alone.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        return ""
    if not host or parts.scheme.lower() not in _DEFAULT_PORTS:
        return ""
    return server_name(host, port or _DEFAULT_PORTS[parts.scheme.lower()])


def server_name(host: str, port: int) -> str:
    """Host and port as `server_of` writes them."""
    return host if port in _DEFAULT_PORTS.values() else f"{host}:{port}"
