"""`topics/*.toml`: what is watched. The id of a topic is its file's stem."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.config import values
from bot.config.examples import ExampleError, is_address, read_example
from bot.config.settings import PendingExample
from bot.config.tables import BadValueError, Findings, Table, described, did_you_mean, read_table
from bot.errors import FilePosition, QueryError
from bot.matching.editing import MOST_EXAMPLES
from bot.matching.query import parse_query
from bot.model import Delivering, Example, Feed, Language, Topic, TopicId
from bot.text.language import language_code

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
        read = _read_topic(table, path, directory, selectors)
        first = names.setdefault(read.topic.name.casefold(), file)
        if first != file:
            table.problem("name", f"the topic in {first} has this name already.", "Choose another, or remove one file.")
            continue
        topics.append(read)
    return tuple(topics)


def _read_topic(table: Table, path: Path, directory: Path, selectors: Collection[str] | None) -> ReadTopic:
    topic_id = TopicId(path.stem)
    examples, pending = _read_examples(table, "examples", path, directory, topic_id)
    counterexamples, pending_against = _read_examples(table, "unlike", path, directory, topic_id)
    topic = Topic(
        id=topic_id,
        name=table.read("name", values.filled_text, path.stem),
        examples=examples,
        counterexamples=counterexamples,
        query=_read_query(table, "query"),
        require=_read_query(table, "require"),
        exclude=_read_query(table, "exclude"),
        sensitivity=table.read("sensitivity", values.sensitivity, values.DEFAULT_SENSITIVITY),
        languages=tuple(dict.fromkeys(table.read_all("languages", _language, '["id", "en"]'))),
        feeds=_read_selectors(table, selectors),
        destinations=tuple(dict.fromkeys(table.read_all("chats", values.destination, '[123456789, "@my_channel"]'))),
        delivering=table.read("delivery", values.choice(Delivering), Delivering.INSTANT),
        digest_times=tuple(sorted({*table.read_all("digest_times", values.time_of_day, '["07:00", "18:00"]')})),
        review=table.read("review", values.yes_or_no, False),
    )
    if table.is_empty("examples") and table.is_empty("query"):
        table.problem(None, "this topic watches nothing.", 'Give it examples = ["FILE"] or query = "WORDS".')
    elif table.is_empty("examples") and not table.is_empty("unlike"):
        hint = "Give it examples as well, or keep words out with `exclude`."
        table.problem("unlike", "what is unlike these must be like something.", hint)
    if topic.digest_times and topic.delivering is not Delivering.DIGEST:
        table.problem("digest_times", "only digests have times.", 'Set delivery = "digest", or remove the times.')
    for origin in _in_both((*examples, *pending), (*counterexamples, *pending_against)):
        hint = "Remove it from one of the two lists."
        table.problem("unlike", f"'{origin}' is among the examples as well.", hint)
    table.refuse_unknown()
    return ReadTopic(topic, (*pending, *pending_against))


def _in_both(like: Sequence[Example | PendingExample], unlike: Sequence[Example | PendingExample]) -> tuple[str, ...]:
    """What would speak for and against the topic at once, as the second list calls it."""
    known = {_identity(one) for one in like}
    return tuple(
        one.url if isinstance(one, PendingExample) else one.origin for one in unlike if _identity(one) in known
    )


def _identity(example: Example | PendingExample) -> str:
    """The same for two examples that are one article, as far as can be told without a network."""
    return example.url if isinstance(example, PendingExample) else f"{example.title}\n{example.text}"


def _read_query(table: Table, key: str) -> str:
    written = table.read(key, values.text, "")
    if not written:
        return ""
    try:
        query = parse_query(written)
    except QueryError as error:
        table.document.findings.problem(table.place_in_text(key, error.position), str(error))
        return ""
    for warning in query.warnings:
        table.warning(key, str(warning))
    return written


def _language(value: object) -> Language:
    code = language_code(values.filled_text(value))
    if code is None:
        raise BadValueError(f"{described(value)} is not a language.", 'Two letters: "id", "en", "de".')
    return code


def _read_selectors(table: Table, selectors: Collection[str] | None) -> tuple[str, ...]:
    chosen: list[str] = []
    for index, name in table.read_numbered("feeds", values.filled_text, '["world"]'):
        if selectors is None or name.lower() in selectors:
            chosen.append(name.lower())
        else:
            hint = did_you_mean(name, selectors) or f"There are: {', '.join(sorted(selectors)) or 'no feeds'}."
            table.problem("feeds", f"no feed has the tag or id '{name}'.", hint, index=index)
    return tuple(dict.fromkeys(chosen))


def _read_examples(
    table: Table, key: str, path: Path, directory: Path, topic_id: TopicId
) -> tuple[tuple[Example, ...], tuple[PendingExample, ...]]:
    """The articles that a list of files and addresses names: `examples`, or `unlike`."""
    examples: list[Example] = []
    pending: list[PendingExample] = []
    written = table.read_numbered(key, values.filled_text, '["../../seeds/tentara-korea-utara.txt"]')
    if len(written) > MOST_EXAMPLES:
        table.problem(key, f"{len(written)} examples are too many.", f"At most {MOST_EXAMPLES}; 1 to 5 work well.")
        return (), ()
    seen: set[str] = set()
    for index, name in written:
        if name in seen:
            table.warning(key, f"'{name}' is in the list twice.", index=index)
        elif is_address(name):
            pending.append(PendingExample(topic_id, name, table.place(key, index), opposing=key == "unlike"))
        else:
            try:
                file = values.located(name, path.parent)
                examples.append(read_example(file, origin_of(file, directory)))
            except BadValueError as error:
                table.problem(key, error.message, error.hint, index=index)
            except ExampleError as error:
                hint = error.hint or f"Looked for at {file}."
                table.problem(key, f"example '{name}': {error.message}", hint, index=index)
        seen.add(name)
    return tuple(examples), tuple(pending)


def origin_of(file: Path, directory: Path) -> str:
    """How an example's file is called: relative to the folder that holds the configuration, if it is in there."""
    home = directory.resolve().parent
    return str(file.relative_to(home)) if file.is_relative_to(home) else str(file)
