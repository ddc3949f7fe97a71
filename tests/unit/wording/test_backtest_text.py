"""What a look back says of itself, in two languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.model import Coverage, Language
from bot.wording.amounts import recent_days
from bot.wording.backtest_text import backtest_text, outlook_text
from bot.wording.wording import Wording

NOW = datetime(2026, 3, 4, tzinfo=UTC)
WEEK = timedelta(days=7)
ID, EN = Wording(Language("id")), Wording(Language("en"))


def covered(
    begun: timedelta | None = timedelta(days=30), articles: int = 12_345, read: int = 812, left: int = 0
) -> Coverage:
    begins = None if begun is None else NOW - begun
    return Coverage(NOW - WEEK, NOW, begins, articles, read, embedded=3, left=left)


def test_a_week_that_was_covered() -> None:
    assert backtest_text("Korea", 14, covered(), EN) == (
        "“Korea” would have sent 14 alerts in 7 days. I have 12,345 articles from that time. "
        "I compared all of them by words or meaning, and read the likeliest 812 closely."
    )
    assert backtest_text("Korea", 14, covered(), ID) == (
        "Seandainya sudah aktif, “Korea” mengirim 14 kabar dalam 7 hari. Dari kurun itu saya punya 12.345 artikel. "
        "Semuanya saya bandingkan menurut kata atau maknanya, dan 812 yang paling mungkin saya baca saksama."
    )


def test_an_archive_younger_than_what_was_asked_for() -> None:
    young = covered(timedelta(hours=3), articles=212, read=212)
    assert backtest_text("Korea", 1, young, EN) == (
        "“Korea” would have sent 1 alert in 3 hours. My archive covers 3 hours: 212 articles."
    )
    assert backtest_text("Korea", 1, young, ID) == (
        "Seandainya sudah aktif, “Korea” mengirim 1 kabar dalam 3 jam. Arsip saya baru mencakup 3 jam: 212 artikel."
    )


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(seconds=5), "1 minute:"),
        (timedelta(minutes=119), "119 minutes:"),
        (timedelta(hours=47), "47 hours:"),
        (timedelta(hours=49), "2 days:"),
    ],
)
def test_times_are_said_in_units_people_use(age: timedelta, said: str) -> None:
    assert f"My archive covers {said}" in backtest_text("Korea", 1, covered(age), EN)


def test_where_nothing_was_worth_reading_it_says_so() -> None:
    assert backtest_text("Korea", 0, covered(read=0), EN).endswith("by words or meaning: none came near.")
    assert backtest_text("Korea", 0, covered(read=0), ID).endswith("maknanya: tidak ada yang mendekati.")


def test_what_there_was_no_time_for_is_said() -> None:
    assert backtest_text("Korea", 0, covered(left=4_000), EN).endswith(
        "There was no time for 4,000 more: there may be more alerts."
    )


def test_without_any_article_there_is_nothing_to_count() -> None:
    assert backtest_text("Korea", 0, covered(None, 0, 0), EN).startswith("I have no articles yet.")
    assert backtest_text("Korea", 0, covered(None, 0, 0), ID).startswith("Saya belum punya artikel.")


@pytest.mark.parametrize(
    ("age", "english", "indonesian"),
    [
        (timedelta(seconds=5), "In the last minute: 1 alert.", "Dalam 1 menit terakhir: 1 kabar."),
        (timedelta(hours=47), "In the last 47 hours: 1 alert.", "Dalam 47 jam terakhir: 1 kabar."),
        (timedelta(days=30), "In the last 7 days: 1 alert.", "Dalam 7 hari terakhir: 1 kabar."),
    ],
)
def test_the_time_just_past_is_said_as_people_say_it(age: timedelta, english: str, indonesian: str) -> None:
    assert outlook_text(1, covered(age), EN).startswith(english)
    assert outlook_text(1, covered(age), ID).startswith(indonesian)
    assert recent_days(1, EN) == "the last day"
