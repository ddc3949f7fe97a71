"""Keys as machines draw them, and words as people write them into addresses."""

from __future__ import annotations

import string
from random import Random

import pytest

from bot.text.random_words import looks_random

LETTERS, MIXED = string.ascii_letters, string.ascii_letters + string.digits
BASE32, URL_SAFE = "abcdefghijklmnopqrstuvwxyz234567", MIXED + "-_"


@pytest.mark.parametrize(
    ("alphabet", "length", "most"),
    [
        ("0123456789abcdef", 20, 2),
        (MIXED, 16, 5),
        (MIXED, 22, 2),
        (LETTERS, 16, 20),
        (LETTERS, 24, 5),
        (BASE32, 16, 30),
        (BASE32, 26, 5),
        (URL_SAFE, 22, 30),
        (URL_SAFE, 43, 15),
        (string.ascii_lowercase, 24, 30),
        (string.ascii_lowercase, 32, 15),
    ],
)
def test_of_2000_drawn_keys_few_are_taken_for_words(alphabet: str, length: int, most: int) -> None:
    random = Random(length)
    missed = [
        key for key in ("".join(random.choices(alphabet, k=length)) for _ in range(2_000)) if not looks_random(key)
    ]
    assert len(missed) <= most, missed[:20]


@pytest.mark.parametrize(
    "word",
    [
        "explainlikeimfive", "productivity", "ProgrammingThrowdown", "StackOverflow", "AdGroupFeedService",
        "rospotrebnadzor", "nizhegorodczami", "krajoznawczy", "Typueberpruefungen", "ketidakberdayaan",
        "mempertanggungjawabkan", "photoshopbattles", "UpliftingNews", "impactofsocialsciences",
        "spacecraftDisplay", "neighborhood", "expectations", "fbhackercup2013", "tjokrosaputro", "xinwenlianbo",
        "nghiencuuquocte", "haberturkgazetesi", "cotidianul2024", "szczecinskie", "OfficialATCQ", "frmheadtotoe",
    ],
)  # fmt: skip
def test_words_and_names_of_many_languages_are_no_keys(word: str) -> None:
    assert not looks_random(word)
