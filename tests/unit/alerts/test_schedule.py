"""Quiet hours and digest times by the clocks of a zone, also on the days when these jump."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.schedule import (
    QuietTime,
    Rhythm,
    last_of,
    moment_of,
    next_of,
    quiet_until,
    rhythm_of,
    tomorrow_at,
    zone_of,
)
from bot.model import UNTIL_RESUMED, Chat, Preferences, QuietHours

JAKARTA = ZoneInfo("Asia/Jakarta")
BERLIN = ZoneInfo("Europe/Berlin")
"""Summer time began on 2026-03-29: 02:00 → 03:00; it ends on 2026-10-25: 03:00 → 02:00."""
APIA = ZoneInfo("Pacific/Apia")
"""There was no 30 December 2011."""

NIGHT = QuietHours(time(22), time(6))
NOON = QuietHours(time(12), time(13, 30))


def at(text: str, zone: ZoneInfo = JAKARTA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (NIGHT, "2026-03-02T21:59:59", None),
        (NIGHT, "2026-03-02T22:00", "2026-03-03T06:00"),
        (NIGHT, "2026-03-02T23:59", "2026-03-03T06:00"),
        (NIGHT, "2026-03-03T00:00", "2026-03-03T06:00"),
        (NIGHT, "2026-03-03T05:59:59", "2026-03-03T06:00"),
        (NIGHT, "2026-03-03T06:00", None),
        (NOON, "2026-03-02T11:59", None),
        (NOON, "2026-03-02T12:00", "2026-03-02T13:30"),
        (NOON, "2026-03-02T13:30", None),
        (QuietHours(time(7), time(7)), "2026-03-02T07:00", None),
        (QuietHours(time(0), time(0)), "2026-03-02T12:00", None),
        (QuietHours(time(0), time(23, 59)), "2026-03-02T23:59", None),
        (None, "2026-03-02T03:00", None),
    ],
)
def test_quiet_hours_begin_and_end_by_the_clock_of_the_chat(
    quiet: QuietHours | None, now: str, until: str | None
) -> None:
    assert quiet_until(quiet, JAKARTA, at(now)) == (None if until is None else at(until))


def test_quiet_hours_are_those_of_the_zone() -> None:
    night_in_jakarta = at("2026-03-02T23:00")
    assert quiet_until(NIGHT, JAKARTA, night_in_jakarta) is not None
    assert quiet_until(NIGHT, BERLIN, night_in_jakarta) is None


def test_a_time_that_does_not_exist_is_moved_on_to_the_end_of_the_gap() -> None:
    gap_ends = datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    for missing in (time(2), time(2, 30), time(2, 59, 59)):
        assert moment_of(date(2026, 3, 29), missing, BERLIN) == gap_ends
    assert moment_of(date(2026, 3, 29), time(3), BERLIN) == gap_ends
    assert moment_of(date(2011, 12, 30), time(9), APIA) == at("2011-12-31T00:00", APIA)


def test_of_a_time_that_comes_twice_the_first_counts() -> None:
    assert moment_of(date(2026, 10, 25), time(2, 30), BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_night_that_ends_in_the_gap_ends_with_it() -> None:
    quiet = QuietHours(time(22), time(2, 30))
    assert quiet_until(quiet, BERLIN, at("2026-03-29T01:59", BERLIN)) == at("2026-03-29T03:00", BERLIN)
    assert quiet_until(quiet, BERLIN, at("2026-03-29T03:00", BERLIN)) is None


def test_a_span_within_the_gap_does_not_happen_that_day() -> None:
    quiet = QuietHours(time(2, 10), time(2, 50))
    moments = [at("2026-03-29T01:00", BERLIN) + timedelta(minutes=5 * n) for n in range(36)]
    assert not any(quiet_until(quiet, BERLIN, moment) for moment in moments)


def test_a_night_is_over_once_where_its_last_hour_comes_twice() -> None:
    quiet = QuietHours(time(22), time(2, 30))
    moments = [datetime(2026, 10, 25, 0, 0, tzinfo=UTC) + timedelta(minutes=10 * n) for n in range(18)]
    assert [quiet_until(quiet, BERLIN, moment) is not None for moment in moments] == [True] * 3 + [False] * 15


ZONES = st.sampled_from(
    [JAKARTA, BERLIN, APIA, ZoneInfo("UTC"), ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/Sao_Paulo")]
)
TIMES = st.times(min_value=time(0), max_value=time(23, 59)).map(lambda one: one.replace(second=0, microsecond=0))
MOMENTS = st.datetimes(datetime(2010, 1, 1), datetime(2030, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))  # noqa: DTZ001 -- made aware here


@given(TIMES, TIMES, ZONES, MOMENTS)
def test_quiet_hours_go_on_until_they_end_and_then_are_over(
    begins: time, ends: time, zone: ZoneInfo, now: datetime
) -> None:
    quiet = QuietHours(begins, ends)
    until = quiet_until(quiet, zone, now)
    if until is None:
        return
    assert begins != ends
    assert now < until <= now + timedelta(hours=50)  # a day left out, an hour that comes twice
    assert quiet_until(quiet, zone, until - timedelta(seconds=1)) == until
    assert quiet_until(quiet, zone, until) is None or until == moment_of(
        until.astimezone(zone).date(), begins, zone
    )  # in a gap the end and the next beginning may be one moment


@given(TIMES, TIMES, ZONES, st.dates(date(2010, 1, 1), date(2030, 1, 1)))
def test_later_times_of_a_day_are_never_earlier_moments(one: time, other: time, zone: ZoneInfo, day: date) -> None:
    first, second = sorted((one, other))
    assert moment_of(day, first, zone) <= moment_of(day, second, zone)


@given(st.lists(TIMES, min_size=1, max_size=4), ZONES, MOMENTS)
def test_now_is_between_the_last_time_and_the_next(times: list[time], zone: ZoneInfo, now: datetime) -> None:
    last, following = last_of(times, zone, now), next_of(times, zone, now)
    assert last is not None
    assert following is not None
    assert last <= now < following
    assert following - last <= timedelta(hours=50)


def test_digest_times_go_round_the_day() -> None:
    times = (time(7), time(18))
    assert last_of(times, JAKARTA, at("2026-03-02T06:59")) == at("2026-03-01T18:00")
    assert last_of(times, JAKARTA, at("2026-03-02T07:00")) == at("2026-03-02T07:00")
    assert next_of(times, JAKARTA, at("2026-03-02T18:00")) == at("2026-03-03T07:00")
    assert last_of((), JAKARTA, at("2026-03-02T18:00")) is None
    assert tomorrow_at(time(7), JAKARTA, at("2026-03-02T00:10")) == at("2026-03-03T07:00")


def test_a_pause_goes_before_quiet_hours() -> None:
    night = at("2026-03-02T23:00")
    assert Rhythm(JAKARTA).silence(night) is QuietTime.NONE
    assert Rhythm(JAKARTA, NIGHT).silence(night) is QuietTime.QUIET
    assert Rhythm(JAKARTA, NIGHT, paused_until=UNTIL_RESUMED).silence(night) is QuietTime.PAUSED
    assert Rhythm(JAKARTA, paused_until=night).silence(night) is QuietTime.NONE


def test_who_has_chosen_nothing_lives_by_the_configuration() -> None:
    assert rhythm_of(None, JAKARTA) == Rhythm(JAKARTA)
    assert rhythm_of(Chat("1"), JAKARTA) == Rhythm(JAKARTA)
    chosen = Preferences(quiet=NIGHT, digest_times=(time(7),))
    chat = Chat("1", timezone="Europe/Berlin", paused_until=UNTIL_RESUMED, preferences=chosen)
    assert rhythm_of(chat, JAKARTA) == Rhythm(BERLIN, NIGHT, (time(7),), UNTIL_RESUMED)


@pytest.mark.parametrize("name", ["Asia/Atlantis", "", "Asia", "../../etc/passwd", "Asia/\0"])
def test_a_zone_that_is_none_is_the_default(name: str) -> None:
    assert zone_of(name, BERLIN) == BERLIN
