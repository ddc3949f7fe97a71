"""Texts of articles that a page has as data: `articleBody` of JSON-LD (https://schema.org/articleBody), and the data
from which scripts build the page (`__NEXT_DATA__` and its like)."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]  # -- lxml ships no types

_LIVE_BLOG: Final = "liveblogposting"
_TITLES: Final = ("headline", "title", "name", "hed", "heading", "judul", "seotitle")
_BESIDE: Final = re.compile(
    r"description|excerpt|summary|teaser|seo|meta|alt|caption|credit|copyright|related|recommend|popular|trending|latest"
    r"|comment|author|byline|bio|tags?$|keywords|url|href|src|slug|breadcrumb|navigation|menu|footer|config|i18n|translations",
    re.IGNORECASE,
)
"""Keys of what stands beside an article's text."""
_SHORTEST: Final = 40
_FEWEST_WORDS: Final = 6
_DEEPEST: Final = 40
_MOST_NODES: Final = 200_000
_ASSIGNED: Final = re.compile(r"[=(,]\s*(?=[{\[])")
_MOST_STARTS: Final = 20
_FLIGHT: Final = re.compile(r"self\.__next_f\.push\((\[.*\])\)\s*;?\s*$", re.DOTALL)
_BLOCK_END: Final = re.compile(r"</(?:p|div|h[1-6]|li|blockquote|section|figure)\s*>|<br\s*/?>", re.IGNORECASE)
_TAG: Final = re.compile(r"<[^<>]{0,2000}>")
_UNSEEN: Final = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)


class StructuredText:
    """The data of a page. It has to be read before trafilatura, which removes scripts."""

    def __init__(self, tree: HtmlElement) -> None:
        self._linked: list[object] = []
        self._scripts: list[str] = []
        for script in tree.iter("script"):
            content = script.text or ""
            if "ld+json" in (script.get("type") or "").lower():
                self._linked.extend(_json_of(content))
            elif len(content) >= _SHORTEST:
                self._scripts.append(content)

    @property
    def is_live_blog(self) -> bool:
        """Whether the page says that it is a live blog: many short reports, each of its own time."""
        return any(_LIVE_BLOG in _types(node) for node in _nodes(self._linked))

    def linked_bodies(self, title: str) -> tuple[str, ...]:
        """The texts of JSON-LD for the article with this title; the only one there is, where none has the title."""
        found = [(node, body) for node in _nodes(self._linked) if (body := _said(node.get("articleBody")))]
        titled = tuple(body for node, body in found if _has_title(node, title))
        return titled or ((found[0][1],) if len({body for _, body in found}) == 1 else ())

    def published(self, title: str) -> str:
        """When the article with this title was published, by JSON-LD; the only time where none has the title."""
        found = [(node, said) for node in _nodes(self._linked) if isinstance(said := node.get("datePublished"), str)]
        titled = [said for node, said in found if _has_title(node, title)]
        return titled[0] if titled else found[0][1] if len({said for _, said in found}) == 1 else ""

    def built_body(self, title: str) -> str:
        """The longest text that stands beside the title in the data of scripts; empty for none."""
        found: list[str] = []
        if title:
            for value in self._built_values(title):
                found += _bodies_beside(value, title)
        return max(found, key=len, default="")

    def _built_values(self, title: str) -> Iterator[object]:
        flight: list[str] = []
        for script in self._scripts:
            if pushed := _FLIGHT.search(script):
                flight += [part for node in _json_of(pushed[1]) for part in _strings(node)]
            elif title in script or json.dumps(title)[1:-1] in script:
                yield from _values(script)
        for line in "".join(flight).split("\n"):
            if (start := line.find(":")) > 0:
                yield from _json_of(line[start + 1 :])


def _json_of(content: str) -> list[object]:
    """The value of a script with data: some templates leave it in a comment, or with line breaks in its strings."""
    content = content.strip().removeprefix("<!--").removesuffix("-->").strip()
    content = content.removeprefix("//<![CDATA[").removesuffix("//]]>").strip().rstrip(";")
    try:
        return [json.loads(content, strict=False)]
    except (ValueError, RecursionError):
        return []


def _values(script: str) -> Iterator[object]:
    """The JSON values of a script: the whole of it, or what it assigns to variables."""
    if whole := _json_of(script):
        yield from whole
        return
    decoder = json.JSONDecoder(strict=False)
    end = 0
    for count, start in enumerate(_ASSIGNED.finditer(script)):
        if count >= _MOST_STARTS:
            return
        if start.end() < end:
            continue
        try:
            value, end = decoder.raw_decode(script, start.end())
        except (ValueError, RecursionError):
            continue
        yield value


def _nodes(roots: list[object]) -> Iterator[dict[str, object]]:
    """All objects within the values, outer ones first."""
    waiting: list[tuple[object, int]] = [(root, 0) for root in reversed(roots)]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        value, depth = waiting.pop()
        inner: list[object] = []
        if isinstance(value, dict):
            yield value
            inner = list(value.values())
        elif isinstance(value, list):
            inner = value
        if depth < _DEEPEST:
            waiting += [(one, depth + 1) for one in reversed(inner) if isinstance(one, dict | list)]


def _types(node: dict[str, object]) -> str:
    named = node.get("@type")
    return " ".join(map(str, named)).casefold() if isinstance(named, list) else str(named or "").casefold()


def _strings(value: object, depth: int = 0) -> Iterator[str]:
    """The strings within a value, in order."""
    if isinstance(value, str):
        yield value
    elif depth < _DEEPEST and isinstance(value, list):
        for one in value:
            yield from _strings(one, depth + 1)
    elif depth < _DEEPEST and isinstance(value, dict):
        for key, one in value.items():
            if not (key.startswith("@") or _BESIDE.search(key)):
                yield from _strings(one, depth + 1)


def _said(body: object) -> str:
    """A text or a list of paragraphs as plain text."""
    return "\n".join(line for said in _strings(body) for line in _lines(said))


def _lines(said: str) -> list[str]:
    """The lines of a text that may have markup, which may be escaped."""
    said = html.unescape(said) if "&" in said else said
    if "<" in said:
        said = html.unescape(_TAG.sub("", _BLOCK_END.sub("\n", _UNSEEN.sub("", said))))
    return [line for raw in said.split("\n") if (line := " ".join(raw.split()))]


def _has_title(node: dict[str, object], title: str) -> bool:
    own = _titles(node)
    return bool(title) and any(_plain(one) == _plain(title) for one in own)


def _titles(node: dict[str, object]) -> list[str]:
    return [one for key, one in node.items() if key.casefold() in _TITLES and isinstance(one, str)]


def _plain(title: str) -> str:
    return " ".join(html.unescape(title).casefold().split())


def _bodies_beside(value: object, title: str) -> Iterator[str]:
    """The prose of each object that has the title: not that of objects in it with other titles, which are links."""
    for node in _nodes([value]):
        if _has_title(node, title):
            lines = dict.fromkeys(
                line for said in _own_strings(node, title) for line in _lines(said) if _is_prose(line)
            )
            if lines:
                yield "\n".join(lines)


def _own_strings(value: object, title: str, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth < _DEEPEST and isinstance(value, list):
        for one in value:
            yield from _own_strings(one, title, depth + 1)
    elif depth < _DEEPEST and isinstance(value, dict):
        if depth and _titles(value) and not _has_title(value, title):
            return
        for key, one in value.items():
            if not _BESIDE.search(key):
                yield from _own_strings(one, title, depth + 1)


def _is_prose(line: str) -> bool:
    is_spaced = len(line.split()) >= _FEWEST_WORDS
    return len(line) >= _SHORTEST and (is_spaced or line.endswith(("。", "！", "？"))) and "://" not in line[:12]
