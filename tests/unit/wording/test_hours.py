"""Times, spans and durations as people type them."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from bot.model import QuietHours
from bot.wording.hours import read_duration, read_span, read_times

LATE = QuietHours(time(22), time(6))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("22-6", LATE),
        ("22:00-06:00", LATE),
        ("22.00 – 06.00", LATE),
        ("22 — 6", LATE),
        ("jam 22 sampai jam 6", LATE),
        ("pukul 22.00 hingga 06.00", LATE),
        ("10pm to 6am", LATE),
        ("10 PM - 6 AM", LATE),
        ("from 22 until 6", LATE),
        ("22:30-06:15", QuietHours(time(22, 30), time(6, 15))),
        ("24-5", QuietHours(time(0), time(5))),
        ("12am-12pm", QuietHours(time(0), time(12))),
        ("13-14", QuietHours(time(13), time(14))),
        ("22-22", None),
        ("0-24", None),
        ("22", None),
        ("22-6-8", None),
        ("25-6", None),
        ("22:60-6", None),
        ("13pm-6am", None),
        ("malam", None),
        ("", None),
        ("-", None),
        ("22-" + "6" * 10_000, None),
        ("٢٢-٦", LATE),
    ],
)
def test_spans(text: str, span: QuietHours | None) -> None:
    assert read_span(text) == span


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("7:00 18:00", (time(7), time(18))),
        ("18, 7", (time(7), time(18))),
        ("7.30 dan 18", (time(7, 30), time(18))),
        ("7 and 7:00", (time(7),)),
        ("jam 7", (time(7),)),
        ("7 am, 6 pm", (time(7), time(18))),
        ("7 nanti", None),
        ("", None),
        ("1 2 3 4 5 6 7 8 9", None),
        ("pagi", None),
    ],
)
def test_times(text: str, times: tuple[time, ...] | None) -> None:
    assert read_times(text) == times


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("2h", timedelta(hours=2)),
        ("2 jam", timedelta(hours=2)),
        ("3d", timedelta(days=3)),
        ("3 hari", timedelta(days=3)),
        ("45 menit", timedelta(minutes=45)),
        ("1 Minggu", timedelta(days=7)),
        ("366 days", timedelta(days=366)),
        ("367 days", None),
        ("0 jam", None),
        ("99999999999999 d", None),
        ("2", None),
        ("2 tahun", None),
        ("-2h", None),
        ("", None),
    ],
)
def test_durations(text: str, duration: timedelta | None) -> None:
    assert read_duration(text) == duration
