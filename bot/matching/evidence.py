"""Why an article was judged to be on a topic: what it shares with the nearest example, as the article writes it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from bot.features.numbers import read_numbers
from bot.matching.query_parts import Hits
from bot.matching.resemblance import Side
from bot.model import Article, Evidence, Example
from bot.text.sentences import sentences
from bot.text.tokens import fold, is_stop_word, stem, words

_READ = 20_000
_TERMS = 6
_NAMES = 6
_NUMBERS = 4
_LONGEST_SENTENCE = 400
_SENTENCES = 40
"""Of the article's beginning, among which the best is looked for."""
_LEAST_SHARE = 0.004
"""Product of weights from which a shared term carried something."""

_WORD = re.compile(r"[^\W\d_](?:[\w'’-]*\w)?")
_NUMBER = re.compile(r"\d{1,20}(?:[.,  '’]\d+)*(?: ?[^\W\d_]{2,10})?")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


def example_evidence(
    article: Article, side: Side, example: Side, nearest: Example, similarity: float | None, hits: Hits
) -> Evidence:
    """Of a topic with examples: `nearest` is the one the article resembles most, `example` how it is compared."""
    text = f"{article.title}\n{article.text}"[:_READ]
    shared_names = _shared(side.spaces[1], example.spaces[1])
    names = _names(text, list(shared_names))
    shared_terms = _shared(side.spaces[0], example.spaces[0])
    in_names = {word for name in names for word in words(name, article.language)}
    terms = _terms(text, shared_terms, article, in_names)
    numbers = _numbers(text, {*side.spaces[2]} & {*example.spaces[2]})
    return Evidence(
        terms=terms,
        names=names,
        numbers=numbers,
        nearest_example=nearest.title or nearest.origin,
        similarity=None if similarity is None else round(similarity, 4),
        sentence=best_sentence(article, example),
        query=hits,
    )


def _shared(article: Mapping[str, float], example: Mapping[str, float]) -> dict[str, float]:
    """Keys of both that weigh something, the heaviest first."""
    products = {key: weight * example[key] for key, weight in article.items() if key in example}
    kept = {key: product for key, product in products.items() if product >= _LEAST_SHARE}
    return dict(sorted(kept.items(), key=lambda item: (-item[1], item[0])))


def _names(text: str, shared: Collection[str]) -> tuple[str, ...]:
    """Shared words of names, put together again where they stand together in the article."""
    wanted = set(shared)
    found: dict[str, str] = {}
    rank: dict[str, int] = {word: place for place, word in enumerate(shared)}
    best: dict[str, int] = {}
    run: list[re.Match[str]] = []

    def close() -> None:
        if run:
            name = text[run[0].start() : run[-1].end()].removesuffix("'s").removesuffix("’s")
            key = fold(name)
            found.setdefault(key, name)
            best[key] = min(best.get(key, len(rank)), *(rank[_key(match[0])] for match in run))
            run.clear()

    for match in _WORD.finditer(text):
        if not (match[0][0].isupper() and _key(match[0]) in wanted):
            close()
            continue
        if run and (text[run[-1].end() : match.start()] not in (" ", "-") or len(run) == 4):
            close()
        run.append(match)
    close()
    chosen: list[str] = []
    for key in sorted(found, key=lambda key: (best[key], -len(key))):
        if not any(
            key in fold(other).split() or fold(other).startswith(f"{key} ") or fold(other).endswith(f" {key}")
            for other in chosen
        ):
            chosen.append(found[key])
    return tuple(chosen[:_NAMES])


def _key(written: str) -> str:
    return fold(written).removesuffix("'s").replace("'", "")


def _terms(text: str, shared: Mapping[str, float], article: Article, in_names: Collection[str]) -> tuple[str, ...]:
    """Shared terms as the article writes them first; characters of scripts without blanks joined into stretches."""
    if any(_UNSPACED.match(term) for term in shared):
        return _stretches(text, shared)
    written: dict[str, str] = {}
    for match in _WORD.finditer(text):
        for word in words(match[0], article.language):
            term = stem(word, article.language)
            if term in shared and word not in in_names and not is_stop_word(word, article.language):
                written.setdefault(term, match[0])
    return tuple(written[term] for term in shared if term in written)[:_TERMS]


def _stretches(text: str, shared: Mapping[str, float]) -> tuple[str, ...]:
    """The longest stretches of text all of whose pairs are shared."""
    weights: dict[str, float] = {}
    start = 0
    for place in range(len(text)):
        if text[place : place + 2] not in shared:
            if place > start:
                stretch = text[start : place + 1]
                pairs = [stretch[i : i + 2] for i in range(len(stretch) - 1)]
                weights[stretch] = sum(shared.get(pair, 0.0) for pair in pairs)
            start = place + 1
    order = sorted(weights, key=lambda stretch: (-weights[stretch], stretch))
    chosen: list[str] = []
    for stretch in order:
        if not any(stretch in other or other in stretch for other in chosen):
            chosen.append(stretch)
    return tuple(chosen[:_TERMS])


def _numbers(text: str, shared: Collection[str]) -> tuple[str, ...]:
    """Shared numbers as the article writes them."""
    written: dict[str, str] = {}
    for match in _NUMBER.finditer(text):
        if len(written) == len(shared):
            break
        for value in read_numbers(match[0]):
            if value in shared:
                written.setdefault(
                    value,
                    match[0].rstrip(".,")
                    if read_numbers(match[0].split(" ")[0]) != {value}
                    else match[0].split(" ")[0].rstrip(".,"),
                )
    return tuple(written.values())[:_NUMBERS]


def best_sentence(article: Article, example: Side) -> str | None:
    """The sentence with most of what the example weighs, long ones held back; the title only if there is no text."""
    best, chosen = 0.0, None
    for place, sentence in enumerate(sentences(article.text[:_READ], article.language)[:_SENTENCES]):
        tokens = words(sentence, article.language)
        if len(tokens) < 4 or len(sentence) > _LONGEST_SENTENCE:
            continue
        terms = {stem(token, article.language) for token in tokens}
        weight = sum(example.spaces[0].get(term, 0.0) for term in terms)
        weight += sum(example.spaces[1].get(token, 0.0) for token in {*tokens})
        # A little for an early place, so that a story's first report of a fact is quoted, and in another language too.
        score = (weight + 0.05) / (len(tokens) + 8) ** 0.5 * (1.1 if place < 3 else 1.0)
        if score > best:
            best, chosen = score, sentence
    return chosen or (article.title or None)
