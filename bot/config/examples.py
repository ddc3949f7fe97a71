"""Articles that a topic is shown, read from text and HTML files."""

from __future__ import annotations

import re
from pathlib import Path

from bot.config.tables import BadValueError, read_text
from bot.errors import KabarError
from bot.model import Example, Extracted, ExtractFailed
from bot.text.boilerplate import strip_boilerplate
from bot.text.clean import clean_text, clean_title
from bot.text.language import detect

_MAX_TITLE = 160
_DATELINE = re.compile(r"\s[-\u2013\u2014]{1,2}\s")
_HTML_SUFFIXES = (".html", ".htm", ".xhtml")


class ExampleError(KabarError):
    """A file or page cannot serve as an example; the message says why, `hint` what would be right."""

    exit_code = 2

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.message = message
        self.hint = hint


def is_address(written: str) -> bool:
    """Whether an example is a web page rather than a file."""
    return written.lower().startswith(("http://", "https://"))


def read_example(path: Path, origin: str) -> Example:
    """The article of a UTF-8 text file (`.html`: of a saved web page). Raises ExampleError."""
    try:
        content = read_text(path)
    except BadValueError as error:
        raise ExampleError(error.message, error.hint) from error
    if path.suffix.lower() in _HTML_SUFFIXES:
        return _example_from_html(content, origin)
    return example_from_text(content, origin)


def example_from_text(content: str, origin: str) -> Example:
    """The article of a plain text. The first line is its title if it looks like one."""
    title, text = _divide(clean_text(content).strip())
    return _finished(title, text, origin)


def example_from_page(page: Extracted, origin: str) -> Example:
    """The article of a web page that was fetched and extracted."""
    return _finished(page.title, page.text, origin, page)


def _example_from_html(content: str, origin: str) -> Example:
    from bot.articles.extraction import extract_page  # noqa: PLC0415 -- heavy, and few topics have HTML examples

    # The file was decoded already: what it declares about its own encoding no longer holds.
    headers = {"content-type": "text/html; charset=utf-8"}
    page = extract_page(content.encode("utf-8", "replace"), headers, "https://example.invalid/")
    if isinstance(page, ExtractFailed):
        raise ExampleError(f"no article was found in this page: {page.reason}", "Save its text as a .txt file instead.")
    return example_from_page(page, origin)


def _finished(title: str, text: str, origin: str, page: Extracted | None = None) -> Example:
    title = clean_title(title)
    language = detect(f"{title}\n{text}", page.language if page else None)
    body = strip_boilerplate(clean_text(text), language).strip()
    if not any(character.isalnum() for character in title + body):
        raise ExampleError("there is no text in it.", "An example is an article: a few sentences or more.")
    return Example(origin, title, body, language, page.published_at if page else None)


def _divide(text: str) -> tuple[str, str]:
    first, _, rest = text.partition("\n")
    if rest.strip() and _looks_like_title(first.strip()):
        return first.strip(), rest.strip()
    return "", text


def _looks_like_title(line: str) -> bool:
    """Short, no full stop at its end, and no dateline ("BRUSSELS, KOMPAS.TV - …") at its beginning."""
    if not line or len(line) > _MAX_TITLE or line.endswith((".", "…", ":", ";", ",", ".”", '."')):
        return False
    dateline = _DATELINE.search(line[:60])
    return not (dateline and line[: dateline.start()].partition(",")[0].isupper())
