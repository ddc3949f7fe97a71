"""What tells one instance of a recurring event from the next: each eruption, the prices or the weather of each day.

Their headlines and texts follow one pattern, so words and meaning say that they are the same. They differ in the days
and figures that they name, and in when they are published. A single affair that goes on for days, like a trial or a
rising death toll, also has similar headlines: it is recognized by its words and never taken for a recurring event.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from bot.features.numbers import CALENDAR_WORDS, read_dates, read_numbers
from bot.model import Language
from bot.text.locales import day_names
from bot.text.tokens import is_stop_word, words

_TODAY = {
    "id": r"hari ini|besok|malam ini|pagi ini|siang ini|sore ini|(?:pe|ming)kan ini|minggu ini|bulan ini",
    "ms": r"hari ini|esok|malam ini|pagi ini|minggu ini|bulan ini",
    "en": r"today'?s?|tonight'?s?|tomorrow'?s?|this (?:week|morning|evening|afternoon|month)|(?:week|month)ly|daily",
    "de": r"heute|morgen|heutigen?|diese[rn]? woche|wöchentlich\w*|täglich\w*",
    "nl": r"vandaag|morgen|vanavond|deze week|dagelijkse?|wekelijkse?",
    "fr": r"aujourd'?hui|demain|ce (?:soir|matin|jour)|cette semaine|du jour|de la semaine",
    "es": r"hoy|mañana|esta (?:noche|semana|tarde)|del día|de la semana|diari[oa]",
    "pt": r"hoje|amanhã|esta (?:noite|semana)|nesta (?:noite|semana)|do dia|da semana|diári[oa]",
    "it": r"oggi|domani|stasera|questa (?:settimana|sera)|del giorno|della settimana",
    "ca": r"avui|demà|aquesta setmana",
    "ro": r"azi|astăzi|mâine|săptămâna aceasta|zilei",
    "pl": r"dziś|dzisiaj|dzisiejsz\w*|jutro|w tym tygodniu|na dziś",
    "cs": r"dnes|dnešní\w*|zítra|tento týden",
    "sk": r"dnes|dnešn\w*|zajtra|tento týždeň",
    "hu": r"ma|mai|holnap|ezen a héten|napi|heti",
    "tr": r"bugün\w*|yarın\w*|bu (?:akşam|hafta)|günlük|haftalık",
    "sv": r"i ?dag|i ?morgon|ikväll|den här veckan|dagens|veckans",
    "da": r"i ?dag|i ?morgen|i ?aften|denne uge|dagens|ugens",
    "no": r"i ?dag|i ?morgen|i ?kveld|denne uken|dagens|ukens",
    "fi": r"tänään|huomenna|tällä viikolla|päivän|viikon",
    "el": r"σήμερα|αύριο|απόψε|αυτή την εβδομάδα|σημεριν\w*",
    "ru": r"сегодня\w*|завтра|на (?:этой )?неделе|на неделю|на день|на утро",
    "uk": r"сьогодні\w*|завтра|цього тижня|на тиждень",
    "bg": r"днес|днешн\w*|утре|тази седмица",
    "sr": r"данас|сутра|danas|sutra|ове недеље",
    "hr": r"danas|sutra|ovaj tjedan|dnevni|tjedni",
    "ar": r"اليوم|غدا|غدًا|غداً|الليلة|هذا الأسبوع",
    "fa": r"امروز|فردا|امشب|این هفته",
    "ur": r"آج|کل|اس ہفتے",
    "he": r"היום|מחר|הערב|השבוע",
    "hi": r"आज|कल|इस सप्ताह|इस हफ्ते",
    "bn": r"আজ|আজকের|আগামীকাল",
    "ta": r"இன்று|இன்றைய|நாளை",
    "th": r"วันนี้|พรุ่งนี้|คืนนี้|สัปดาห์นี้",
    "vi": r"hôm nay|ngày mai|tối nay|sáng nay|tuần này",
    "ja": r"きょう|今日|本日|明日|あす|今夜|今週|けさ|今朝",
    "zh": r"今日|今天|明日|明天|今晚|本周|本週|今早",
    "ko": r"오늘의?|내일|오늘밤|이번 ?주",
    "sw": r"leo|kesho|wiki hii",
    "tl": r"ngayong (?:araw|gabi|linggo)|ngayon|bukas",
}
_AFFAIR = {
    "id": r"(?:per)?sidang(?:an)?|kasus|terdakwa|tersangka|saksi|jaksa|hakim|vonis|tewas|meninggal|korban"
    r"|luka-luka|terluka|ditahan|ditangkap|hilang",
    "ms": r"perbicaraan|mahkamah|kes|tertuduh|suspek|saksi|hakim|maut|terkorban|mangsa|cedera|ditahan|ditangkap|hilang",
    "en": r"trials?|court|jury|judge|verdict|witness(?:es)?|suspects?|charged|sentenced|arrest(?:s|ed)?|convicted"
    r"|dead|deaths?|die[sd]?|kill(?:s|ed)|toll|injured|wounded|victims?|missing|case",
    "de": r"prozess|gericht|urteil|angeklagte[rn]?|verdächtige[rn]?|festgenommen|tote[nrs]?|todesopfer"
    r"|verletzte[nr]?|opfer",
    "nl": r"proces|rechtbank|rechter|verdachten?|aangehouden|doden?|slachtoffers?|gewonden?|vermisten?",
    "fr": r"procès|tribunal|juges?|accusée?s?|suspects?|morts?|blessés?|victimes?|disparus?|affaire",
    "es": r"juicio|tribunal|juez|jueza|caso|acusad[oa]s?|sospechos[oa]s?|muert[eo]s?|herid[oa]s?|víctimas?"
    r"|desaparecid[oa]s?",
    "pt": r"julgamento|tribunal|juiz|juíza|caso|réus?|suspeit[oa]s?|mort[eo]s?|ferid[oa]s?|vítimas?|desaparecid[oa]s?",
    "it": r"processo|tribunale|giudici?e?|caso|imputat[oi]|sospettat[oi]|mort[ei]|vittime|feriti|dispersi",
    "ro": r"proces\w*|tribunal\w*|judecător\w*|cazul|suspec\w+|morți|decese|răniți|victime",
    "pl": r"proces\w*|sąd\w*|spraw\w+|oskarż\w+|podejrzan\w+|ofiar\w*|zabit\w*|rann\w+|zmarł\w*",
    "cs": r"proces\w*|soud\w*|kauz\w+|obžalovan\w+|podezřel\w+|oběti?|mrtvých|zraněn\w+",
    "sv": r"rättegång\w*|åtal\w*|misstänkt\w*|döda|skadade|offer|fallet",
    "da": r"retssag\w*|tiltalt\w*|sigtet|døde|sårede|ofre|sagen",
    "no": r"rettssak\w*|tiltalt\w*|siktet|døde|skadde|ofre|saken",
    "fi": r"oikeuden\w*|syyt\w+|epäilty\w*|kuol\w+|uhri\w*|loukkaant\w+",
    "hu": r"per|bíróság\w*|vádlott\w*|gyanúsított\w*|halott\w*|áldozat\w*|sérült\w*",
    "tr": r"dava\w*|mahkeme\w*|sanık\w*|şüpheli\w*|ölü\w*|öldü\w*|can kaybı|yaralı\w*|kurban\w*",
    "el": r"δίκη|δικαστήριο|κατηγορούμεν\w+|νεκρ\w+|θύματα|τραυματί\w+|υπόθεση",
    "ru": r"суд\w{0,3}|дел[оау]|обвиняем\w+|подозреваем\w+|приговор\w*|погиб\w+|жертв\w*|пострадавш\w+"
    r"|пропавш\w+|умерл\w+",
    "uk": r"суд\w{0,3}|справ[аиуі]|обвинувачен\w+|підозрюван\w+|вирок\w*|загин\w+|загибл\w+|жертв\w*|постраждал\w+",
    "bg": r"съд\w*|дело\w*|обвиняем\w+|загинал\w*|жертв\w*|пострадал\w*",
    "ar": r"محاكمة|محكمة|متهم|قتلى|ضحايا|قتيل\w*|مصابين|جرحى|قضية",
    "fa": r"دادگاه|محاکمه|متهم|کشته\w*|قربانیان|زخمی\w*|پرونده",
    "hi": r"मौत|मुकदमा|अदालत|कोर्ट|आरोपी|मृतक|घायल|केस",
    "ja": r"死者|死亡|死刑|公判|裁判|判決|起訴|逮捕|容疑|被告|行方不明|負傷",
    "zh": r"法院|庭审|庭審|开庭|宣判|被告|嫌疑|遇难|遇難|死亡|死者|伤亡|傷亡|受伤|受傷|失踪|案",
    "ko": r"재판|판결|공판|구속|기소|체포|피의자|사망|부상|실종|희생",
    "th": r"ศาล|คดี|จำเลย|ผู้ต้องหา|เสียชีวิต|บาดเจ็บ",
    "vi": r"phiên tòa|vụ án|bị cáo|nghi phạm|tử vong|thiệt mạng|bị thương|mất tích",
}
"""Words of trials, of crimes and of tolls of the dead, which grow from day to day."""

_WITHOUT_SPACES = frozenset(["ja", "th", "zh"])
_LONGEST_TITLE = 300
_FIGURE = re.compile(r"\d[\d.,:]*\d|\d")
_DAY_OF_MONTH = re.compile(r"(?<!\d)(\d{1,2})\s?[日일](?![本曜])")
_RUBRIC = re.compile(r".{3,60}?(?=\s*[:：|｜–—]|\s-\s)")
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """The pattern of a headline, and what says which instance it is about."""

    pattern: frozenset[str] = frozenset()
    """Words of the title without function words, figures, dates and words for the present day."""
    figures: frozenset[str] = frozenset()
    """Numbers of the title without its dates; single digits, too."""
    days: frozenset[int] = frozenset()
    """Days of the month that the title or the first words of the text name."""
    weekdays: frozenset[int] = frozenset()
    """Days of the week that they name, Monday is 0."""
    is_of_today: bool = False
    """Whether the title says that it is about the day of its publication: "hari ini", "this week", "daily"."""
    rubric: str = ""
    """The beginning of such a title up to a colon or a dash: "horoscope today"; empty where it has none."""
    is_one_affair: bool = False
    """Whether the title is about a trial, a crime or the dead: such stories go on under similar titles."""


@dataclass(frozen=True, slots=True)
class _Weekdays:
    names: re.Pattern[str]
    numbers: Mapping[str, int]


def read_recurrence(title: str, lead: str, language: Language) -> Recurrence:
    """Read a title and the first words of the text."""
    heading = title[:_LONGEST_TITLE]
    text = f"{heading}\n{lead}"
    today = _today(language)
    timeless = today.sub(" ", heading)
    rubric = _RUBRIC.match(heading)
    weekdays = _weekdays(language)
    _, undated = read_dates(timeless, language)
    dates, _ = read_dates(text, language)
    days = {int(date[-2:]) for date in dates if len(date) > len("2024")}
    heading_words = words(weekdays.names.sub(" ", _FIGURE.sub(" ", undated)), language)
    return Recurrence(
        pattern=frozenset(word for word in heading_words if _is_telling(word, language)),
        figures=read_numbers(undated) | {figure for figure in _FIGURE.findall(undated) if len(figure) == 1},
        days=frozenset(days | {int(match[1]) for match in _DAY_OF_MONTH.finditer(text)}),
        weekdays=frozenset(weekdays.numbers[name] for name in weekdays.names.findall(text)),
        is_of_today=timeless != heading,
        rubric=" ".join(words(rubric[0], language)) if rubric is not None and today.search(rubric[0]) else "",
        is_one_affair=_affair(language).search(heading) is not None,
    )


def _is_telling(word: str, language: Language) -> bool:
    return _LETTER.match(word) is not None and not is_stop_word(word, language) and word not in CALENDAR_WORDS


@cache
def _today(language: Language) -> re.Pattern[str]:
    return _any_of(_TODAY.get(language, ""), language, re.IGNORECASE)


@cache
def _affair(language: Language) -> re.Pattern[str]:
    return _any_of(_AFFAIR.get(language, ""), language, re.IGNORECASE)


@cache
def _weekdays(language: Language) -> _Weekdays:
    numbers = {name: number for number, name in enumerate(day_names(language))}
    return _Weekdays(_any_of("|".join(map(re.escape, numbers)), language), numbers)


def _any_of(alternatives: str, language: Language, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str]:
    edge = "" if language in _WITHOUT_SPACES else r"\b"
    return re.compile(rf"{edge}(?:{alternatives}){edge}" if alternatives else r"(?!)", flags)
