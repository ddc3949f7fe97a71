"""The index of keys, and the places it points at."""

import numpy as np
import pytest

from bot.model import ArticleId
from bot.stories.postings import Postings
from bot.stories.ring import Ring


def keys(*values: int) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    return np.array(values, np.uint32)


def test_who_has_a_key_is_found_however_many_came_since() -> None:
    ring = Ring(2_000)
    postings = Postings(ring.are_here)
    for number in range(1_500):
        postings.add(ring.take(ArticleId(str(number))), keys(*range(10 * number, 10 * number + 10), 4_000_000_000))
    numbers, which = postings.find(keys(70, 14_995, 99_999), most=5)
    assert sorted(zip(numbers.tolist(), which.tolist(), strict=True)) == [(7, 0), (1_499, 1)]
    common, _ = postings.find(keys(4_000_000_000), most=5)
    assert {1_499, 1_498} <= set(common.tolist())


def test_articles_that_are_gone_are_not_found_and_leave_no_entries_for_ever() -> None:
    ring = Ring(100)
    postings = Postings(ring.are_here)
    for number in range(20_000):
        if ring.is_full:
            ring.free(ArticleId(str(number - 100)))
        postings.add(ring.take(ArticleId(str(number))), keys(1, 2, 3 + number % 50))
    numbers, _ = postings.find(keys(1), most=1_000)
    assert set(numbers.tolist()) == set(range(19_900, 20_000))
    assert len(postings) < 10_000


def test_what_is_in_a_column_stays_with_its_article_as_the_ring_grows() -> None:
    ring = Ring(1_000)
    ring.column("twice", np.int64)
    for number in range(900):
        assert ring.take(ArticleId(str(number))) == number
        ring["twice"][ring.place(number)] = 2 * number
        if number % 3 == 0:
            ring.free(ArticleId(str(number)))
    assert len(ring) == 600
    left = ring.numbers()
    assert ring["twice"][ring.places(left)].tolist() == (2 * left).tolist()


def test_a_full_ring_takes_nobody_until_the_oldest_goes() -> None:
    ring = Ring(2)
    for name in "ab":
        ring.take(ArticleId(name))
    assert ring.is_full
    with pytest.raises(IndexError, match="oldest"):
        ring.take(ArticleId("c"))
    ring.free(ArticleId("a"))
    assert ring.take(ArticleId("c")) == 2
