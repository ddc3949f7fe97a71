"""The texts of a topic's examples as files beside the exported topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.config.examples import is_address
from bot.model import Example, Topic


@dataclass(frozen=True, slots=True)
class ExampleFile:
    """A text that an exported topic refers to. `path` is relative to the folder that holds `config`."""

    path: str
    text: str


def example_files(topic: Topic) -> tuple[ExampleFile, ...]:
    """The examples and counterexamples that came by message and need a file beside the exported topic."""
    return tuple(
        ExampleFile(_path(name, number), _as_file(example))
        for name, examples in ((topic.id, topic.examples), (_opposing(topic), topic.counterexamples))
        for number, example in enumerate(examples)
        if not _has_file(example)
    )


def example_references(topic: Topic) -> list[str]:
    """The examples as the topic's file names them."""
    return _references(topic.id, topic.examples)


def counterexample_references(topic: Topic) -> list[str]:
    """The counterexamples as the topic's file names them."""
    return _references(_opposing(topic), topic.counterexamples)


def _opposing(topic: Topic) -> str:
    """The beginning of the names of the counterexamples' files."""
    return f"{topic.id}-unlike"


def _path(name: str, number: int) -> str:
    return f"seeds/{name}-{number + 1}.txt"


def _references(name: str, examples: Sequence[Example]) -> list[str]:
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
