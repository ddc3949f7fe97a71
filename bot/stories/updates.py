"""Finds what is new in an article on a story that was already sent: figures or names in its title, or a new phase.

Pure. The title has what the outlet considers new; other facts in the text differ between outlets and are not new.
Whether a fact is known is checked against the whole texts of the articles that were sent. Names are compared only
within one language.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.features.background import background
from bot.features.document import Document
from bot.features.numbers import CALENDAR_WORDS, read_dates, read_numbers
from bot.model import Article, Facts, Language, Update
from bot.stories.phases import phases_in
from bot.text.tokens import fold, is_stop_word

_READ = 8_000
"""Characters of a text in which known facts are looked for."""

_LEAD = 600
"""Characters of a text in which known phases are looked for."""

_SHOWN = 3
"""The most new names, and new figures, that an update shows."""

_FEWEST_NAMES = 2
"""The least number of new words of names: outlets differ in single ones (whom they quote, how they call a place)."""

_CURRENCY = r"(?:Rp\.?|US\$|USD|IDR|SGD|RM|[$€£¥])"
_RARE = 5.0
"""The IDF that at least one of these words must have."""

_FIGURE = re.compile(
    rf"(?<![\w.,:/'’-])({_CURRENCY} ?)?(?<![:/'’-])"
    r"(\d{1,2}-\d{1,2}|\d{1,3}(?:[.,]\d{3})+|\d{1,15}(?:[.,]\d{1,4})?)"
    r"(?![\w:/-]|[.,]\d)(?:\s?(%|[^\W\d_]{2,12}))?"
)
"""A count, a sum or a score (`2-1`) with the word after it, but no part of a name (`Covid-19`, `U-20`, `ke-5`)."""

_TIME_SIGNS = "wib wita wit am pm utc gmt"
_TIMES = frozenset(_TIME_SIGNS.split())
_TIME_UNITS = (
    "detik menit jam hari minggu pekan bulan tahun kali second seconds minute minutes hour hours day days week weeks "
    "month months year years times"
)
_DURATIONS = frozenset(_TIME_UNITS.split())
"""Durations and frequencies differ between reports; a prison sentence of some years is already a phase."""

_LIST_WORDS = (
    "fakta potret cara hal poin momen alasan tips rekomendasi pilihan daftar artis film link manfaat things ways facts "
    "takeaways photos reasons best key"
)
_LISTED = frozenset(_LIST_WORDS.split())
"""After the first figure of a title such a word makes it a list ("7 Fakta …"), and the figure is no count."""

_COUNTED = {
    "satu": "1", "dua": "2", "tiga": "3", "empat": "4", "lima": "5", "enam": "6", "tujuh": "7", "delapan": "8",
    "sembilan": "9", "sepuluh": "10", "one": "1", "two": "2", "three": "3", "four": "4",
    "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_'’-]*[^\W\d_])?")
_WITHIN_SENTENCE = re.compile(r"(?<=[^\W\d_A-ZÀ-ÞА-Я] )[A-ZÀ-ÞА-Я][^\W\d_]*|(?<=, )[A-ZÀ-ÞА-Я][^\W\d_]*")


def facts_of(article: Article, document: Document) -> Facts:
    """The facts that a reader of the article knows. `document`: `bot.features.document.describe` of it."""
    text = f"{article.title}\n{article.text[:_READ]}"
    counted = {_COUNTED[word] for word in map(fold, _WORD.findall(text)) if word in _COUNTED}
    return Facts(
        names=frozenset(document.names),
        numbers=read_numbers(text) | {value for value, _ in _figures(text, article.language)} | counted,
        phases=frozenset(phases_in(f"{article.title}\n{article.text[:_LEAD]}")),
        languages=frozenset([article.language]),
    )


def find_update(article: Article, document: Document, known: Facts) -> Update:
    """What the article's title adds to `known`; where that is nothing, an `Update` that is not material."""
    figures = [(value, written) for value, written in _title_figures(article) if value not in known.numbers]
    phase = next((code for code in phases_in(article.title) if code not in known.phases), "")
    names: tuple[str, ...] = ()
    if article.language in known.languages:
        names = tuple(_new_names(article, document, known))
        if not _are_telling(names, article.language):
            names = ()
    return Update(tuple(dict(figures).values())[:_SHOWN], names[:_SHOWN], phase)


def _new_names(article: Article, document: Document, known: Facts) -> Iterator[str]:
    """New names as the title writes them; adjacent words are one name.

    A headline may capitalize every word, so a name must also have a capital within a sentence of the text.
    """
    title, run, end = article.title, list[str](), -1
    certain = {fold(word) for word in _WITHIN_SENTENCE.findall(article.text[:_READ])}
    for match in _WORD.finditer(title):
        word = fold(match[0]).removesuffix("'s")
        is_new = match[0][0].isupper() and word in certain & document.names.keys() - known.names
        if run and not (is_new and title[end : match.start()] == " "):
            yield " ".join(run)
            run = []
        if is_new:
            run.append(match[0])
        end = match.end()
    if run:
        yield " ".join(run)


def _are_telling(names: Sequence[str], language: Language) -> bool:
    """Whether the names are more than what half of all reports mention: the government, a capital, a court."""
    words = [fold(word) for name in names for word in name.split()]
    return len(words) >= _FEWEST_NAMES and bool(background(language).idf(words).max() >= _RARE)


def _title_figures(article: Article) -> Iterator[tuple[str, str]]:
    """The figures of the title without dates and without the number of a list (`7 Fakta …`)."""
    _, title = read_dates(article.title, article.language)
    for value, written in _figures(title, article.language):
        is_list = title.lstrip().startswith(written) and fold(written).split()[-1] in _LISTED
        if not is_list:
            yield value, written


def _figures(text: str, language: Language) -> Iterator[tuple[str, str]]:
    """(value to compare, as written) of each figure: a count with the word after it, a sum with its currency."""
    for match in _FIGURE.finditer(text):
        currency, digits, word = match[1] or "", match[2], match[3] or ""
        if fold(word) in _TIMES or fold(word) in _DURATIONS or fold(word) in CALENDAR_WORDS:
            continue
        values = read_numbers(f"{digits} {word}")
        value = digits if "-" in digits or len(values) != 1 else next(iter(values))
        scales = value not in read_numbers(digits) and len(values) == 1
        bare = (currency and not scales) or is_stop_word(fold(word), language)
        yield value, f"{currency}{digits}" if bare else match[0]
