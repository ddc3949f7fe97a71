"""Checks that the names in a summary are names in its articles.

A summary may only name what an article names, word for word and in the same order: `Korea Utara` is not confirmed by an
article that has `Korea Selatan` and `Sumatera Utara`. Names are recognized by their capitals, so this works only for
languages that have capitals and do not capitalize every noun.

Where no article is in the summary's language, names have to be spelled as in the articles, except for countries and
regions, whose translations are in the CLDR (https://cldr.unicode.org/; `Rusia`, `Russia`), and a few titles and bodies
(`Presiden`, `President`). A city with different spellings, or a name in another script, is then not confirmed, and the
summary is refused. A name in lower case is only found where an article is in the summary's language: it is a word that
the language lacks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from bot.features.background import RAREST, background
from bot.features.numbers import CALENDAR_WORDS
from bot.model import Article, Language
from bot.text.locales import territory_names
from bot.text.tokens import fold, is_stop_word, stem, words

READ = 12_000
"""Characters of an article that are read."""

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_DIGITS = re.compile(r"\d+")
_OTHER_SCRIPT = re.compile(r"[^\W\d_\u0000-\u024f\u1e00-\u1eff]")
_LETTER = re.compile(r"[^\W\d_]")
_ACRONYM = re.compile(r"\b[A-Z]{2,}\b")
_LOWER_CASE = re.compile(r"\b[a-zà-öø-ÿ]\w+")
_ENDS_SENTENCE = re.compile(r"[.!?…]['\"”’»)\]]*\s|[:\n]")
_OPENING_MARKS = ("“", "«", "„", '"')
_NOT_IN_NAMES = re.compile(r"[^\s\-‐‑'’./&]")
_GAP = 1
"""Words that an article may have between two that are adjacent in a summary: `Presiden RI Prabowo`."""

_OPENING_WORDS = """
    according accordingly additionally authorities earlier following further initially investigators later locals
    meanwhile nearly nobody officials overall police previously protesters reportedly rescuers residents several
    separately some thousands hundreds dozens many two three four five six seven eight nine ten witnesses
    akibat akibatnya aparat beberapa berdasarkan bersama dampak dampaknya demikian diketahui diduga hasil hingga
    insiden kasus kebakaran kejadian kecelakaan kini korban laporan para peristiwa petugas pihak polisi rencana
    rencananya ribuan ratusan puluhan sebanyak sejak sejumlah selanjutnya seluruh serangan setidaknya terjadi total
    warga dua tiga empat lima enam tujuh delapan sembilan sepuluh saksi pejabat tersangka adapun atas
    troops soldiers forces leaders lawmakers prosecutors scientists researchers doctors students workers people children
    women men families firefighters firms companies prices shares stocks talks fighting flooding floods heavy rain
    government military ministers voters survivors victims fire attack attacks police court
    pasukan tentara serdadu pemimpin pemerintah perusahaan kelompok negara harga badan tim kapal pesawat rudal perang
    gempa banjir longsor saham hujan api ilmuwan peneliti dokter mahasiswa siswa buruh pekerja anak perempuan pria
    wanita keluarga pengungsi penumpang pengunjuk jaksa hakim pengadilan parlemen pertemuan perundingan pemilihan
    apalagi sedangkan menurutnya mengacu berikut berikutnya akhirnya awalnya sebaliknya sebagian
"""
_OPENINGS = frozenset(_OPENING_WORDS.split())
"""Words that begin sentences of summaries and are no names. Whether the articles have them is checked elsewhere."""

_TITLES = (
    "presiden president", "wakil vice deputy", "menteri minister", "perdana prime", "gubernur governor",
    "jenderal general jeneral", "raja king", "ratu queen", "pangeran prince", "putri princess", "paus pope",
    "wali kota walikota mayor", "kepala ketua head chief chairman", "kapten captain", "jaksa prosecutor", "hakim judge",
)  # fmt: skip
"""Titles of people, Indonesian and English. One may precede a name even if no article has both side by side."""
_SAME_WORDS = (
    *_TITLES, "parlemen parliament", "senat senate", "mahkamah pengadilan court", "agung supreme",
    "polisi police polis", "kementerian ministry", "luar foreign", "pertahanan defense defence", "dalam interior",
    "keuangan finance", "kesehatan health", "pendidikan education", "sentral central", "dunia world", "piala cup",
    "universitas university", "tentara militer army military", "barat west western", "timur east eastern",
    "utara north northern", "selatan south southern", "tengah central middle", "laut sea", "sungai river",
    "gunung mount", "pulau island",
)  # fmt: skip
_TITLE_WORDS = frozenset(word for row in _TITLES for word in row.split())
_DIRECTIONS = frozenset(word for row in _SAME_WORDS[-9:-4] for word in row.split())

_MORE_NAMES = {
    "US": "amerika america american", "GB": "inggris britain british england", "CN": "china cina chinese tiongkok",
    "FR": "french prancis perancis", "DE": "german jerman", "NL": "dutch belanda", "ES": "spanish spanyol",
    "PH": "filipino philippine", "TH": "thai", "TR": "turkish turkey turki", "PL": "polish", "SE": "swedish",
    "DK": "danish", "FI": "finnish", "IE": "irish", "CH": "swiss", "GR": "greek", "KP": "korut", "KR": "korsel",
    "SA": "saudi", "MM": "myanmar burma",
}  # fmt: skip
"""Other names of some territories of the CLDR, and of their people."""
_ACRONYMS = {"US": "AS US USA", "GB": "UK", "UN": "PBB UN", "EU": "UE EU", "AE": "UEA UAE"}
"""The same in capitals, because `as` and `us` are also words."""
_OF_PEOPLE = ("n", "an", "ian", "i", "ese", "ish", "ns", "ans", "ians", "is")


@dataclass(frozen=True, slots=True)
class KnownNames:
    """The names in a set of articles, in the words of one language."""

    language: Language
    known: frozenset[str]
    """Folded words and their stems."""
    pairs: frozenset[tuple[str, str]]
    """Words that are adjacent, or nearly."""
    acronyms: frozenset[str]
    """Acronyms as written."""
    ordinary: frozenset[str]
    """Folded words that occur in lower case."""
    is_spoken: bool
    """Whether an article is in that language."""


def read_known_names(articles: Iterable[Article], language: Language) -> KnownNames:
    """The names that a text in `language` may use after these articles."""
    known: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    acronyms: set[str] = set()
    ordinary: set[str] = set()
    is_spoken = False
    for article in articles:
        is_spoken |= article.language == language
        for part in (article.title, article.text[:READ], article.source, article.author or ""):
            found = words(part, article.language)
            known.update(found, _stems(found, article.language), _stems(found, language))
            for distance in range(1, _GAP + 2):
                pairs.update(zip(found, found[distance:], strict=False))
            acronyms.update(_ACRONYM.findall(part))
            ordinary.update(fold(word) for word in _LOWER_CASE.findall(part))
        for phrase in _translated(article, language, acronyms):
            known.update(phrase)
            pairs.update(pairwise(phrase))
    known |= {word for row in _SAME_WORDS for word in row.split() if not known.isdisjoint(row.split())}
    acronyms |= {each for row in _ACRONYMS.values() for each in row.split() if not acronyms.isdisjoint(row.split())}
    return KnownNames(language, frozenset(known), frozenset(pairs), frozenset(acronyms), frozenset(ordinary), is_spoken)


def _translated(article: Article, language: Language, acronyms: Set[str]) -> Iterator[tuple[str, ...]]:
    """The names in `language` of the territories that an article names, and of their people."""
    found = words(f"{article.title}\n{article.text[:READ]}", article.language)
    lands = {word: _land(word, _countries(article.language)) for word in set(found)}
    line = f" {' '.join(_stems([lands[word] for word in found], article.language))} "
    ours = territory_names(language)
    for code, called in _territories(article.language):
        if called in line or not acronyms.isdisjoint(_ACRONYMS.get(code, "").split()):
            yield from ((each,) for each in _MORE_NAMES.get(code, "").split())
            yield words(ours.get(code, ""), language)


@cache
def _territories(language: Language) -> tuple[tuple[str, str], ...]:
    """Codes of territories, with the stems by which articles in a language name them."""
    names = [(code, words(name, language)) for code, name in territory_names(language).items()]
    names += [(code, (name,)) for code, more in _MORE_NAMES.items() for name in more.split()]
    return tuple((code, f" {' '.join(_stems(name, language))} ") for code, name in names if name)


def unknown_names(text: str, naming: KnownNames) -> tuple[str, ...]:
    """Names in a text that the articles lack, as written; and words that neither the articles nor the language have,
    because they may be names in lower case."""
    placed = [*_placed(text)]
    return (
        *(word.written for word in placed if _is_unknown(word, naming)),
        *(
            text[first.start : second.end]
            for first, second in pairwise(placed)
            if _is_unknown_pair(first, second, text[first.end : second.start], naming)
        ),
    )


@dataclass(frozen=True, slots=True)
class _Placed:
    """A word of a text with its position."""

    written: str
    start: int
    opens: bool
    """It is the first word of a sentence or a quotation, where a capital means nothing."""

    @property
    def end(self) -> int:
        return self.start + len(self.written)

    @property
    def has_capitals(self) -> bool:
        return self.written != self.written.lower()


def _placed(text: str) -> Iterator[_Placed]:
    end = 0
    for match in _WORD.finditer(text):
        gap = text[end : match.start()]
        opens = end == 0 or _ENDS_SENTENCE.search(gap) is not None or gap.endswith(_OPENING_MARKS)
        yield _Placed(match[0], match.start(), opens)
        end = match.end()


def _is_unknown(word: _Placed, naming: KnownNames) -> bool:
    if naming.known.issuperset(words(word.written, naming.language)):  # `G20`, `B2B`
        return False
    folded = words(_DIGITS.sub(" ", word.written), naming.language)
    if not _LETTER.search(word.written) or all(each in CALENDAR_WORDS for each in folded):
        return False
    if _ACRONYM.fullmatch(word.written) and any(
        is_stop_word(each, naming.language) or len(each) < 3 for each in folded
    ):
        return word.written not in naming.acronyms
    if all(_is_known(each, naming) or is_stop_word(each, naming.language) for each in folded):
        return False
    if word.opens and all(each in _OPENINGS for each in folded):
        return False
    return (
        word.has_capitals or any(_may_name(each, naming) for each in folded) or bool(_OTHER_SCRIPT.search(word.written))
    )


def _may_name(word: str, naming: KnownNames) -> bool:
    """Whether a word in lower case may be a name: that of a territory, or a word that the language lacks."""
    if f" {stem(word, naming.language)} " in _lands(naming.language):
        return True
    rarity = background(naming.language).idf([word, stem(word, naming.language)])
    return naming.is_spoken and min(rarity.tolist()) >= RAREST


@cache
def _lands(language: Language) -> frozenset[str]:
    return frozenset(called for _, called in _territories(language))


def _is_known(word: str, naming: KnownNames) -> bool:
    found = (word, stem(word, naming.language), _land(word, _countries(naming.language)))
    return not naming.known.isdisjoint(found)


def _land(word: str, countries: Set[str]) -> str:
    """The country of an adjective (`Russian`, `Ukrainian`); any other word unchanged."""
    if word in countries:
        return word
    stumps = [word.removesuffix(end) for end in _OF_PEOPLE if word.endswith(end)]
    return next((land for stump in stumps for land in (stump, f"{stump}e", f"{stump}a") if land in countries), word)


@cache
def _countries(language: Language) -> frozenset[str]:
    return frozenset(word for name in territory_names(language).values() for word in words(name, language))


def _is_unknown_pair(first: _Placed, second: _Placed, gap: str, naming: KnownNames) -> bool:
    """Whether two adjacent words of names are adjacent in no article."""
    if not (first.has_capitals and second.has_capitals) or second.opens or _NOT_IN_NAMES.search(gap):
        return False
    one, other = words(first.written, naming.language)[-1:], words(second.written, naming.language)[:1]
    if not one or not other or one[0] in CALENDAR_WORDS or other[0] in CALENDAR_WORDS:
        return False
    if (one[0], other[0]) in naming.pairs or one[0] in _TITLE_WORDS or is_stop_word(one[0], naming.language):
        return False
    is_no_name = one[0] in naming.ordinary or one[0] in _OPENINGS
    return not (first.opens and is_no_name and one[0] not in _DIRECTIONS)


def _stems(found: Sequence[str], language: Language) -> tuple[str, ...]:
    return tuple(stem(word, language) for word in found)
