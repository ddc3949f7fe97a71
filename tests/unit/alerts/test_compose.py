"""Alerts, digests and notices as they are queued."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.alerts.compose import alert_id, by_destination, compose, digest_of, notice, topics_by_destination
from bot.model import (
    Alert,
    AlertId,
    Article,
    ArticleId,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Destination,
    Evidence,
    Language,
    Match,
    Sentence,
    StoryId,
    Topic,
    TopicId,
)

NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
ADMIN, GROUP = Destination("11"), Destination("-1001", 42)
ARTICLE = Article(
    ArticleId("a1"),
    "Banjir di Demak",
    "Air naik.",
    Language("id"),
    first_seen_at=NOW,
    link="https://example.org/1",
    source="Harian Contoh",
)
FLOOD = Topic(TopicId("flood"), "Banjir Jawa")
DAMS = Topic(TopicId("dams"), "Bendungan", destinations=(GROUP, ADMIN))
TOPICS = {topic.id: topic for topic in (FLOOD, DAMS)}


def hit(topic: str, score: float = 0.8, *, matched: bool = True) -> Match:
    return Match(ARTICLE.id, TopicId(topic), score, matched, Evidence(terms=(topic,)))


def held(number: int, title: str = "Judul", destination: Destination = ADMIN, names: str = "flood") -> Delivery:
    article = replace(ARTICLE, id=ArticleId(f"a{number}"), title=title)
    alert = compose(article, [hit(names)], TOPICS, summary=(Sentence("Satu."),))
    return Delivery(DeliveryId(number), destination, DeliveryKind.NEW, 0, alert, DeliveryState.HELD, NOW)


def test_an_alert_says_what_was_published_and_why_it_is_told_best_reason_first() -> None:
    alert = compose(ARTICLE, [hit("flood", 0.6), hit("dams", 0.9)], TOPICS, summary=(Sentence("Air naik."),))
    assert (alert.title, alert.link, alert.source, alert.summary) == (
        "Banjir di Demak",
        "https://example.org/1",
        "Harian Contoh",
        (Sentence("Air naik."),),
    )
    assert [(reason.topic_name, reason.score) for reason in alert.reasons] == [("Bendungan", 0.9), ("Banjir Jawa", 0.6)]
    assert alert.reasons[0].evidence.terms == ("dams",)
    assert not alert.earlier


def test_near_misses_and_removed_topics_are_no_reasons() -> None:
    matches = [hit("flood"), hit("dams", matched=False), hit("gone")]
    assert [reason.topic_id for reason in compose(ARTICLE, matches, TOPICS, summary=()).reasons] == ["flood"]


def test_an_alert_without_reason_is_refused() -> None:
    with pytest.raises(ValueError, match="matched none"):
        compose(ARTICLE, [hit("flood", matched=False)], TOPICS, summary=())


def test_an_article_from_a_file_has_no_alert() -> None:
    with pytest.raises(ValueError, match="poll"):
        compose(replace(ARTICLE, first_seen_at=None), [hit("flood")], TOPICS, summary=())


def test_a_story_has_one_alert_whichever_of_its_articles_is_told() -> None:
    second = replace(ARTICLE, id=ArticleId("a2"), story_id=StoryId("a1"))
    assert alert_id(second) == alert_id(ARTICLE)
    assert alert_id(replace(second, story_id=None)) != alert_id(ARTICLE)


def test_each_destination_gets_the_hits_of_its_own_topics() -> None:
    told = topics_by_destination([hit("flood"), hit("dams")], TOPICS, [ADMIN])
    assert {to: [match.topic_id for match in matches] for to, matches in told.items()} == {
        ADMIN: ["flood", "dams"],
        GROUP: ["dams"],
    }


def test_paused_topics_near_misses_and_removed_topics_tell_nobody() -> None:
    topics = {**TOPICS, DAMS.id: replace(DAMS, paused=True)}
    assert topics_by_destination([hit("dams"), hit("flood", matched=False), hit("gone")], topics, [ADMIN]) == {}


def test_a_chat_named_twice_by_a_topic_is_told_once() -> None:
    topics = {FLOOD.id: replace(FLOOD, destinations=(ADMIN, ADMIN))}
    assert topics_by_destination([hit("flood")], topics, []) == {ADMIN: (hit("flood"),)}


def test_a_digest_lists_every_held_alert_in_order() -> None:
    (digest,) = digest_of([held(1, "Satu"), held(2, "Dua", names="dams")], "over-budget")
    assert digest.why == "over-budget"
    assert [(item.title, item.topic_names) for item in digest.items] == [
        ("Satu", ("Banjir Jawa",)),
        ("Dua", ("Bendungan",)),
    ]


def test_an_alert_that_is_owed_twice_is_one_line_of_the_digest() -> None:
    again = replace(held(1), id=DeliveryId(2), revision=1)
    (digest,) = digest_of([held(1), again], "scheduled")
    assert len(digest.items) == 1


def test_a_long_digest_is_several_messages_that_each_fit_and_leave_nothing_out() -> None:
    deliveries = [held(number, "👍 " * 150) for number in range(120)]
    digests = digest_of(deliveries, "over-budget")
    assert len(digests) > 1
    assert len({digest.id for digest in digests}) == len(digests)
    for digest in digests:
        shown = "\n".join(f"• {item.title} ({item.source}, 12.34) — {item.topic_names}" for item in digest.items)
        assert len(shown.encode("utf-16-le")) // 2 < 4_000
    listed = [item.alert_id for digest in digests for item in digest.items]
    assert listed == [delivery.content.id for delivery in deliveries]


def test_one_endless_title_does_not_fill_a_digest() -> None:
    (digest,) = digest_of([held(1, "kata " * 60), held(2, "字" * 300)], "scheduled")
    assert all(len(item.title) <= 120 and item.title.endswith("…") for item in digest.items)
    assert digest.items[0].title.endswith("kata…")


def test_folding_the_same_deliveries_again_gives_the_same_digest_and_others_another() -> None:
    first, again = (digest_of([held(1), held(2)], "scheduled")[0].id for _ in range(2))
    assert first == again
    assert digest_of([held(1), held(3)], "scheduled")[0].id != first
    later = [replace(delivery, created_at=NOW + timedelta(hours=2)) for delivery in (held(1), held(2))]
    assert digest_of(later, "scheduled")[0].id != first


def test_nothing_held_is_no_digest() -> None:
    assert digest_of([], "scheduled") == ()


def test_held_deliveries_are_divided_by_destination() -> None:
    groups = by_destination([held(1), held(2, destination=GROUP), held(3)])
    assert {to: [each.id for each in group] for to, group in groups.items()} == {ADMIN: [1, 3], GROUP: [2]}


def test_the_same_notice_has_the_same_id_and_another_has_not() -> None:
    same = {notice("config-error", file="a.toml", line=3).id, notice("config-error", line=3, file="a.toml").id}
    others = {
        notice("config-error", file="a.toml", line=4).id,
        notice("config-error").id,
        notice("chat-paused", file="a.toml", line=3).id,
        notice("config-error", "2026-05-04", file="a.toml", line=3).id,
    }
    assert len(same) == 1
    assert len(same | others) == 5


def test_a_notice_carries_its_values_as_text() -> None:
    told = notice("config-error", file="a.toml", line=3)
    assert (told.code, dict(told.values)) == ("config-error", {"file": "a.toml", "line": "3"})


def test_hostile_text_does_not_stop_an_alert_or_a_notice() -> None:
    (digest,) = digest_of([held(1, "\ud800" * 400)], "scheduled")
    assert len(digest.items) == 1
    assert notice("x", v="\ud800").id != AlertId("")


def test_an_alert_is_the_same_whenever_it_is_composed() -> None:
    one, two = (compose(ARTICLE, [hit("flood")], TOPICS, summary=(Sentence("A."),)) for _ in range(2))
    assert isinstance(one, Alert)
    assert one == two
