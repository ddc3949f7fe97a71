"""Detects a known feed whose articles suddenly all look new, because its guids and links or its dates have changed.

This happens when a site changes its content management system or its address scheme, adds tracking parameters, or puts
old articles into the feed (https://github.com/lwindolf/liferea/issues/1195, https://github.com/feedhq/feedhq/pull/107,
https://github.com/FreshRSS/FreshRSS/issues/5909). `bot.feeds.identity` recognizes an entry where one of its keys stayed
and another confirms it. Where guid and link are both new and the text was changed, or there is none, only this module
prevents a flood of false alerts. It does nothing unless most of a document looks new and titles in it are known
(`looks_republished`).

In a flood, an entry that looks new is one of three:

- a known article, recognized by title and time or by title and text: its new keys are stored, no alert is sent;
- a new article: no known article resembles it, or its title is one that the feed uses again and again ("Live updates",
  prices) and the text differs: it is alerted. So is an entry that is dated after the last poll and has a title of its
  own;
- not distinguishable from a known article, or older than the last poll and never seen: it is stored without an alert.

Pure: the caller provides the feed's latest articles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, auto

from bot.feeds.entry_keys import title_key
from bot.feeds.identity import Identified
from bot.feeds.text_overlap import TextPrint
from bot.model import Article, ArticleId, EntryKey

_NAMES, _CONTENT = ("g:", "l:"), "c:"
"""Prefixes of keys: those of guid and link, which name an entry, and that of its text."""

_FEWEST = 3
"""The least number of known articles in a flood: fewer false alerts flood nobody."""

_KNOWN_SHARE = 0.2
"""The least share of known articles among the entries that look new; a new system may add many older articles."""

_SAME_TIME = timedelta(minutes=2)
_BACKDATED = timedelta(days=1)
"""An article may be dated so long before the last poll although that poll did not contain it."""

_ALIKE, _NEARLY_SAME = 0.6, 0.9
"""Shares of the shorter text's shingles that the longer one has: enough together with a title, and enough alone."""


@dataclass(frozen=True, slots=True)
class RepublishFlood:
    """The result for a document that is a flood."""

    identified: tuple[Identified, ...]
    """In the order of the document; entries that were recognized are no longer marked as new."""
    known_again: int
    """The number of entries that `identify` took for new and that were recognized."""
    held: frozenset[ArticleId]
    """New entries that may be known articles: they are stored without an alert."""


def looks_republished(
    identified: Sequence[Identified], known: Mapping[EntryKey, ArticleId], last_success: datetime | None
) -> bool:
    """Whether the document may be a flood, so that the feed's articles have to be compared.

    Args:
        identified: the result of `identify`.
        known: the keys that `identify` was given.
        last_success: when the feed was last polled successfully; None: not known.
    """
    new = [item for item in identified if item.is_new]
    moved = sum(_has_moved(item, known) for item in identified)
    if not new or 2 * (len(new) + moved) < len(identified):
        return False
    return _is_enough(moved + sum(_may_be_old(item, known, last_success) for item in new), moved + len(new))


def _may_be_old(item: Identified, known: Mapping[EntryKey, ArticleId], last_success: datetime | None) -> bool:
    """Whether its title or text is known, or it has no title, or is dated before the last poll."""
    title, dated = title_key(item.entry.title), _date_of(item)
    if title is None or title in known or (dated is not None and last_success is not None and dated < last_success):
        return True
    return any(key in known for key in item.keys if key.startswith(_CONTENT))


def _has_moved(item: Identified, known: Mapping[EntryKey, ArticleId]) -> bool:
    """Whether `identify` recognized it by its text although neither its guid nor its link is known."""
    named = [key for key in item.keys if key.startswith(_NAMES)]
    return not item.is_new and bool(named) and not any(key in known for key in named)


def detect_flood(
    identified: Sequence[Identified],
    known: Mapping[EntryKey, ArticleId],
    past: Collection[Article],
    *,
    last_success: datetime,
) -> RepublishFlood | None:
    """The flood, where the document is one and at least one entry is not what it looks like; else None.

    Args:
        identified: the result of `identify`.
        known: the keys that `identify` was given.
        past: the feed's latest articles, and those that `known` leads to, as far as they are in the archive.
        last_success: when the feed was last polled successfully.
    """
    archive = _Archive(past, known, taken={item.article_id for item in identified if not item.is_new})
    judged = {place: archive.judge(item, last_success) for place, item in enumerate(identified) if item.is_new}
    verdicts = _verdicts(identified, judged, last_success)
    counts = Counter(verdicts.values())
    moved = sum(_has_moved(item, known) for item in identified)
    seen_before, look_new = moved + counts[_Verdict.KNOWN] + counts[_Verdict.UNSURE], moved + len(judged)
    is_flood = _is_enough(seen_before, look_new) and 2 * (seen_before + counts[_Verdict.OLD]) >= look_new
    if not is_flood or counts[_Verdict.NEW] == len(judged):
        return None
    return RepublishFlood(
        identified=tuple(
            replace(item, article_id=judged[place].article_id, is_new=False)
            if verdicts.get(place) is _Verdict.KNOWN
            else item
            for place, item in enumerate(identified)
        ),
        known_again=counts[_Verdict.KNOWN],
        held=frozenset(
            identified[place].article_id
            for place, verdict in verdicts.items()
            if verdict in (_Verdict.UNSURE, _Verdict.OLD)
        ),
    )


def _is_enough(seen_before: int, new: int) -> bool:
    return seen_before >= _FEWEST and seen_before >= _KNOWN_SHARE * new


class _Verdict(Enum):
    KNOWN = auto()
    """A known article."""
    NEW = auto()
    UNSURE = auto()
    """A known article has its title, and nothing else tells whether it is the same."""
    STRANGER = auto()
    """No known article resembles it."""
    OLD = auto()
    """No known article resembles it, but it existed before the last poll."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """The verdict on an entry that looks new, and the id of the article that it is."""

    verdict: _Verdict
    article_id: ArticleId

    @property
    def is_known(self) -> bool:
        return self.verdict is _Verdict.KNOWN


def _verdicts(
    identified: Sequence[Identified], judged: Mapping[int, _Judged], last_success: datetime
) -> Mapping[int, _Verdict]:
    """Verdicts by index in the document; strangers become new or old, by their date or their position."""
    known = [place for place, item in enumerate(identified) if not item.is_new or judged[place].is_known]
    last_known = max(known, default=-1)
    return {
        place: _of_stranger(identified[place], last_success, is_below=place > last_known)
        if one.verdict is _Verdict.STRANGER
        else one.verdict
        for place, one in judged.items()
    }


def _of_stranger(item: Identified, last_success: datetime, *, is_below: bool) -> _Verdict:
    """New or old. Feeds list the newest entry first, so an undated entry below all known ones is older than these."""
    dated = _date_of(item)
    is_old = is_below if dated is None else dated < last_success - _BACKDATED
    return _Verdict.OLD if is_old else _Verdict.NEW


def _date_of(item: Identified) -> datetime | None:
    return item.entry.published_at or item.entry.updated_at


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry that looks new."""

    text: TextPrint
    dated: datetime | None
    is_after: bool
    """It is dated after the last poll."""

    def is_at_time_of(self, one: _Past) -> bool:
        if self.dated is None or one.published_at is None:
            return False
        return abs(self.dated - one.published_at) <= _SAME_TIME


@dataclass(frozen=True, slots=True)
class _Past:
    """A known article of the feed."""

    id: ArticleId
    published_at: datetime | None
    text: TextPrint


@dataclass(slots=True)
class _Archive:
    """The known articles of the feed; each can be recognized once."""

    past: Collection[Article]
    known: Mapping[EntryKey, ArticleId]
    taken: set[ArticleId]
    _by_title: dict[EntryKey, list[_Past]] = field(default_factory=dict)
    _by_shingle: dict[int, list[_Past]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for article in {article.id: article for article in self.past}.values():
            one = _Past(article.id, article.published_at, TextPrint.of(article.text))
            if (title := title_key(article.title)) is not None:
                self._by_title.setdefault(title, []).append(one)
            for shingle in one.text.shingles:
                self._by_shingle.setdefault(shingle, []).append(one)

    def judge(self, item: Identified, last_success: datetime) -> _Judged:
        dated = _date_of(item)
        entry = _Entry(TextPrint.of(item.entry.text), dated, dated is not None and dated > last_success)
        title = title_key(item.entry.title)
        titled = list(self._by_title.get(title, ())) if title is not None else []
        if not titled and title is not None and title in self.known:  # deleted from the archive, its keys are kept
            titled = [_Past(self.known[title], None, TextPrint.of(""))]
        free = [one for one in titled if one.id not in self.taken]
        match len(titled):
            case 0:
                verdict, found = self._without_title(entry)
            case 1:
                verdict, found = _by_title(entry, titled[0])
                if found is not None and not free:  # another entry was recognized as that article
                    verdict, found = _Verdict.UNSURE, None
            case _:
                verdict, found = _by_repeated_title(entry, free)
        if found is None:
            return _Judged(verdict, item.article_id)
        self.taken.add(found.id)
        return _Judged(_Verdict.KNOWN, found.id)

    def _without_title(self, entry: _Entry) -> tuple[_Verdict, _Past | None]:
        """Compares an entry without a known title: its text must be nearly the same, and its date not newer."""
        sharing = {one.id: one for shingle in entry.text.shingles for one in self._by_shingle.get(shingle, ())}
        best, most = None, 0.0
        for one in sharing.values():
            if one.id in self.taken or (entry.is_after and not entry.is_at_time_of(one)):
                continue
            likeness = entry.text.likeness(one.text)
            if likeness > most and likeness >= (_ALIKE if entry.is_at_time_of(one) else _NEARLY_SAME):
                best, most = one, likeness
        return (_Verdict.STRANGER if best is None else _Verdict.KNOWN), best


def _by_title(entry: _Entry, one: _Past) -> tuple[_Verdict, _Past | None]:
    """Compares an entry with the only known article of its title."""
    likeness = entry.text.likeness(one.text)
    if entry.is_at_time_of(one) or likeness >= _NEARLY_SAME or (likeness >= _ALIKE and not entry.is_after):
        return _Verdict.KNOWN, one
    if entry.is_after:
        says_other = entry.text.is_there and one.text.is_there and likeness < _ALIKE
        return (_Verdict.STRANGER if says_other else _Verdict.UNSURE), None
    if entry.dated is None and entry.text.is_there and one.text.is_there:
        return _Verdict.STRANGER, None
    return _Verdict.KNOWN, one


def _by_repeated_title(entry: _Entry, free: Sequence[_Past]) -> tuple[_Verdict, _Past | None]:
    """Compares an entry with the known articles of a title that the feed uses again and again."""
    for one in free:
        likeness = entry.text.likeness(one.text)
        speaks_against = entry.text.is_there and one.text.is_there and likeness < _ALIKE
        if entry.is_at_time_of(one) and not speaks_against:
            return _Verdict.KNOWN, one
        if likeness >= _NEARLY_SAME and not entry.is_after:
            return _Verdict.KNOWN, one
    return _Verdict.STRANGER, None
