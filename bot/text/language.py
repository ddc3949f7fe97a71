"""Detects the language of a text by its script, its letters, its function words, and what its source declares.

The statistical detector (py3langid, 90 MB once loaded) is only used for Latin, Cyrillic, Arabic or Devanagari text with
too few known function words, and for ties. It is unreliable on short texts and on names
(https://github.com/adbar/py3langid/issues/17, https://github.com/saffsd/langid.py/issues/40).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from bot.model import UNDETERMINED, Language
from bot.text.function_words import languages_by_word
from bot.text.locales import language_names, spoken

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_SAMPLE = 3_000
"""Characters of a text that are read."""
_CODE = re.compile(r"([a-z]{2,3})(?:[-_].*)?")
_OLD_CODES = {
    "iw": "he", "in": "id", "ji": "yi", "jw": "jv", "mo": "ro", "fil": "tl", "ind": "id", "eng": "en", "msa": "ms",
    "may": "ms", "zsm": "ms", "nb": "no", "nn": "no", "cmn": "zh", "yue": "zh", "bs": "hr", "sh": "hr", "zho": "zh",
    "jav": "jv", "sun": "su", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "por": "pt", "ita": "it",
    "nld": "nl", "dut": "nl", "rus": "ru", "ukr": "uk", "jpn": "ja", "kor": "ko", "ara": "ar", "tha": "th",
    "vie": "vi",
}  # fmt: skip

_SCRIPTS = (
    ("latin", "A-Za-z\u00c0-\u024f\u1e00-\u1eff"),
    ("cyrillic", "\u0400-\u052f"),
    ("arabic", "\u0620-\u064a\u066e-\u06d3\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdfb\ufe70-\ufefc"),
    ("devanagari", "\u0904-\u0939\u0958-\u0961"),
    ("han", "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"),
    ("kana", "\u3041-\u3096\u30a1-\u30fa"),
    ("hangul", "\uac00-\ud7a3\u1100-\u11ff\u3131-\u318e"),
    ("greek", "\u0370-\u03ff\u1f00-\u1fff"),
    ("hebrew", "\u05d0-\u05ea"),
    ("thai", "\u0e01-\u0e2e"),
    ("lao", "\u0e81-\u0eae"),
    ("khmer", "\u1780-\u17b3"),
    ("myanmar", "\u1000-\u102a"),
    ("tamil", "\u0b85-\u0bb9"),
    ("bengali", "\u0985-\u09b9\u09dc-\u09e1"),
    ("telugu", "\u0c05-\u0c39"),
    ("kannada", "\u0c85-\u0cb9"),
    ("malayalam", "\u0d05-\u0d3a"),
    ("gujarati", "\u0a85-\u0ab9"),
    ("gurmukhi", "\u0a05-\u0a39"),
    ("sinhala", "\u0d85-\u0dc6"),
    ("georgian", "\u10a0-\u10ff"),
    ("armenian", "\u0531-\u0587"),
    ("ethiopic", "\u1200-\u137f"),
)
_ONE_LANGUAGE = {
    "hangul": "ko", "greek": "el", "hebrew": "he", "thai": "th", "lao": "lo", "khmer": "km", "myanmar": "my",
    "tamil": "ta", "bengali": "bn", "telugu": "te", "kannada": "kn", "malayalam": "ml", "gujarati": "gu",
    "gurmukhi": "pa", "sinhala": "si", "georgian": "ka", "armenian": "hy", "ethiopic": "am", "kana": "ja", "han": "zh",
}  # fmt: skip
_SEVERAL_LANGUAGES = {
    "cyrillic": frozenset(["ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg", "tt", "ba"]),
    "arabic": frozenset(["ar", "fa", "ur", "ps", "sd", "ug", "ckb", "ku", "dv", "ms"]),
    "devanagari": frozenset(["hi", "mr", "ne", "sa", "mai", "bho"]),
    "hebrew": frozenset(["he", "yi"]),
    "bengali": frozenset(["bn", "as"]),
    "ethiopic": frozenset(["am", "ti"]),
    "han": frozenset(["zh", "ja"]),
}
_NEVER_LATIN = frozenset(_ONE_LANGUAGE.values()).union(*_SEVERAL_LANGUAGES.values()) - {"sr", "ms", "ku", "kk"}
_TELLING_LETTERS = (
    ("vi", "ơưđạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ", 0.03),
    ("tr", "ğış", 0.02),
    ("ro", "șțăţş", 0.015),
    ("pl", "łąężśćń", 0.02),
    ("cs", "ěřů", 0.015),
    ("hu", "őű", 0.004),
    ("uk", "іїєґ", 0.02),
    ("be", "ўі", 0.04),
    ("sr", "јљњћђџ", 0.02),
    ("fa", "پچژگی", 0.02),
    ("ur", "ٹڈڑےںہ", 0.03),
)
"""Letters that hardly any other language uses, with the least share of the letters of a text in that language."""
_ENOUGH = 1.5
"""The least sum of function words that decides (a word of n languages counts 1/n)."""
_CLEARLY = 1.25
"""The least ratio of the best language to the second."""
_ENOUGH_AGAINST = 1.0
_CLEARLY_AGAINST = 2.5
"""The same for a language other than the one that the source declares."""
_ASCII = re.compile("[\x00-\x7f]+")
_NO_ASCII_LETTERS = bytes(code for code in range(128) if not chr(code).isalpha())
_LETTERS = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_ASCII_LETTERS = re.compile(r"[a-z]+(?:[-'][a-z]+)*")
"""The same for lower-case ASCII."""
_MARKED_WORDS = re.compile(r"[^\s\d_.,;:!?()\"'“”‘’«»…।؟،؛/-]+")
_ID = Language("id")
_MS = Language("ms")
_SAID_IN_INDONESIAN = """
    bahwa karena bisa saat persen rp wib polisi polri kepolisian korban uang mobil perusahaan kantor resmi provinsi
    kabupaten senin kamis jumat minggu usai digelar terkait gak nggak enggak soal jadi jelasnya bakal bapak senilai
    miliar triliun delapan bupati gubernur aktivitas universitas kualitas ujar ujarnya tutur tuturnya sementara
    hingga sekitar namun partai kini aparat pemerintah mantan sebesar mulai dirinya harus lainnya tim eropa inggris
    komite biaya bagian pria kekerasan menit direktur meninggal kampanye lokal rencana konferensi berhasil publik
    perbatasan layanan produksi akun internasional bahkan rata-rata diharapkan kebijakan musik yaitu khawatir adanya
    menambahkan kesepakatan pernyataan juru rumah besok mahasiswa siswa serikat
"""
_INDONESIAN = frozenset(_SAID_IN_INDONESIAN.split())
_SAID_IN_MALAY = """
    bahawa kerana boleh peratus ringgit rm hospital kerajaan wang polis syarikat rasmi isnin khamis jumaat ahad
    selepas manakala iaitu ialah sahaja mahu awak encik bilion trilion lapan aktiviti kualiti universiti daripada
    mangsa mahkamah didakwa menerusi kakitangan pengarah perkhidmatan agensi cuba parti awam antarabangsa kewangan
    pengerusi tentera pembangkang pelbagai dijangka apabila semasa eropah jawatankuasa akhbar ramai sebarang
    bahagian perkara bercakap menyokong minit adakah siasatan jurucakap kempen undi pengundi berjaya menghantar
    baharu esok mengikut sempadan kilang akaun tempatan mengesahkan perniagaan mesti filem berbanding kawalan rakan
    komen tiada percubaan peribadi rancangan pilihanraya menteri-menteri
"""
_MALAY = frozenset(_SAID_IN_MALAY.split())
"""Words that differ between Indonesian and Malay, whose function words are mostly the same.

Statistical detectors confuse the two: https://github.com/facebookresearch/fastText/issues/870.
"""
_DETECTABLE = """
    id ms en de nl fr es pt it ca ro sv da no fi pl cs sk hu tr vi tl sw hr sl et lt lv sq az eu is ga af ru uk be
    bg sr mk kk ky mn ar fa ur ps hi mr ne
"""
_FOR_DETECTOR = frozenset(_DETECTABLE.split())
"""Of the 97 languages of the detector: Latin, Galician, Acehnese and others attract headlines in larger languages."""


def language_code(tag: str) -> Language | None:
    """The two-letter code of a language tag (BCP 47, RFC 5646: `en-US`; `id_ID`, old `in`); None if it has none."""
    match = _CODE.fullmatch(tag.strip().lower())
    if match is None:
        return None
    code = _OLD_CODES.get(match[1], match[1])
    return Language(code) if len(code) == 2 else None


def language_name(language: Language, reader: Language) -> str:
    """The name of a language in the reader's language, else in English, else its code."""
    return language_names(spoken(reader)).get(language, language)


@cache
def _script_pattern() -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{name}>[{letters}]+)" for name, letters in _SCRIPTS))


def _script_counts(text: str) -> Counter[str]:
    """The number of letters of each script. ASCII letters are counted at once, since most texts are mostly ASCII."""
    latin = len(text.encode("ascii", "ignore").translate(None, _NO_ASCII_LETTERS))
    counts = Counter({"latin": latin} if latin else {})
    if text.isascii():
        return counts
    for match in _script_pattern().finditer(_ASCII.sub("", text)):
        if match.lastgroup is not None:
            counts[match.lastgroup] += match.end() - match.start()
    return counts


def _main_script(counts: Counter[str]) -> str | None:
    """The script of most letters. Japanese mixes Han and kana; an ideograph counts as three letters."""
    weighed = Counter({name: count * (3 if name in ("han", "kana", "hangul") else 1) for name, count in counts.items()})
    if not weighed:
        return None
    if counts["kana"] * 20 > counts["han"] + counts["kana"]:
        weighed["kana"] += weighed.pop("han", 0)
    return weighed.most_common(1)[0][0]


def _may_be_written_in(language: Language, script: str) -> bool:
    if script in _SEVERAL_LANGUAGES:
        return language in _SEVERAL_LANGUAGES[script]
    if script in _ONE_LANGUAGE:
        return language == _ONE_LANGUAGE[script]
    return language not in _NEVER_LATIN


def _grouped(language: Language) -> Language:
    return _ID if language == _MS else language


@cache
def _votes_by_word() -> dict[str, frozenset[Language]]:
    return {word: frozenset(map(_grouped, languages)) for word, languages in languages_by_word().items()}


def _evidence(text: str, script: str, letters: int) -> list[tuple[float, Language]]:
    """A score for each language of the script by function words and special letters, the best first."""
    scores: defaultdict[Language, float] = defaultdict(float)
    votes = _votes_by_word()
    pattern = _LETTERS if script in ("latin", "cyrillic") else _MARKED_WORDS
    words = Counter((_ASCII_LETTERS if text.isascii() else pattern).findall(text))
    for word in sorted(words.keys() & votes.keys()):  # sorted, because the sum of floats depends on their order
        for language in votes[word]:
            scores[language] += words[word] / len(votes[word])
    for code, own, share in () if text.isascii() else _TELLING_LETTERS:
        count = sum(text.count(letter) for letter in own)
        if count >= 2 and count >= share * letters:
            scores[Language(code)] = scores[Language(code)] * 2 + 2
    fitting = [(score, language) for language, score in scores.items() if _may_be_written_in(language, script)]
    return sorted(fitting, reverse=True)


@cache
def _detector() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 -- 90 MB that most runs never need

    detector = LanguageIdentifier.from_model_file(MODEL_FILE)
    detector.set_languages(sorted(set(detector.labels) & _FOR_DETECTOR))
    return detector


def _asked_of_detector(text: str, script: str) -> Language:
    """The language that py3langid detects if it is written in the script; else `und`."""
    language = Language(_detector().classify(text)[0])
    return language if _may_be_written_in(language, script) else UNDETERMINED


def _indonesian_or_malay(text: str, declared: Language | None) -> Language:
    """Indonesian, unless words that differ speak for Malay: in news Indonesian is ten times more common.

    Against a declared language about three such words are needed.
    """
    words = Counter(_LETTERS.findall(text))
    malay = sum(words[word] for word in _MALAY)
    indonesian = sum(words[word] for word in _INDONESIAN)
    malay += 3 if declared == _MS else -3 if declared == _ID else 0
    return _MS if malay > indonesian else _ID


def detect(text: str, declared: Language | None = None) -> Language:
    """The language of a text; `und` if it has no letters and none is declared.

    `declared` (by the feed or page) is trusted unless the script excludes it or the words clearly show another
    language: many Indonesian feeds declare `en-US`.
    """
    return detect_together([(text, declared)])[0]


def detect_together(texts: Sequence[tuple[str, Language | None]]) -> tuple[Language, ...]:
    """The languages of the texts of one feed, each given with the language declared for it.

    A text with too few words ("Lp 67") gets the language of most of the others if none is declared for it.
    """
    looks = [_look(text[:_SAMPLE].lower(), declared) for text, declared in texts]
    detected = Counter(look.language for look in looks if look.language not in (None, UNDETERMINED))
    usual = next((language for language, count in detected.most_common(1) if count * 2 > detected.total()), None)
    return tuple(_settled(look, usual) for look in looks)


@dataclass(frozen=True, slots=True)
class _Look:
    """What is known from a text alone; `language` is None where its words decide nothing."""

    sample: str
    script: str | None
    declared: Language | None
    language: Language | None


def _look(sample: str, declared: Language | None) -> _Look:
    counts = _script_counts(sample)
    script = _main_script(counts)
    if script is None:
        return _Look(sample, None, declared, declared or UNDETERMINED)
    if declared is not None and not _may_be_written_in(declared, script):
        declared = None
    if script in _ONE_LANGUAGE:
        return _Look(sample, script, declared, declared or Language(_ONE_LANGUAGE[script]))
    language = _by_words(_evidence(sample, script, counts[script]), declared)
    if language in (_ID, _MS):
        language = _indonesian_or_malay(sample, declared)
    return _Look(sample, script, declared, None if language == UNDETERMINED else language)


def _settled(look: _Look, usual: Language | None) -> Language:
    if look.language is not None or look.script is None:
        return look.language or UNDETERMINED
    if usual is not None and look.declared is None and _may_be_written_in(usual, look.script):
        return usual
    language = _asked_of_detector(look.sample, look.script)
    return _indonesian_or_malay(look.sample, look.declared) if language in (_ID, _MS) else language


def _by_words(evidence: list[tuple[float, Language]], declared: Language | None) -> Language:
    """The language that the words show, Malay counted as Indonesian; `und` if they decide nothing."""
    best, language = evidence[0] if evidence else (0.0, UNDETERMINED)
    if declared is not None:
        own = next((score for score, candidate in evidence if candidate == _grouped(declared)), 0.0)
        if best < _ENOUGH_AGAINST or best < _CLEARLY_AGAINST * own:
            return declared
    second = evidence[1][0] if len(evidence) > 1 else 0.0
    return language if best >= _ENOUGH and best >= _CLEARLY * second else UNDETERMINED
