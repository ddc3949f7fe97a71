"""Topics and feeds as TOML, for a configuration directory."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zipfile import ZIP_DEFLATED, ZipFile

from bot.config.examples import is_address
from bot.model import Delivering, Example, Feed, FirstPoll, SensitivityName, Topic

_FEW = 3
"""Texts that are sent one by one."""

_UNITS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))


@dataclass(frozen=True, slots=True)
class ExampleFile:
    """A text that an exported topic refers to. `path` is relative to the folder that holds `config`."""

    path: str
    text: str


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file by its name."""

    name: str
    content: bytes


def topic_to_toml(topic: Topic) -> str:
    """The content of `config/topics/{topic.id}.toml`. Examples that no file holds are in `example_files`."""
    lines = [f"name = {_text(topic.name)}"]
    lines.append(f"examples = {_list(_references(topic.id, topic.examples))}")
    if topic.counterexamples:
        lines.append(f"unlike = {_list(_references(_opposing(topic), topic.counterexamples))}")
    lines.extend(
        f"{key} = {_text(query)}"
        for key, query in (("query", topic.query), ("require", topic.require), ("exclude", topic.exclude))
        if query
    )
    if topic.sensitivity != SensitivityName.BALANCED:
        named = isinstance(topic.sensitivity, SensitivityName)
        lines.append(f"sensitivity = {_text(str(topic.sensitivity)) if named else topic.sensitivity}")
    if topic.languages:
        lines.append(f"languages = {_list(topic.languages)}")
    if topic.feeds:
        lines.append(f"feeds = {_list(topic.feeds)}")
    if topic.destinations:
        lines.append(f"chats = {_list([str(destination) for destination in topic.destinations])}")
    if topic.delivering != Delivering.INSTANT:
        lines.append(f"delivery = {_text(topic.delivering)}")
    if topic.digest_times:
        lines.append(f"digest_times = {_list([f'{at:%H:%M}' for at in topic.digest_times])}")
    if topic.review:
        lines.append("review = true")
    return "\n".join(lines) + "\n"


def example_files(topic: Topic) -> tuple[ExampleFile, ...]:
    """The examples and counterexamples that came by message and need a file beside the exported topic."""
    return tuple(
        ExampleFile(_path(name, number), _as_file(example))
        for name, examples in ((topic.id, topic.examples), (_opposing(topic), topic.counterexamples))
        for number, example in enumerate(examples)
        if not _has_file(example)
    )


def topic_documents(topic: Topic) -> tuple[ExportedFile, ...]:
    """An exported topic as files to send: itself, then its texts, more than a few of them in one archive.

    A messenger sends few files a minute.
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
    lines = ["[[feeds]]", f"id = {_text(feed.id)}", f"url = {_text(feed.url)}"]
    if feed.title:
        lines.append(f"title = {_text(feed.title)}")
    if feed.tags:
        lines.append(f"tags = {_list(feed.tags)}")
    if feed.first_poll != FirstPoll.RECENT:
        lines.append(f"first_poll = {_text(feed.first_poll)}")
    if feed.every is not None:
        lines.append(f"every = {_text(_duration(feed.every))}")
    return "\n".join(lines) + "\n"


def _opposing(topic: Topic) -> str:
    """What the files of a topic's counterexamples are named by."""
    return f"{topic.id}-unlike"


def _path(name: str, number: int) -> str:
    return f"seeds/{name}-{number + 1}.txt"


def _references(name: str, examples: Sequence[Example]) -> list[str]:
    """How a topic file names its examples."""
    return [_reference(example, _path(name, number)) for number, example in enumerate(examples)]


def _reference(example: Example, path: str) -> str:
    if not _has_file(example):
        return f"../../{path}"
    if is_address(example.origin) or example.origin.startswith("/"):
        return example.origin
    return f"../../{example.origin}"


def _has_file(example: Example) -> bool:
    return is_address(example.origin) or example.origin.lower().endswith((".txt", ".html", ".htm", ".xhtml"))


def _as_file(example: Example) -> str:
    return f"{example.title}\n\n{example.text}\n" if example.title else f"{example.text}\n"


def _duration(interval: timedelta) -> str:
    seconds = int(interval.total_seconds())
    for size, unit in _UNITS:
        if seconds % size == 0:
            return f"{seconds // size}{unit}"
    raise AssertionError("every whole number is a number of seconds")


def _list(texts: Sequence[str]) -> str:
    return "[" + ", ".join(_text(text) for text in texts) + "]"


def _text(text: str) -> str:
    """A TOML basic string. JSON's escapes are a subset of TOML's, but for DEL, which JSON leaves as it is."""
    return json.dumps(str(text), ensure_ascii=False).replace("\x7f", "\\u007f")
