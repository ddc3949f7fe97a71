"""Words that two texts share in scripts without blanks between words, where pairs of characters are compared."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from bot.matching.written_figures import COUNTED
from bot.text.tokens import UNSPACED, fold, grams

_HANGUL = re.compile("[\uac00-\ud7a3]+")
_RUN = re.compile(f"[{UNSPACED}]+")
_JAPANESE = re.compile("[\u3041-\u3096]+")
"""Hiragana: particles and endings, mostly."""
_KANA = re.compile("[\u3041-\u30ff]")
_CHINESE = re.compile(
    "[的了是在与且被该這这其](?![解告实時时])|和(?![平解谐])|(?<![埃普])及|并|而|但|因|为了|以及|认为|表示"
)
_CUT_VERB = re.compile("[\u4e00-\u9fff]+(?=[\u3041-\u3096])(?![をはがのにでともやへかだなま])")
"""A Japanese verb or adjective before its ending, of which the ideographs alone are no word."""
_EAST_ASIAN = re.compile("[\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]")
_LONGEST = 16
_LOOKED_AT = 60
"""Stretches of which it is found out whether they are used as words."""
_KOREAN_ENDING = 2
_KOREAN_PARTICLE = re.compile("(?<=..)(?:과의|와의|에서|에게|으로|까지|부터|를|을|은|는|의|와|과|에)$")


def unspaced_words(text: str, other: str, shared: Mapping[str, float], common: Collection[str], most: int) -> list[str]:
    """Stretches of the text that the other has, too: whole words as far as that can be told.

    Args:
        text: whose stretches are found.
        other: the other text.
        shared: pairs of characters that both have, with their weights: a stretch has one of these.
        common: all pairs that both have.
        most: the most stretches, the heaviest first.
    """
    weights: dict[str, float] = {}
    whole: set[str] = set()
    for stretch, is_whole in _stretches(text, other, common):
        if stretch not in weights:
            weights[stretch] = sum(shared.get(pair, 0.0) for pair in set(grams(fold(stretch))))
        if is_whole:
            whole.add(stretch)
    chosen: list[str] = []
    heaviest = sorted((one for one in weights if weights[one]), key=lambda one: (-weights[one], one))
    for stretch in heaviest[:_LOOKED_AT]:
        is_new = not any(stretch in one or one in stretch for one in chosen)
        if is_new and (stretch in whole or _is_word(stretch, text, other)):
            chosen.append(stretch)
    return chosen[:most]


def _stretches(text: str, other: str, common: Collection[str]) -> Iterator[tuple[str, bool]]:
    """What both texts have, and whether it stands between blanks, particles or marks, and so is surely whole."""
    between = _JAPANESE if _KANA.search(text) else _CHINESE
    for run in _RUN.finditer(text):
        for piece in _pieces(run, text, between):
            if len(piece) <= _LONGEST and piece in other:
                yield _KOREAN_PARTICLE.sub("", piece), True
            elif _HANGUL.match(piece):
                if _is_common_but_for_its_ending(piece, common):
                    yield _KOREAN_PARTICLE.sub("", piece), True
            elif _EAST_ASIAN.match(piece):  # in Thai nothing tells where a part is a word
                yield from ((part, False) for part in _common_parts(piece, common) if part in other)


def _pieces(run: re.Match[str], text: str, between: re.Pattern[str]) -> list[str]:
    """A run cut at particles, without what counts the figure before it."""
    written = run[0]
    if run.start() and text[run.start() - 1].isdigit():
        written = COUNTED.sub("", written, count=1)
    if _HANGUL.match(written):
        return [written]
    if between is _JAPANESE:
        written = _CUT_VERB.sub(" ", written)
    return [piece for piece in between.sub(" ", written).split() if len(piece) > 1]


def _is_common_but_for_its_ending(piece: str, common: Collection[str]) -> bool:
    """Whether both texts have a Korean word, perhaps with other particles."""
    pairs = grams(fold(piece))
    return all(pair in common for pair in pairs[: max(1, len(pairs) - _KOREAN_ENDING)])


def _common_parts(piece: str, common: Collection[str]) -> Iterator[str]:
    """The longest parts all of whose pairs of characters both texts have."""
    start = 0
    for place in range(len(piece)):
        if place + 1 == len(piece) or fold(piece[place : place + 2]) not in common:
            if 1 < place + 1 - start <= _LONGEST:
                yield piece[start : place + 1]
            start = place + 1


def _is_word(stretch: str, text: str, other: str) -> bool:
    """Whether different characters stand before and behind a stretch, as with a word."""
    before, behind = set(), set()
    for one in (text, other):
        place = one.find(stretch)
        while place >= 0:
            before.add(one[place - 1 : place])
            behind.add(one[place + len(stretch) : place + len(stretch) + 1])
            if len(before) > 1 and len(behind) > 1:
                return True
            place = one.find(stretch, place + 1)
    return False
