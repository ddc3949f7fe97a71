"""Feeds of other projects' test data, with what those projects expect of their entries. Read in place, never copied."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

KINDS: Final = ("title", "link", "id", "published", "updated", "text", "author", "picture")

Expected = Mapping[str, tuple[str, ...]]
"""By kind, the values that are right; several where a project has both a summary and a content."""


@dataclass(frozen=True, slots=True)
class ExpectedFeed:
    """A document, and what its project expects of its entries, in their order. Nothing is said of what is absent."""

    corpus: str
    path: Path
    headers: Mapping[str, str]
    entries: tuple[Expected, ...]


def read_corpora(folder: Path) -> Iterator[ExpectedFeed]:
    """All documents with stated values. `folder`: that of the corpora."""
    yield from _feedparser(folder / "feedparser" / "tests")
    yield from _gofeed(folder / "gofeed" / "testdata")
    yield from _feed_rs(folder / "feed-rs")
    yield from _rss_parser(folder / "rss-parser" / "test")
    yield from _reader(folder / "reader" / "tests" / "data")


# --- feedparser: an expression of Python in a comment -----------------------------------------------------------------

_EXPECT: Final = re.compile(r"Expect:\s*(.*?)\s*(?:-->|\n\s*\n|\Z)", re.DOTALL)
_HEADER: Final = re.compile(r"^Header:\s*([\w-]+):\s*(.*?)\s*$", re.MULTILINE)
_OF_FEEDPARSER: Final = {
    "title": "title",
    "link": "link",
    "id": "id",
    "guid": "id",
    "published_parsed": "published",
    "issued_parsed": "published",
    "created_parsed": "published",
    "updated_parsed": "updated",
    "modified_parsed": "updated",
    "date_parsed": "updated",
    "description": "text",
    "summary": "text",
    "content.0.value": "text",
    "author": "author",
    "author_detail.name": "author",
}


def _feedparser(folder: Path) -> Iterator[ExpectedFeed]:
    for path in sorted(folder.rglob("*.xml")):
        head = path.read_bytes()[:4_000].decode("latin-1").replace("\0", "")
        found = _EXPECT.search(head)
        if found is None:
            continue
        entries: dict[int, dict[str, tuple[str, ...]]] = {}
        for number, key, value in _comparisons(found[1].encode("latin-1").decode("utf-8", "replace")):
            kind = _OF_FEEDPARSER.get(key)
            stated = _stated(value)
            if kind and stated:
                entries.setdefault(number, {})[kind] = (*entries.get(number, {}).get(kind, ()), stated)
        if entries:
            headers = {name.lower(): value for name, value in _HEADER.findall(head)}
            listed = tuple(entries.get(number, {}) for number in range(max(entries) + 1))
            yield ExpectedFeed("feedparser", path, headers, listed)


def _comparisons(expression: str) -> Iterator[tuple[int, str, object]]:
    """Number of the entry, path of keys and value of each `entries[0]['title'] == 'x'` in a conjunction."""
    try:
        tree = ast.parse(" ".join(expression.split()), mode="eval").body
    except (SyntaxError, ValueError):
        return
    parts = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]
    for part in parts:
        if not (isinstance(part, ast.Compare) and isinstance(part.ops[0], ast.Eq)):
            continue
        keys: list[Any] = []
        left: ast.expr = part.left
        while isinstance(left, ast.Subscript) and isinstance(left.slice, ast.Constant):
            keys.insert(0, left.slice.value)
            left = left.value
        if isinstance(left, ast.Name) and left.id == "entries" and len(keys) > 1 and isinstance(keys[0], int):
            try:
                yield keys[0], ".".join(map(str, keys[1:])), ast.literal_eval(part.comparators[0])
            except (ValueError, SyntaxError):
                continue


def _stated(value: object) -> str:
    match value:
        case str():
            return value
        case (int(), int(), int(), int(), int(), int(), *_):
            try:
                return datetime(*value[:6], tzinfo=UTC).isoformat()  # type: ignore[misc, arg-type]  # six numbers
            except ValueError:
                return ""
        case _:
            return ""


# --- the others: JSON, and calls in Python ----------------------------------------------------------------------------


def _gofeed(folder: Path) -> Iterator[ExpectedFeed]:
    for path in sorted(folder.rglob("*.json")):
        document = path.with_suffix(".xml")
        if document.exists() and isinstance(expected := _json(path), dict):
            items = expected.get("items") or expected.get("entries") or []
            yield _feed("gofeed", document, items, _gofeed_item)


def _gofeed_item(item: Mapping[str, Any]) -> dict[str, list[object]]:
    guid, content, image = item.get("guid"), item.get("content"), item.get("image")
    return {
        "title": [item.get("title")],
        "link": [item.get("link")],
        "id": [guid.get("value") if isinstance(guid, dict) else guid, item.get("id")],
        "published": [item.get("publishedParsed"), item.get("pubDateParsed")],
        "updated": [item.get("updatedParsed")],
        "text": [
            item.get("description"),
            item.get("summary"),
            content.get("value") if isinstance(content, dict) else content,
        ],
        "author": [one.get("name") for one in item.get("authors") or [] if isinstance(one, dict)][:1],
        "picture": [image.get("url") if isinstance(image, dict) else None],
    }


def _feed_rs(folder: Path) -> Iterator[ExpectedFeed]:
    for path in sorted(folder.rglob("*.serde.json")):
        document = next(
            (one for kind in ("xml", "json") if (one := path.with_suffix("").with_suffix(f".{kind}")).exists()), None
        )
        if document is not None and isinstance(expected := _json(path), dict):
            yield _feed("feed-rs", document, expected.get("entries") or [], _feed_rs_entry)


def _feed_rs_entry(item: Mapping[str, Any]) -> dict[str, list[object]]:
    title, summary, content = (item.get(key) or {} for key in ("title", "summary", "content"))
    pages = [link for link in item.get("links") or [] if link.get("rel") in (None, "alternate")]
    identifier = str(item.get("id") or "")
    is_made_up = re.fullmatch("[0-9a-f]{30,32}", identifier) or re.fullmatch("[0-9a-f-]{36}", identifier)
    return {
        "title": [title.get("content")],
        "link": [link.get("href") for link in pages[:1]],
        "id": [None if is_made_up else identifier],
        "published": [item.get("published")],
        "updated": [item.get("updated")],
        "text": [summary.get("content"), content.get("body")],
        "author": [one.get("name") for one in item.get("authors") or []][:1],
    }


def _rss_parser(folder: Path) -> Iterator[ExpectedFeed]:
    for path in sorted((folder / "output").glob("*.json")):
        document = next(iter((folder / "input").glob(f"{path.stem}.*")), None)
        if document is not None and isinstance(expected := _json(path), dict):
            yield _feed("rss-parser", document, (expected.get("feed") or {}).get("items") or [], _rss_parser_item)


def _rss_parser_item(item: Mapping[str, Any]) -> dict[str, list[object]]:
    return {
        "title": [item.get("title")],
        "link": [item.get("link")],
        "id": [item.get("guid") or item.get("id")],
        "published": [item.get("isoDate")],
        "text": [item.get("content"), item.get("content:encoded"), item.get("summary")],
        "author": [item.get("creator") or item.get("author")],
    }


def _reader(folder: Path) -> Iterator[ExpectedFeed]:
    for path in sorted(folder.glob("*.py")):
        document = path.with_suffix("")
        calls = [node for node in ast.walk(ast.parse(path.read_text())) if _name(node) == "EntryData"]
        if document.exists() and calls:
            yield _feed("reader", document, [_arguments(call) for call in calls], _reader_entry)


def _reader_entry(item: Mapping[str, Any]) -> dict[str, list[object]]:
    authors = [one.get("name") for one in item.get("authors") or () if isinstance(one, dict)]
    texts = [one.get("value") for one in item.get("content") or () if isinstance(one, dict)]
    return {
        "title": [item.get("title")],
        "link": [item.get("link")],
        "id": [item.get("id")],
        "published": [item.get("published")],
        "updated": [item.get("updated")],
        "text": [item.get("summary"), *texts],
        "author": authors[:1],
    }


def _name(node: ast.AST) -> str:
    return node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def _arguments(node: ast.AST) -> Any:
    """The keyword arguments of a call by name, tuples as lists, dates as text; None for what is computed."""
    match node:
        case ast.Constant():
            return node.value
        case ast.Tuple() | ast.List():
            return [_arguments(one) for one in node.elts]
        case ast.Call(func=ast.Attribute(attr="datetime")):
            numbers = [one.value for one in node.args if isinstance(one, ast.Constant)]
            return datetime(*numbers, tzinfo=UTC).isoformat()  # type: ignore[misc, arg-type]  # numbers of a date
        case ast.Call():
            return {one.arg: _arguments(one.value) for one in node.keywords if one.arg}
        case _:
            return None


def _feed(
    corpus: str, document: Path, items: object, read: Callable[[Mapping[str, Any]], dict[str, list[object]]]
) -> ExpectedFeed:
    entries = [
        {
            kind: texts
            for kind, values in read(item).items()
            if (texts := tuple(v for v in values if isinstance(v, str) and v))
        }
        for item in (items if isinstance(items, list) else [])
        if isinstance(item, dict)
    ]
    return ExpectedFeed(corpus, document, {}, tuple(entries))


def _json(path: Path) -> object:
    try:
        value: object = json.loads(path.read_text("utf-8", "replace"))
    except ValueError:
        return None
    return value
