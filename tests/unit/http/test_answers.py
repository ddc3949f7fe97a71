"""What statuses and headers mean."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.adapters.http.http_answers import failure_of, header_texts, retry_after
from bot.model import FetchProblem

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after": "120"}, timedelta(minutes=2)),
        ({"retry-after": "12.5"}, timedelta(seconds=12)),
        ({"retry-after": "120, 120"}, timedelta(minutes=2)),
        ({"retry-after": "7200 seconds"}, timedelta(hours=2)),
        ({"retry-after": " 0 "}, timedelta(0)),
        ({"retry-after": "Mon, 02 Mar 2026 08:05:00 GMT"}, timedelta(minutes=5)),
        ({"retry-after": "Mon, 02 Mar 2026 07:00:00 GMT"}, timedelta(0)),
        (
            {"retry-after": "Fri, 01 Jan 2021 00:01:00 GMT", "date": "Fri, 01 Jan 2021 00:00:00 GMT"},
            timedelta(minutes=1),
        ),
        ({"retry-after": "99999999"}, timedelta(days=30)),
        ({"retry-after": "1772438400"}, None),
        ({"retry-after": "9" * 50}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "\u0663"}, None),
        ({"retry-after": "Mon, 99 Mar 2026 08:05:00 GMT"}, None),
        ({}, None),
    ],
)
def test_retry_after(headers: dict[str, str], wait: timedelta | None) -> None:
    assert retry_after(headers, NOW) == wait


@pytest.mark.parametrize(
    ("status", "headers", "problem", "words"),
    [
        (401, {}, FetchProblem.BLOCKED, "login"),
        (403, {}, FetchProblem.BLOCKED, "blocks programs (bot wall)"),
        (404, {}, FetchProblem.HTTP_ERROR, "nothing at this address"),
        (410, {}, FetchProblem.GONE, "gone for good"),
        (418, {}, FetchProblem.HTTP_ERROR, "does not want"),
        (429, {}, FetchProblem.RATE_LIMITED, "less often (bot wall)"),
        (451, {}, FetchProblem.BLOCKED, "legal"),
        (500, {}, FetchProblem.HTTP_ERROR, "has trouble"),
        (503, {"cf-mitigated": "challenge"}, FetchProblem.BLOCKED, "bot wall"),
        (202, {"x-amzn-waf-action": "challenge"}, FetchProblem.BLOCKED, "bot wall"),
        (204, {}, FetchProblem.HTTP_ERROR, "not an answer that can be read"),
        (304, {}, FetchProblem.HTTP_ERROR, "not an answer that can be read"),
    ],
)
def test_a_failure_says_host_status_and_meaning(
    status: int, headers: dict[str, str], problem: FetchProblem, words: str
) -> None:
    failure = failure_of("https://news.id/feed", "news.id", status, headers, NOW)
    assert failure.problem is problem
    assert failure.reason.startswith(f"news.id answered {status}: ")
    assert words in failure.reason
    assert failure.status == status


def test_headers_become_lower_case_text_without_those_of_the_transfer() -> None:
    raw = [
        (b"Content-Type", b"text/xml"),
        (b"Link", b"<a>; rel=hub"),
        (b"LINK", b"<b>; rel=self"),
        (b"Content-Encoding", b"gzip"),
        (b"Set-Cookie", b"id=1"),
        (b"X-Long", b"x" * 9_000),
        (b"X-Name", "Müller".encode("latin-1")),
    ]
    assert header_texts(raw) == {
        "content-type": "text/xml",
        "link": "<a>; rel=hub, <b>; rel=self",
        "x-name": "Müller",
    }
