"""Dates of HTTP headers, and what stands in their place."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text.http_dates import http_date


@pytest.mark.parametrize(
    "written",
    ["Mon, 02 Mar 2026 08:00:00 GMT", "Monday, 02-Mar-26 08:00:00 GMT", "Mon, 02 Mar 2026 10:00:00 +0200"],
)
def test_a_date_is_a_moment_in_utc(written: str) -> None:
    assert http_date(written) == datetime(2026, 3, 2, 8, tzinfo=UTC)


@given(
    st.text(max_size=40)
    | st.lists(
        st.sampled_from(["Mon,", "Jan", "31", "9" * 20, "9999", "1", "23:59:59", "-2359", "+2359", "GMT", ":", "-"])
    ).map(" ".join)
)
@example("Fri, 31 Dec 9999 23:59:59 -2359")
@example("Mon, 01 Jan 0001 00:00:00 +2359")
@example("Jan 99999999999999999999 9 12:00:00 :+")
def test_anything_else_is_none(written: str) -> None:
    moment = http_date(written)
    assert moment is None or moment.tzinfo is UTC
