"""The metadata of a web page: title, description, language, canonical address, time of publication."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.model import Language
from bot.text.clean import clean_title
from bot.text.language import language_code
from bot.text.urls import absolute_url, canonical_url, host_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement  # type: ignore[import-untyped]  # -- lxml ships no types

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


class PageMetadata:
    """The metadata of a page. It has to be read before trafilatura, which changes the tree.

    `title` and `description` are those that the page gives for links to it; empty where it gives none.

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
        heading = next((" ".join(heading.itertext()) for heading in tree.iter("h1")), "")
        titled = (self._meta.get("og:title"), heading, *(" ".join(title.itertext()) for title in tree.iter("title")))
        self.title = next((title for said in titled if said and (title := clean_title(said))), "")
        self.description = clean_title(self._meta.get("og:description") or self._meta.get("description") or "")
        times = (moment for moment in tree.iter("time") if moment.get("datetime") and not _is_beside(moment))
        self._times = [moment.get("datetime") or "" for moment in times][:1]
        own = next(tree.iter("article"), None)
        headings = own.iter("h1", "h2") if own is not None else tree.iter("h1", "h2")
        self._headings = [clean_title(" ".join(each.itertext())) for each in headings][:3]
        self._page_title = next((clean_title(" ".join(each.itertext())) for each in tree.iter("title")), "")

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

    def headline(self, title: str, site: str) -> str:
        """The title, unless it is only the name of the site: then the heading of the article that `<title>` has too.

        https://github.com/adbar/trafilatura/issues/284
        """
        names = {name.casefold() for name in (site, self._meta.get("og:site_name", "")) if name}
        is_name = title.casefold() in names or (
            title != self._page_title and self._page_title.casefold().endswith(f" {title.casefold()}")
        )
        if title and not is_name:
            return title
        fitting = (
            one for one in self._headings if one and one.casefold() != title.casefold() and one in self._page_title
        )
        return next(fitting, title or self.title)

    def published_at(self, linked: str) -> datetime | None:
        """The date of publication, to the second where the page has it."""
        written = (*(self._meta.get(name, "") for name in _DATE_FIELDS), linked, *self._times)
        return next((moment for text in written if text and (moment := moment_of(text))), None)


def forget_times_beside(tree: HtmlElement) -> None:
    """Turn the times of other articles into text, so that none is taken for the date of publication."""
    for time in list(tree.iter("time")):
        if _is_beside(time):
            time.drop_tag()


def _is_beside(time: HtmlElement) -> bool:
    """Whether a time is that of another article or within a sentence: the trial was on that day."""
    above = list(time.iterancestors())
    is_elsewhere = any(one.tag in ("aside", "nav", "footer", "li", "p", "a") for one in above)
    return is_elsewhere or (any(one.tag == "header" for one in above) and all(one.tag != "article" for one in above))


def _has_rel(element: HtmlElement, relation: str) -> bool:
    return relation in (element.get("rel") or "").lower().split()


def _same_site(address: str, url: str) -> bool:
    """Whether both hosts have the same registered domain, as far as it is known without the Public Suffix List."""
    return _site(host_of(address)) == _site(host_of(url))


def _site(host: str) -> tuple[str, ...]:
    labels = host.split(".")
    has_second_level = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return tuple(labels[-3:] if has_second_level else labels[-2:])


def moment_of(written: str) -> datetime | None:
    """A moment of ISO 8601; None for anything else, and for years before 1900."""
    try:
        moment = datetime.fromisoformat(written.strip())
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return moment if moment.year >= 1900 else None
