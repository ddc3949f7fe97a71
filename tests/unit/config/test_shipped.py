"""A configuration for a newcomer, and noticing changes to it."""

from __future__ import annotations

import os
import tomllib
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.config import (
    copy_shipped,
    example_files,
    feed_to_toml,
    fingerprint_of,
    load_configuration,
    topic_to_toml,
)
from bot.errors import KabarError
from bot.model import (
    Delivering,
    Destination,
    Example,
    Feed,
    FeedId,
    FirstPoll,
    Language,
    SensitivityName,
    Topic,
    TopicId,
)
from tests.unit.config.conftest import Home


def test_copied_configuration_works_where_it_is(tmp_path: Path) -> None:
    copy = copy_shipped(tmp_path / "x")
    configuration = load_configuration(copy.config, {})
    assert configuration.warnings == ()
    assert configuration.feeds[0].url == (tmp_path / "x/seeds/sample-feed.xml").as_uri()
    assert [topic.id for topic in configuration.topics] == ["tentara-korea-utara"]
    assert copy.data == tmp_path / "x/data"
    assert len(copy.written) == 6
    assert copy.kept == ()


def test_what_is_there_is_not_overwritten(tmp_path: Path) -> None:
    mine = tmp_path / "config/kabar.toml"
    mine.parent.mkdir()
    mine.write_text('language = "en"\n')
    copy = copy_shipped(tmp_path)
    assert mine.read_text() == 'language = "en"\n'
    assert copy.kept == (mine,)
    assert copy_shipped(tmp_path).written == ()


def test_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(KabarError, match="cannot be written: "):
        copy_shipped(tmp_path / "file")


def test_fingerprint_changes_with_every_file_that_counts(home: Home) -> None:
    home.write("topics/flood.toml", 'name = "x"\nexamples = ["../../seeds/flood.txt", "https://x.example/"]\n')
    seen = [fingerprint_of(home.directory)]
    assert fingerprint_of(home.directory) == seen[0]
    for name, content in (
        ("kabar.toml", 'language = "en"\n'),
        ("feeds.toml", "# none\n"),
        ("topics/flood.toml", 'name = "yy"\nexamples = ["../../seeds/flood.txt"]\n'),
        ("topics/new.toml", "broken ="),
        ("topics/drought.toml", 'name = "z"\nexamples = "?"\nunlike = ["../../seeds/wet.txt"]\n'),
        ("../seeds/flood.txt", "other"),
        ("../seeds/wet.txt", "another"),
    ):
        path = home.write(name, content)
        seen.append(fingerprint_of(home.directory))
        os.utime(path, (1, 1))  # the same size, another time
        seen.append(fingerprint_of(home.directory))
    (home.directory / "topics/new.toml").unlink()
    seen.append(fingerprint_of(home.directory))
    (home.directory.parent / "seeds/flood.txt").unlink()
    seen.append(fingerprint_of(home.directory))
    assert len(set(seen)) == len(seen)


def test_fingerprint_ignores_what_does_not_count(home: Home) -> None:
    before = fingerprint_of(home.directory)
    home.write("notes.txt", "x")
    home.write("topics/.flood.toml.swp", "x")
    assert fingerprint_of(home.directory) == before


HOSTILE = 'quote " back\\slash \x7f tab\t line\nfeed \x1b ]]] #'


def test_exported_feed_is_read_back(home: Home) -> None:
    feed = Feed(
        id=FeedId("one"),
        url='https://a.example/"feed"\\',
        title=HOSTILE,
        tags=("id", "world"),
        first_poll=FirstPoll.ALL,
        every=timedelta(minutes=90),
    )
    plain = Feed(id=FeedId("two"), url="https://b.example/feed")
    home.write("feeds.toml", f"{feed_to_toml(feed)}\n{feed_to_toml(plain)}")
    assert home.load().feeds == (feed, plain)


def test_exported_topic_is_read_back(home: Home) -> None:
    text = "Hujan deras membuat sungai meluap dan merendam ratusan rumah pada hari Senin."
    topic = Topic(
        id=TopicId("flood"),
        name=HOSTILE,
        examples=(
            Example("seeds/flood.txt", "", "…", Language("id")),
            Example("message", 'Banjir "Besar"', text, Language("id")),
        ),
        counterexamples=(Example("message", "Banjir Jakarta", text, Language("id")),),
        query='"a b"~3 OR /\\d+/',
        require='lang:"id"',
        exclude="film",
        sensitivity=0.25,
        languages=(Language("id"),),
        feeds=("world",),
        destinations=(Destination("@my_channel"), Destination("-1001234567890", 42), Destination("5")),
        delivering=Delivering.DIGEST,
        digest_times=(time(7), time(18, 30)),
        review=True,
        owner="chat:5",
    )
    exported = topic_to_toml(topic)
    assert tomllib.loads(exported)["query"] == topic.query
    files = example_files(topic)
    assert len(files) == 2
    for file in files:
        home.write(f"../{file.path}", file.text)
    home.write("topics/flood.toml", exported)
    (read,) = home.load().topics
    assert (read.name, read.query, read.require, read.exclude) == (HOSTILE, topic.query, topic.require, topic.exclude)
    assert (read.sensitivity, read.delivering, read.feeds) == (0.25, Delivering.DIGEST, ("world",))
    assert read.review
    assert read.destinations == topic.destinations
    assert read.review
    assert [(example.title, example.origin) for example in read.examples] == [
        ("Banjir Besar Melanda Kota", "seeds/flood.txt"),
        ('Banjir "Besar"', "seeds/flood-2.txt"),
    ]
    assert read.examples[1].text == text
    assert [(example.title, example.origin) for example in read.counterexamples] == [
        ("Banjir Jakarta", "seeds/flood-unlike-1.txt")
    ]


def test_defaults_are_left_out_of_an_export() -> None:
    topic = Topic(TopicId("t"), "T", query="a", sensitivity=SensitivityName.BALANCED)
    assert topic_to_toml(topic) == 'name = "T"\nexamples = []\nquery = "a"\n'
