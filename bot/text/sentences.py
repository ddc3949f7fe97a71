"""Splits text into sentences with sentencex (https://github.com/wikimedia/sentencex) and joins what it splits wrongly.

A newline always ends a sentence. Long paragraphs are split before, because sentencex takes quadratic time in opening
quotation marks and in sentences.
"""

from __future__ import annotations

import re

from bot.model import Language

_LONGEST_PIECE = 1_500
"""Characters given to sentencex at once: more than most paragraphs have."""
_LONGEST_SENTENCE = 3_000
"""Longer sentences are not joined with more text: they are texts without full stops."""

_SHORT_FORMS = """
    pt cv ud tbk jl jln gg no nmr dr drs dra ir h hj hjh kh prof sdr sdri tn ny st rt rw kec kab kel kol letkol
    mayjen brigjen letjen jend komjen irjen kombes akbp akp ipda iptu aiptu bripka serda sertu kapt lettu tgl hlm
    hal rp a.n u.p mr mrs ms messrs sr jr gen lt col maj sgt capt cmdr adm gov sen rep hon rev pres vs bros u.s u.k
    d.c fig vol ed ca approx
"""
_ABBREVIATIONS = frozenset(_SHORT_FORMS.split())
"""Abbreviations, lower-case and without the last full stop, after which a sentence seldom ends.

Splitters split after Indonesian ones (`PT.`, `tgl.`): https://github.com/speedyk-005/yasbd-lib/issues/290.
"""
_CAN_END = frozenset(["tbk", "st", "u.s", "u.k", "d.c", "no", "h"])
"""Those after which a sentence can end nevertheless: before a word that usually opens one, with a capital."""
_OPENING_WORDS = """
    a an the he she it they we i but and in on at for this that these those its his her their after as while when if
    there meanwhile however dia ia mereka kami kita saya ini itu hal namun tetapi sementara selain menurut pada di
    dalam untuk dengan karena sebelumnya kemudian adapun
"""
_OPENINGS = frozenset(_OPENING_WORDS.split())
_PARAGRAPH = re.compile(r"[^\n]+")
_LAST_WORD = re.compile(r"(?:^|[\s(\[“\"'])([^\s(\[“\"']{1,8})\.$")
_INITIALS = re.compile(r"[A-Z](?:\.[A-Z])*")
_FIRST_WORD = re.compile(r"[^\W_]+")
_CLOCK = re.compile(r"\b[ap]\.m\.$")
_CLOCK_GOES_ON = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[A-Z]{2,4}\b|Eastern|Pacific|local")
_DOMAIN = re.compile(r"(?:com|co|id|tv|net|org|news|info|gov|edu|go|ac)(?![a-z])", re.IGNORECASE)
_ONLY_CLOSING = re.compile(r"[\s”’\"')\]»」』.]+")
_ONLY_NUMBER = re.compile(r"\W*(?:\d{1,3}|[a-zA-Z])[.)]\W*")
_LONGEST_NUMBERING = 12
_GOOD_CUT = re.compile(r"[.!?。！？…][”\"’)」』]*\s*")


def sentences(text: str, language: Language) -> tuple[str, ...]:
    """The sentences in order, stripped, none empty. The time is linear in the length of the text."""
    from sentencex import segment  # noqa: PLC0415 -- loaded when needed

    found: list[str] = []
    encodable = text.encode("utf-8", "replace").decode("utf-8")
    for paragraph in _PARAGRAPH.findall(encodable):
        parts = [part for piece in _pieces(paragraph) for part in segment(language, piece)]
        found.extend(stripped for sentence in _put_together(parts) if (stripped := sentence.strip()))
    return tuple(found)


def _pieces(paragraph: str) -> list[str]:
    """Pieces of a paragraph that sentencex can process, cut after a sentence if possible, else at a blank."""
    pieces: list[str] = []
    start = 0
    while len(paragraph) - start > _LONGEST_PIECE:
        window = paragraph[start : start + _LONGEST_PIECE]
        ends = [match.end() for match in _GOOD_CUT.finditer(window, _LONGEST_PIECE // 2)]
        cut = ends[-1] if ends else window.rfind(" ") + 1 or _LONGEST_PIECE
        pieces.append(window[:cut])
        start += cut
    pieces.append(paragraph[start:])
    return pieces


def _put_together(parts: list[str]) -> list[str]:
    merged: list[str] = []
    for part in parts:
        if merged and len(merged[-1]) < _LONGEST_SENTENCE and _goes_on(merged[-1], part):
            merged[-1] += part
        else:
            merged.append(part)
    return merged


def _goes_on(before: str, after: str) -> bool:
    """Whether no sentence ends between the two parts."""
    if not after[0].isalnum() and _ONLY_CLOSING.fullmatch(after):
        return True
    start = after.lstrip(" “\"'‘(")
    if start[:1].islower() or (len(before) < _LONGEST_NUMBERING and _ONLY_NUMBER.fullmatch(before)):
        return True
    ended = before.rstrip()
    return ended.endswith(".") and _full_stop_is_inside(ended, after, start, glued=ended == before)


def _full_stop_is_inside(ended: str, after: str, start: str, *, glued: bool) -> bool:
    """Whether the full stop is part of a domain, a time or an abbreviation. `glued`: no blank follows it."""
    if glued and not after[0].isspace():
        return _DOMAIN.match(after) is not None
    if _CLOCK.search(ended):
        return _CLOCK_GOES_ON.match(start) is not None
    return _ends_with_abbreviation(ended, start)


def _ends_with_abbreviation(ended: str, start: str) -> bool:
    """Whether the full stop is that of `Jl.`, `J.K.` and the like, and no usual opening of a sentence follows."""
    match = _LAST_WORD.search(ended[-12:])
    if match is None:
        return False
    word = match[1].lower()
    first = _FIRST_WORD.match(start)
    opens = first is not None and first.group().lower() in _OPENINGS
    initials = _INITIALS.fullmatch(match[1]) is not None
    return (word in _ABBREVIATIONS or initials) and not (opens and (initials or word in _CAN_END))
