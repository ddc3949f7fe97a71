"""Entries of aggregators and platforms, as the readers of an article expect them.

Google News puts the outlet behind the headline, and a list of other outlets' headlines in place of a text; Google
Alerts leads to the article through an address of its own; Reddit signs each post; arXiv writes a line of its own before
an abstract.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

from bot.model import Entry
from bot.text.urls import behind_redirector, host_of

_LINKED: Final = re.compile(
    r"<a\b[^<>]{0,3000}>[^<]{0,500}(?:</?(?:b|strong|em|i|span)>[^<]{0,500}){0,4}</a\s*>"
    r"|<font\b[^<>]{0,100}>[^<]{0,200}</font\s*>",
    re.IGNORECASE,
)
_MARKUP: Final = re.compile(r"<!--.*?-->|<[^<>]*>|&#?\w{1,10};", re.DOTALL)
_LONGEST_LIST: Final = 30_000
"""Characters of a list of headlines; a longer text has more than links."""
_SIGNED: Final = re.compile(
    r"\s*submitted by\s*\S{1,60}?(?:\s*to\s*\S{1,60})?\s*\[link\]\s*\[(?:\d+ )?comments?\]\s*\Z"
)
"""The end of a post on Reddit (https://github.com/FreshRSS/FreshRSS/discussions/8189)."""
_ANNOUNCED: Final = re.compile(r"\AarXiv:\S+\s+Announce Type:\s*\S+\s+Abstract:\s*", re.IGNORECASE)
"""The beginning of an abstract (https://info.arxiv.org/help/rss_specifications.html)."""
_NUMBERED: Final = re.compile(r"\s*\(arXiv:\d{4}\.\d{4,6}(?:v\d+)?\s*(?:\[[\w.-]+\])?[^()]{0,30}\)\s*\Z")
_NO_NOTES: Final = "No content."
"""What GitHub writes for a release without notes."""
_OUTLET: Final = re.compile(r"(?P<title>.*\S)\s+[-\u2013\u2014|]\s+(?P<outlet>\S.{0,60})\Z", re.DOTALL)
_LETTERS: Final = re.compile(r"[^\W_]+")
_KNOWN: Final = re.compile(r"arxiv|github\.com|news\.google\.com")
_SUFFIXES: Final = frozenset({"co", "com", "or", "go", "ac", "net", "org", "gov", "edu", "ne", "web", "www", "m"})


def has_only_links(markup: str) -> bool:
    """Whether a text consists of links: to the article itself, to its comments, or to other articles."""
    if len(markup) > _LONGEST_LIST or not _LINKED.search(markup):
        return False
    return not any(character.isalnum() for character in _MARKUP.sub("", _LINKED.sub(" ", markup)))


def as_article(entry: Entry) -> Entry:
    """The entry without what the aggregator added to it. All other entries are returned as they are."""
    link, title, text, source = entry.link, entry.title, entry.text, entry.source
    if link and "http" in link[4:]:  # there may be another address in its query
        link = behind_redirector(link)
    host = host_of(entry.link) if entry.link and _KNOWN.search(entry.link) else ""
    if text.endswith(" comments]") or text.endswith(("[comments]", "[1 comment]")):
        text = _SIGNED.sub("", text)
    if "arxiv" in host:
        title, text = _NUMBERED.sub("", title), _ANNOUNCED.sub("", text)
    if host == "github.com" and text == _NO_NOTES:
        text = ""
    if host == "news.google.com":
        title = _without_outlet(title, source)
    elif link is not None and link != entry.link and source is None:
        title, source = _of_host(title, host_of(link))
    if (link, title, text, source) == (entry.link, entry.title, entry.text, entry.source):
        return entry
    return replace(entry, link=link, title=title, text=text, source=source)


def _without_outlet(title: str, outlet: str | None) -> str:
    """The headline without the outlet that follows it."""
    if not outlet:
        return title
    for dash in (" - ", " – ", " — ", " | "):
        if title.casefold().endswith(f"{dash}{outlet}".casefold()):
            return title[: -len(dash) - len(outlet)].rstrip() or title
    return title


def _of_host(title: str, host: str) -> tuple[str, str]:
    """The headline and its outlet: what follows a dash if it is the name of the host, else the host."""
    found = _OUTLET.fullmatch(title)
    if found and _is_name_of(found["outlet"], host):
        return found["title"], found["outlet"].strip()
    return title, host.removeprefix("www.")


def _is_name_of(outlet: str, host: str) -> bool:
    """Whether a name is that of a host: `BBC News` of bbc.com, `The New York Times` of nytimes.com."""
    words = [word for word in _LETTERS.findall(outlet.casefold()) if word != "the"]
    labels = [label for label in host.split(".")[:-1] if label not in _SUFFIXES]
    name, initials = "".join(words), "".join(word[0] for word in words)
    joined = host.replace(".", "").replace("-", "")
    if len(name) >= 3 and name in joined:
        return True
    return any(
        (len(label) >= 3 and label.replace("-", "") in name) or (len(initials) >= 2 and label.startswith(initials))
        for label in labels
    )
