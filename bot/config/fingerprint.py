"""Noticing that the configuration has changed."""

from __future__ import annotations

import hashlib
import tomllib
from contextlib import suppress
from pathlib import Path

from bot.config.examples import is_address
from bot.config.load import FEEDS_FILE, SETTINGS_FILE
from bot.config.tables import BadValueError
from bot.config.topic_fields import COUNTEREXAMPLES, EXAMPLES
from bot.config.topic_files import topic_files
from bot.config.values import located


def fingerprint_of(directory: Path) -> str:
    """Changes when a file of the configuration, or an article that a topic names, changes, comes or goes.

    It goes by size, time of change and inode; no content is read but the topics' lists of articles.
    """
    directory = directory.expanduser().resolve()
    try:
        topics = topic_files(directory)
    except OSError:  # loading tells
        topics = ()
    files = [directory / SETTINGS_FILE, directory / FEEDS_FILE, *topics]
    for topic in topics:
        files.extend(_example_files(topic))
    digest = hashlib.blake2b(digest_size=16)
    for file in files:
        digest.update(f"{file}\0{_state(file)}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _state(file: Path) -> str:
    try:
        found = file.stat()
    except OSError as error:
        return f"{error.errno}"
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ino}"


def _example_files(topic: Path) -> list[Path]:
    """The files that a topic names; none while it cannot be read, since it must change to be of use."""
    try:
        content = tomllib.loads(topic.read_text("utf-8-sig"))
    except (OSError, ValueError):
        return []
    files: list[Path] = []
    for name in (name for key in (EXAMPLES, COUNTEREXAMPLES) for name in _listed(content.get(key))):
        if isinstance(name, str) and not is_address(name):
            with suppress(BadValueError):
                files.append(located(name, topic.parent))
    return files


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else []
