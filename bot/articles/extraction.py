"""Extracts the article of a web page: `extract_page`.

Most texts are found by trafilatura (https://trafilatura.readthedocs.io/), after the lists of other articles and consent
dialogs are removed (`page_shape`). Where it finds none that is about the page's title, the article may be in `<aside>`,
or in the page's data (`structured_text`). A text that is a wall, or a list, is no article.

It uses no network, but a hostile page may take long, so callers run it in a worker process (`bot.adapters.workers`). It
does not check whether the page is the article that was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.articles.page_metadata import PageMetadata, forget_times_beside, moment_of
from bot.articles.page_shape import (
    asides_as_blocks,
    drop_consent_dialogs,
    drop_lists,
    keep_own_article,
    keep_times_of_sentences,
    show_as_read,
)
from bot.articles.structured_text import StructuredText
from bot.features.relevance import is_about
from bot.model import Extracted, ExtractFailed, Language
from bot.text.charset import decode, served_charset
from bot.text.clean import clean_text, clean_title
from bot.text.language import detect, language_code
from bot.text.urls import absolute_url
from bot.text.walls import without_walls

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]  # -- lxml ships no types

MAX_PAGE = 3_000_000
"""Characters of a page that are read; articles have at most a few hundred thousand."""

MAX_DEPTH = 500
"""The most levels of nested elements: trafilatura recurses, and no article is nested deeper than 50."""

MAX_ELEMENTS = 40_000
"""The most elements of a page: the time grows faster than their number, and long live blogs have 20,000."""

MIN_TEXT = 80
"""A text with fewer characters is a headline, a caption or a cookie notice."""

_MAX_NAME = 200
_META_CHARSET = re.compile(r"<meta[^>]{0,300}?charset\s*=\s*[\"']?([A-Za-z0-9._:-]{1,40})", re.IGNORECASE)
_TAG = re.compile(r"<[A-Za-z!]")

_LONGEST_NOTICE = 1_000
"""A longer text that is shown is an article even where it has none of the title's words, as under a title that puns."""

_SHORTEST_TITLE = 8
_LONGEST_REPEATED = 40
"""Characters; shorter lines may be there more than once: answers, refrains."""

_LONGER = 1.5
"""A text in the page's data is preferred if it is so many times as long: the page shows only a part of its article."""


def extract_page(body: bytes, headers: Mapping[str, str], url: str) -> Extracted | ExtractFailed:
    """Extracts title, text and metadata of the article of a page.

    Args:
        headers: the headers of the response, names in lower case.
        url: where the page came from.

    Returns:
        The article with at most 200,000 characters of text, paragraphs separated by newlines; or ExtractFailed, which
        says in one line what the page is instead.
    """
    if not body.strip():
        return ExtractFailed("the page is empty")
    page = _decode(body, headers)[:MAX_PAGE]
    if not _TAG.search(page):
        return ExtractFailed("this is not a web page")
    from lxml import etree  # type: ignore[import-untyped]  # noqa: PLC0415 -- no types; only the workers need it

    try:
        return _extract(page, headers, url)
    except RecursionError:
        return ExtractFailed("the page is nested too deeply")
    except (ValueError, AssertionError, etree.LxmlError) as error:
        return ExtractFailed(f"the page is damaged beyond reading ({type(error).__name__})")


def _extract(page: str, headers: Mapping[str, str], url: str) -> Extracted | ExtractFailed:
    from lxml import html as lxml_html  # noqa: PLC0415 -- only the workers need it
    from trafilatura.metadata import extract_metadata  # noqa: PLC0415 -- 40 MB that only the workers need

    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=False, remove_pis=True, huge_tree=False)
    tree: HtmlElement = lxml_html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    if not _is_manageable(tree):
        return ExtractFailed("the page is too large or nested too deeply")
    about, data = PageMetadata(tree), StructuredText(tree)
    if data.is_live_blog:
        return ExtractFailed("this is a live blog, not one article")
    show_as_read(tree)
    drop_consent_dialogs(tree)
    drop_lists(tree, url)
    keep_times_of_sentences(tree)
    forget_times_beside(tree)
    document = extract_metadata(tree, url)
    site = clean_title(document.sitename or "")[:_MAX_NAME]
    language = about.language() or language_code(headers.get("content-language", "").split(",")[0])
    about.title = about.headline(clean_title(document.title or ""), site)
    text = _best_text(tree, about, data, url, language)
    if not text:
        return ExtractFailed("there is no article on the page")
    return Extracted(
        title=about.title,
        text=text,
        language=language,
        author=clean_title(document.author or "")[:_MAX_NAME] or None,
        published_at=about.published_at(data.published(about.title)) or moment_of(document.date or ""),
        canonical=about.canonical(url),
        image=absolute_url(url, document.image) if document.image else None,
        site=site or None,
    )


def _best_text(
    tree: HtmlElement, about: PageMetadata, data: StructuredText, url: str, language: Language | None
) -> str:
    """The text that the page shows, or a longer one of its data; empty for none that is an article.

    Text that is not shown as an article is only looked at where none is: most of it is not the article.
    """
    shown = ""
    if keep_own_article(tree, about.title, language or detect(about.title)):
        shown = _article_text(_shown_text(tree, url), about)
    best = shown if _is_fitting(shown, about, language) else ""
    for body in data.linked_bodies(about.title):
        text = _article_text(body, about)
        if len(text) > _LONGER * len(best) and _is_fitting(text, about, language):
            best = text
    if not best and asides_as_blocks(tree):
        beside = _article_text(_shown_text(tree, url), about)
        best = beside if _is_fitting(beside, about, language) else ""
    if not best:
        built = _article_text(data.built_body(about.title), about)
        best = built if _is_fitting(built, about, language) else ""
    return best or (shown if len(shown) > _LONGEST_NOTICE else "")


def _shown_text(tree: HtmlElement, url: str) -> str:
    from trafilatura import bare_extraction  # noqa: PLC0415 -- as above

    document = bare_extraction(tree, url=url, fast=True, include_comments=False, include_tables=False)
    return "" if document is None or isinstance(document, dict) else document.text or ""


def _article_text(text: str, about: PageMetadata) -> str:
    """The text without the page's title and without walls; empty where too little is left for an article."""
    text = without_walls(_without_repeats(_without_title(clean_text(text), about.title)))
    return text if len(text) >= MIN_TEXT else ""


def _is_fitting(text: str, about: PageMetadata, language: Language | None) -> bool:
    return bool(text) and is_about(text, about.title, about.description, language or detect(text))


def _decode(body: bytes, headers: Mapping[str, str]) -> str:
    found = _META_CHARSET.search(body[:4_000].decode("latin-1"))
    return decode(body, (served_charset(headers.get("content-type", "")), found.group(1) if found else None))


def _is_manageable(tree: HtmlElement) -> bool:
    """Whether the tree is small and flat enough to be processed; checked without recursion."""
    from lxml import etree  # noqa: PLC0415 -- only the workers need it

    depth = 0
    for count, (event, _) in enumerate(etree.iterwalk(tree, events=("start", "end"))):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH or count > 2 * MAX_ELEMENTS:
            return False
    return True


def _without_title(text: str, title: str) -> str:
    """The text without the title before it, in a line of its own or run together with the first sentence."""
    rest = text.removeprefix(title).lstrip() if title and len(title) >= _SHORTEST_TITLE else text
    is_word_cut = len(rest) + len(title) == len(text) and rest[:1].islower()
    return text if not rest or is_word_cut else rest


def _without_repeats(text: str) -> str:
    """The text without paragraphs that were there before: some pages have it once for each kind of screen.

    https://github.com/adbar/trafilatura/issues/660
    """
    kept: dict[str, None] = {}
    numbered = (line if len(line) >= _LONGEST_REPEATED else f"{line}\0{n}" for n, line in enumerate(text.split("\n")))
    for line in numbered:
        kept.setdefault(line)
    return "\n".join(line.partition("\0")[0] for line in kept)
