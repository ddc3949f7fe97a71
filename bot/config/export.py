"""Topics and feeds as TOML, for a configuration directory."""

from __future__ import annotations

import io
from dataclasses import dataclass
from zipfile import ZIP_DEFLATED, ZipFile

from bot.config.example_files import example_files
from bot.config.feeds_file import FEED_FIELDS
from bot.config.file_fields import write_fields
from bot.config.topic_fields import TOPIC_FIELDS
from bot.model import Feed, Topic

_FEW = 3
"""Texts that are sent one by one."""


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file by its name."""

    name: str
    content: bytes


def topic_to_toml(topic: Topic) -> str:
    """The content of `config/topics/{topic.id}.toml`. Examples that no file holds are in `example_files`."""
    return "\n".join(write_fields(topic, TOPIC_FIELDS)) + "\n"


def topic_documents(topic: Topic) -> tuple[ExportedFile, ...]:
    """The files of an exported topic, to be sent by a messenger: its own, then the texts of its examples.

    More than a few texts come in one archive, because a messenger accepts few files a minute.
    """
    files = example_files(topic)
    toml = ExportedFile(f"{topic.id}.toml", topic_to_toml(topic).encode())
    if len(files) > _FEW:
        packed = io.BytesIO()
        with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
            for file in files:
                archive.writestr(file.path, file.text)
        return (toml, ExportedFile(f"{topic.id}-seeds.zip", packed.getvalue()))
    return (toml, *(ExportedFile(file.path.rpartition("/")[2], file.text.encode()) for file in files))


def feed_to_toml(feed: Feed) -> str:
    """One `[[feeds]]` of `feeds.toml`."""
    return "\n".join(["[[feeds]]", *write_fields(feed, FEED_FIELDS)]) + "\n"
