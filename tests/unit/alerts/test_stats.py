"""Counting alerts and votes: days of a time zone, what is counted together, and no praise without a vote."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.alerts.stats import CountedAlert, count_alert, day_bounds, hit_rate, last_days, tally
from bot.model import ArticleId, Example, HitRate, Language, TopicId, Verdict, Vote
from tests.fakes.deliveries import NOW, a_reason, an_alert

JAKARTA, BERLIN = ZoneInfo("Asia/Jakarta"), ZoneInfo("Europe/Berlin")


def test_days_are_those_of_the_reader() -> None:
    late = datetime(2026, 3, 1, 17, 30, tzinfo=UTC)
    days = last_days(late, JAKARTA)
    assert (len(days), days[0], days[-1]) == (30, date(2026, 2, 1), date(2026, 3, 2))
    assert last_days(late, BERLIN)[-1] == date(2026, 3, 1)


def test_a_day_has_the_hours_that_its_clocks_have() -> None:
    def hours(day: date, zone: ZoneInfo) -> float:
        begins, ends = (moment.astimezone(UTC) for moment in day_bounds(day, zone))
        return (ends - begins) / timedelta(hours=1)

    assert hours(date(2026, 3, 29), BERLIN) == 23
    assert hours(date(2026, 10, 25), BERLIN) == 25
    assert hours(date(2026, 3, 29), JAKARTA) == 24


def test_an_alert_counts_for_its_best_topic_under_the_name_of_today() -> None:
    day = date(2026, 3, 2)
    alert = an_alert(source="Antara\n")
    assert count_alert(alert, day, {}) == CountedAlert(day, TopicId("tentara"), a_reason().topic_name, "Antara")
    renamed = count_alert(alert, day, {TopicId("tentara"): "Korut"})
    assert renamed is not None
    assert renamed.topic == "Korut"
    assert count_alert(an_alert(reasons=()), day, {}) is None


def test_many_topics_are_counted_together_and_nothing_is_lost() -> None:
    days = last_days(NOW, JAKARTA)
    told = [CountedAlert(days[n % 30], TopicId(f"t{n % 9}"), f"Topik {n % 9}", f"Sumber {n % 12}") for n in range(100)]
    stats = tally(days, told, [])
    assert [topic.name for topic in stats.topics] == [*(f"Topik {n}" for n in range(5)), ""]
    assert stats.alerts == 100
    assert [sum(topic.per_day[index] for topic in stats.topics) for index in range(30)] == [4] * 10 + [3] * 20
    assert (len(stats.sources), stats.source_count) == (8, 12)
    assert stats.sources[0].alerts == 9


def test_one_topic_more_is_not_called_others() -> None:
    days = last_days(NOW, JAKARTA)
    told = [CountedAlert(days[0], TopicId(f"t{n}"), f"Topik {n}", "") for n in range(6)]
    assert [topic.name for topic in tally(days, told, []).topics] == [f"Topik {n}" for n in range(6)]


def test_two_topics_of_one_name_are_two() -> None:
    days = last_days(NOW, JAKARTA)
    told = [CountedAlert(days[0], TopicId(topic), "Gempa", "") for topic in ("a", "b", "b")]
    assert [topic.total for topic in tally(days, told, []).topics] == [2, 1]


def test_rates_come_from_votes_and_from_those_of_these_days() -> None:
    def vote(verdict: Verdict, days_ago: int) -> Vote:
        example = Example("", "x", "", Language("id"))
        return Vote(TopicId("t"), ArticleId("a"), "7", verdict, NOW - timedelta(days=days_ago), example)

    votes = [vote(Verdict.GOOD, 1), vote(Verdict.GOOD, 2), vote(Verdict.BAD, 3), vote(Verdict.BAD, 40)]
    rate = hit_rate("Gempa", votes, NOW - timedelta(days=30))
    assert rate == HitRate("Gempa", 2, 1)
    assert rate.share == 2 / 3
    assert hit_rate("Gempa", votes[3:], NOW - timedelta(days=30)) is None
    assert hit_rate("Gempa", [], NOW) is None


def test_topics_with_most_votes_come_first() -> None:
    rates = [HitRate(f"Topik {n}", n, 1) for n in range(12)]
    assert [rate.topic for rate in tally((), (), rates).hits] == [f"Topik {n}" for n in range(11, 3, -1)]
