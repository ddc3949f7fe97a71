"""Articles for the feeds of these tests: all different, long enough to count as whole, their order known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from tests.fakes.feeds import Item, rss

_SYLLABLES = ["ba", "ke", "lo", "mi", "nu", "pra", "ri", "so", "ta", "wu", "dan", "gol", "her", "jin", "kal", "mor"]


def article(number: int, about: str = "korea", *, said: str = "", now: datetime | None = None) -> Item:
    """The article `Story NUMBER about ABOUT`, newer the higher its number; its words are its own."""
    random = Random(f"{about} {number}")
    words = ["".join(random.choices(_SYLLABLES, k=3)) for _ in range(110)]
    sentences = [" ".join(words[start : start + 11]).capitalize() + "." for start in range(0, 110, 11)]
    text = f"In story {number} the word {about} is said {said}. " + " ".join(sentences)
    published = (now or datetime.now(UTC)) - timedelta(hours=12) + timedelta(minutes=number)
    return Item(
        f"Story {number} about {about}",
        text,
        guid=f"{about}-{number}",
        link=f"https://news.example/{about}/{number}",
        published=published,
        short=True,
    )


def feed_of(*items: Item) -> bytes:
    """The newest first, as outlets have it."""
    return rss(*reversed(items), title="Test Outlet")
