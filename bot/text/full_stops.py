"""Decides whether a full stop ends a sentence or belongs to an abbreviation, an ordinal, an initial or an address."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.model import Language
from bot.text.abbreviations import Abbreviation, find_abbreviation
from bot.text.locales import month_abbreviations
from bot.text.tokens import fold, is_stop_word

_MORE_OPENINGS = """
    a an the he she it they we i but and in on at for this that these those its his her their after as while when if
    there meanwhile however dia ia mereka kami kita saya ini itu hal namun tetapi sementara selain menurut pada di
    dalam untuk dengan karena sebelumnya kemudian adapun kedua
"""
_OPENINGS = frozenset(_MORE_OPENINGS.split())
"""Words that usually open a sentence, in addition to the function words of the language."""

_SURNAME_PARTICLES = (
    "a al bin ben da das de del della den der des di do dos du e el la las le les los ten ter van von y"
)
_PARTICLES = frozenset(_SURNAME_PARTICLES.split())
"""Function words that begin surnames, also after initials: `J. De Vries`."""

_WITH_ORDINALS = "az bs cs da de et fi fo hr hu is lb lv nb nn no pl sk sl sr tr"
_ORDINALS = frozenset(_WITH_ORDINALS.split())
"""Languages that write ordinals with a full stop: `1. FC Köln`, `2. Dünya Savaşı`."""
_VERB_LAST = frozenset(["az", "tr"])
"""Languages whose sentences end with a verb, hardly ever with a number."""
_SYLLABIC = frozenset(["bg", "bs", "cs", "hr", "mk", "sk", "sl", "sr"])
"""Languages with words whose only vowel is an r or l: `smrt`, `vlk`."""

_FULL_WIDTH = re.compile(r"(?:^|[^Ａ-Ｚａ-ｚ])[Ａ-Ｚａ-ｚ]．$")
_OWN_STOP = re.compile("[।॥։።۔။៕᱾。]")
_CAPITAL = "[A-ZÀ-ÖØ-ÞĆČĎĐĞİĽŁŃŇŐŘŚŞȘŠŤȚŮŰŹŻŽΑ-ΩА-ЯЁІЇЄ]"
_LAST_WORD = re.compile(r"(?:^|[\s(\[“\"'„«‘/])([^\s(\[“\"'„«‘/]{1,14})\.$")
_INITIALS = rf"{_CAPITAL}(?:\.-?{_CAPITAL})*"
_ONE_UNCASED_LETTER = re.compile(
    "[\u05d0-\u05ea\u0620-\u064a\u066e-\u06d3\u0904-\u0dff][\u0610-\u061a\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0981-"
    "\u0983\u09bc-\u09cd\u0a01-\u0a03\u0a3c-\u0a4d\u0abc-\u0acd\u0b3c-\u0b4d\u0bbe-\u0bcd\u0c3e-\u0c4d\u0cbc-\u0ccd"
    "\u0d3e-\u0d4d]{0,3}"
)
"""An initial in a script without capitals, with its vowel signs: `د`, `மு`."""
_SHORT = re.compile(rf"{_INITIALS}|(?:[^\W\d_A-Z]{{1,2}}\.)+[^\W\d_A-Z]{{1,3}}|([A-HJ-UWYZ])\1(?:\.([A-Z])\2)?")
"""Initials; `أ.د`, `t.y`, but no degrees (`S.Pd`), which also end sentences; plurals as `EE.UU`, `RR.HH`."""
_AFTER_DOT = re.compile(r".*\.-?")
_VOWELLESS = re.compile(r"[b-df-hj-np-tv-xzбвгджзклмнпрстфхцчшщ]{2,5}", re.IGNORECASE)
_SYLLABLE = re.compile(r"[^rlрл]+[rlрл]", re.IGNORECASE)
_WORDS_AT_THE_END = """
    kg km cm mm dm nm ml dl cl hl mg kw kwh mwh gb mb tb hz khz mhz ghz ft lb lbs hrs mph kph rpm pts bps hmm pst tv kr
    kn mln mlrd mld mrd tys dll dsb dst dkk vds млн млрд трлн грн тг кг км см мм др тв
"""
_ENDING = frozenset(_WORDS_AT_THE_END.split())
"""Units and other words without vowels with which sentences end."""
_LABELLED = """
    berinisial inisial hepatitis vitamin golongan grup kelas kelompok tipe seri kategori rencana grade group class type
    category plan series gruppe klasse typ groupe classe catégorie grupo clase clase tipo classe categoria
"""
_LABELS = frozenset(_LABELLED.split())
"""Words before a letter that is no initial: `berinisial A.`, `hepatitis B.`."""
_WORD_AND_LETTER = re.compile(r"([^\W\d_]+) [^\W\d_]\.$")
_FIRST_WORD = re.compile(r"[^\W_]+")
_AFTER_NUMBER = re.compile(r"\d\s+\S+$")
_UNITS = frozenset(["mm", "м", "с", "т", "г"])
"""Abbreviations before names that are units after a number."""
_NUMBERED = re.compile(rf"[A-Z]?\d|[IVXLC]+\b|{_CAPITAL}\b")
_ORDINAL = re.compile(r"(?:^|([^\W\d_]+)?\s)(?:\d{1,2}|[IVX]{2,5})\.$")
_CLOCK = re.compile(r"\b[ap]\.m\.$")
_CLOCK_GOES_ON = re.compile(r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|[A-Z]{2,4}\b|Eastern|Pacific|local")
_DOMAIN = re.compile(r"(?:com|co|id|tv|net|org|news|info|gov|edu|go|ac)(?![a-z])", re.IGNORECASE)
_ONE_LETTER = re.compile(r"-?[^\W\d_](?![^\W\d_])|-[^\W\d_]")
_THAI_OR_LAO = re.compile("[\u0e00-\u0eff]")
_UNSEEN_END = re.compile(
    rf"(?:[^\s.!?:;)–—-] (?P<letter>{_CAPITAL})\.|…[”’\"'»)]*|(?P<closed>[.!?][”’\"'»]?\)[”’\"'»]?))"
    rf"\s+(?=[“\"'«(]?(?P<next>{_CAPITAL}[^\W\d_]+)\s)"
)


def has_own_full_stop(paragraph: str) -> bool:
    """Whether it has full stops of its script (`।`, `。`, `۔`): there `.` belongs to abbreviations."""
    return _OWN_STOP.search(paragraph) is not None


def is_inside_sentence(ended: str, after: str, start: str, language: Language, *, glued: bool, own_stop: bool) -> bool:
    """Whether the full stop at the end of a part does not end a sentence.

    Args:
        ended: the part, stripped.
        after: the next part.
        start: the next part without quotation marks and blanks before it.
        glued: no blank stands between the parts.
        own_stop: the paragraph also has full stops of its own script.
    """
    match = _LAST_WORD.search(ended[-16:])
    word = match[1] if match else ""
    is_decimal = ended[-2:-1].isdigit() and after[0].isdigit()
    if ended[-1] == "．":
        return is_decimal or _FULL_WIDTH.search(ended) is not None
    if _THAI_OR_LAO.match(after.lstrip()) or _THAI_OR_LAO.fullmatch(ended[-2:-1]):
        return True  # Thai and Lao end sentences with a blank
    if own_stop and not is_stop_word(fold(word), language):
        return True
    if glued:
        is_short = find_abbreviation(word, language) is not None or _SHORT.fullmatch(word)
        return bool(is_short or is_decimal or _DOMAIN.match(after) or _is_one_letter(after, language))
    if _CLOCK.search(ended):
        return _CLOCK_GOES_ON.match(start) is not None
    return _is_ordinal(ended, start, language) or _is_abbreviation(ended, word, start, language)


def _is_one_letter(after: str, language: Language) -> bool:
    """Whether a single letter follows, as in `Ph.D`, `FRE.N` and `Dipl.-Ing`, that is no word of the language."""
    match = _ONE_LETTER.match(after)
    return match is not None and not is_stop_word(fold(match[0]), language)


def _is_ordinal(ended: str, start: str, language: Language) -> bool:
    """Whether the full stop is that of an ordinal: after an article or the like, or at the beginning."""
    match = _ORDINAL.search(ended) if language in _ORDINALS and start[:1].isalpha() else None
    if match is None:
        return False
    first = _FIRST_WORD.match(start)
    if first is not None and first[0].lower() in month_abbreviations(language):
        return True
    if _opens_sentence(start, language):
        return False
    before = match[1]
    return language in _VERB_LAST or match.start() == 0 or (before is not None and is_stop_word(fold(before), language))


def _is_abbreviation(ended: str, word: str, start: str, language: Language) -> bool:
    opens = _opens_sentence(start, language)
    kind = find_abbreviation(word, language) or find_abbreviation(_AFTER_DOT.sub("", word), language)
    if kind is Abbreviation.NUMBER:
        return not opens and _NUMBERED.match(start) is not None
    if kind is Abbreviation.NAME:
        return word not in _UNITS or start[:1].isdigit() or _AFTER_NUMBER.search(ended[-30:]) is None
    if _ONE_UNCASED_LETTER.fullmatch(word):
        return True
    if (labelled := _WORD_AND_LETTER.search(ended)) is not None and labelled[1].lower() in _LABELS:
        return False
    return bool(kind is Abbreviation.LAST or _SHORT.fullmatch(word) or _is_vowelless(word, language)) and not opens


def _is_vowelless(word: str, language: Language) -> bool:
    """Whether a word can only be an abbreviation, as it has no vowel: `Bpk`, `Wkl`, `пр`."""
    if not _VOWELLESS.fullmatch(word) or word.isupper() or word.lower() in _ENDING:
        return False
    return language not in _SYLLABIC or _SYLLABLE.search(word) is None


def _opens_sentence(start: str, language: Language) -> bool:
    """Whether a text begins with a function word with a capital, as most sentences after an abbreviation do."""
    first = _FIRST_WORD.match(start)
    if first is None or not start[0].isupper():
        return False
    word = fold(first[0])
    return (word in _OPENINGS or is_stop_word(word, language)) and len(first[0]) < len(start)


def split_further(sentence: str, language: Language) -> Sequence[str]:
    """The sentence, split where sentencex sees no end.

    That is after a letter that it takes for an initial (`Anna K. Die Polizei …`), after `…` and after a full stop in
    parentheses, each before a capital.
    """
    ends = [match.end() for match in _UNSEEN_END.finditer(sentence) if _ends_here(sentence, match, language)]
    return [sentence[start:end] for start, end in zip([0, *ends], [*ends, len(sentence)], strict=True)]


def _ends_here(sentence: str, match: re.Match[str], language: Language) -> bool:
    rest = sentence[match.end() :]
    before = sentence[max(0, match.start() - 30) : match.end()].rstrip()
    if match["closed"]:
        stopped = before.rstrip("”’\"'»)")
        word = _LAST_WORD.search(stopped[-16:])
        return not (stopped.endswith(".") and word is not None and _is_abbreviation(stopped, word[1], rest, language))
    if match["letter"] is None:
        return True
    if find_abbreviation(match["letter"], language) is Abbreviation.NAME:
        return False
    labelled = _WORD_AND_LETTER.search(before)
    opens = _opens_sentence(rest, language) and fold(match["next"]) not in _PARTICLES
    return opens or (labelled is not None and labelled[1].lower() in _LABELS)
