"""`topics/*.toml`: the topics. The id of a topic is the stem of its file's name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.config import values
from bot.config.file_fields import read_fields
from bot.config.settings import PendingExample
from bot.config.tables import Findings, Table, read_table
from bot.config.topic_fields import COUNTEREXAMPLES, EXAMPLES, TOPIC_FIELDS, TopicFile
from bot.errors import FilePosition
from bot.model import Delivering, Example, Feed, Topic, TopicId

TOPICS_FOLDER = "topics"


@dataclass(frozen=True, slots=True)
class ReadTopic:
    """A topic and those of its examples that have yet to be fetched."""

    topic: Topic
    pending: tuple[PendingExample, ...]


def topic_files(directory: Path) -> tuple[Path, ...]:
    """The topic files of a configuration directory, by name; editors' hidden copies are left out.

    Raises OSError if there is a `topics` that cannot be listed.
    """
    try:
        found = sorted((directory / TOPICS_FOLDER).iterdir())
    except FileNotFoundError:
        return ()
    return tuple(path for path in found if path.suffix == ".toml" and not path.name.startswith("."))


def read_topics(directory: Path, feeds: Collection[Feed] | None, findings: Findings) -> tuple[ReadTopic, ...]:
    """Every topic, each name once; what is wrong is noted and left out.

    `feeds` None: they could not be read, so tags and ids are not checked against them.
    """
    selectors = None
    if feeds is not None:
        selectors = {str(feed.id) for feed in feeds} | {tag for feed in feeds for tag in feed.tags}
    topics: list[ReadTopic] = []
    names: dict[str, str] = {}
    try:
        paths = topic_files(directory)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        findings.problem(FilePosition(TOPICS_FOLDER), f"the folder cannot be read: {reason}.")
        return ()
    for path in paths:
        file = f"{TOPICS_FOLDER}/{path.name}"
        table = read_table(path, file, findings)
        if not values.is_identifier(path.stem):
            hint = "Lower-case letters a-z, digits, - and _; at most 40 characters."
            findings.problem(FilePosition(file), "the file's name cannot be the id of a topic.", hint)
        if table is None:
            continue
        read = _read_topic(table, TopicFile(path, directory, selectors))
        first = names.setdefault(read.topic.name.casefold(), file)
        if first != file:
            table.problem("name", f"the topic in {first} has this name already.", "Choose another, or remove one file.")
            continue
        topics.append(read)
    return tuple(topics)


def _read_topic(table: Table, file: TopicFile) -> ReadTopic:
    topic = Topic(id=TopicId(file.path.stem), **read_fields(Topic, TOPIC_FIELDS, table, file))
    if table.is_empty(EXAMPLES) and table.is_empty("query"):
        table.problem(None, "this topic watches nothing.", 'Give it examples = ["FILE"] or query = "WORDS".')
    elif table.is_empty(EXAMPLES) and not table.is_empty(COUNTEREXAMPLES):
        hint = "Give it examples as well, or keep words out with `exclude`."
        table.problem(COUNTEREXAMPLES, "what is unlike these must be like something.", hint)
    if topic.digest_times and topic.delivering is not Delivering.DIGEST:
        table.problem("digest_times", "only digests have times.", 'Set delivery = "digest", or remove the times.')
    for origin in _in_both(topic, file.pending):
        hint = "Remove it from one of the two lists."
        table.problem(COUNTEREXAMPLES, f"'{origin}' is among the examples as well.", hint)
    table.refuse_unknown()
    return ReadTopic(topic, tuple(file.pending))


def _in_both(topic: Topic, pending: Sequence[PendingExample]) -> tuple[str, ...]:
    """The articles that are examples and counterexamples at once, by their names in the list of counterexamples."""
    like = [one for one in pending if not one.opposing]
    unlike = [one for one in pending if one.opposing]
    examples = {*map(_identity, topic.examples), *map(_identity, like)}
    return (
        *(one.origin for one in topic.counterexamples if _identity(one) in examples),
        *(one.url for one in unlike if _identity(one) in examples),
    )


def _identity(example: Example | PendingExample) -> str:
    """The same text for two examples that are the same article, as far as this is known before pages are fetched."""
    return example.url if isinstance(example, PendingExample) else f"{example.title}\n{example.text}"
