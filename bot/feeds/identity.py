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
- Several entries may have one page: replies, comments, notes of versions (`bot.feeds.revisions`).

Pure: the caller looks up the keys that `document_keys` lists, and stores the ones that `identify` returns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.feeds.entry_keys import CONTENT, GUID, LINK, TITLE, WHOLE, KeyedEntry, digest
from bot.feeds.revisions import (
    has_alike_text,
    has_other_text,
    is_other_version,
    is_part_of_page,
    is_reply,
    numbers_replies,
    serial_of,
    stands_alone,
)
from bot.model import Article, ArticleId, Entry, EntryKey, FeedId

_WEIGHTS = {WHOLE: 9, CONTENT: 6, GUID: 5, LINK: 4, TITLE: 2}
"""Which claim on a known article wins: the same text beats a guid alone, guid and title beat a link alone."""


@dataclass(frozen=True, slots=True)
class Identified:
    """One article of a document. `keys` are the keys to store for it, the known ones included."""

    entry: Entry
    article_id: ArticleId
    keys: tuple[EntryKey, ...]
    is_new: bool
    link_is_own: bool
    """Its link leads to this article only: not to a front page, nor to a page that several articles share."""
    stands_alone: bool = False
    """It belongs to no story of other articles (`bot.feeds.revisions`)."""


def identify(
    feed_id: FeedId,
    entries: Sequence[KeyedEntry],
    known: Mapping[EntryKey, ArticleId],
    articles: Mapping[ArticleId, Article] | None = None,
) -> tuple[Identified, ...]:
    """The articles of a document in its order, each once, even where the document repeats it.

    Args:
        known: the stored article ids of this feed by key.
        articles: the stored articles. Without them an entry on the page of a known article is a revision of it.

    The id of a new article follows from the feed and its keys alone, so identifying it again gives the same id.
    """
    groups = _grouped([_Group(one.entry, dict(one.keys), one.whole, one.guid_repeats_link) for one in entries])
    _drop_shared_keys(groups)
    for group in groups:
        group.find_candidates(known)
    settled = _settle(groups, articles or {})
    identified: dict[ArticleId, Identified] = {}
    for index, group in enumerate(groups):
        article_id = settled.get(index) or _new_id(feed_id, group, known)
        keys = tuple(group.keys.values())
        if article_id in identified:
            known_twice = identified[article_id]
            identified[article_id] = replace(known_twice, keys=known_twice.keys + keys)
            continue
        link = group.keys.get(LINK)
        is_shared = group.shares_page or (link is not None and known.get(link, article_id) != article_id)
        identified[article_id] = Identified(
            entry=group.entry,
            article_id=article_id,
            keys=keys,
            is_new=index not in settled,
            link_is_own=link is not None and not is_shared and not is_part_of_page(group.entry.link),
            stands_alone=stands_alone(group.entry, shares_page=is_shared),
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
    shares_page: bool = False
    """Another entry of the document has the same link."""

    def find_candidates(self, known: Mapping[EntryKey, ArticleId]) -> None:
        for kind, key in (*self.keys.items(), (WHOLE, self.whole)):
            if (article_id := known.get(key)) is not None:
                self.candidates.setdefault(article_id, set()).add(kind)
                self.known_kinds.add(kind)

    def found_by(self, kind: str) -> set[str]:
        """The kinds of keys that lead to the same article as this kind; empty if it leads to none."""
        return next((kinds for kinds in self.candidates.values() if kind in kinds), set())

    def article_by(self, kind: str, articles: Mapping[ArticleId, Article]) -> Article | None:
        """The stored article that this kind of key leads to."""
        return next((articles.get(article_id) for article_id, kinds in self.candidates.items() if kind in kinds), None)


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
        group.shares_page = LINK in group.keys and LINK not in own
        group.keys = own or {WHOLE: group.whole}


def _settle(groups: list[_Group], articles: Mapping[ArticleId, Article]) -> dict[int, ArticleId]:
    """Assigns known articles to groups (by index), the strongest claim first.

    A second claim on an article counts only where more than one key makes it: the document has the article twice.
    """
    changes = _Changes(
        guids=_has_changed(groups, GUID, LINK, articles),
        links=_has_changed(groups, LINK, GUID, articles),
        numbers_replies=numbers_replies([n for one in groups if (n := serial_of(one.entry.guid)) is not None]),
    )
    claims = [
        (-sum(_WEIGHTS[kind] for kind in kinds), index, article_id, len(kinds) > 1 or WHOLE in kinds)
        for index, group in enumerate(groups)
        for article_id, kinds in group.candidates.items()
        if _is_same(group, kinds, articles.get(article_id), changes)
    ]
    settled: dict[int, ArticleId] = {}
    taken: set[ArticleId] = set()
    for _, index, article_id, is_borne_out in sorted(claims):
        if index not in settled and (is_borne_out or article_id not in taken):
            settled[index] = article_id
            taken.add(article_id)
    return settled


@dataclass(frozen=True, slots=True)
class _Changes:
    """What a document as a whole shows of its keys."""

    guids: bool
    """Known articles have new guids."""
    links: bool
    numbers_replies: bool
    """The numbers at the end of its guids are those of replies."""


def _has_changed(groups: list[_Group], kind: str, other: str, articles: Mapping[ArticleId, Article]) -> bool:
    """Whether the document as a whole has new keys of a kind for articles that the other kind recognizes.

    An entry that says something else than the article of its page is no article with a new key.
    """
    known = [group for group in groups if other in group.known_kinds]
    changed = [
        group
        for group in known
        if kind in group.keys
        and kind not in group.known_kinds
        and group.found_by(other) & {TITLE, CONTENT}
        and not (
            CONTENT not in group.found_by(other) and has_other_text(group.entry, group.article_by(other, articles))
        )
    ]
    return bool(changed) and 2 * len(changed) >= len(known)


def _is_same(group: _Group, kinds: set[str], known: Article | None, changes: _Changes) -> bool:
    """Whether these kinds of keys are enough to take the entry for the known article that they lead to."""
    bears_out = bool(kinds & {TITLE, CONTENT})
    is_whole = WHOLE in kinds or len(kinds & {GUID, LINK}) == 2
    if is_whole or LINK in kinds:
        if WHOLE not in kinds and not bears_out and is_other_version(group.entry, known):
            return False
        return is_whole or _is_same_page(group, kinds, known, changes)
    if GUID in kinds:
        is_other_article = LINK in group.keys and bool(group.keys.keys() & {TITLE, CONTENT}) and not bears_out
        return changes.links or not is_other_article
    has_identifier = bool(group.keys.keys() & {GUID, LINK})
    if CONTENT in kinds:
        return TITLE in kinds or TITLE not in group.keys or not has_identifier
    return CONTENT not in group.keys and not has_identifier


def _is_same_page(group: _Group, kinds: set[str], known: Article | None, changes: _Changes) -> bool:
    """Whether an entry with the link of a known article, but not with its guid, is that article."""
    if CONTENT in kinds or changes.guids or GUID not in group.keys or GUID in group.known_kinds:
        return True
    if group.guid_repeats_link and serial_of(group.entry.guid) is not None:
        in_numbered_feed = changes.numbers_replies
        return not is_reply(group.entry, known, same_title=TITLE in kinds, in_numbered_feed=in_numbered_feed)
    if group.guid_repeats_link:
        return True
    return (TITLE in kinds and not has_other_text(group.entry, known)) or has_alike_text(group.entry, known)


def _new_id(feed_id: FeedId, group: _Group, known: Mapping[EntryKey, ArticleId]) -> ArticleId:
    """An id from the strongest key that leads to no other article."""
    own = [key for key in group.keys.values() if key not in known]
    others = sorted(known[key] for key in group.keys.values() if key in known)
    parts: list[str] = [own[0]] if own else [group.whole, *others]
    return ArticleId(digest(feed_id, *parts))
