"""What an HTTP response means: its headers as text, its status as an outcome, and when to retry. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.model import FetchFailed, FetchProblem
from bot.text.http_dates import http_date

REDIRECTS = frozenset({301, 302, 303, 307, 308})
PERMANENT = frozenset({301, 308})

_DROPPED_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding", "connection", "set-cookie"})
"""Headers that describe the finished transfer, and cookies, which Kabar does not keep."""
_LONGEST_HEADER = 8_000
_SECONDS = re.compile(r"(\d{1,12})(?:\.\d+)?\s*(?:s(?:ec(?:onds?)?)?)?\s*(?:,|\Z)", re.ASCII | re.IGNORECASE)
_LONGEST_WAIT = timedelta(days=30)
_SMALLEST_TIMESTAMP = (
    946_684_800  # 2000-01-01: a Retry-After this large is a Unix timestamp, which the RFC does not allow
)

# 410: RFC 9110 section 15.5.11. 429: RFC 6585 section 4. 451: RFC 7725. The others: RFC 9110 section 15.5.
_REASONS: Mapping[int, tuple[FetchProblem, str]] = {
    401: (FetchProblem.BLOCKED, "the site asks for a login"),
    402: (FetchProblem.BLOCKED, "the site asks for payment"),
    403: (FetchProblem.BLOCKED, "the site blocks programs (bot wall)"),
    404: (FetchProblem.HTTP_ERROR, "there is nothing at this address"),
    407: (FetchProblem.BLOCKED, "the proxy asks for a login (network.proxy)"),
    410: (FetchProblem.GONE, "it is gone for good"),
    429: (FetchProblem.RATE_LIMITED, "the site wants programs to ask less often (bot wall)"),
    451: (FetchProblem.BLOCKED, "it is withheld for legal reasons"),
}


def header_texts(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Headers by lower-case name. Repeated ones are joined with commas (RFC 9110 section 5.3).

    Headers of the transfer and cookies are left out.
    """
    texts: dict[str, str] = {}
    for name_bytes, value_bytes in raw:
        name = name_bytes.decode("latin-1").lower()
        value = value_bytes.decode("latin-1").strip()
        if name in _DROPPED_HEADERS or len(value) > _LONGEST_HEADER:
            continue
        texts[name] = f"{texts[name]}, {value}" if name in texts else value
    return texts


def failure_of(url: str, host: str, status: int, headers: Mapping[str, str], now: datetime) -> FetchFailed:
    """The failure for a status that is neither 200 nor 304 nor a redirect.

    Cloudflare marks its challenge pages with the header cf-mitigated (developers.cloudflare.com, "Detect a Challenge
    Page response"), AWS WAF with x-amzn-waf-action (AWS WAF developer guide, "CAPTCHA and Challenge").
    """
    problem, meaning = _REASONS.get(status, (FetchProblem.HTTP_ERROR, _class_of(status)))
    if headers.get("cf-mitigated") == "challenge" or "x-amzn-waf-action" in headers:
        problem, meaning = FetchProblem.BLOCKED, "the site blocks programs (bot wall)"
    return FetchFailed(
        url=url,
        problem=problem,
        reason=f"{host} answered {status}: {meaning}",
        status=status,
        retry_after=retry_after(headers, now),
    )


def _class_of(status: int) -> str:
    if status >= 500:
        return "the site has trouble"
    if status >= 400:
        return "the site does not want this request"
    return "not an answer that can be read"


def retry_after(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Retry-After (RFC 9110 section 10.2.3) as a wait of at most 30 days; None if it is absent or invalid.

    A date is compared with the Date header of the same response, so that a wrong clock on either side does no harm.
    """
    value = headers.get("retry-after", "").strip()
    # Seconds are whole; some servers add a fraction or a unit, or send the header twice.
    if found := _SECONDS.match(value):
        seconds = int(found[1])
        if seconds >= _SMALLEST_TIMESTAMP:
            return None
        return min(timedelta(seconds=seconds), _LONGEST_WAIT)
    moment = http_date(value)
    if moment is None:
        return None
    wait = moment - (http_date(headers.get("date", "")) or now)
    return min(max(wait, timedelta(0)), _LONGEST_WAIT)
