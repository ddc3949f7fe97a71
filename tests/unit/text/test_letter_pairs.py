"""The table of letter pairs is what the names of CLDR give."""

from __future__ import annotations

import math
import re
import string
import unicodedata
from collections import Counter
from itertools import pairwise

import pytest
from babel import Locale

from bot.text.letter_pairs import bits_for_words

LANGUAGES = """
    cs cy da de en es et eu fi fil fr ga hr hu id it lt lv ms nb nl pl pt ro sk sl sq sv sw tr uz vi
"""


def learned() -> dict[str, float]:
    """Bits by pair; two are added to each count, so that a pair which was not seen is only unlikely."""
    counts: Counter[tuple[str, str]] = Counter()
    for language in LANGUAGES.split():
        locale = Locale.parse(language)
        words: set[str] = set()
        for names in (locale.territories, locale.languages, locale.currencies, locale.scripts):
            for name in names.values():
                ascii_name = "".join(one for one in unicodedata.normalize("NFKD", name.lower()) if one.isascii())
                words.update(re.findall("[a-z]{2,}", ascii_name))
        for word in words:
            counts.update(pairwise(word))
    bits = {}
    for first in string.ascii_lowercase:
        total = sum(counts[first, second] for second in string.ascii_lowercase)
        for second in string.ascii_lowercase:
            share = (counts[first, second] + 2) / (total + 2 * 26)
            bits[first + second] = max(-4, min(3, math.log2(share * 26)))
    return bits


def test_the_table_is_learned_from_the_names_in_cldr() -> None:
    """Another edition of CLDR may differ a little; the table need not follow it."""
    wrong = {pair: bits for pair, bits in learned().items() if bits_for_words(pair) != pytest.approx(bits, abs=1)}
    assert len(wrong) <= 20, wrong


def test_words_are_told_from_their_letters_in_another_order() -> None:
    assert bits_for_words("Korrespondent") > 3 > -3 > bits_for_words("dtnnrposokerr")
