"""Words that two texts share in scripts without blanks between words, where pairs of characters are compared."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

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
_LONGEST = 16
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
    found: dict[str, float] = {}
    between = _JAPANESE if _KANA.search(text) else _CHINESE
    for run in _RUN.finditer(text):
        written = run[0]
        if run.start() and text[run.start() - 1].isdigit():
            written = COUNTED.sub("", written, count=1)
        if between is _JAPANESE:
            written = _CUT_VERB.sub(" ", written)
        pieces = [written] if _HANGUL.match(written) else between.sub(" ", written).split()
        for piece in pieces:
            for stretch in _stretches(piece, text, other, common):
                weight = sum(shared.get(pair, 0.0) for pair in set(grams(fold(stretch))))
                if weight:
                    found[stretch] = weight
    chosen: list[str] = []
    for stretch in sorted(found, key=lambda one: (-found[one], one)):
        if not any(stretch in one or one in stretch for one in chosen):
            chosen.append(stretch)
        if len(chosen) == most:
            break
    return chosen


def _stretches(piece: str, text: str, other: str, common: Collection[str]) -> list[str]:
    """The piece if the other text has it; else what is common to both and used like a word."""
    if len(piece) < 2:
        return []
    if len(piece) <= _LONGEST and piece in other:
        return [_KOREAN_PARTICLE.sub("", piece)]
    if _HANGUL.match(piece):
        # Particles are written at the end of a Korean word.
        pairs = grams(fold(piece))
        kept = [pair for pair in pairs[: max(1, len(pairs) - _KOREAN_ENDING)] if pair not in common]
        return [] if kept else [_KOREAN_PARTICLE.sub("", piece)]
    found: list[str] = []
    start = 0
    for place in range(len(piece)):
        if place + 1 == len(piece) or fold(piece[place : place + 2]) not in common:
            stretch = piece[start : place + 1]
            if 2 <= len(stretch) <= _LONGEST and stretch in other and _is_word(stretch, text, other):
                found.append(stretch)
            start = place + 1
    return found


def _is_word(stretch: str, text: str, other: str) -> bool:
    """Whether different characters stand before and behind a stretch, as with a word."""
    around = re.compile(f"(?s)(.?){re.escape(stretch)}(.?)")
    places = [match for one in (text, other) for match in around.finditer(one)]
    return len({match[1] for match in places}) > 1 and len({match[2] for match in places}) > 1
