"""Extracts the article of a web page with trafilatura (https://trafilatura.readthedocs.io/): `extract_page`.

It uses no network, but a hostile page may take long, so callers run it in a worker process (`bot.adapters.workers`). It
does not check whether the page is the article that was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.model import Extracted, ExtractFailed, Language
from bot.text.charset import decode, served_charset
from bot.text.clean import clean_text, clean_title
from bot.text.language import language_code
from bot.text.urls import absolute_url, canonical_url, host_of

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
_JSON_DATE = re.compile(r'"datePublished"\s*:\s*"([^"]{8,40})"')
_TAG = re.compile(r"<[A-Za-z!]")
_DATE_FIELDS = (
    "article:published_time",
    "og:article:published_time",
    "datePublished",
    "publishdate",
    "pubdate",
    "content_PublishedDate",
    "parsely-pub-date",
    "dc.date.issued",
    "DC.date.issued",
)


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
    from trafilatura import bare_extraction  # noqa: PLC0415 -- 40 MB that only the workers need

    parser = lxml_html.HTMLParser(encoding="utf-8", remove_comments=False, remove_pis=True, huge_tree=False)
    tree: HtmlElement = lxml_html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    if not _is_manageable(tree):
        return ExtractFailed("the page is too large or nested too deeply")
    about = _About(tree)
    document = bare_extraction(
        tree, url=url, fast=True, with_metadata=True, include_comments=False, include_tables=False
    )
    if document is None or isinstance(document, dict):
        return ExtractFailed("there is no article on the page")
    title = clean_title(document.title or "")
    text = _without_title(clean_text(document.text or ""), title)
    if len(text) < MIN_TEXT:
        return ExtractFailed("there is no article on the page")
    return Extracted(
        title=title,
        text=text,
        language=about.language() or language_code(headers.get("content-language", "").split(",")[0]),
        author=clean_title(document.author or "")[:_MAX_NAME] or None,
        published_at=about.published_at(page) or _moment(document.date or ""),
        canonical=about.canonical(url),
        image=absolute_url(url, document.image) if document.image else None,
        site=clean_title(document.sitename or "")[:_MAX_NAME] or None,
    )


class _About:
    """The metadata of a page. It has to be read before trafilatura, which changes the tree.

    Fields are those of Open Graph (https://ogp.me/), schema.org and HTML (`lang`, `link rel=canonical`: RFC 6596).
    """

    def __init__(self, tree: HtmlElement) -> None:
        self._language = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""
        self._canonical = [link.get("href") or "" for link in tree.iter("link") if _has_rel(link, "canonical")][:3]
        self._meta: dict[str, str] = {}
        for meta in tree.iter("meta"):
            name = meta.get("property") or meta.get("name") or meta.get("itemprop")
            if name:
                self._meta.setdefault(name, meta.get("content") or "")
        self._times = [moment.get("datetime") or "" for moment in tree.iter("time") if moment.get("datetime")][:1]

    def language(self) -> Language | None:
        """The language that the page declares."""
        declared = (self._language, self._meta.get("og:locale", ""), self._meta.get("language", ""))
        return next((code for name in declared if name and (code := language_code(name))), None)

    def canonical(self, url: str) -> str | None:
        """The canonical address that the page declares, else None.

        The address of a front page or of another site is ignored: it is a mistake of the template, or claims the
        article of another outlet.
        """
        for href in (*self._canonical, self._meta.get("og:url", "")):
            address = absolute_url(url, href) if href else None
            address = canonical_url(address) if address else None
            if address and _same_site(address, url) and urlsplit(address).path.strip("/"):
                return address
        return None

    def published_at(self, page: str) -> datetime | None:
        """The date of publication, to the second where the page has it."""
        found = _JSON_DATE.search(page)
        written = (*(self._meta.get(name, "") for name in _DATE_FIELDS), found.group(1) if found else "", *self._times)
        return next((moment for text in written if text and (moment := _moment(text))), None)


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


def _has_rel(element: HtmlElement, relation: str) -> bool:
    return relation in (element.get("rel") or "").lower().split()


def _same_site(address: str, url: str) -> bool:
    """Whether both hosts have the same registered domain, as far as it is known without the Public Suffix List."""
    return _site(host_of(address)) == _site(host_of(url))


def _site(host: str) -> tuple[str, ...]:
    labels = host.split(".")
    has_second_level = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return tuple(labels[-3:] if has_second_level else labels[-2:])


def _without_title(text: str, title: str) -> str:
    first, _, rest = text.partition("\n")
    return rest if title and first.strip() == title and rest else text


def _moment(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written.strip())
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year >= 1900 else None
