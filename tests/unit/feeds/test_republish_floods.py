"""Feeds whose articles all look new: what was there before is known again, and nothing that is new is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.feeds.entry_keys import document_keys, with_keys
from bot.feeds.identity import Identified, identify
from bot.feeds.republish_floods import RepublishFlood, detect_flood, looks_republished
from bot.model import Article, ArticleId, Entry, EntryKey, FeedId, Language
from tests.fakes.feeds import filler

FEED = FeedId("antara")
Change = Callable[[Entry], Entry]
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LAST = NOW - timedelta(minutes=15)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class Memory:
    """What the store keeps of a feed."""

    known: dict[EntryKey, ArticleId] = field(default_factory=dict)
    archive: dict[ArticleId, Article] = field(default_factory=dict)
    suspected: int = 0

    def poll(self, entries: Sequence[Entry], last: datetime = LAST) -> tuple[list[str], list[str]]:
        """Titles of the articles that are told, and of those that are held back."""
        read = [with_keys(one) for one in entries]
        keys = document_keys(read)
        known = {key: self.known[key] for key in keys if key in self.known}
        identified = identify(FEED, read, known)
        storm: RepublishFlood | None = None
        if self.archive and looks_republished(identified, known, last):
            self.suspected += 1
            storm = detect_flood(identified, known, self.archive.values(), last_success=last)
        identified = storm.identified if storm else identified
        held = storm.held if storm else frozenset()
        for one in identified:
            self.known.update(dict.fromkeys(one.keys, one.article_id))
            self.archive[one.article_id] = _article(one)
        new = [one for one in identified if one.is_new]
        return (
            [one.entry.title or one.entry.text for one in new if one.article_id not in held],
            [one.entry.title or one.entry.text for one in new if one.article_id in held],
        )


def _article(one: Identified) -> Article:
    entry = one.entry
    return Article(
        one.article_id, entry.title, entry.text, Language("id"), entry.published_at, NOW, FEED, source="Antara"
    )


def entry(number: int, **changes: object) -> Entry:
    """The higher its number, the newer; number 0 came just before the last poll."""
    usual = Entry(
        guid=f"id-{number}",
        link=f"https://kabar.example/berita/{number}",
        title=f"Berita nomor {1_000 + number}",
        text=filler(f"teks {number}", 40),
        published_at=LAST + HOUR * number - timedelta(minutes=1),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]  # names of fields, checked by replace


BEFORE = [entry(-number) for number in range(20)]
NEWS = [entry(number, published_at=LAST + timedelta(minutes=number)) for number in (3, 2, 1)]
TITLES = [one.title for one in NEWS]


def moved(one: Entry, **changes: object) -> Entry:
    """Under another guid and link."""
    changed = replace(one, guid=f"post-{one.title}", link=f"https://www.kabar.example/?p={one.title}")
    return replace(changed, **changes)  # type: ignore[arg-type]  # as above


def touched(text: str) -> str:
    """A few words are others."""
    words = text.split()
    words[3], words[-2] = "diperbarui", "redaksi"
    return " ".join(words)


def after(entries: Iterable[Entry]) -> Memory:
    memory = Memory()
    memory.poll(list(entries))
    return memory


# --- storms -----------------------------------------------------------------------------------

STORMS: Mapping[str, Change] = {
    "guids": lambda one: replace(one, guid=f"urn:uuid:{one.guid}"),
    "scheme and host": lambda one: replace(one, link=str(one.link).replace("https://", "http://www.")),
    "paths": lambda one: replace(one, link=str(one.link).replace("/berita/", "/2026/")),
    "tracking": lambda one: replace(one, link=f"{one.link}?xyz_source=rss", guid=f"{one.link}?xyz_source=rss"),
    "guids and links": moved,
    "guids, links, texts touched": lambda one: moved(one, text=touched(one.text)),
    "guids, links, texts cut": lambda one: moved(one, text=" ".join(one.text.split()[:25])),
    "guids, links, no texts any more": lambda one: moved(one, text=""),
    "guids, links, dates in another zone": lambda one: moved(
        one, published_at=(one.published_at or NOW) - 7 * HOUR, text=""
    ),
    "guids, links, no dates any more": lambda one: moved(one, published_at=None, text=touched(one.text)),
    "guids, links, dated anew": lambda one: moved(one, published_at=NOW, text=" ".join(one.text.split()[:39])),
    "guids, links, titles with a name": lambda one: moved(one, title=f"{one.title} | Antara"),
    "guids, links, titles and texts touched": lambda one: moved(one, title=f"{one.title}!? Ini", text=f"A {one.text}"),
}


@pytest.mark.parametrize("storm", STORMS.values(), ids=list(STORMS))
def test_a_storm_tells_what_is_new_and_nothing_else(storm: Change) -> None:
    memory = after(BEFORE)
    assert memory.poll([*NEWS, *map(storm, BEFORE)]) == (TITLES, [])
    assert memory.poll([*NEWS, *map(storm, BEFORE)]) == ([], [])
    assert len(memory.archive) == len(BEFORE) + len(NEWS)


def test_titles_alone_are_known_again_where_a_feed_has_no_texts() -> None:
    memory = after(replace(one, text="") for one in BEFORE)
    assert memory.poll([*NEWS, *(moved(one, text="") for one in BEFORE)]) == (TITLES, [])
    undated = after(replace(one, text="", published_at=None) for one in BEFORE)
    new = [replace(one, text="", published_at=None) for one in NEWS]
    assert undated.poll([*new, *(moved(one, text="", published_at=None) for one in BEFORE)]) == (TITLES, [])


def test_where_a_title_changed_too_the_text_is_known_again() -> None:
    memory = after(BEFORE)
    changed = [moved(one, title=f"{one.title}, kata menteri") for one in BEFORE[:3]]
    assert memory.poll([*NEWS, *changed, *map(moved, BEFORE[3:])]) == (TITLES, [])


def test_entries_without_titles_are_known_again_by_their_texts() -> None:
    memory = after(replace(one, title="") for one in BEFORE)
    new = [replace(one, title="") for one in NEWS]
    old = [moved(replace(one, title="", guid=one.guid), text=touched(one.text)) for one in BEFORE]
    old = [replace(one, link=f"{one.link}{number}", guid=f"p{number}") for number, one in enumerate(old)]
    assert memory.poll([*new, *old]) == ([one.text for one in new], [])


def test_older_articles_that_a_new_system_brings_along_are_held_back() -> None:
    memory = after(BEFORE)
    older = [entry(-number, guid=f"post-{number}") for number in range(60, 100)]
    told, held = memory.poll([*NEWS, *map(moved, BEFORE), *older])
    assert told == TITLES
    assert held == [one.title for one in older]
    undated = after(replace(one, published_at=None) for one in BEFORE)
    below = [replace(one, published_at=None) for one in (*map(moved, BEFORE), *older)]
    told, held = undated.poll([*(replace(one, published_at=None) for one in NEWS), *below])
    assert (told, len(held)) == (TITLES, 40)


def test_what_cannot_be_told_apart_is_held_back() -> None:
    memory = after(replace(one, text="") for one in BEFORE)
    told, held = memory.poll([*NEWS, *(moved(one, text="", published_at=NOW) for one in BEFORE)])
    assert told == TITLES
    assert held == [one.title for one in BEFORE]
    assert memory.poll([*NEWS, *(moved(one, text="", published_at=NOW) for one in BEFORE)]) == ([], [])


def test_articles_that_left_the_archive_are_known_by_their_titles() -> None:
    memory = after(BEFORE)
    for article_id in list(memory.archive)[:18]:
        del memory.archive[article_id]
    assert memory.poll([*NEWS, *(moved(one, text=touched(one.text)) for one in BEFORE)]) == (TITLES, [])


# --- no storms --------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 5, 20, 100])
def test_after_a_long_outage_everything_is_new_and_told(count: int) -> None:
    memory = after(BEFORE[:count])
    new = [entry(number) for number in range(count + 3, 3, -1)]
    assert memory.poll(new) == ([one.title for one in new], [])
    assert memory.suspected == 0


def test_old_dates_alone_hold_nothing_back() -> None:
    memory = after(BEFORE)
    late = [entry(-number, guid=f"late-{number}") for number in range(100, 120)]
    assert memory.poll(late) == ([one.title for one in late], [])


REPEATED = ["Live updates", "Daily brief", "Weather", "Gold price", "Markets at noon"]


def daily(day: int, *, text: bool = True, dated: bool = True, same: str = "") -> list[Entry]:
    """The same five titles each day."""
    at = NOW + DAY * day - 2 * HOUR
    return [
        entry(
            day,
            guid=f"{title}-{day}",
            link=f"https://kabar.example/{title}/{day}",
            title=title,
            text=(f"{same} {day * 7 + 1000}" if same else filler(f"{title} {day}", 40)) if text else "",
            published_at=at if dated else None,
        )
        for title in REPEATED
    ]


@pytest.mark.parametrize("dated", [True, False])
@pytest.mark.parametrize("same", ["", "Gold is sold in Jakarta today at a price of so many thousand a gram, that is"])
def test_the_same_titles_every_day_are_new_articles(dated: bool, same: str) -> None:
    memory = after(daily(-3, dated=dated, same=same))
    for day in (-2, -1, 0):
        last = NOW + DAY * (day - 1)
        assert memory.poll(daily(day, dated=dated, same=same), last) == (REPEATED, [])


def test_titles_without_texts_that_repeat_are_held_back_once_at_most() -> None:
    memory = after(daily(-4, text=False))
    told = [memory.poll(daily(day, text=False), NOW + DAY * (day - 1))[0] for day in (-3, -2, -1, 0)]
    assert told[1:] == [REPEATED] * 3


def test_repeated_titles_in_a_storm_are_told_where_they_say_other_things() -> None:
    memory = after([*daily(-2), *daily(-1), *BEFORE])
    told, held = memory.poll([*daily(1), *map(moved, daily(-1)), *map(moved, BEFORE)])
    assert (told, held) == (REPEATED, [])


def test_a_title_used_for_the_second_time_in_a_storm_is_told_wherever_it_stands() -> None:
    memory = after([*daily(-1), *BEFORE])
    old = [moved(one, text=touched(one.text)) for one in (*daily(-1), *BEFORE)]
    told, held = memory.poll([*old, *daily(1)])
    assert (told, held) == (REPEATED, [])


def test_templates_under_other_titles_are_other_articles() -> None:
    text = "Rain is expected in {} in the afternoon while the morning stays dry and mild with light wind from the sea"
    memory = after([*BEFORE, entry(-30, title="Weather: Jakarta", text=text.format("Jakarta"))])
    new = entry(1, title="Weather: Bandung", text=text.format("Bandung"), published_at=NOW)
    assert memory.poll([new, *(moved(one, text=touched(one.text)) for one in BEFORE)])[0] == ["Weather: Bandung"]


def test_a_usual_poll_looks_nothing_up() -> None:
    memory = after(BEFORE)
    for number in range(1, 30):
        memory.poll([entry(number), *BEFORE])
    assert memory.suspected == 0


# --- torture ----------------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(sorted(STORMS)))
def test_no_article_of_its_own_title_dated_since_is_ever_lost(seed: int, name: str) -> None:
    random = Random(seed)
    before = random.sample(BEFORE, random.randint(1, 20))
    memory = after(before)
    new = [entry(number, published_at=LAST + timedelta(seconds=random.randint(1, 900))) for number in range(1, 30)]
    new = random.sample(new, random.randint(0, 29))
    document = [*new, *(STORMS[name](one) if random.random() < 0.9 else one for one in before)]
    random.shuffle(document)
    told, held = memory.poll(document)
    assert {one.title for one in new} <= set(told)
    assert memory.poll(document) == ([], [])
    assert not {one.title for one in new} & set(held)
