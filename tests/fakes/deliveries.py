"""Contents and deliveries for tests of messengers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.model import (
    Alert,
    AlertId,
    ArticleId,
    Content,
    Delivery,
    DeliveryId,
    DeliveryKind,
    DeliveryState,
    Destination,
    Digest,
    DigestItem,
    Evidence,
    Language,
    MessageId,
    Notice,
    Rise,
    Sentence,
    TopicId,
    TopicReason,
)

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
"""15.00 in Jakarta, on a Monday."""

EVIDENCE = Evidence(
    terms=("tentara", "dikirim"),
    names=("Korea Utara", "Rusia", "NATO"),
    nearest_example="NATO Ungkap Putin Putus Asa",
    similarity=0.41,
)


def an_alert(
    title: str = "NATO confirms North Korean troops in Russia",
    summary: tuple[str, ...] = (
        "Troops have been sent to Russia.",
        "They are in the Kursk region.",
        "NATO is worried.",
    ),
    reasons: tuple[TopicReason, ...] | None = None,
    link: str | None = "https://news.example/nato",
    source: str = "CBS News",
    language: str = "en",
    *,
    earlier: bool = False,
) -> Alert:
    """An alert with everything that one can have."""
    return Alert(
        id=AlertId("a:1"),
        article_id=ArticleId("1"),
        title=title,
        link=link,
        source=source,
        language=Language(language),
        published_at=NOW - timedelta(hours=2),
        first_seen_at=NOW,
        summary=tuple(Sentence(text) for text in summary),
        reasons=(a_reason(),) if reasons is None else reasons,
        earlier=earlier,
    )


def a_reason(name: str = "Tentara Korea Utara di Rusia", evidence: Evidence = EVIDENCE) -> TopicReason:
    return TopicReason(TopicId("tentara"), name, 0.9, evidence)


def a_digest(count: int = 3, why: str = "over-budget", title: str = "Pasukan Korut") -> Digest:
    items = [
        DigestItem(AlertId(f"a:{n}"), f"{title} {n}", f"https://news.example/{n}", "Antara", NOW, ("Tentara Korut",))
        for n in range(1, count + 1)
    ]
    return Digest(AlertId("d:1"), why, tuple(items))


def a_notice(code: str = "feeds-gone", **values: str) -> Notice:
    return Notice(AlertId(f"n:{code}"), code, values or {"feed": "Antara"})


def a_rise(name: str = "Gempa dan tsunami") -> Rise:
    """Four weeks of about two a day, of one day of which nothing is known, then fourteen."""
    days = (2, 1, 0, 3, 2, 1, 2, None, 4, 2, 1, 0, 2, 3, 1, 2, 2, 0, 1, 3, 5, 2, 1, 2, 0, 2, 3, 1)
    return Rise(AlertId("rise:gempa:1"), TopicId("gempa"), name, 14, days, 1.8, NOW)


def a_delivery(
    content: Content | None = None,
    to: str | Destination = "123456789",
    kind: DeliveryKind = DeliveryKind.NEW,
    message_id: int | None = None,
) -> Delivery:
    """A pending delivery; an alert unless told otherwise."""
    return Delivery(
        id=DeliveryId(1),
        destination=Destination(to) if isinstance(to, str) else to,
        kind=kind,
        revision=0,
        content=an_alert() if content is None else content,
        state=DeliveryState.PENDING,
        created_at=NOW,
        message_id=None if message_id is None else MessageId(message_id),
    )
