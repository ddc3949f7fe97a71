"""What the version before was given to store. The database beside this file was made from exactly these values."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final

from bot.model import (
    AccessRequest,
    Alert,
    AlertId,
    Article,
    ArticleId,
    Change,
    Chat,
    Content,
    Delivering,
    DeliveryKind,
    DeliveryState,
    Destination,
    Digest,
    DigestItem,
    Draft,
    DraftId,
    Editor,
    EntryKey,
    Evidence,
    Example,
    Expectation,
    Facts,
    Feed,
    FeedId,
    FeedState,
    FirstPoll,
    Language,
    Match,
    MessageId,
    Mute,
    NewDelivery,
    Notice,
    Preferences,
    Preview,
    QuietHours,
    ReceivedUpdate,
    Review,
    Rise,
    SensitivityName,
    Sentence,
    StoryId,
    Subscription,
    SubscriptionState,
    Topic,
    TopicId,
    TopicReason,
    Update,
    UpdateId,
    Verdict,
    Version,
    Vote,
)

NOW: Final = datetime(2026, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)

READER: Final = Destination("1001")
GROUP: Final = Destination("-1005", 42)
CHANNEL: Final = Destination("@kanal")
OLD_GROUP: Final = "-5"
"""The id that the group had before; everything of the group was first stored under it."""

CHATS: Final = (
    Chat(
        "-1005",
        "supergroup",
        "Redaksi 北",
        approved=True,
        paused_until=NOW + DAY,
        preferences=Preferences(outlets=("Antara",), weekly=False),
    ),
    Chat(
        "1001",
        "private",
        "Sri",
        Language("en"),
        "Asia/Jayapura",
        approved=True,
        retry_after=NOW + HOUR,
        preferences=Preferences(
            reads=(Language("id"), Language("en")),
            outlets=("Antara", "BBC News"),
            quiet=QuietHours(time(22), time(6, 30)),
            digest_times=(time(7), time(18, 15)),
            preview=Preview.ABOVE,
        ),
    ),
    Chat("@kanal", "channel", "Kanal", paused_reason="kicked"),
)
ADMINS: Final = (1001, 77)
EDITORS: Final = (Editor(5, "Budi"), Editor(6, "Ani"))
REQUESTS: Final = (
    AccessRequest("2002", "private", "Tono", 2002, "Tono", NOW - DAY, granted=False),
    AccessRequest("2003", "private", "Tini", 2003, "Tini", NOW),
)

EXAMPLES: Final = (
    Example("message", "Tentara 北朝鮮 🇰🇵", "“Mereka tiba,” katanya.\n\nKursk.", Language("id")),
    Example("https://a.example/1", "", "Satu.", Language("und"), NOW - HOUR),
)
TOPICS: Final = (
    Topic(
        TopicId("korut"),
        "Korut 🇰🇵 & <b>",
        examples=EXAMPLES,
        counterexamples=EXAMPLES[:1],
        query='"pasukan Korut"~3 OR /\\d+/',
        require="lang:id",
        exclude="title:film",
        sensitivity=0.1 + 0.2,
        languages=(Language("id"), Language("en")),
        feeds=("world", "antara"),
        destinations=(GROUP, CHANNEL, READER),
        delivering=Delivering.URGENT,
        digest_times=(time(7, 30),),
        owner="chat:-1005",
        paused=True,
        review=True,
    ),
    Topic(TopicId("beras"), "Beras", query="beras", sensitivity=SensitivityName.BROAD, owner="chat:1001"),
)
INTRODUCED: Final = {(TopicId("korut"), GROUP): NOW - DAY, (TopicId("beras"), READER): NOW}
DRAFT: Final = Draft(DraftId(1), GROUP, 5, TOPICS[0], NOW, MessageId(9))
EXPECTATION: Final = Expectation("1001", 1001, "draft-name", "1", NOW + HOUR)

FEEDS: Final = (
    Feed(
        FeedId("antara"),
        "https://antara.example/rss",
        "Antara 北",
        ("world", "id"),
        FirstPoll.ALL,
        "chat:-1005",
        timedelta(minutes=7),
    ),
    Feed(FeedId("bbc"), "https://bbc.example/feed"),
)
STATES: Final = {
    FeedId("antara"): FeedState(
        FeedId("antara"),
        NOW + HOUR,
        etag='W/"1"',
        last_modified="Wed, 06 May 2026 07:00:00 GMT",
        polled_at=NOW,
        succeeded_at=NOW,
        interval=timedelta(minutes=15),
        moved_to="https://antara.example/feed",
        overrun_at=NOW - DAY,
        entries=30,
        newest_at=NOW - HOUR,
        lull=timedelta(hours=9),
        lulls=12,
    ),
    FeedId("bbc"): FeedState(
        FeedId("bbc"), NOW, polled_at=NOW, failures=3, error="HTTP 500", gone=True, failing_since=NOW - DAY
    ),
}
SUBSCRIPTION: Final = Subscription(
    "token", FeedId("antara"), "https://hub.example", "https://antara.example/rss", "secret",
    SubscriptionState.ACTIVE, NOW + DAY, NOW, NOW + DAY * 10, 1,
)  # fmt: skip

ARTICLES: Final = (
    Article(
        ArticleId("x"),
        "Tentara Korut tiba di Kursk 北朝鮮",
        "Paragraf satu.\n\nParagraf dua 🛰️.",
        Language("id"),
        NOW - DAY,
        NOW - DAY + HOUR,
        FeedId("antara"),
        "https://antara.example/x",
        "Antara",
        "Sri Wahyuni",
        "https://antara.example/x.jpg",
        StoryId("x"),
    ),
    Article(
        ArticleId("y"), "North Korean troops in Kursk", "They came.", Language("en"), None, NOW, FeedId("bbc"),
        "https://bbc.example/y", "BBC News", story_id=StoryId("x"),
    ),
)  # fmt: skip
KEYS: Final = {EntryKey("g:1"): ArticleId("x"), EntryKey("l:2"): ArticleId("gone")}
EVIDENCE: Final = Evidence(
    ("pasukan", "Korut"), ("Курск",), ("10.000",), "Tentara 北朝鮮", 0.1 + 0.2, "“Mereka tiba.”", ('"pasukan Korut"',)
)
MATCHES: Final = (
    Match(ArticleId("x"), TopicId("korut"), 0.87, matched=True, evidence=EVIDENCE, threshold=0.6),
    Match(ArticleId("y"), TopicId("korut"), 0.55, matched=False, evidence=Evidence(), threshold=0.6),
)
MODEL: Final = "e5"
VECTOR: Final = (0.5, -0.25, 1.0, 0.0)
"""The embedding of the first article."""
VOTES: Final = (
    Vote(TopicId("korut"), ArticleId("x"), "-1005/5", Verdict.GOOD, NOW, EXAMPLES[0]),
    Vote(TopicId("korut"), ArticleId("y"), "1001", Verdict.BAD, NOW, EXAMPLES[1]),
)
MUTE: Final = Mute(GROUP, ArticleId("y"), "North Korean troops", NOW)

ALERT: Final = Alert(
    id=AlertId("x"),
    article_id=ArticleId("x"),
    title="Tentara Korut 北朝鮮 & <b>",
    link=None,
    source="Antara",
    language=Language("id"),
    published_at=NOW - DAY,
    first_seen_at=NOW,
    summary=(Sentence("Satu."), Sentence("Dua 🛰️.", "BBC")),
    reasons=(TopicReason(TopicId("korut"), "Korut", 0.87, EVIDENCE),),
    earlier=True,
    image="https://antara.example/x.jpg",
    feed_id=FeedId("antara"),
    also=(Version(ArticleId("y"), "North Korean troops", "https://bbc.example/y", "BBC News", Language("en"), NOW),),
    facts=Facts(frozenset({"kursk", "rusia"}), frozenset({"10000"}), frozenset({"dead"}), frozenset({Language("id")})),
    heard_at=NOW,
    update=Update(("12",), ("Rutte",), "arrest", ("NATO",), timedelta(days=4, microseconds=1)),
    written="Ringkasan.",
    written_from=2,
    late=True,
)
PLAIN_ALERT: Final = Alert(
    AlertId("y"), ArticleId("y"), "North Korean troops", "https://bbc.example/y", "BBC News", Language("en"), None, NOW,
    (), (),
)  # fmt: skip
DIGEST: Final = Digest(
    AlertId("d1"),
    "over-budget",
    (
        DigestItem(
            AlertId("x"), "Tentara", None, "Antara", NOW, ("Korut", "NATO"), Language("id"), ALERT.also, is_update=True
        ),
        DigestItem(AlertId("y"), "Troops", "https://bbc.example/y", "BBC News", None, ()),
    ),
)
NOTICE: Final = Notice(AlertId("n1"), "feeds-failing", {"feeds": "Antara\nBBC", "count": "2"})
REVIEW: Final = Review(AlertId("r:x"), ALERT, CHANNEL)
RISE: Final = Rise(AlertId("rise:korut"), TopicId("korut"), "Korut", 12, (None, 1, 0, 3), 1.5, NOW)


def _owed(
    to: Destination, kind: DeliveryKind, content: Content, revision: int = 0, state: DeliveryState | None = None
) -> NewDelivery:
    return NewDelivery(to, kind, content, revision, state or DeliveryState.PENDING)


DELIVERIES: Final = (
    (_owed(READER, DeliveryKind.NEW, ALERT), DeliveryState.SENT),
    (_owed(READER, DeliveryKind.EDIT, ALERT, 1), DeliveryState.SUPERSEDED),
    (_owed(READER, DeliveryKind.EDIT, ALERT, 2), DeliveryState.PENDING),
    (_owed(READER, DeliveryKind.REPLY, ALERT, 1), DeliveryState.DEAD),
    (_owed(GROUP, DeliveryKind.NEW, PLAIN_ALERT, state=DeliveryState.HELD), DeliveryState.HELD),
    (_owed(GROUP, DeliveryKind.NEW, ALERT, state=DeliveryState.HELD), DeliveryState.FOLDED),
    (_owed(GROUP, DeliveryKind.DIGEST, DIGEST), DeliveryState.PENDING),
    (_owed(GROUP, DeliveryKind.NOTICE, NOTICE), DeliveryState.PENDING),
    (_owed(READER, DeliveryKind.NEW, REVIEW), DeliveryState.PENDING),
    (_owed(READER, DeliveryKind.NOTICE, RISE), DeliveryState.PENDING),
)
"""Every kind of content and of delivery, and the state that each was left in."""
LEASED: Final = 10
"""The delivery that was being sent when the copy was made."""

UPDATES: Final = (
    ReceivedUpdate(UpdateId(500), '{"update_id":500}', NOW),
    ReceivedUpdate(UpdateId(501), '{"update_id":501,"text":"北"}', NOW),
)
CHANGE: Final = Change(NOW, "-1005", 5, "Budi", "topic-paused", {"topic": "Korut 北"})
KEY_VALUES: Final = {"feed-addresses": '{"antara": "https://antara.example/rss"}', "webhook.posted": "yes"}
