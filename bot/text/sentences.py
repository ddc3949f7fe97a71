"""Splits text into sentences with sentencex (https://github.com/wikimedia/sentencex) and corrects its boundaries.

Sentencex has few abbreviations for most languages and none for Indonesian, so its parts are joined again where no
sentence ends (`bot.text.full_stops`). A newline always ends a sentence. Long paragraphs are split before, because
sentencex takes quadratic time in opening quotation marks and in sentences.
"""

from __future__ import annotations

import re

from bot.model import Language
from bot.text.full_stops import has_own_full_stop, is_inside_sentence, split_further

_LONGEST_PIECE = 1_500
"""Characters given to sentencex at once: more than most paragraphs have."""
_LONGEST_SENTENCE = 3_000
"""Longer sentences are not joined with more text: they are texts without full stops."""
_PARAGRAPH = re.compile(r"[^\n]+")
_GOOD_CUT = re.compile(r"[.!?。！？…][”\"’)」』]*\s*")

_LEADING = " “\"'‘(„«»—–-"
_ONLY_CLOSING = re.compile(r"[\s”’\"')\]»」』.]+")
_COMMA = re.compile(r"\s?[,;:،؛、，)\]&]")
_GEORGIAN = re.compile("[\u10a0-\u10ff]")
_LIST_MARKER = re.compile(r"\W*(?:\d{1,3}|[a-zA-Z])[.)]\W*")
_LONGEST_MARKER = 12
_NUMBERED_HEADING = re.compile(r"[^\W\d_]+ (?:\d+(?:\.\d+)*|[IVX]+)\.\s*")
"""`Kapitel 3.`, `Pasal 5.`: no sentence of two words ends with a number."""
_LONGEST_HEADING = 30
_OPENING_MARK = re.compile(r"(?<=[.!?…] )[\"'“„«‘]$")
_CLOSED = re.compile(r"[”’\"'»」』！？]$")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_EAST_ASIAN = re.compile("[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_JAPANESE_PARTICLE = re.compile("と(?!ころ|もかく|もあれ|りわけ|くに)|って|など|の(?!ち)|を|が(?!、)")
"""Particles that follow a quotation, or a name that ends with a mark: `「…。」と述べた`, `アイカツ！の`."""

_CHINESE_SAYING = re.compile(
    "[^。！？：“]{0,24}?(?:说|說|表示|称|稱|道|指出|强调|強調|告诉|告訴|补充|補充|回应|回應|问|問|透露|认为|認為)"
)


def sentences(text: str, language: Language) -> tuple[str, ...]:
    """The sentences in order, stripped, none empty. The time is linear in the length of the text."""
    from sentencex import segment  # noqa: PLC0415 -- loaded when needed

    found: list[str] = []
    encodable = text.encode("utf-8", "replace").decode("utf-8")
    for paragraph in _PARAGRAPH.findall(encodable):
        parts = [part for piece in _pieces(paragraph) for part in segment(language, piece)]
        for sentence in _put_together(parts, language, own_stop=has_own_full_stop(paragraph)):
            found.extend(stripped for part in split_further(sentence, language) if (stripped := part.strip()))
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


def _put_together(parts: list[str], language: Language, *, own_stop: bool) -> list[str]:
    """The parts with those joined that are one sentence. `own_stop`: the paragraph has full stops of its script."""
    merged: list[str] = []
    for given in parts:
        part = given
        if merged and (mark := _OPENING_MARK.search(merged[-1])) is not None:  # sentencex takes it for a closing one
            merged[-1], part = merged[-1][: mark.start()], mark[0] + part
        if merged and len(merged[-1]) < _LONGEST_SENTENCE and _goes_on(merged[-1], part, language, own_stop=own_stop):
            merged[-1] += part
        else:
            merged.append(part)
    return merged


def _goes_on(before: str, after: str, language: Language, *, own_stop: bool) -> bool:
    """Whether no sentence ends between the two parts."""
    start = after.lstrip(_LEADING)
    if _begins_within(after, start) or _is_numbering(before):
        return True
    ended = before.rstrip()
    glued = ended == before and not after[0].isspace()
    if glued and _CLOSED.search(ended):
        return _quotation_goes_on(ended, after)
    if ended.endswith(("...", "…")):
        # Without capitals nothing tells whether a sentence ends here, and half a sentence is worse than two.
        return start[:1].isalpha() and start[0].upper() == start[0].lower() and not _EAST_ASIAN.match(start)
    return ended.endswith((".", "．")) and is_inside_sentence(
        ended, after, start, language, glued=glued, own_stop=own_stop
    )


def _begins_within(after: str, start: str) -> bool:
    """Whether a part begins as no sentence does: with a closing mark, a comma or a small letter."""
    if not after[0].isalnum() and _ONLY_CLOSING.fullmatch(after):
        return True
    # Georgian letters count as small ones, because its capitals are only used for whole words.
    return _COMMA.match(after) is not None or (start[:1].islower() and not _GEORGIAN.match(start))


def _quotation_goes_on(ended: str, after: str) -> bool:
    """Whether what follows a closing mark without a blank belongs to its sentence, as the verb of saying does."""
    if _JAPANESE_PARTICLE.match(after) or _HANGUL.match(after):  # Korean: `"모릅니다."라고`
        return True
    if ended[-1] in "”」』" and after[0] in "“「『":
        return True
    return ended[0] in "“「『" and _CHINESE_SAYING.match(after) is not None


def _is_numbering(before: str) -> bool:
    """Whether a part only numbers what follows: `1.`, `Kapitel 3.`."""
    if len(before) < _LONGEST_MARKER and _LIST_MARKER.fullmatch(before):
        return True
    return len(before) < _LONGEST_HEADING and _NUMBERED_HEADING.fullmatch(before) is not None
