"""Which version of a story a chat is shown."""

from __future__ import annotations

import pytest

from bot.alerts.sources import Taste, ordered
from bot.model import ArticleId, Language, Version


def version(source: str, language: str = "id") -> Version:
    return Version(ArticleId(source), source, None, source, Language(language))


TASTE = Taste((Language("id"), Language("en")), ("BBC", "antara"))


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
    assert ordered(versions, Taste()) == versions


def test_a_name_inside_another_word_is_not_the_outlets() -> None:
    taste = Taste(outlets=("DW",))
    assert not taste.prefers(version("Midwest News"), version("Antara"))
    assert taste.prefers(version("DW Indonesia"), version("Antara"))
