"""Telegram's limits hold over any sequence of sends; failures are waited out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts.pacing import LONGEST_RETRY, TEST_EVERY, heard_from, next_slot, refused, retry_at, shut_out
from bot.model import Chat

NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


def ago(seconds: float) -> datetime:
    return NOW - timedelta(seconds=seconds)


def test_the_first_message_goes_at_once() -> None:
    assert next_slot("1", False, [], NOW) == NOW


def test_a_chat_gets_one_message_a_second() -> None:
    assert next_slot("1", False, [("1", ago(0.4))], NOW) == ago(0.4) + timedelta(seconds=1)
    assert next_slot("1", False, [("1", ago(1))], NOW) == NOW


def test_other_chats_do_not_wait_for_it() -> None:
    assert next_slot("2", False, [("1", ago(0.1))], NOW) == NOW


def test_a_group_gets_twenty_messages_a_minute() -> None:
    sent = [("-1", ago(50 - 2 * number)) for number in range(20)]
    assert next_slot("-1", True, sent, NOW) == ago(50) + timedelta(minutes=1)
    assert next_slot("-1", True, sent[1:], NOW) == NOW
    assert next_slot("-1", False, sent, NOW) == NOW


def test_all_chats_together_get_twenty_five_a_second() -> None:
    sent = [(str(number), ago(0.5)) for number in range(25)]
    assert next_slot("x", False, sent, NOW) == ago(0.5) + timedelta(seconds=1)
    assert next_slot("x", False, sent[1:], NOW) == NOW


def test_a_clock_that_was_set_back_delays_no_message() -> None:
    assert next_slot("1", False, [("1", NOW + timedelta(days=700))], NOW) == NOW


@given(st.lists(st.sampled_from(["1", "2", "-1", "-2"]), max_size=120), st.floats(0, 1))
def test_the_limits_hold_over_any_sequence_of_chats(chats: list[str], pause: float) -> None:
    now, sent = NOW, list[tuple[str, datetime]]()
    for chat in chats:
        now = next_slot(chat, chat.startswith("-"), sent, now)
        sent.append((chat, now))
        now += timedelta(seconds=pause)
    for start in (when for _, when in sent):
        second = [to for to, when in sent if start <= when < start + timedelta(seconds=1)]
        minute = [to for to, when in sent if start <= when < start + timedelta(minutes=1)]
        assert len(second) <= 25
        assert all(second.count(chat) <= 1 for chat in set(second))
        assert all(minute.count(chat) <= 20 for chat in set(minute) if chat.startswith("-"))


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
