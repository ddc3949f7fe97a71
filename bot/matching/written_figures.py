"""Figures as a text writes them, with what they count: `Rp1,5 triliun`, `5,6 magnitudo`, `27 orang`, `30人`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from bot.features.numbers import MONTHS, placed_numbers
from bot.matching.written_names import WrittenText
from bot.model import Language
from bot.text.news_words import REPORTING_WORDS, ZONES
from bot.text.tokens import UNSPACED, fold, is_stop_word, stem

_CURRENCY = re.compile(r"(?<!\w)(?:Rp\.?|IDR|USD|EUR|SGD|RM|(?:US|A|S|HK)?\$|[€£¥₩₹₽])[ \u00a0]?$")
_MEASURE = re.compile(r"(?<!\w)(?:[Mm]agnitud[eo]|[Mm]agnitudo|[Mm]agnitudes?|магнитудой)(?: of)? ?$")
_ABOUT = re.compile("[約约]$")
_BEFORE = 16
"""Characters before a figure that may belong to it."""
_GLUED = re.compile(r"[A-Za-z\u00c0-\u024f\u0370-\u052f\d_]-?$|\d[.,:/百十千万萬億亿만억]$")
"""What stands before figures that are part of a word or of a time: `F-16`, `B737`, `20:15`."""
_CLOCK = re.compile(r"(?<!\w)(?:pukul|jam)\s$", re.IGNORECASE)
_PERCENT = re.compile(r" ?%")
_ORDINAL = re.compile(r"(?:st|nd|rd|th)\b")
_TIED = re.compile(r"-[a-z]{2,12}(?:[- ]olds?)?\b")
"""`16-year-old`."""
_COUNTER = re.compile(
    "(?:公里|平方公里|公斤|公顷|千克|小时|分钟|時間|年間|か国|カ国|か月|カ月|パーセント|キロメートル|キロ|メートル|トン|ドル|ユーロ|ポンド|ウォン|"
    "美元|欧元|英镑|人民币|킬로미터|퍼센트|달러|시간|개월|[人名件年歳岁月日円元吨米個个隻只艘枚回次分度票户家所头頭匹台辆輛架발명원년월일개대회차세])"
)  # fmt: skip
COUNTED = re.compile(f"[百十千万萬億亿만억]*(?:{_COUNTER.pattern})?")
"""What belongs to the figures before it in a script without blanks."""
_WORD = re.compile(r"[ \u00a0]([^\W\d_]{1,20})(?:/[^\W\d_]{1,6})?(?![\w-])")
_RANGE = re.compile("[-–]\\d")
_RUSSIAN_ADJECTIVE = re.compile(".{3,}(?:[ыи][хей]|[ао]я|ое|ой)")
"""It says little of what is counted."""
_OTHER_SCALE = re.compile("[百十千万萬億亿만억]|(?<=[千万萬億亿만억])\\d{1,4}")
"""What goes on with a figure: `1億2千万`."""
_UNSPACED = re.compile(f"[{UNSPACED}]")
_UNIT_WORDS = """
    persen orang warga jiwa korban km kilometer meter cm mm kg kilogram gram ton hektare hektar liter derajat rumah unit
    magnitudo sr jam menit detik hari pekan bulan tahun kali kasus desa kecamatan pulau kursi suara penumpang dolar euro
    rupiah poin gol siswa jemaah pekerja prajurit tentara saksi lembar butir ekor kapal pesawat barel mil knot
    percent people person persons residents miles mile kilometers kilometres kilometre metres meters feet foot inches
    pounds tons tonnes degrees degree hours minutes seconds days weeks months years times points goals seats votes
    passengers troops soldiers students workers dollars euros cents jobs homes houses villages barrels mph kph magnitude
    процентов процента человек людей км метров метра тонн рублей долларов евро лет дней часов домов самолетов самолет
    prozent menschen personen tonnen jahre jahren tage stunden dollar
"""
_UNITS = frozenset(_UNIT_WORDS.split())
_YEAR = re.compile(r"(?:19|20)\d\d")
_LEAST_DIGITS = 5
"""A figure without a unit says something from so many digits on."""


@dataclass(frozen=True, slots=True)
class _Figure:
    start: int
    value: str
    written: str
    """With what surely belongs to it."""
    counted: str
    """The word that follows; empty if there is none that could be counted."""
    has_unit: bool
    follows_name: bool = False


def shared_figures(
    article: WrittenText, example: WrittenText, values: Mapping[str, float], taken: Collection[int], most: int
) -> tuple[str, ...]:
    """The figures that both texts have, as the article writes them, the longest first.

    What follows a figure is shown if it is a unit, or if the other text counts the same. A short one that counts
    nothing is left out.

    Args:
        article: whose spelling is shown.
        example: the other text.
        values: the shared numbers with their weights.
        taken: places of figures that are parts of names.
        most: the most figures.
    """
    if not values:
        return ()
    counted = {
        (one.value, stem(fold(one.counted), example.language)) for one in _figures(example, values) if one.counted
    }
    found: dict[str, tuple[bool, str]] = {}
    for one in _figures(article, values):
        if one.start in taken:
            continue
        complete, written = one.has_unit, one.written
        if one.counted and not complete:
            word = fold(one.counted)
            complete = word in _UNITS or (one.value, stem(word, article.language)) in counted
            written = f"{written} {one.counted}" if complete else written
        if not complete and (one.follows_name or not _says_something(one.value)):
            continue
        if one.value not in found or (complete and not found[one.value][0]):
            found[one.value] = complete, written
    order = sorted(found, key=lambda value: -values[value])
    return tuple(dict.fromkeys(found[value][1] for value in order))[:most]


def _figures(text: WrittenText, values: Collection[str]) -> Iterator[_Figure]:
    for start, end, value in placed_numbers(text.text):
        if value in values and (figure := _figure(text, start, end, value)) is not None:
            yield figure


def _figure(text: WrittenText, start: int, end: int, value: str) -> _Figure | None:
    """A figure with its surroundings; None for a date, a time, or a part of a word."""
    whole = text.text
    before = whole[max(0, start - _BEFORE) : start]
    money = _CURRENCY.search(before)
    if (
        (money is None and _GLUED.search(before))
        or _CLOCK.search(before)
        or _is_month(before.split()[-1:])
        or _RANGE.match(whole, end)
    ):
        return None
    front = money or _MEASURE.search(before) or _ABOUT.search(before)
    begin = start - len(front[0]) if front else start
    if (tail := _PERCENT.match(whole, end) or _TIED.match(whole, end)) is not None:
        return _Figure(start, value, whole[begin : tail.end()], "", has_unit=True)
    if (tail := _ORDINAL.match(whole, end)) is not None:
        end = tail.end()
    while (tail := _OTHER_SCALE.match(whole, end) or _COUNTER.match(whole, end)) is not None:
        end = tail.end()
        if _COUNTER.fullmatch(tail[0]):
            if tail[0] in "年년" and _YEAR.fullmatch(value):
                return None
            return _Figure(start, value, whole[begin:end], "", has_unit=True)
    word = _WORD.match(whole, end)
    folded = fold(word[1]) if word else ""
    if folded in MONTHS or folded in ZONES:
        return None
    counted = word[0].strip() if word and _is_counted(folded, text.language) else ""
    has_unit = money is not None or (front is not None and not counted)
    return _Figure(start, value, whole[begin:end], counted, has_unit, _is_capitalized(before))


def _is_counted(folded: str, language: Language) -> bool:
    """Whether the word behind a figure may be what it counts."""
    if folded in _UNITS:
        return True
    is_adjective = language == "ru" and _RUSSIAN_ADJECTIVE.fullmatch(folded) is not None
    if _UNSPACED.search(folded) is not None:
        return False  # where the word ends is not written
    return not (is_adjective or is_stop_word(folded, language) or folded in REPORTING_WORDS)


def _says_something(value: str) -> bool:
    """Whether a figure that counts nothing is worth telling: neither a short one nor a year."""
    return len(value.replace(".", "")) >= _LEAST_DIGITS and _YEAR.fullmatch(value) is None


def _is_capitalized(before: str) -> bool:
    """Whether a word with a capital stands right before, as in `Boeing 787`."""
    words = before.split()
    return bool(words) and words[-1].lstrip('"«“(')[:1].isupper()


def _is_month(words: list[str]) -> bool:
    return any(fold(word.rstrip(".,")) in MONTHS for word in words)
