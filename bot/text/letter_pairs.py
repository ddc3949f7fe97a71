"""How usual one Latin letter is behind another in the words of many languages. Pure.

Learned from the names of countries, languages, scripts and currencies in 32 languages that write Latin letters
(Unicode CLDR, which Babel carries); `tests/unit/text/test_letter_pairs.py` learns it again and compares.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_TABLE: Final = """
    56683576968b9d450b98654055
    e051b006c00600c00a40b25030
    c032a40ec07312b00844800033
    d016c025d42335c00680902059
    84677282857a9c540cb9654247
    c0008782d00700c50d55900000
    e503a028b25723b00a51c55060
    e000c000d22564b0064ba03010
    b787946148896d6529c9450044
    e455a010b45135a300c3b10001
    e010a107d04450c10874935070
    e636b061d05833a20077a30040
    eb20c003b00022b50150810060
    d06bb0b3c552259000a9720063
    65675473658bad660ca9783034
    e040c006c00600c50977a20020
    a2327222a22222722232e22222
    d658a072d06575a00787a34042
    b0a0a00ab2d72294056b844055
    e050b008d00303b00996a21052
    b769918393898b470ca9473246
    e034d000d10105900460600050
    e030c054b05325900561500070
    9c32c22cd23452922328622222
    e087b251977878980995940014
    e731c044d55617920385912064
"""
"""A row for each first letter, a column for each second one; two units are a factor of two against chance, at 8."""
_CHANCE: Final = 8
_BITS: Final = {
    first + second: (int(value, 16) - _CHANCE) / 2
    for first, row in zip(_LETTERS, _TABLE.split(), strict=True)
    for second, value in zip(_LETTERS, row, strict=True)
}


def bits_for_words(letters: str) -> float:
    """By how many bits the pairs of letters in `letters` (a to z, either case) speak for a word against chance."""
    return sum(_BITS[first + second] for first, second in pairwise(letters.lower()))
