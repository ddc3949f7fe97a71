"""Which version of a story a chat is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.alerts.outlet_preferences import (
    OutletPreferences,
    by_outlet,
    outlet_name,
    read_outlets,
    sort_by_preference,
)
from bot.model import ArticleId, Language, Version


def version(source: str, language: str = "id") -> Version:
    return Version(ArticleId(source), source, None, source, Language(language))


TASTE = OutletPreferences((Language("id"), Language("en")), ("BBC", "antara"))


@pytest.mark.parametrize(
    ("better", "other"),
    [
        (version("Detik"), version("BBC", "ko")),
        (version("BBC News", "en"), version("Antara")),
        (version("Antara"), version("Detik")),
        (version("Antara", "und"), version("BBC", "ko")),
    ],
)
def test_a_language_that_is_read_goes_before_an_outlet_that_is_liked(better: Version, other: Version) -> None:
    assert TASTE.prefers(better, other)
    assert not TASTE.prefers(other, better)


def test_who_has_chosen_nothing_gets_what_came_first() -> None:
    versions = (version("Detik", "ko"), version("BBC"), version("Antara", "en"))
    outlets = sort_by_preference(by_outlet(versions), OutletPreferences())
    assert tuple(outlet.newest for outlet in outlets) == versions


def test_what_an_outlet_has_is_counted_under_its_newest_article() -> None:
    first, second = version("Antara"), replace(version("www.antara.co.id"), title="Later")
    outlets = by_outlet((first, version("BBC"), second))
    assert [(outlet.newest.source, outlet.articles) for outlet in outlets] == [("BBC", 1), ("www.antara.co.id", 2)]
    assert outlets[1].newest.title == "Later"


def test_a_name_inside_another_word_is_not_the_outlets() -> None:
    taste = OutletPreferences(outlets=("DW",))
    assert not taste.prefers(version("Midwest News"), version("Antara"))
    assert taste.prefers(version("DW Indonesia"), version("Antara"))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("BBC, Antara", ("BBC", "Antara")),
        (" bbc ,BBC;; Crónica del Puerto\nTempo", ("bbc", "Crónica del Puerto", "Tempo")),
        ("朝日新聞、الجزيرة، BBC", ("朝日新聞", "الجزيرة", "BBC")),
        ("\u202eBBC\u2066\x00, <b>Tempo</b>", ("BBC", "<b>Tempo</b>")),
        ("🔥🔥, (((, \u200b, \u064b, 7News", ("7News",)),
        ("W" * 61, ()),
        ("", ()),
        (", ".join(f"Warta {n}" for n in range(12)), tuple(f"Warta {n}" for n in range(10))),
    ],
)
def test_names_are_read_as_people_write_them(text: str, names: tuple[str, ...]) -> None:
    assert read_outlets(text) == names


def test_a_long_name_is_cut_so_that_it_is_still_the_outlets() -> None:
    title = "ANTARA News Sulawesi Tengah - Berita Terkini Sulawesi Tengah Hari Ini"
    name = outlet_name(title)
    assert name == "ANTARA News Sulawesi Tengah - Berita Terkini Sulawesi Tengah"
    assert OutletPreferences(outlets=(name,)).likes(title)
