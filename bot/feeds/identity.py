"""Decides which entries of a feed document are known articles and which are new (deduplication within a feed).

An entry has four keys: its guid (`g:`), its link (`l:`), its text (`c:`) and its title (`t:`). RSS 2.0 and RFC 4287,
4.2.6 promise that a guid is unique and never changes, but feeds break this and every other key, so no key is trusted
alone:

- A key that two different entries of one document share identifies nothing and is ignored: a constant guid
  (https://github.com/cocopuff2u/MOFA/issues/24, https://github.com/FreshRSS/FreshRSS/issues/5329) or the home page as
  the link of all entries (https://github.com/Ranchero-Software/NetNewsWire/issues/4540). An entry that is left without
  any key is identified by all of them together (`w:`).
- The guid of an article may change, of one article or of all at once, and so may its link
  (https://github.com/feedbin/support/issues/515, https://github.com/lwindolf/liferea/issues/1195,
  https://github.com/Ranchero-Software/NetNewsWire/issues/3286): the key that another key confirms wins.
- A title may change while the link stays (https://github.com/miniflux/v2/issues/3120).
- A guid may be used again for another article (https://github.com/feedbin/support/issues/604): an entry with another
  link and another title is another article.

Pure: the caller looks up the keys that `document_keys` lists, and stores the ones that `identify` returns.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from bot.model import ArticleId, Entry, EntryKey, FeedId
from bot.text.urls import link_key

GUID, LINK, CONTENT, TITLE, WHOLE = "g", "l", "c", "t", "w"

_WEIGHTS = {WHOLE: 9, CONTENT: 6, GUID: 5, LINK: 4, TITLE: 2}
"""Which claim on a known article wins: the same text beats a guid alone, guid and title beat a link alone."""

_ENOUGH_WORDS = 5
"""A text with fewer words ("Read more") does not identify an article."""

_WORD = re.compile(r"\w+")
_SERIAL = re.compile(r"#\d{1,4}\Z")
"""BBC adds a revision number to the guid (`…/articles/c9d#3`), so that one article has several guids.

See https://github.com/FreshRSS/FreshRSS/issues/6521 and https://github.com/Ranchero-Software/NetNewsWire/issues/4808.
"""


@dataclass(frozen=True, slots=True)
class Identified:
    """One article of a document. `keys` are the keys to store for it, the known ones included."""

    entry: Entry
    article_id: ArticleId
    keys: tuple[EntryKey, ...]
    is_new: bool
    link_is_own: bool
    """Its link leads to this article only: not to a front page, nor to a page that several articles share."""


@dataclass(frozen=True, slots=True)
class KeyedEntry:
    """An entry with all keys by which it could be recognized within its feed."""

    entry: Entry
    keys: Mapping[str, EntryKey]
    """Keys by kind, the strongest first."""
    whole: EntryKey
    guid_repeats_link: bool


def document_keys(entries: Iterable[KeyedEntry]) -> frozenset[EntryKey]:
    """All keys of the entries of a document, at least one for each entry: those to look up before `identify`."""
    return frozenset(key for one in entries for key in (*one.keys.values(), one.whole))


def identify(
    feed_id: FeedId, entries: Sequence[KeyedEntry], known: Mapping[EntryKey, ArticleId]
) -> tuple[Identified, ...]:
    """The articles of a document in its order, each once, even where the document repeats it.

    Args:
        known: the stored article ids of this feed by key.

    The id of a new article follows from the feed and its keys alone, so identifying it again gives the same id.
    """
    groups = _grouped([_Group(one.entry, dict(one.keys), one.whole, one.guid_repeats_link) for one in entries])
    _drop_shared_keys(groups)
    for group in groups:
        group.find_candidates(known)
    settled = _settle(groups)
    identified: dict[ArticleId, Identified] = {}
    for index, group in enumerate(groups):
        article_id = settled.get(index) or _new_id(feed_id, group, known)
        keys = tuple(group.keys.values())
        if article_id in identified:
            known_twice = identified[article_id]
            identified[article_id] = replace(known_twice, keys=known_twice.keys + keys)
            continue
        link = group.keys.get(LINK)
        identified[article_id] = Identified(
            entry=group.entry,
            article_id=article_id,
            keys=keys,
            is_new=index not in settled,
            link_is_own=link is not None and known.get(link, article_id) == article_id,
        )
    return tuple(identified.values())


@dataclass(slots=True)
class _Group:
    """The entries of a document that are one article; mostly one entry."""

    entry: Entry
    keys: dict[str, EntryKey]
    whole: EntryKey
    guid_repeats_link: bool
    candidates: dict[ArticleId, set[str]] = field(default_factory=dict)
    """Known articles, with the kinds of keys that lead to each."""
    known_kinds: set[str] = field(default_factory=set)

    def find_candidates(self, known: Mapping[EntryKey, ArticleId]) -> None:
        for kind, key in (*self.keys.items(), (WHOLE, self.whole)):
            if (article_id := known.get(key)) is not None:
                self.candidates.setdefault(article_id, set()).add(kind)
                self.known_kinds.add(kind)

    def found_by(self, kind: str) -> set[str]:
        """The kinds of keys that lead to the same article as this kind; empty if it leads to none."""
        return next((kinds for kinds in self.candidates.values() if kind in kinds), set())


def with_keys(entry: Entry) -> KeyedEntry:
    """The entry with the keys of its guid, link, text and title, as far as it has them."""
    title = title_key(entry.title)
    words = _WORD.findall(entry.text.casefold())
    link = _page_of(entry.link)
    keys: dict[str, EntryKey] = {}
    if entry.guid:
        keys[GUID] = _key(GUID, entry.guid)
    if link:
        keys[LINK] = _key(LINK, link)
    if len(words) >= _ENOUGH_WORDS:
        keys[CONTENT] = _key(CONTENT, " ".join(words))
    if title:
        keys[TITLE] = title
    whole = _key(WHOLE, "\n".join(keys.values()) or f"{entry.title}\n{entry.text}")
    guid_page = _page_of(_SERIAL.sub("", entry.guid)) if entry.guid else None
    return KeyedEntry(entry, keys, whole, guid_repeats_link=link is not None and guid_page == link)


def title_key(title: str) -> EntryKey | None:
    """The key of a title, by its words; None for a title without words."""
    words = " ".join(_WORD.findall(title.casefold()))
    return _key(TITLE, words) if words else None


def _page_of(link: str | None) -> str | None:
    """The page that a link leads to, with its fragment; None for the front page of a site."""
    page = link_key(link) if link else None
    if not link or page is None:
        return None
    try:
        fragment = urlsplit(link).fragment
    except ValueError:
        return None
    if fragment and "=" not in fragment and "#" not in page:
        return f"{page}#{fragment}"
    return page if page.rstrip("/").partition("/")[2] or "?" in page else None


def _key(kind: str, value: str) -> EntryKey:
    return EntryKey(f"{kind}:{_digest(value)}")


def _digest(*parts: str) -> str:
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=16).hexdigest()


def _grouped(read: list[_Group]) -> list[_Group]:
    """Joins entries of one document that are the same article; the most recently updated one represents them."""
    groups: list[_Group] = []
    by_mark: dict[tuple[str | None, ...], _Group] = {}
    for one in read:
        marks = _marks(one)
        same = next((by_mark[mark] for mark in marks if mark in by_mark), None)
        if same is None:
            groups.append(same := one)
        else:
            if _updated(one.entry) > _updated(same.entry):
                same.entry, same.keys, same.whole = one.entry, same.keys | one.keys, one.whole
                same.guid_repeats_link = one.guid_repeats_link
            else:
                same.keys = one.keys | same.keys
            same.keys = {kind: same.keys[kind] for kind in (GUID, LINK, CONTENT, TITLE) if kind in same.keys}
        for mark in marks:
            by_mark.setdefault(mark, same)
    return groups


def _marks(group: _Group) -> list[tuple[str | None, ...]]:
    """Combinations of keys: two entries of one document that share one of them are the same article."""
    guid, link, content, title = (group.keys.get(kind) for kind in (GUID, LINK, CONTENT, TITLE))
    marks: list[tuple[str | None, ...]] = [(content, title, own) for own in (guid, link) if own]
    if content or not marks:
        marks.append((content, title) if content or title else (group.whole,))
    if guid and link:
        marks += [(guid, link, said) for said in (content, title) if said]
    return marks


def _updated(entry: Entry) -> datetime:
    return entry.updated_at or entry.published_at or datetime.min.replace(tzinfo=UTC)


def _drop_shared_keys(groups: list[_Group]) -> None:
    """Removes keys that several articles of the document have: they identify none of them."""
    uses = Counter(key for group in groups for key in group.keys.values())
    for group in groups:
        own = {kind: key for kind, key in group.keys.items() if uses[key] == 1}
        group.keys = own or {WHOLE: group.whole}


def _settle(groups: list[_Group]) -> dict[int, ArticleId]:
    """Assigns known articles to groups (by index), the strongest claim first.

    A second claim on an article counts only where more than one key makes it: the document has the article twice.
    """
    guids_changed, links_changed = _has_changed(groups, GUID, LINK), _has_changed(groups, LINK, GUID)
    claims = [
        (-sum(_WEIGHTS[kind] for kind in kinds), index, article_id, len(kinds) > 1 or WHOLE in kinds)
        for index, group in enumerate(groups)
        for article_id, kinds in group.candidates.items()
        if _is_same(group, kinds, guids_changed=guids_changed, links_changed=links_changed)
    ]
    settled: dict[int, ArticleId] = {}
    taken: set[ArticleId] = set()
    for _, index, article_id, is_borne_out in sorted(claims):
        if index not in settled and (is_borne_out or article_id not in taken):
            settled[index] = article_id
            taken.add(article_id)
    return settled


def _has_changed(groups: list[_Group], kind: str, other: str) -> bool:
    """Whether the document as a whole has new keys of a kind for articles that the other kind recognizes."""
    known = [group for group in groups if other in group.known_kinds]
    changed = [
        group
        for group in known
        if kind in group.keys and kind not in group.known_kinds and group.found_by(other) & {TITLE, CONTENT}
    ]
    return bool(changed) and 2 * len(changed) >= len(known)


def _is_same(group: _Group, kinds: set[str], *, guids_changed: bool, links_changed: bool) -> bool:
    """Whether these kinds of keys are enough to take the entry for the known article that they lead to."""
    if WHOLE in kinds or len(kinds & {GUID, LINK}) == 2:
        return True
    bears_out = bool(kinds & {TITLE, CONTENT})
    if GUID in kinds:
        is_other_article = LINK in group.keys and bool(group.keys.keys() & {TITLE, CONTENT}) and not bears_out
        return links_changed or not is_other_article
    if LINK in kinds:
        guid_is_new = GUID in group.keys and GUID not in group.known_kinds
        return bears_out or guids_changed or group.guid_repeats_link or not guid_is_new
    has_identifier = bool(group.keys.keys() & {GUID, LINK})
    if CONTENT in kinds:
        return TITLE in kinds or TITLE not in group.keys or not has_identifier
    return CONTENT not in group.keys and not has_identifier


def _new_id(feed_id: FeedId, group: _Group, known: Mapping[EntryKey, ArticleId]) -> ArticleId:
    """An id from the strongest key that leads to no other article."""
    own = [key for key in group.keys.values() if key not in known]
    others = sorted(known[key] for key in group.keys.values() if key in known)
    parts: list[str] = [own[0]] if own else [group.whole, *others]
    return ArticleId(_digest(feed_id, *parts))
