"""What is declared once is complete: no field of a topic, a feed or the settings is forgotten anywhere."""

from __future__ import annotations

import tomllib
from dataclasses import fields, replace
from datetime import time, timedelta
from pathlib import Path

from bot.config import Settings, example_files, feed_to_toml, topic_to_toml
from bot.config.feeds_file import FEED_FIELDS
from bot.config.keys import keys_of_tables
from bot.config.topic_fields import TOPIC_FIELDS
from bot.model import Delivering, Destination, Example, Feed, FeedId, FirstPoll, Language, Topic, TopicId
from tests.unit.config.conftest import Home

ROOT = Path(__file__).resolve().parents[3]

NOT_IN_TOPIC_FILES = {"id", "owner", "paused"}
"""The id is the file's name, the owner is the files themselves, and a topic of the files is paused by removing it."""

TEXT = "Hujan deras membuat sungai meluap dan merendam ratusan rumah pada hari Senin."
TOPIC = Topic(
    id=TopicId("flood"),
    name="Banjir",
    examples=(Example("seeds/flood-1.txt", "Banjir Besar", TEXT, Language("id")),),
    counterexamples=(Example("seeds/flood-unlike-1.txt", "Banjir Diskon", TEXT, Language("id")),),
    query="banjir",
    require="kota",
    exclude="film",
    sensitivity=0.25,
    languages=(Language("id"), Language("en")),
    feeds=("world",),
    destinations=(Destination("@my_channel"), Destination("-1001234567890", 42)),
    delivering=Delivering.DIGEST,
    digest_times=(time(7), time(18, 30)),
    review=True,
)
FEED = Feed(
    id=FeedId("one"),
    url="https://a.example/feed",
    title="One",
    tags=("id",),
    first_poll=FirstPoll.NONE,
    every=timedelta(minutes=90),
    user_agent="Reader/1 (press)",
    headers=(("X-Plan", "press"), ("Accept-Language", "id")),
)


def test_every_field_of_a_topic_file_is_declared_exported_and_read_back(home: Home) -> None:
    declared = [one.attribute for one in TOPIC_FIELDS]
    assert sorted(declared) == sorted({one.name for one in fields(Topic)} - NOT_IN_TOPIC_FILES)
    plain = Topic(TopicId("plain"), "Plain", query="x")
    assert [name for name in declared if getattr(TOPIC, name) == getattr(plain, name)] == []
    sent = replace(
        TOPIC,
        examples=tuple(replace(one, origin="message") for one in TOPIC.examples),
        counterexamples=tuple(replace(one, origin="message") for one in TOPIC.counterexamples),
    )
    for file in example_files(sent):
        home.write(f"../{file.path}", file.text)
    exported = topic_to_toml(sent)
    home.write("topics/flood.toml", exported)
    assert list(tomllib.loads(exported)) == [one.key for one in TOPIC_FIELDS]
    assert home.load().topics == (TOPIC,)


def test_every_field_of_a_feed_is_declared_exported_and_read_back(home: Home) -> None:
    declared = [one.attribute for one in FEED_FIELDS]
    assert sorted(declared) == sorted({one.name for one in fields(Feed)} - {"owner"})
    plain = Feed(FeedId("plain"), "https://b.example/feed")
    assert [name for name in declared if getattr(FEED, name) == getattr(plain, name)] == []
    home.write("feeds.toml", feed_to_toml(FEED))
    assert home.load().feeds == (FEED,)


def test_the_shipped_settings_file_shows_every_key() -> None:
    shown = tomllib.loads((ROOT / "config/kabar.toml").read_text("utf-8"))
    tables = {name: tuple(table) for name, table in shown.items() if isinstance(table, dict)}
    top = tuple(name for name in shown if name not in tables)
    declared = {table: sorted(keys) for table, keys in keys_of_tables(Settings).items()}
    assert {table: sorted(keys) for table, keys in {"": top, **tables}.items()} == declared
