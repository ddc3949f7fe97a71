"""Values to store, and a moment to store them at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.model import (
    Alert,
    AlertId,
    Article,
    ArticleId,
    Content,
    DeliveryKind,
    DeliveryState,
    Destination,
    Evidence,
    FeedId,
    Language,
    Match,
    NewDelivery,
    Notice,
    Sentence,
    TopicId,
    TopicReason,
)

NOW = datetime(2026, 3, 4, 5, 6, 7, 891011, tzinfo=UTC)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)

EVIDENCE = Evidence(
    terms=("pasukan", "Korut"),
    names=("Курск", "北朝鮮"),
    numbers=("10.000",),
    nearest_example="Tentara Korut 🇰🇵",
    similarity=0.1 + 0.2,
    sentence="“Mereka tiba,” katanya.",
    query=('"pasukan Korut"', "a\x00b\ud800"),
)


def article(name: str, *, seen: datetime = NOW, feed: str | None = "antara", link: str | None = None) -> Article:
    return Article(
        id=ArticleId(name),
        title=f"Judul {name} – “NATO” 北",
        text="Paragraf satu.\n\nParagraf dua 🛰️.",
        language=Language("id"),
        published_at=seen - HOUR,
        first_seen_at=seen,
        feed_id=None if feed is None else FeedId(feed),
        link=link,
        source="Antara",
        author="Sri Wahyuni",
        image="https://example.org/a.jpg",
    )


def match(name: str, *, topic: str = "nato", score: float = 0.8, matched: bool = True) -> Match:
    return Match(ArticleId(name), TopicId(topic), score, matched, EVIDENCE, threshold=0.6)


def alert(name: str = "a1") -> Alert:
    return Alert(
        id=AlertId(name),
        article_id=ArticleId("article"),
        title="Judul 北朝鮮 & <b>",
        link=None,
        source="Antara",
        language=Language("id"),
        published_at=NOW - HOUR,
        first_seen_at=NOW,
        summary=(Sentence("Satu."), Sentence("Dua 🛰️.", "BBC")),
        reasons=(TopicReason(TopicId("nato"), "NATO", 0.87, EVIDENCE),),
        earlier=True,
        feed_id=FeedId("antara"),
    )


def owed(
    chat: str,
    name: str,
    *,
    kind: DeliveryKind = DeliveryKind.NEW,
    thread: int | None = None,
    revision: int = 0,
    state: DeliveryState = DeliveryState.PENDING,
    content: Content | None = None,
) -> NewDelivery:
    """A delivery of a small notice, named so that a test can tell which one came."""
    told = Notice(AlertId(name), "test") if content is None else content
    return NewDelivery(Destination(chat, thread), kind, told, revision, state)
