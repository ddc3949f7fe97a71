"""The fields of a topic that its file sets: each is declared once, for reading the file and for exporting it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bot.config import values
from bot.config.example_files import counterexample_references, example_references
from bot.config.examples import ExampleError, is_address, read_example
from bot.config.file_fields import FileField, several, single
from bot.config.settings import PendingExample
from bot.config.tables import BadValueError, Table, described, did_you_mean
from bot.config.toml_text import to_toml
from bot.errors import QueryError
from bot.matching.editing import MOST_EXAMPLES
from bot.matching.query import parse_query
from bot.model import Delivering, Example, Language, Topic, TopicId
from bot.text.language import language_code

EXAMPLES: Final = "examples"
COUNTEREXAMPLES: Final = "unlike"


@dataclass(frozen=True, slots=True)
class TopicFile:
    """What the values of a topic depend on besides the table of its file."""

    path: Path
    directory: Path
    """The configuration directory."""
    selectors: Collection[str] | None
    """The tags and ids of all feeds; None: they could not be read, so what the topic names is not checked."""
    pending: list[PendingExample] = field(default_factory=list)
    """The examples and counterexamples that are yet to be fetched; reading the topic adds them."""


def _read_name(table: Table, file: TopicFile, _default: str) -> str:
    return table.read("name", values.filled_text, file.path.stem)


def _query(name: str) -> FileField[Topic, TopicFile]:
    """One of the three queries. It is kept as written, and only checked here."""

    def read(table: Table, _file: TopicFile, default: str) -> str:
        written = table.read(name, values.text, default)
        if not written:
            return ""
        try:
            query = parse_query(written)
        except QueryError as error:
            table.document.findings.problem(table.place_in_text(name, error.position), str(error))
            return ""
        for warning in query.warnings:
            table.warning(name, str(warning))
        return written

    return FileField(name, name, read)


def _language(value: object) -> Language:
    code = language_code(values.filled_text(value))
    if code is None:
        raise BadValueError(f"{described(value)} is not a language.", 'Two letters: "id", "en", "de".')
    return code


def _read_selectors(table: Table, file: TopicFile, _default: object) -> tuple[str, ...]:
    chosen: list[str] = []
    known = file.selectors
    for index, name in table.read_numbered("feeds", values.filled_text, '["world"]'):
        if known is None or name.lower() in known:
            chosen.append(name.lower())
        else:
            hint = did_you_mean(name, known) or f"There are: {', '.join(sorted(known)) or 'no feeds'}."
            table.problem("feeds", f"no feed has the tag or id '{name}'.", hint, index=index)
    return tuple(dict.fromkeys(chosen))


def _read_examples(table: Table, file: TopicFile, key: str) -> tuple[Example, ...]:
    """The articles of a list of files. Those at addresses are added to `file.pending`."""
    examples: list[Example] = []
    written = table.read_numbered(key, values.filled_text, '["../../seeds/tentara-korea-utara.txt"]')
    if len(written) > MOST_EXAMPLES:
        table.problem(key, f"{len(written)} examples are too many.", f"At most {MOST_EXAMPLES}; 1 to 5 work well.")
        return ()
    seen: set[str] = set()
    for index, name in written:
        if name in seen:
            table.warning(key, f"'{name}' is in the list twice.", index=index)
        elif is_address(name):
            place, opposing = table.place(key, index), key == COUNTEREXAMPLES
            file.pending.append(PendingExample(TopicId(file.path.stem), name, place, opposing=opposing))
        else:
            try:
                path = values.located(name, file.path.parent)
                examples.append(read_example(path, _origin_of(path, file.directory)))
            except BadValueError as error:
                table.problem(key, error.message, error.hint, index=index)
            except ExampleError as error:
                hint = error.hint or f"Looked for at {path}."
                table.problem(key, f"example '{name}': {error.message}", hint, index=index)
        seen.add(name)
    return tuple(examples)


def _origin_of(file: Path, directory: Path) -> str:
    """The path of an example's file, relative to the parent of the configuration directory if it is inside."""
    home = directory.resolve().parent
    return str(file.relative_to(home)) if file.is_relative_to(home) else str(file)


TOPIC_FIELDS: Final[tuple[FileField[Topic, TopicFile], ...]] = (
    FileField("name", "name", _read_name, is_always_written=True),
    FileField(
        "examples",
        EXAMPLES,
        lambda table, file, _: _read_examples(table, file, EXAMPLES),
        lambda topic: to_toml(example_references(topic)),
        is_always_written=True,
    ),
    FileField(
        "counterexamples",
        COUNTEREXAMPLES,
        lambda table, file, _: _read_examples(table, file, COUNTEREXAMPLES),
        lambda topic: to_toml(counterexample_references(topic)),
    ),
    _query("query"),
    _query("require"),
    _query("exclude"),
    single("sensitivity", values.sensitivity),
    several("languages", _language, '["id", "en"]'),
    FileField("feeds", "feeds", _read_selectors),
    several("destinations", values.destination, '[123456789, "@my_channel"]', "chats"),
    single("delivering", values.choice(Delivering), "delivery"),
    several("digest_times", values.time_of_day, '["07:00", "18:00"]', arrange=sorted),
    single("review", values.yes_or_no),
)
"""In the order of an exported file."""
