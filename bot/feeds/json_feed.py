"""Reads JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timezone

from bot.feeds.cadence import hub_of_headers
from bot.feeds.dates import parse_moment
from bot.feeds.entry_content import first_address, guid_of, is_worth_keeping, plain_name, plain_text, plain_title
from bot.feeds.zones import usual_zone
from bot.model import Entry, Language, ParsedFeed, ParseFailed
from bot.text.language import language_code

_VERSION = "https://jsonfeed.org/version/"

Values = Mapping[str, object]


def read_json_feed(document: object, headers: Mapping[str, str], url: str) -> ParsedFeed | ParseFailed:
    """The feed in a decoded JSON document; members of a wrong type are ignored."""
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        return ParseFailed("this is JSON, but not a JSON Feed")
    version = _text(document, "version").replace("http://", "https://", 1).removeprefix(_VERSION)
    base = first_address(url, [_text(document, "home_page_url")])
    items = [item for item in document["items"] if isinstance(item, dict)]
    zone = usual_zone(_text(item, key) for item in items for key in ("date_published", "date_modified"))
    entries = (_read_entry(item, base or url, zone) for item in items)
    return ParsedFeed(
        title=plain_title(_text(document, "title"), is_html=False),
        link=base,
        language=_language(document),
        format="json" + "".join(character for character in version[:8] if character.isdigit()),
        entries=tuple(entry for entry in entries if is_worth_keeping(entry)),
        warning=None if version in ("1", "1.0", "1.1") else "it does not say which version of JSON Feed it is",
        hub=first_address(url, [hub_of_headers(headers.get("link", "")), *_hubs(document)]),
        self_link=first_address(url, [_text(document, "feed_url")]),
    )


def _read_entry(item: Values, base: str, zone: timezone) -> Entry:
    texts = [
        plain_text(_text(item, "content_html"), is_html=True),
        plain_text(_text(item, "content_text"), is_html=False),
        plain_text(_text(item, "summary"), is_html=False),
    ]
    return Entry(
        guid=guid_of(_identifier(item)),
        link=first_address(base, [_text(item, "url"), _text(item, "external_url"), _permalink(item)]),
        title=plain_title(_text(item, "title"), is_html=False),
        text=max(texts, key=len),
        author=_author(item),
        published_at=parse_moment(_text(item, "date_published"), zone),
        updated_at=parse_moment(_text(item, "date_modified"), zone),
        language=_language(item),
        image=first_address(base, [_text(item, "image"), _text(item, "banner_image"), *_image_attachments(item)]),
    )


def _identifier(item: Values) -> str:
    """The id of an item. The specification wants a string and tells readers to convert numbers.

    Other types are ignored (https://github.com/manton/JSONFeed/issues/118).
    """
    identifier = item.get("id")
    if isinstance(identifier, bool):
        return ""
    return str(identifier) if isinstance(identifier, str | int | float) else ""


def _permalink(item: Values) -> str:
    identifier = _text(item, "id")
    return identifier if identifier.startswith(("http://", "https://")) else ""


def _author(item: Values) -> str | None:
    authors = item.get("authors")
    several = [author for author in authors if isinstance(author, dict)] if isinstance(authors, list) else []
    single = item.get("author")
    if not several and isinstance(single, dict):
        several = [single]
    return plain_name(", ".join(name for author in several[:5] if (name := _text(author, "name"))))


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


def _text(values: Values, key: str) -> str:
    value = values.get(key)
    return value if isinstance(value, str) else ""
