"""Whom and what a text names, to see whether another names them too.

A summary may only name what an article names, word by word and in the same order: `Korea Utara` is not told by an
article that has `Korea Selatan` and `Sumatera Utara`. Capitals tell names apart, so this works only for languages that
have them and do not write every noun so.

Where no article is in the summary's language, names have to be as the articles spell them, but for countries and parts
of the world, which the CLDR translates (`Rusia`, `Russia`), and a few titles and bodies (`Presiden`, `President`). A
city that two languages spell differently, or a name of another script, has no witness then: the text is refused. A
name in lower case is found where an article is in the summary's language, by being a word that the language lacks.
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
"""Characters of an article."""

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
"""Words that an article may have between two that a summary puts side by side: `Presiden RI Prabowo`."""

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
"""Words that begin sentences of summaries and name nobody. Their meaning is held against the articles elsewhere."""

_TITLES = (
    "presiden president", "wakil vice deputy", "menteri minister", "perdana prime", "gubernur governor",
    "jenderal general jeneral", "raja king", "ratu queen", "pangeran prince", "putri princess", "paus pope",
    "wali kota walikota mayor", "kepala ketua head chief chairman", "kapten captain", "jaksa prosecutor", "hakim judge",
)  # fmt: skip
"""Of people, in Indonesian and English. One may stand before a name though no article said both in one breath."""
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
"""What people also call some territories of the CLDR, and their people."""
_ACRONYMS = {"US": "AS US USA", "GB": "UK", "UN": "PBB UN", "EU": "UE EU", "AE": "UEA UAE"}
"""The same in capitals, where `as` and `us` are words."""
_OF_PEOPLE = ("n", "an", "ian", "i", "ese", "ish", "ns", "ans", "ians", "is")


@dataclass(frozen=True, slots=True)
class Naming:
    """What articles name, in the words of one language."""

    language: Language
    known: frozenset[str]
    """Folded words and their stems."""
    pairs: frozenset[tuple[str, str]]
    """Of words that stand side by side, or nearly."""
    acronyms: frozenset[str]
    """As they are written."""
    ordinary: frozenset[str]
    """Folded words that stand somewhere in lower case."""
    is_spoken: bool
    """Whether an article is in that language."""


def read_naming(articles: Iterable[Article], language: Language) -> Naming:
    """What a text in `language` may name."""
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
    return Naming(language, frozenset(known), frozenset(pairs), frozenset(acronyms), frozenset(ordinary), is_spoken)


def _translated(article: Article, language: Language, acronyms: Set[str]) -> Iterator[tuple[str, ...]]:
    """What `language` calls the territories that an article names, and their people."""
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
    """Codes, and the stems by which articles in a language name them."""
    names = [(code, words(name, language)) for code, name in territory_names(language).items()]
    names += [(code, (name,)) for code, more in _MORE_NAMES.items() for name in more.split()]
    return tuple((code, f" {' '.join(_stems(name, language))} ") for code, name in names if name)


def unknown_names(text: str, naming: Naming) -> tuple[str, ...]:
    """Names in a text that the articles do not have, as they are written; and words that neither they nor the language
    have, which may be names in lower case."""
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
    """A word in its place."""

    written: str
    start: int
    opens: bool
    """It is the first of a sentence or a quotation, where a capital says nothing."""

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


def _is_unknown(word: _Placed, naming: Naming) -> bool:
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


def _may_name(word: str, naming: Naming) -> bool:
    """Whether a word in lower case may be a name: of a territory, or one that the language lacks."""
    if f" {stem(word, naming.language)} " in _lands(naming.language):
        return True
    rarity = background(naming.language).idf([word, stem(word, naming.language)])
    return naming.is_spoken and min(rarity.tolist()) >= RAREST


@cache
def _lands(language: Language) -> frozenset[str]:
    return frozenset(called for _, called in _territories(language))


def _is_known(word: str, naming: Naming) -> bool:
    found = (word, stem(word, naming.language), _land(word, _countries(naming.language)))
    return not naming.known.isdisjoint(found)


def _land(word: str, countries: Set[str]) -> str:
    """The country of `Russian` and `Ukrainian`; any other word as it is."""
    if word in countries:
        return word
    stumps = [word.removesuffix(end) for end in _OF_PEOPLE if word.endswith(end)]
    return next((land for stump in stumps for land in (stump, f"{stump}e", f"{stump}a") if land in countries), word)


@cache
def _countries(language: Language) -> frozenset[str]:
    return frozenset(word for name in territory_names(language).values() for word in words(name, language))


def _is_unknown_pair(first: _Placed, second: _Placed, gap: str, naming: Naming) -> bool:
    """Whether two words of names stand side by side here that do so nowhere else."""
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
