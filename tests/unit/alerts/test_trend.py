"""Counting what is written on a topic, and telling a rise from chance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from bot.alerts.trend import DAYS, Volume, is_rise_over, is_rising, tail_probability, volume
from bot.alerts.trend_alerts import Rising, TopicTrend, current_trend, update_trend
from bot.model import ArticleId, Destination, FeedId, Language, Sighting
from bot.wording.trends import rise_text, sparkline
from bot.wording.wording import Wording
from tests.fakes.deliveries import a_rise

NOW = datetime(2026, 3, 30, 8, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANTARA, BBC = FeedId("antara"), FeedId("bbc")
OLD = NOW - 60 * DAY
CHAT, GROUP = Destination("1"), Destination("-2", 7)


def seen(
    ago: timedelta, title: str, feed: FeedId | None = ANTARA, *, after: timedelta | None = timedelta()
) -> Sighting:
    """An article published so long ago and seen so much later; `after` None: it has no date."""
    at = NOW - ago
    id_ = ArticleId(f"{feed}-{title}-{ago}")
    return Sighting(id_, feed, title, None, at) if after is None else Sighting(id_, feed, title, at, at + after)


def counted(
    sightings: Iterable[Sighting],
    *,
    begun: datetime = OLD,
    days: Iterable[int] = range(29),
    copies: Sequence[ArticleId] = (),
    **feeds: datetime,
) -> Volume:
    since = {ANTARA: OLD, BBC: OLD, **{FeedId(name): moment for name, moment in feeds.items()}}
    return volume(sightings, since, known_days=frozenset(days), begun=begun, now=NOW, copies=copies)


# --- what is counted --------------------------------------------------------------------------


def test_articles_are_counted_in_spans_of_24_hours_by_when_they_were_published() -> None:
    found = counted([seen(HOUR, "a"), seen(23 * HOUR, "b"), seen(25 * HOUR, "c"), seen(24 * HOUR, "d")])
    assert found.today == 2
    assert len(found.days) == DAYS
    assert found.days[-2:] == (0, 2)


def test_what_comes_after_hours_without_network_falls_on_the_days_it_was_written() -> None:
    late = [seen(number * 6 * HOUR, f"t{number}", after=number * 6 * HOUR) for number in range(1, 17)]
    found = counted(late)
    assert (found.today, found.days[-4:]) == (3, (1, 4, 4, 4))


def test_undated_articles_of_one_document_count_as_one() -> None:
    assert counted([seen(HOUR, f"t{number}", after=None) for number in range(20)]).today == 1
    assert counted([seen(number * HOUR, f"t{number}", after=None) for number in range(20)]).today == 20


def test_copies_under_one_title_count_once_a_day() -> None:
    copies = [seen(HOUR, "Gempa di Cianjur", ANTARA), seen(2 * HOUR, "GEMPA di  Cianjur ", BBC)]
    assert counted(copies).today == 1
    assert counted([*copies, seen(30 * HOUR, "Gempa di Cianjur")]).days[-1] == 1
    assert counted([seen(HOUR, ""), seen(2 * HOUR, "")]).today == 2
    other = seen(HOUR, "Cianjur diguncang")
    assert counted([*copies, other]).today == 2
    assert counted([*copies, other], copies=[other.article_id]).today == 1


def test_a_new_feed_is_no_rise_and_neither_is_what_a_first_document_brings() -> None:
    new = [seen(HOUR, f"t{number}", FeedId("new")) for number in range(9)]
    assert counted(new, new=NOW - 6 * DAY).today == 0
    first = [seen(3 * DAY, "a", after=DAY), seen(3 * DAY, "b", after=2 * DAY)]
    assert counted(first, antara=NOW - 2 * DAY).days[-3] == 0
    assert counted([seen(9 * DAY, "a", BBC), seen(8 * DAY, "b", BBC)], bbc=NOW - 9 * DAY).days[-9:-7] == (0, 1)
    assert counted([seen(HOUR, "nobody's", None)]).today == 0


def test_days_of_which_nothing_is_known_are_no_quiet_days() -> None:
    assert counted([], begun=NOW - 10 * DAY).days == (0,) * 9
    assert counted([], begun=NOW - 10 * DAY - HOUR).days == (0,) * 9
    assert counted([], begun=NOW).days == ()
    away = counted([seen(3 * DAY, "a")], days=[day for day in range(29) if day not in (1, 2)])
    assert away.days[-4:] == (0, 1, None, None)
    assert len(away.earlier) == 26


def test_what_a_clock_ahead_has_seen_is_not_counted_yet() -> None:
    assert counted([seen(-HOUR, "a"), seen(HOUR, "b", after=2 * HOUR)]).today == 0


# --- what is a rise ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "earlier"),
    [
        (14, (2, 1, 3, 2) * 7),
        (6, (0,) * 28),
        (9, (1, 0, 1, 2, 0, 1, 1) * 4),
        (70, (30, 28, 33, 31) * 7),
        (30, (2,) * 7),
    ],
)
def test_far_above_the_habit_is_a_rise(today: int, earlier: Sequence[int]) -> None:
    assert is_rising(Volume(today, tuple(earlier)))


@pytest.mark.parametrize(
    ("today", "earlier"),
    [
        (4, (0,) * 28),  # too few to speak of
        (5, (1, 0, 1, 2, 0, 1, 1) * 4),  # happens by chance
        (30, (2,) * 6),  # nobody knows the habit yet
        (45, (30, 28, 33, 31) * 7),  # surely more, yet not far more
        (14, (0, 12, 0, 1, 0, 0, 9) * 4),  # bursts are its habit
        (30, (30, 30, 30, 30, 30, 5, 5) * 4),  # after a weekend comes a Monday
        (24, (2,) * 21 + (12,) * 7),  # it has been growing
    ],
)
def test_what_may_be_chance_is_none(today: int, earlier: Sequence[int]) -> None:
    assert not is_rising(Volume(today, tuple(earlier)))


def test_chances_are_those_of_a_distribution_and_less_knowledge_is_less_surprise() -> None:
    month, week = (5,) * 28, (5,) * 7
    tails = [tail_probability(today, month) for today in range(60)]
    assert tails[0] == pytest.approx(1)
    assert all(more >= less for more, less in pairwise(tails))
    assert tail_probability(15, week) > 3 * tail_probability(15, month)
    assert tail_probability(15, (0, 10) * 14) > 10 * tail_probability(15, month)
    assert 0 <= tail_probability(50_000, month) < 1e-6


def test_a_rise_is_over_near_the_habit_of_before_or_in_a_new_one() -> None:
    before = (2,) * 28
    assert not is_rise_over(Volume(14, before), 2.0)
    assert not is_rise_over(Volume(4, before), 2.0)
    assert is_rise_over(Volume(3, before), 2.0)
    assert is_rise_over(Volume(14, (2,) * 10 + (14,) * 18), 2.0)
    assert is_rise_over(Volume(1, (0,) * 28), 0.0)


# --- one notice a rise ------------------------------------------------------------------------

QUIET, HIGH = Volume(2, (2,) * 28), Volume(14, (2,) * 28)
CALM = TopicTrend("query", OLD)


def test_a_rise_is_owed_once_and_again_only_after_it_was_over() -> None:
    risen = update_trend(CALM, HIGH, [CHAT, GROUP], NOW)
    assert risen.rising == Rising(NOW, 2.0, (CHAT, GROUP))
    assert update_trend(risen, HIGH, [CHAT], NOW + HOUR) == risen
    over = update_trend(risen, QUIET, [CHAT], NOW + DAY)
    assert over == CALM
    assert update_trend(over, HIGH, [CHAT], NOW + 2 * DAY).rising == Rising(NOW + 2 * DAY, 2.0, (CHAT,))


def test_a_clock_that_is_set_back_ends_no_rise_and_one_that_was_ahead_ends_none_for_ever() -> None:
    risen = update_trend(CALM, HIGH, [CHAT], NOW)
    assert update_trend(risen, QUIET, [CHAT], NOW - HOUR) == risen
    long_before = NOW - 400 * DAY
    later = update_trend(risen, HIGH, [CHAT], long_before)
    assert later.rising == Rising(long_before, 2.0, (CHAT,))
    assert update_trend(later, QUIET, [CHAT], long_before + HOUR).rising is None


def test_what_is_looked_for_anew_has_no_habit_yet() -> None:
    assert current_trend(None, "query", OLD, NOW) == CALM
    assert current_trend(CALM, "query", NOW, NOW) == CALM
    assert current_trend(CALM, "wider query", OLD, NOW) == TopicTrend("wider query", NOW)
    ahead = TopicTrend("query", NOW + 400 * DAY)
    assert current_trend(ahead, "query", OLD, NOW) == TopicTrend("query", NOW)


# --- what is said -----------------------------------------------------------------------------


def test_a_quiet_habit_is_said_in_words() -> None:
    rare = replace(a_rise(), habit=0.3, today=6)
    indonesian, english = (rise_text(rare, Wording(Language(language))) for language in ("id", "en"))
    assert indonesian.endswith("6 artikel dalam 24 jam, biasanya kurang dari satu per hari.")
    assert english.endswith("6 articles in 24 hours, usually fewer than one a day.")
    many = replace(a_rise(), habit=1200.4, today=14_000)
    assert "14.000 artikel dalam 24 jam, biasanya sekitar 1.200 per hari" in rise_text(many, Wording(Language("id")))


def test_a_sparkline_has_a_bar_a_day_and_a_dot_for_the_unknown() -> None:
    line = sparkline(a_rise())
    assert len(line) == 29
    assert (line[2], line[7], line[-1]) == ("▁", "·", "█")
    assert line[1] != "▁"
