"""Feeds break every identifier they have; no article may be lost or told twice for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.feeds.entry_keys import document_keys, with_keys
from bot.feeds.identity import Identified, identify
from bot.model import Article, ArticleId, Entry, EntryKey, FeedId, Language

FEED = FeedId("antara")
TEXT = "Enough words for a text that is told from others: number {}."


class Memory:
    """What the store and its caller do with the answers: look keys up, remember them."""

    def __init__(self) -> None:
        self.known: dict[EntryKey, ArticleId] = {}
        self.articles: dict[ArticleId, Article] = {}

    def poll(self, *entries: Entry) -> tuple[Identified, ...]:
        read = [with_keys(one) for one in entries]
        keys = document_keys(read)
        found = identify(FEED, read, {key: self.known[key] for key in keys if key in self.known}, self.articles)
        for one in found:
            self.known.update(dict.fromkeys(one.keys, one.article_id))
            said = one.entry
            self.articles[one.article_id] = Article(one.article_id, said.title, said.text, Language("id"))
        return found

    def news(self, *entries: Entry) -> list[str]:
        return [one.entry.title for one in self.poll(*entries) if one.is_new]


def entry(number: int, **changes: object) -> Entry:
    usual = Entry(
        guid=f"id-{number}",
        link=f"https://kabar.example/berita/{number}",
        title=f"Berita nomor {number}",
        text=TEXT.format(number),
    )
    return replace(usual, **changes)  # type: ignore[arg-type]  # names of fields, checked by replace


def several(*numbers: int, **changes: object) -> list[Entry]:
    return [entry(number, **changes) for number in numbers]


HOME = "https://kabar.example/berita/"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"guid": None},
        {"link": None},
        {"guid": None, "link": None},
        {"guid": "0"},
        {"guid": "https://kabar.example/"},
        {"link": HOME},
        {"guid": None, "link": HOME},
        {"guid": "0", "link": HOME},
        {"guid": None, "text": ""},
        {"link": None, "text": ""},
    ],
    ids=str,
)
def test_each_article_is_new_once_whatever_the_feed_leaves_out(changes: dict[str, object]) -> None:
    memory = Memory()
    assert memory.news(*several(1, 2, 3, **changes)) == ["Berita nomor 1", "Berita nomor 2", "Berita nomor 3"]
    assert memory.news(*several(1, 2, 3, **changes)) == []
    assert memory.news(*several(5, 4, 3, 2, **changes)) == ["Berita nomor 5", "Berita nomor 4"]


def test_all_guids_change_at_once() -> None:
    memory = Memory()
    memory.poll(*several(1, 2, 3))
    moved = [entry(n, guid=f"https://new.example/?p={n}") for n in (1, 2, 3)]
    assert memory.news(*moved) == []
    assert memory.news(entry(4, guid="https://new.example/?p=4"), *moved) == ["Berita nomor 4"]


def test_an_article_is_edited_on_the_day_all_guids_change() -> None:
    memory = Memory()
    memory.poll(*several(1, 2, 3))
    edited = entry(1, guid="new-1", title="Judul baru", text="Isi yang juga baru sama sekali hari ini.")
    assert memory.news(edited, entry(2, guid="new-2"), entry(3, guid="new-3")) == []


def test_all_links_change_at_once() -> None:
    memory = Memory()
    memory.poll(*several(1, 2, 3))
    moved = [entry(n, link=f"https://new.example/a/{n}") for n in (1, 2, 3)]
    edited = replace(moved[0], title="Judul baru", text="Isi yang juga baru sama sekali hari ini.")
    assert memory.news(edited, *moved[1:]) == []


def test_guids_and_links_change_but_the_texts_are_the_same() -> None:
    memory = Memory()
    memory.poll(*several(1, 2, 3))
    assert memory.news(*[entry(n, guid=f"new-{n}", link=f"https://new.example/a/{n}") for n in (1, 2, 3)]) == []


@pytest.mark.parametrize("kept", ["guid", "link", "both"])
def test_an_edited_article_is_the_same(kept: str) -> None:
    memory = Memory()
    left_out: dict[str, dict[str, object]] = {"guid": {"link": None}, "link": {"guid": None}, "both": {}}
    gone = left_out[kept]
    first = memory.poll(*several(1, 2, **gone))[0]
    edited = entry(1, title="PEMBARUAN: lain sama sekali", text="Isi yang juga baru sama sekali hari ini.", **gone)
    again = memory.poll(edited, entry(2, **gone))[0]
    assert again.article_id == first.article_id
    assert not again.is_new
    assert again.entry.title == "PEMBARUAN: lain sama sekali"


def test_a_guid_that_counts_revisions_is_the_same_article() -> None:
    memory = Memory()
    memory.poll(entry(1, guid="https://www.bbc.com/news/articles/c9d#0", link="https://www.bbc.com/news/articles/c9d"))
    edited = entry(
        1,
        guid="https://www.bbc.com/news/articles/c9d#1",
        link="https://www.bbc.com/news/articles/c9d?at_medium=RSS",
        title="Another headline",
        text="And another text of more than five words.",
    )
    assert memory.news(edited) == []


THREAD = "https://forum.example/thread/4711"
LEAK = "Selang pompa bocor lagi setelah hujan kemarin malam."
FILTER = "Saringan kawat rangkap lebih awet, tetangga sudah mencobanya."


@pytest.mark.parametrize(
    ("guids", "titles"),
    [
        (("#12", "#13"), ("Re: Pompa air", "Re: Pompa air")),
        (("#12", "#13"), ("Pompa air", "Saringan kawat")),
        (("#3", "#4"), ("Re: Pompa air", "Re: Pompa air")),
        (("#comment-12", "#comment-13"), ("Komentar: Pompa air", "Komentar: Pompa air")),
        (("?komentar=12", "?komentar=13"), ("Komentar: Pompa air", "Komentar: Pompa air")),
    ],
)
def test_replies_and_comments_of_one_page_are_new(guids: tuple[str, str], titles: tuple[str, str]) -> None:
    memory = Memory()
    first, second = (
        entry(1, guid=THREAD + guid, link=THREAD, title=title, text=text)
        for guid, title, text in zip(guids, titles, (LEAK, FILTER), strict=True)
    )
    assert memory.news(first, entry(2)) == [titles[0], "Berita nomor 2"]
    assert memory.news(second, entry(2)) == [titles[1]]
    assert memory.news(second, entry(2)) == []


def test_replies_without_a_text_are_new_by_their_title_where_the_feed_numbers_replies() -> None:
    memory = Memory()
    assert memory.news(entry(1, guid=f"{THREAD}#12", link=THREAD, text="")) == ["Berita nomor 1"]
    assert memory.news(entry(2, guid=f"{THREAD}#13", link=THREAD, text="")) == ["Berita nomor 2"]
    assert memory.news(entry(2, guid=f"{THREAD}#14", link=THREAD, text="")) == []


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Jembatan dibuka", "Jembatan gantung di hulu dibuka lagi Senin pagi, kata kepala desa, setelah perbaikan."),
        ("Jembatan dibuka lagi", "Jembatan gantung di hulu dibuka kembali."),
        ("Warga lewat lagi", "Lalu lintas di atas sungai kembali ramai sejak subuh."),
        ("Jembatan dibuka", ""),
    ],
)
def test_the_next_revision_of_an_article_is_the_same(title: str, text: str) -> None:
    memory = Memory()
    page = "https://www.bbc.com/news/articles/c9d"
    before = "Jembatan gantung di hulu dibuka lagi Senin pagi."
    memory.poll(entry(1, guid=f"{page}#1", link=page, title="Jembatan dibuka", text=before), entry(2))
    assert memory.news(entry(1, guid=f"{page}#2", link=page, title=title, text=text), entry(2)) == []


@pytest.mark.parametrize("guid", ["N/A", None, "aplikasi-peta"])
def test_each_version_of_a_program_is_new_where_all_have_one_page(guid: str | None) -> None:
    memory = Memory()
    page = "https://peta.example/catatan-rilis"
    before = entry(1, guid=guid, link=page, title="16.1", text="Peta luring untuk tiga kota baru.")
    after = entry(1, guid=guid, link=page, title="16.2", text="Peta luring: kota baru, dan suara penunjuk jalan.")
    assert memory.news(before) == ["16.1"]
    assert memory.news(after) == ["16.2"]
    assert memory.news(after) == []


def test_a_guid_used_again_for_another_article_is_new() -> None:
    memory = Memory()
    old = memory.poll(entry(1, guid="7"))[0]
    new = memory.poll(entry(2, guid="7"))[0]
    assert new.is_new
    assert new.article_id != old.article_id
    assert memory.news(entry(2, guid="7")) == []


def test_guids_that_number_the_places_in_the_list() -> None:
    memory = Memory()
    placed = [entry(n, guid=str(place)) for place, n in enumerate((3, 2, 1))]
    assert len(memory.news(*placed)) == 3
    shifted = [entry(n, guid=str(place)) for place, n in enumerate((4, 3, 2))]
    assert memory.news(*shifted) == ["Berita nomor 4"]


def test_guids_that_number_the_places_in_a_list_without_links() -> None:
    memory = Memory()
    memory.poll(*[entry(n, guid=str(place), link=None) for place, n in enumerate((3, 2, 1))])
    shifted = [entry(n, guid=str(place), link=None) for place, n in enumerate((4, 3, 2))]
    assert memory.news(*shifted) == ["Berita nomor 4"]


def test_a_feed_of_one_entry_whose_link_is_always_the_same_page() -> None:
    memory = Memory()
    assert memory.news(entry(1, link="https://kabar.example/live")) == ["Berita nomor 1"]
    assert memory.news(entry(2, link="https://kabar.example/live")) == ["Berita nomor 2"]


def test_parts_of_one_page_are_articles_of_their_own() -> None:
    memory = Memory()
    assert memory.news(entry(1, guid=None, link="https://kabar.example/log#one")) == ["Berita nomor 1"]
    assert memory.news(entry(2, guid=None, link="https://kabar.example/log#two")) == ["Berita nomor 2"]


def test_the_same_title_again_is_another_article() -> None:
    memory = Memory()
    assert len(memory.news(entry(1, title="Prakiraan cuaca"))) == 1
    assert len(memory.news(entry(2, title="Prakiraan cuaca"))) == 1


def test_a_new_headline_changes_the_link_but_not_the_guid() -> None:
    memory = Memory()
    memory.poll(*several(1, 2))
    assert memory.news(entry(1, title="Judul baru", link="https://kabar.example/judul-baru"), entry(2)) == []


def test_a_new_headline_without_guid_and_link() -> None:
    memory = Memory()
    memory.poll(*several(1, 2, guid=None, link=None))
    assert memory.news(entry(1, title="Judul baru", guid=None, link=None)) == []


def test_an_entry_that_is_repeated_within_a_document_is_told_once() -> None:
    memory = Memory()
    twice = memory.poll(entry(1), entry(2), entry(1))
    assert [one.entry.title for one in twice] == ["Berita nomor 1", "Berita nomor 2"]
    assert memory.news(entry(1), entry(2), entry(1)) == []


def test_one_article_in_two_sections_is_told_once() -> None:
    memory = Memory()
    sections = [entry(1), entry(1, guid="other", link="https://kabar.example/dunia/1")]
    assert len(memory.poll(*sections)) == 1
    assert memory.news(*reversed(sections)) == []


def test_links_that_differ_in_tracking_only_are_the_same() -> None:
    memory = Memory()
    memory.poll(entry(1, guid=None, text=""), entry(2, guid=None))
    tracked = entry(1, guid=None, title="Judul baru", link="http://kabar.example/berita/1?utm_source=rss")
    assert memory.news(tracked, entry(2, guid=None)) == []


def test_ids_do_not_depend_on_the_order_of_the_document() -> None:
    forwards, backwards = Memory().poll(*several(1, 2, 3)), Memory().poll(*several(3, 2, 1))
    assert [one.article_id for one in forwards] == [one.article_id for one in reversed(backwards)]


def test_ids_differ_between_feeds() -> None:
    one, other = (identify(FeedId(feed), [with_keys(entry(1))], {})[0].article_id for feed in ("a", "b"))
    assert one != other


def test_two_entries_that_another_feed_made_one_article_stay_one() -> None:
    memory = Memory()
    first, second = memory.poll(*several(1, 2))
    memory.known.update(dict.fromkeys(second.keys, first.article_id))
    again = memory.poll(*several(1, 2))
    assert [one.article_id for one in again] == [first.article_id]
    assert memory.news(*several(1, 2)) == []


@pytest.mark.parametrize(
    ("link", "is_own"),
    [("https://kabar.example/berita/1", True), ("https://kabar.example/", False), (None, False)],
)
def test_a_link_is_an_articles_own_unless_it_is_a_front_page(link: str | None, is_own: bool) -> None:
    assert Memory().poll(entry(1, link=link))[0].link_is_own == is_own


def test_a_page_that_several_articles_share_is_nobodys_own() -> None:
    memory = Memory()
    assert not any(one.link_is_own for one in memory.poll(*several(1, 2, link="https://kabar.example/live")))
    assert memory.poll(entry(3, link="https://kabar.example/live"))[0].link_is_own
    assert not memory.poll(entry(4, link="https://kabar.example/live"))[0].link_is_own


# --- any feed at all ---------------------------------------------------------------------------

GUIDS: dict[str, Callable[[int, int, int], str | None]] = {
    "own": lambda number, place, poll: f"id-{number}",
    "absent": lambda number, place, poll: None,
    "constant": lambda number, place, poll: "0",
    "place": lambda number, place, poll: str(place),
    "link": lambda number, place, poll: f"https://kabar.example/berita/{number}",
    "changing": lambda number, place, poll: f"{poll}-{number}",
}
LINKS: dict[str, Callable[[int, int], str | None]] = {
    "own": lambda number, poll: f"https://kabar.example/berita/{number}",
    "absent": lambda number, poll: None,
    "front page": lambda number, poll: "https://kabar.example/",
    "tracked": lambda number, poll: f"https://kabar.example/berita/{number}?utm_campaign={poll}",
}


@settings(max_examples=100, deadline=None)
@given(
    guid=st.sampled_from(sorted(GUIDS)),
    link=st.sampled_from(sorted(LINKS)),
    polls=st.lists(st.tuples(st.integers(0, 12), st.integers(1, 8)), min_size=1, max_size=6),
    shuffled=st.randoms(use_true_random=False),
)
def test_any_scheme_of_guids_and_links_loses_and_repeats_nothing(
    guid: str, link: str, polls: list[tuple[int, int]], shuffled: object
) -> None:
    # without a link, a guid is believed: a new article under an old guid looks just like an edited one
    assume(link not in ("absent", "front page") or guid not in ("constant", "place"))
    memory, told = Memory(), []
    for poll, (start, length) in enumerate(sorted(polls)):
        numbers = list(range(start, start + length))
        shuffled.shuffle(numbers)  # type: ignore[attr-defined]  # a random.Random
        document = [
            entry(number, guid=GUIDS[guid](number, place, poll), link=LINKS[link](number, poll))
            for place, number in enumerate(numbers)
        ]
        told += memory.news(*document)
    expected = {f"Berita nomor {number}" for start, length in polls for number in range(start, start + length)}
    assert sorted(told) == sorted(expected)


@settings(max_examples=100, deadline=None)
@given(
    guid=st.sampled_from(["own", "link"]),
    link=st.sampled_from(["own", "tracked", "absent"]),
    edited=st.sets(st.integers(0, 7)),
)
def test_edits_are_never_news_where_the_guid_is_good(guid: str, link: str, edited: set[int]) -> None:
    memory = Memory()
    for poll in range(3):
        document = [
            entry(
                number,
                guid=GUIDS[guid](number, 0, poll),
                link=LINKS[link](number, poll),
                **(
                    {"title": f"Revisi {poll} {number}", "text": f"{poll} {number} isi baru " * 5}
                    if number in edited
                    else {}
                ),
            )
            for number in range(8)
        ]
        assert bool(memory.news(*document)) == (poll == 0)


TITLES = st.sampled_from(["", "Satu", "Dua", "Satu", "Live"])
ENTRIES = st.lists(
    st.builds(
        Entry,
        guid=st.sampled_from([None, "0", "1", "2", "https://kabar.example/a"]),
        link=st.sampled_from([None, "https://kabar.example/", "https://kabar.example/a", "https://kabar.example/b"]),
        title=TITLES,
        text=st.sampled_from(["", "short", TEXT.format(1), TEXT.format(2)]),
    ),
    max_size=8,
)


@settings(max_examples=200, deadline=None)
@given(documents=st.lists(ENTRIES, min_size=1, max_size=4))
def test_whatever_comes_ids_are_unique_and_a_second_look_is_no_news(documents: list[list[Entry]]) -> None:
    memory = Memory()
    for document in documents:
        first = memory.poll(*document)
        assert len({one.article_id for one in first}) == len(first)
        keys = [key for one in first for key in one.keys]
        assert len(set(keys)) == len(keys)
        assert all(one.keys for one in first)
        again = memory.poll(*document)
        assert [one.article_id for one in again] == [one.article_id for one in first]
        assert not any(one.is_new for one in again)


def test_keys_of_an_entry_are_never_empty() -> None:
    assert document_keys([with_keys(Entry(guid=None, link=None, title="", text=""))])
