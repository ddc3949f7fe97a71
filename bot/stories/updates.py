"""Whether an article says something new on a story that was told: new figures or names in its title, a new phase.

Pure. The title is what its outlet thinks is new; what a text mentions besides differs between outlets and is no news.
What was said before is looked for in the whole of the articles told. Names are compared within one language alone.
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
"""Characters of a text in which something may have been said before."""

_LEAD = 600
"""Characters of a text in which a phase may have been named before."""

_SHOWN = 3
"""New names, and new figures, that an update is explained by."""

_FEWEST_NAMES = 2
"""Words of names that are new: outlets differ in a single one (whom they quote, what they call a place)."""

_CURRENCY = r"(?:Rp\.?|US\$|USD|IDR|SGD|RM|[$€£¥])"
_RARE = 5.0
"""IDF that one of them must have."""

_FIGURE = re.compile(
    rf"(?<![\w.,:/'’-])({_CURRENCY} ?)?(?<![:/'’-])"
    r"(\d{1,2}-\d{1,2}|\d{1,3}(?:[.,]\d{3})+|\d{1,15}(?:[.,]\d{1,4})?)"
    r"(?![\w:/-]|[.,]\d)(?:\s?(%|[^\W\d_]{2,12}))?"
)
"""A count, a sum or a score (`2-1`) with the word after it; not what is part of a name (`Covid-19`, `U-20`, `ke-5`)."""

_TIME_SIGNS = "wib wita wit am pm utc gmt"
_TIMES = frozenset(_TIME_SIGNS.split())
_TIME_UNITS = (
    "detik menit jam hari minggu pekan bulan tahun kali second seconds minute minutes hour hours day days week weeks "
    "month months year years times"
)
_DURATIONS = frozenset(_TIME_UNITS.split())
"""How long and how often differs from report to report; a sentence of so many years is a phase."""

_LIST_WORDS = (
    "fakta potret cara hal poin momen alasan tips rekomendasi pilihan daftar artis film link manfaat things ways facts "
    "takeaways photos reasons best key"
)
_LISTED = frozenset(_LIST_WORDS.split())
"""After the first figure of a title: a list of things, not a count of anything that happened."""

_COUNTED = {
    "satu": "1", "dua": "2", "tiga": "3", "empat": "4", "lima": "5", "enam": "6", "tujuh": "7", "delapan": "8",
    "sembilan": "9", "sepuluh": "10", "one": "1", "two": "2", "three": "3", "four": "4",
    "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_'’-]*[^\W\d_])?")
_WITHIN_SENTENCE = re.compile(r"(?<=[^\W\d_A-ZÀ-ÞА-Я] )[A-ZÀ-ÞА-Я][^\W\d_]*|(?<=, )[A-ZÀ-ÞА-Я][^\W\d_]*")


def facts_of(article: Article, document: Document) -> Facts:
    """What a reader of the article knows. `document`: `bot.features.document.describe` of it."""
    text = f"{article.title}\n{article.text[:_READ]}"
    counted = {_COUNTED[word] for word in map(fold, _WORD.findall(text)) if word in _COUNTED}
    return Facts(
        names=frozenset(document.names),
        numbers=read_numbers(text) | {value for value, _ in _figures(text, article.language)} | counted,
        phases=frozenset(phases_in(f"{article.title}\n{article.text[:_LEAD]}")),
        languages=frozenset([article.language]),
    )


def news_in(article: Article, document: Document, known: Facts) -> Update:
    """What the article's title says that nobody was told; where that is nothing, an `Update` that is not material."""
    figures = [(value, written) for value, written in _title_figures(article) if value not in known.numbers]
    phase = next((code for code in phases_in(article.title) if code not in known.phases), "")
    names: tuple[str, ...] = ()
    if article.language in known.languages:
        names = tuple(_new_names(article, document, known))
        if not _are_telling(names, article.language):
            names = ()
    return Update(tuple(dict(figures).values())[:_SHOWN], names[:_SHOWN], phase)


def _new_names(article: Article, document: Document, known: Facts) -> Iterator[str]:
    """As the title writes them; words beside one another are one name.

    A headline may capitalise every word: a name has a capital within a sentence of the text as well.
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
    """Whether they are more than what half of all reports name: the government, a capital, a court."""
    words = [fold(word) for name in names for word in name.split()]
    return len(words) >= _FEWEST_NAMES and bool(background(language).idf(words).max() >= _RARE)


def _title_figures(article: Article) -> Iterator[tuple[str, str]]:
    """Without dates, and without the number of things in a list: `7 Fakta …`."""
    _, title = read_dates(article.title, article.language)
    for value, written in _figures(title, article.language):
        is_list = title.lstrip().startswith(written) and fold(written).split()[-1] in _LISTED
        if not is_list:
            yield value, written


def _figures(text: str, language: Language) -> Iterator[tuple[str, str]]:
    """Each: what it is compared by, and as it is written, a count with the word after it, a sum with its currency."""
    for match in _FIGURE.finditer(text):
        currency, digits, word = match[1] or "", match[2], match[3] or ""
        if fold(word) in _TIMES or fold(word) in _DURATIONS or fold(word) in CALENDAR_WORDS:
            continue
        values = read_numbers(f"{digits} {word}")
        value = digits if "-" in digits or len(values) != 1 else next(iter(values))
        scales = value not in read_numbers(digits) and len(values) == 1
        bare = (currency and not scales) or is_stop_word(fold(word), language)
        yield value, f"{currency}{digits}" if bare else match[0]
