"""Telegram's limits hold over any sequence of sends; failures are waited out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.pacing import (
    AHEAD,
    EACH,
    LONGEST_RETRY,
    TEST_EVERY,
    heard_from,
    next_in_chat,
    refused,
    retry_at,
    shut_out,
    take_slots,
)
from bot.model import Chat

NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def test_the_first_message_goes_at_once_and_the_next_every_fortieth_millisecond() -> None:
    first = take_slots(None, 99, NOW)
    assert first.starts[:3] == (NOW, NOW + EACH, NOW + EACH * 2)
    assert len(first.starts) == AHEAD / EACH
    assert take_slots(first.used_until, 1, NOW).starts == ()
    assert NOW < first.again_at < first.used_until
    assert take_slots(first.used_until, 99, first.again_at).starts[0] == first.starts[-1] + EACH


def test_no_more_is_taken_than_is_wanted() -> None:
    first = take_slots(None, 1, NOW)
    assert (first.starts, first.again_at) == ((NOW,), NOW)
    assert take_slots(first.used_until, 0, NOW).used_until == first.used_until
    assert take_slots(first.used_until, 1, NOW).starts == (NOW + EACH,)


@pytest.mark.parametrize("set_back", [timedelta(seconds=3), timedelta(days=700)])
def test_a_clock_that_was_set_back_delays_no_message(set_back: timedelta) -> None:
    used = take_slots(None, 99, NOW).used_until
    assert take_slots(used, 1, NOW - set_back).starts == (NOW - set_back,)
    assert next_in_chat(True, [NOW + set_back] * 25, NOW) == NOW + timedelta(seconds=1)


def test_a_chat_gets_one_message_a_second_and_a_group_twenty_a_minute() -> None:
    second = NOW + timedelta(seconds=1)
    times = [ago(2.5 * number) for number in range(20)]
    assert next_in_chat(False, times, NOW) == second
    assert next_in_chat(True, times, NOW) == ago(2.5 * 19) + timedelta(minutes=1)
    assert next_in_chat(True, times[:19], NOW) == second


@given(st.lists(st.tuples(st.integers(0, 40), st.floats(0, 0.5)), max_size=80))
def test_no_second_has_more_than_telegram_allows(asked: list[tuple[int, float]]) -> None:
    now, used, starts = NOW, None, list[datetime]()
    for wanted, pause in asked:
        slots = take_slots(used, wanted, now)
        assert len(slots.starts) <= wanted
        assert all(start >= now for start in slots.starts)
        used = slots.used_until
        starts += slots.starts
        now += timedelta(seconds=pause)
    for start in starts:
        assert sum(start <= when < start + timedelta(seconds=1) for when in starts) <= 25


@pytest.mark.parametrize("late", [0.001, 0.1, 0.3])
def test_with_plenty_to_send_the_rate_is_used_though_who_sends_is_late(late: float) -> None:
    now, used, sent = NOW, None, 0
    while now < NOW + timedelta(seconds=10):
        slots = take_slots(used, 32, now)
        used, sent = slots.used_until, sent + len(slots.starts)
        now = max(slots.again_at, now) + timedelta(seconds=late)
    assert sent >= 250


@given(st.lists(st.floats(0, 4), max_size=70), st.booleans())
def test_the_limits_of_a_chat_hold_over_any_pauses(pauses: list[float], is_group: bool) -> None:
    now, sent = NOW, list[datetime]()
    for pause in pauses:
        sent.insert(0, now)
        now = next_in_chat(is_group, sent[:20], now) + timedelta(seconds=pause)
    for start in sent:
        assert sum(start <= when < start + timedelta(seconds=1) for when in sent) <= 1
        assert not is_group or sum(start <= when < start + timedelta(minutes=1) for when in sent) <= 20


def test_the_wait_that_telegram_asks_for_is_obeyed_as_it_is() -> None:
    assert retry_at(9, timedelta(seconds=37), NOW, 0.9) == NOW + timedelta(seconds=37)


@pytest.mark.parametrize(("attempts", "least", "most"), [(1, 1, 2), (2, 2, 4), (5, 16, 32), (10, 300, 600)])
def test_waits_double_and_are_spread(attempts: int, least: float, most: float) -> None:
    assert retry_at(attempts, None, NOW, 0.0) == NOW + timedelta(seconds=least)
    assert retry_at(attempts, None, NOW, 1.0) == NOW + timedelta(seconds=most)


def test_a_message_that_failed_for_days_is_still_tried_every_ten_minutes() -> None:
    assert retry_at(100_000, None, NOW, 1.0) == NOW + LONGEST_RETRY


def test_people_who_write_where_the_bot_may_not_bring_its_next_test_forward_but_not_by_each_message() -> None:
    refused_at = NOW
    chat = refused(Chat("-1001"), "TOPIC_CLOSED", refused_at)
    assert heard_from(chat, refused_at + timedelta(seconds=20)) == chat
    soon = refused_at + timedelta(minutes=2)
    assert heard_from(chat, soon) == replace(chat, retry_after=soon)
    late = refused_at + TEST_EVERY + timedelta(minutes=1)
    assert heard_from(chat, late) == chat


def test_who_blocked_the_bot_and_writes_again_has_let_it_in() -> None:
    chat = shut_out(Chat("7", retry_after=NOW), "blocked")
    assert chat.retry_after is None
    assert heard_from(chat, NOW) == Chat("7")
