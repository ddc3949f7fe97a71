"""Reads JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.feeds.aggregators import as_article
from bot.feeds.cadence import hub_of_headers
from bot.feeds.date_styles import FeedDates, feed_dates
from bot.feeds.entry_content import first_address, guid_of, is_worth_keeping, plain_name, plain_text, plain_title
from bot.feeds.html_text import unescape
from bot.model import DateStyle, Entry, Language, ParsedFeed, ParseFailed
from bot.text.language import language_code

_VERSION = "https://jsonfeed.org/version/"

Values = Mapping[str, object]


def read_json_feed(
    document: object, headers: Mapping[str, str], url: str, remembered: DateStyle | None = None
) -> ParsedFeed | ParseFailed:
    """The feed in a decoded JSON document; members of a wrong type are ignored."""
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        return ParseFailed("this is JSON, but not a JSON Feed")
    version = _text(document, "version").replace("http://", "https://", 1).removeprefix(_VERSION)
    base = first_address(url, [_text(document, "home_page_url")])
    items = [item for item in document["items"] if isinstance(item, dict)]
    written = (_written(item, key) for item in items for key in ("date_published", "date_modified"))
    dates = feed_dates(written, _text(document, "language"), remembered)
    entries = (_read_entry(item, base or url, dates) for item in items)
    if author := _author(document):  # that of items which name none
        entries = (entry if entry.author else replace(entry, author=author) for entry in entries)
    return ParsedFeed(
        title=_title(document),
        link=base,
        language=_language(document),
        format="json" + "".join(character for character in version[:8] if character.isdigit()),
        entries=tuple(entry for entry in entries if is_worth_keeping(entry)),
        warning=None if version in ("1", "1.0", "1.1") else "it does not say which version of JSON Feed it is",
        hub=first_address(url, [hub_of_headers(headers.get("link", "")), *_hubs(document)]),
        self_link=first_address(url, [_text(document, "feed_url")]),
        dates=dates.style,
    )


def _read_entry(item: Values, base: str, dates: FeedDates) -> Entry:
    texts = [
        plain_text(_text(item, "content_html"), is_html=True),
        plain_text(_text(item, "content_text"), is_html=False),
        plain_text(unescape(_text(item, "summary")), is_html=False),
    ]
    entry = Entry(
        guid=guid_of(_identifier(item)),
        link=first_address(base, [_text(item, "url"), _text(item, "external_url"), _permalink(item)]),
        title=_title(item),
        text=max(texts, key=len),
        author=_author(item),
        published_at=dates.moment(_written(item, "date_published")),
        updated_at=dates.moment(_written(item, "date_modified")),
        language=_language(item),
        image=first_address(base, [_text(item, "image"), _text(item, "banner_image"), *_image_attachments(item)]),
    )
    return as_article(entry)


def _title(values: Values) -> str:
    """A title is plain text; WordPress writes references of HTML in it all the same (manton/jsonfeed-wp#75)."""
    return plain_title(unescape(_text(values, "title")), is_html=False)


def _identifier(item: Values) -> str:
    """The id of an item. The specification wants a string and tells readers to convert numbers.

    Other types are ignored (https://github.com/manton/JSONFeed/issues/118).
    """
    identifier = item.get("id")
    if isinstance(identifier, bool):
        return ""
    if isinstance(identifier, float) and identifier.is_integer():  # 7782.0 from a program that knows one kind of number
        identifier = int(identifier)
    return str(identifier) if isinstance(identifier, str | int | float) else ""


def _permalink(item: Values) -> str:
    identifier = _text(item, "id")
    return identifier if identifier.startswith(("http://", "https://")) else ""


def _author(item: Values) -> str | None:
    """The names of the authors: objects in a list, but also one object or mere names.

    See https://github.com/miniflux/v2/issues/3988.
    """
    for key in ("authors", "author"):
        given = item.get(key)
        people = given if isinstance(given, list) else [given]
        names = [_text(one, "name") if isinstance(one, dict) else one for one in people[:5]]
        if found := plain_name(", ".join(name for name in names if isinstance(name, str) and name)):
            return found
    return None


def _image_attachments(item: Values) -> list[str]:
    attachments = item.get("attachments")
    found = [part for part in attachments if isinstance(part, dict)] if isinstance(attachments, list) else []
    return [_text(part, "url") for part in found if _text(part, "mime_type").startswith("image/")]


def _hubs(document: Values) -> list[str]:
    hubs = document.get("hubs")
    return [_text(hub, "url") for hub in hubs if isinstance(hub, dict)] if isinstance(hubs, list) else []


def _language(values: Values) -> Language | None:
    declared = _text(values, "language")
    return language_code(declared) if declared else None


def _written(item: Values, key: str) -> str:
    """A date as text; some programs write Unix seconds instead."""
    value = item.get(key)
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else _text(item, key)


def _text(values: Values, key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) else ""
