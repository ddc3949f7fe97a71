"""Parses RSS 0.9-2.0, RDF and Atom with feedparser, which is given clean text and whose result is read defensively.

feedparser's sanitizing and link rewriting are switched off: they take nine tenths of its time
(https://github.com/kurtmckee/feedparser/issues/209), and no HTML is kept here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.feeds.aggregators import as_article, has_only_links
from bot.feeds.bare_ampersands import escape_bare_ampersands
from bot.feeds.cadence import hub_of_headers, skipped_days, skipped_hours, time_to_live
from bot.feeds.date_styles import FeedDates, feed_dates
from bot.feeds.entry_content import (
    first_address,
    guid_of,
    is_worth_keeping,
    plain_name,
    plain_names,
    plain_text,
    plain_title,
)
from bot.feeds.html_text import pictures_in
from bot.model import DateStyle, Entry, Language, ParsedFeed, ParseFailed
from bot.text.language import language_code

_DECLARATION = re.compile(r"\A<\?xml[^>]*>\s*")
_HEAD = 100_000
_ADDRESS = re.compile(r"(?:https?:)?//|/|www\.", re.IGNORECASE)
_ABSOLUTE = re.compile(r"https?://", re.IGNORECASE)
_UNREADABLE_TYPES = ("image/", "audio/", "video/", "application/")
_XHTML = "application/xhtml+xml"

Values = Mapping[str, Any]
"""A FeedParserDict of feedparser; it is read with `_get` only."""


def parse_xml(
    document: str, headers: Mapping[str, str], url: str, dates: DateStyle | None = None
) -> ParsedFeed | ParseFailed:
    """The feed in an XML document, well-formed or not; ParseFailed where there is none."""
    import feedparser  # noqa: PLC0415 -- heavy, and only the workers need it

    feedparser.api.PREFERRED_XML_PARSERS = ["bot.feeds.buffered_expat"]
    body = "<?xml version='1.0' encoding='utf-8'?>\n" + escape_bare_ampersands(_DECLARATION.sub("", document))
    try:
        parsed = feedparser.parse(
            io.BytesIO(body.encode("utf-8")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except Exception as error:  # -- feedparser raises errors of any kind on damaged feeds
        return ParseFailed(f"the feed is damaged beyond reading ({type(error).__name__})")
    if not parsed.get("version") and not any(_get(item, "title") or _get(item, "link") for item in parsed["entries"]):
        return ParseFailed("there is no RSS, Atom or RDF in this document")
    return _read_feed(parsed, document, headers, url, dates)


def _read_feed(
    parsed: Values, document: str, headers: Mapping[str, str], url: str, remembered: DateStyle | None
) -> ParsedFeed:
    feed: Values = parsed["feed"]
    items: list[Values] = parsed["entries"]
    version = str(parsed.get("version") or "")
    is_atom = version.startswith("atom")
    own = _text(feed, "link")  # of an Atom feed without a link its id, which may be relative to nothing
    link = first_address(url, [*_pages(feed), own if not is_atom or _ABSOLUTE.match(own) else ""])
    language = _first_language([_text(feed, "language"), *(_detail(feed, key, "language") for key in _FEED_TEXTS)])
    title = plain_title(_text(feed, "title"), is_html=_is_html(_get(feed, "title_detail"), is_atom))
    head = document[:_HEAD]
    written = (_text(values, key) for values in (*items, feed) for key in _DATES)
    dates = feed_dates(written, _text(feed, "language"), remembered)
    base = url if is_atom else link or url  # RFC 4287, 2; addresses in RSS are relative to the site
    entries = (_read_entry(item, is_atom, base, title, dates) for item in items)
    if is_atom and (author := _authors(feed)):  # RFC 4287, 4.1.2: the author of entries that name none
        entries = (entry if entry.author else replace(entry, author=author) for entry in entries)
    return ParsedFeed(
        title=title,
        link=link,
        language=language or language_code(headers.get("content-language", "").split(",")[0]),
        format=version or "xml",
        entries=tuple(entry for entry in entries if is_worth_keeping(entry)),
        warning=_fault(parsed),
        ttl=time_to_live(_get(feed, "ttl"), _get(feed, "sy_updateperiod"), _get(feed, "sy_updatefrequency")),
        skip_hours=skipped_hours(head),
        skip_days=skipped_days(head),
        hub=first_address(url, [hub_of_headers(headers.get("link", "")), *_links(feed, "hub")]),
        self_link=first_address(url, _links(feed, "self")),
        dates=dates.style,
    )


_PUBLISHED = ("published", "created")
_DAYS = ("prism_publicationdate", "prism_coverdate", "dcterms_issued", "dc_issued")
"""Elements of journals (PRISM, https://github.com/zotero/zotero/issues/4156) and libraries, which name a day."""
_DATES = (*_PUBLISHED, "updated", *_DAYS)
_EMBLEM = re.compile(r"gravatar\.com/|/favicon|/avatars?/|\.(?:svg|ico)(?:\?|\Z)", re.IGNORECASE)
"""A picture of the author, or a sign of the outlet (https://github.com/lwindolf/liferea/issues/1510)."""
_FEED_TEXTS = ("title_detail", "subtitle_detail")
_ENTRY_TEXTS = ("title_detail", "summary_detail")


def _read_entry(item: Values, is_atom: bool, base: str, feed_title: str, dates: FeedDates) -> Entry:
    contents = [part for part in _list(item, "content") if isinstance(part, Mapping)]
    languages = [_text(item, "language"), *(str(_get(part, "language") or "") for part in contents)]
    source = plain_name(_text(_mapping(item, "source"), "title") or _text(item, "news_source"))
    entry = Entry(
        guid=guid_of(_text(item, "id")),
        link=_link(item, base),
        title=plain_title(
            _text(item, "title") or _text(item, "media_mediatitle"),
            is_html=_is_html(_get(item, "title_detail"), is_atom),
        ),
        text=_longest_text(item, contents, is_atom),
        author=_authors(item),
        published_at=_first_moment(item, dates),
        updated_at=dates.moment(_text(item, "updated")),
        language=_first_language([*languages, *(_detail(item, key, "language") for key in _ENTRY_TEXTS)]),
        image=first_address(base, _images(item)) or _picture_in_text(item, contents, base),
        source=source if source != feed_title else None,
    )
    return as_article(entry)


def _longest_text(item: Values, contents: list[Values], is_atom: bool) -> str:
    candidates = [(_text(part, "value"), _is_html(part, is_atom)) for part in contents if _is_readable(part)]
    detail = _get(item, "summary_detail")
    if not isinstance(detail, Mapping) or _is_readable(detail):
        candidates.append((_text(item, "summary"), _is_html(detail, is_atom)))
    has_title = bool(_text(item, "title"))
    texts = [
        plain_text(value, is_html=is_html)
        for value, is_html in dict.fromkeys(candidates)
        if value and not (has_title and is_html and has_only_links(value))
    ]
    return max(texts, key=len, default="") or plain_text(_text(item, "media_aboutmedia"), is_html=True)


def _is_readable(part: Values) -> bool:
    kind = _text(part, "type").lower()
    return kind == _XHTML or kind.endswith("xml") or not kind.startswith(_UNREADABLE_TYPES)


def _is_html(detail: object, is_atom: bool) -> bool:
    """Whether a text is HTML: Atom says so (RFC 4287, 3.1); RSS 2.0 does not, and its publishers mean HTML."""
    if not is_atom or not isinstance(detail, Mapping):
        return True
    return _text(detail, "type") not in ("text/plain", "text")


def _first_moment(item: Values, dates: FeedDates) -> datetime | None:
    keys = _PUBLISHED if dates.moment(_text(item, "updated")) else (*_PUBLISHED, *_DAYS)
    return next((moment for key in keys if (moment := dates.moment(_text(item, key)))), None)


def _authors(item: Values) -> str | None:
    """The names of all authors. What feedparser takes for a mail address is cut in the middle of long domains."""
    people = [person for person in _list(item, "authors") if isinstance(person, dict)]
    if len(people) <= 1 and (written := _text(item, "author")):
        return plain_names([written])
    return plain_names([_text(person, "name") for person in people])


def _link(item: Values, base: str) -> str | None:
    """The address of the entry's page; of a podcast without one, that of the recording."""
    link = _text(item, "link")
    if bool(_get(item, "guidislink")) and not _ADDRESS.match(link):
        # Not an address: the guid lacks isPermaLink="false" (https://github.com/RssBandit/RssBandit/issues/399).
        link = ""
    return first_address(
        base, [_text(item, "feedburner_origlink"), *_pages(item), link, *_content_addresses(item), *_recordings(item)]
    )


def _pages(item: Values) -> list[str]:
    """The addresses of `link` elements, in their order but with web pages before documents of other types."""
    pages = [link for link in _list(item, "links") if "alternate" in str(_get(link, "rel") or "").lower().split()]
    pages.sort(key=lambda link: not (_text(link, "type") or "text/html").startswith(("text/html", _XHTML)))
    return [_text(link, "href") for link in pages]


def _content_addresses(item: Values) -> list[str]:
    """The addresses of contents that are not in the feed (RFC 4287, 4.1.3.2)."""
    return [_text(part, "src") for part in _list(item, "content")]


def _recordings(item: Values) -> Iterator[str]:
    """The addresses of audio and video, of pictures none."""
    for link in _list(item, "links"):
        if _get(link, "rel") == "enclosure" and not _text(link, "type").startswith("image"):
            yield _text(link, "href")
    for media in _list(item, "media_content"):
        if not _text(media, "type").startswith("image") and _text(media, "medium") != "image":
            yield _text(media, "url")
    yield _text(_mapping(item, "media_player"), "url")


def _links(values: Values, relation: str) -> Iterator[str]:
    for link in _list(values, "links"):
        if relation in str(_get(link, "rel") or "").lower().split():
            yield str(_get(link, "href") or "")


def _picture_in_text(item: Values, contents: list[Values], base: str) -> str | None:
    """The first picture in the entry's text, of a feed that names none."""
    for markup in (*(_text(part, "value") for part in contents), _text(item, "summary")):
        if picture := first_address(base, pictures_in(markup)):
            return picture
    return None


def _images(item: Values) -> list[str]:
    """The addresses of pictures, those of authors and outlets last."""
    return sorted(_all_images(item), key=lambda address: _EMBLEM.search(address) is not None)


def _all_images(item: Values) -> Iterator[str]:
    for media in _list(item, "media_content"):
        if _get(media, "medium") == "image" or str(_get(media, "type") or "").startswith("image/"):
            yield str(_get(media, "url") or "")
    for link in _list(item, "links"):
        if _get(link, "rel") == "enclosure" and str(_get(link, "type") or "").startswith("image"):
            yield str(_get(link, "href") or "")
    for media in _list(item, "media_thumbnail"):
        yield str(_get(media, "url") or "")
    yield _text(_mapping(item, "image"), "href")


def _first_language(candidates: list[str]) -> Language | None:
    return next((code for name in candidates if name and (code := language_code(name))), None)


def _fault(parsed: Values) -> str | None:
    """feedparser's complaint about the document (`bozo_exception`), shortened."""
    if not parsed.get("bozo"):
        return None
    problem = str(parsed.get("bozo_exception") or "")[:120]
    return f"not well-formed: {problem}"


def _get(values: object, key: str) -> object:
    """As `dict.get`. feedparser's own `get` answers with other keys and warns about it.

    See https://github.com/kurtmckee/feedparser/issues/151.
    """
    return dict.get(values, key) if isinstance(values, dict) else None


def _text(values: object, key: str) -> str:
    value = _get(values, key)
    return value if isinstance(value, str) else ""


def _detail(values: Values, key: str, inner: str) -> str:
    return _text(_get(values, key), inner)


def _mapping(values: Values, key: str) -> Values:
    value = _get(values, key)
    return value if isinstance(value, dict) else {}


def _list(values: Values, key: str) -> list[Any]:
    value = _get(values, key)
    return value if isinstance(value, list) else []
