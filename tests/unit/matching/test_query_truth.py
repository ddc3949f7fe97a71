"""Random queries on random texts, beside an evaluator that takes them literally; and what must never break."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.errors import QueryError
from bot.features.document import describe
from bot.matching.index import TopicIndex
from bot.matching.profile import build_profile
from bot.matching.query import Query, parse_query
from bot.matching.required_terms import RequiredTermsIndex
from bot.matching.search_text import SearchText
from bot.matching.word_forms import word_form
from bot.model import Article, ArticleId, Language, Topic, TopicId
from bot.text.clean import clean_text
from bot.text.spellings import folded_line, spellings
from bot.text.tokens import fold
from tests.speed import growth, usual_seconds

NO_TAGS: frozenset[str] = frozenset()
SPACED = [
    "troops", "troop", "Kursk", "kursk", "korea", "KOREA", "café", "cafe", "armée", "l'armée", "d'État", "don't",
    "election", "elections", "berita", "beritanya", "training", "ai", "AI", "10.000", "covid-19", "Путин", "Путина",
    "masalah", "the", "of", "utara",
]  # fmt: skip
UNSPACED = ["北朝鮮", "北朝鮮軍", "中国", "軍", "북한군이", "북한", "เกาหลีเหนือ", "เกาหลี", "ประเทศไทย", "หล", "ပြည်သူများ"]
LANGUAGES = tuple(map(Language, ("en", "id", "fr", "ru", "ja", "th", "und")))


@dataclass(frozen=True)
class Asked:
    """A query as text, and what it means."""

    written: str
    kind: str
    parts: tuple[Asked, ...] = ()
    value: str = ""
    apart: int = 0
    field: str = ""


def leaf(rng: random.Random) -> Asked:
    word, other = rng.choice(SPACED), rng.choice(SPACED)
    unspaced = rng.choice(UNSPACED)
    field = rng.choice(["", "", "", "title", "body"])
    prefix = f"{field}:" if field else ""
    match rng.randrange(7):
        case 0 | 1:
            return Asked(prefix + word, "word", value=word, field=field)
        case 2:
            return Asked(f'{prefix}"{word} {other}"', "phrase", value=f"{word} {other}", field=field)
        case 3:
            apart = rng.randrange(4)
            return Asked(f'{prefix}"{word} {other}"~{apart}', "near", value=f"{word} {other}", apart=apart, field=field)
        case 4:
            beginning = rng.choice(["tro", "kur", "elec", "caf", "Пути", "train", "beri"])
            return Asked(f"{prefix}{beginning}*", "beginning", value=beginning, field=field)
        case 5:
            return Asked(prefix + unspaced, "stretch", value=unspaced, field=field)
        case _:
            pattern = rng.choice(["kor(ea|ut)", "tr[ao]+", "troops? (kursk|of)", "^the", "北朝.", "[a-z]{9}", "of "])
            return Asked(f"{prefix}/{pattern}/", "pattern", value=pattern, field=field)


def asked(rng: random.Random, depth: int = 0) -> Asked:
    kind = rng.choice(["and", "or", "not", "beside"]) if depth < 3 and rng.random() < 0.6 else "leaf"
    if kind == "leaf":
        return leaf(rng)
    parts = tuple(asked(rng, depth + 1) for _ in range(1 if kind == "not" else rng.randint(2, 3)))
    joint = {"and": " AND ", "or": " OR ", "beside": " "}.get(kind, "")
    written = f"NOT {parts[0].written}" if kind == "not" else joint.join(part.written for part in parts)
    return Asked(f"({written})", {"beside": "and"}.get(kind, kind), parts)


def means(query: Asked, article: Article) -> bool:
    """What the query says, taken literally."""
    match query.kind:
        case "and":
            return all(means(part, article) for part in query.parts)
        case "or":
            return any(means(part, article) for part in query.parts)
        case "not":
            return not means(query.parts[0], article)
    texts = {"title": [article.title], "body": [article.text]}.get(query.field, [article.title, article.text])
    return any(has(query, text, article.language) for text in texts) and has_acronym(query, "\n".join(texts))


def has_acronym(query: Asked, text: str) -> bool:
    """Whether the text has `AI` in capitals if the query wants it so; a text without capitals may mean it."""
    is_wanted = query.kind in ("word", "phrase") and re.search(r"\bAI\b", query.value) is not None
    if not is_wanted or (query.value != "AI" and query.value == query.value.upper()):
        return True
    return text == text.lower() or re.search(r"\bAI\b", text) is not None


def has(query: Asked, text: str, language: Language) -> bool:
    tokens = parts(text, language)
    pieces = parts(query.value, language)
    match query.kind:
        case "word" if len(pieces) > 1:
            return stand_together(pieces, text, language)
        case "word":
            forms = {word_form(token, language) for token in vocabulary(text, language)}
            return word_form(pieces[0], language) in forms
        case "phrase":
            return stand_together(pieces, text, language)
        case "near":
            size = len(pieces) + query.apart
            wanted = sorted(pieces)
            return any(
                contains(tokens[start : start + size], wanted) for start in range(max(1, len(tokens) - size + 1))
            )
        case "beginning":
            return any(token.startswith(fold(query.value)) for token in vocabulary(text, language))
        case "stretch":
            return fold(query.value) in folded_line(text)
        case _:
            return re.search(query.value, text, re.IGNORECASE) is not None


def parts(text: str, language: Language) -> tuple[str, ...]:
    return spellings(text, language).parts


def vocabulary(text: str, language: Language) -> set[str]:
    read = spellings(text, language)
    return {*read.parts, *read.compact, *read.others}


def stand_together(pieces: tuple[str, ...], text: str, language: Language) -> bool:
    """Whether the words stand side by side in one member of a list (`random_article` writes lists and lines)."""
    for clause in re.split(r", |\n", text):
        tokens = parts(clause, language)
        if any(tokens[start : start + len(pieces)] == pieces for start in range(len(tokens))):
            return True
    return False


def contains(tokens: tuple[str, ...], wanted: list[str]) -> bool:
    left = list(tokens)
    for word in wanted:
        if word not in left:
            return False
        left.remove(word)
    return True


def random_article(rng: random.Random, number: int) -> Article:
    def text(size: int) -> str:
        joint = rng.choice([" ", " ", ", ", "\n", " – "])
        return joint.join(rng.choice(SPACED + UNSPACED if rng.random() < 0.7 else UNSPACED) for _ in range(size))

    return Article(ArticleId(str(number)), text(rng.randint(0, 4)), text(rng.randint(0, 25)), rng.choice(LANGUAGES))


def test_a_query_finds_what_its_words_mean_and_the_index_misses_none() -> None:
    rng = random.Random(11)
    queries = [asked(rng) for _ in range(400)]
    read = [parse_query(query.written) for query in queries]
    index = RequiredTermsIndex(list(enumerate(read)))
    hits = 0
    for number in range(40):
        article = random_article(rng, number)
        text = SearchText(article)
        candidates = set(index.candidates(text).tolist())
        for place, (query, known) in enumerate(zip(queries, read, strict=True)):
            found = known.hits(text) is not None
            assert found == means(query, article), (query.written, article)
            assert not found or place in candidates, (query.written, article)
            hits += found
    assert 2_000 < hits < 14_000


def test_few_queries_are_looked_at_for_an_article() -> None:
    rng = random.Random(12)
    rare = ["".join(rng.choices("abcdefghijklmnoprstuvw", k=7)) for _ in range(3_000)]
    queries = []
    for _ in range(2_000):
        word, other = rng.sample(rare, 2)
        made = [
            f"the AND {word}", f'"the {word}"', f"{word} OR {other}", f"/the {word}/", f'"{word} of"~4',
            f"เกาหลีเหนือ {word}", f"/{word} of/ OR {other}", f"{word[:5]}* the",
        ]  # fmt: skip
        queries.append(parse_query(rng.choice(made)))
    text = SearchText(Article(ArticleId("a"), "The news of the day", "the of " + " ".join(rare[:40]), Language("en")))
    candidates = RequiredTermsIndex(list(enumerate(queries))).candidates(text)
    hits = [place for place, query in enumerate(queries) if query.hits(text) is not None]
    assert set(hits) <= set(candidates.tolist())
    assert len(candidates) < 100


def read_or_place(written: str) -> tuple[Query | None, int | None]:
    try:
        return parse_query(written), None
    except QueryError as error:
        return None, error.position


SYNTAX = st.text(alphabet="abé北ก 10\"()/\\*?:~^+-!&|[]{}<>.'“”_ORANDTtile", max_size=60)


@settings(max_examples=400, deadline=None)
@given(SYNTAX)
@example("/\ud800/")
@example('"\ud800"')
@example("title:")
@example("url:/x/")
@example("lang:/x/")
@example('"a b"~99999999999999999999')
@example("/(?P<a>b/")
@example("/a{1001}/")
@example("-")
@example("a AND")
def test_any_text_is_a_query_or_an_error_with_its_place(written: str) -> None:
    text = SearchText(Article(ArticleId("a"), "ab é", "北a 10 ab.b", Language("en"), link="https://a.id/b"))
    query, place = read_or_place(written)
    if query is None:
        assert place is not None
        assert 0 <= place <= len(written)
        return
    hits = query.hits(text)
    assert hits is None or isinstance(hits, tuple)
    candidates = RequiredTermsIndex([(0, query)]).candidates(text).tolist()
    assert hits is None or candidates == [0]


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=60))
@example("l’armée d'Œdipe, İstanbul ΣΊΣΥΦΟΣ")
@example("ﬁn straße 北朝鮮 กั")
@example("A.Þ, forseti")
def test_what_is_quoted_is_found_where_it_is_written(text: str) -> None:
    inside = clean_text(re.sub(r'["\\“”„‟«»＂]', "", text))
    query, place = read_or_place(f'"{inside}"')
    if query is None:  # nothing to search for
        assert place == 0
        return
    for language in LANGUAGES:
        assert query.hits(SearchText(Article(ArticleId("a"), "", inside, language))) is not None


def indexed(queries: list[str]) -> TopicIndex:
    nothing = np.zeros((0, 0), np.float32)
    topics = [Topic(TopicId(str(number)), "", query=query) for number, query in enumerate(queries)]
    return TopicIndex([build_profile(topic, nothing) for topic in topics])


def judging(index: TopicIndex, text: str) -> Callable[[], int]:
    """Looks for the queries in a text; how many matched."""
    article = Article(ArticleId("a"), "Kursk", text, Language("en"))
    document = describe(article.title, article.text, article.language, None)
    return lambda: len(index.judge(article, document, None, NO_TAGS))


def test_thousands_of_queries_of_one_frequent_word_take_linear_time() -> None:
    queries = [f"kursk OR {number}x" for number in range(4_000)]
    few, many = (judging(indexed(queries[:count]), "The troops in Kursk.") for count in (1_000, 4_000))
    assert (few(), many()) == (1_000, 4_000)
    assert growth(lambda count: few if count == 1_000 else many, 1_000) < 10


@pytest.mark.parametrize(
    "query",
    [
        " OR ".join(f"w{number}" for number in range(440)),
        " ".join(["kursk"] * 660),
        '"' + "kursk " * 600 + '"',
        '"' + "kursk " * 600 + '"~100',
        "/(k|ku|kur)+$/ OR /(.*k){9}x/",
        "ku* OR kur* OR kursk*",
        " OR ".join(f"NOT x{number}" for number in range(250)),
    ],
)
def test_a_text_of_a_megabyte_takes_linear_time(query: str) -> None:
    index = indexed([query])
    assert usual_seconds(judging(index, "kursk kurskk " * 80_000)) < 2
    assert growth(lambda words: judging(index, "kursk kurskk " * words), 5_000) < 10


def test_a_word_in_every_place_is_one_word() -> None:
    found: list[str] = []
    for word in ("Training", "airline", "said", "Thailand", "AIDS", "main"):
        text = SearchText(Article(ArticleId("a"), word, word, Language("en")))
        found += [
            query for query in ("ai", "AI", '"ai"', "title:ai", '"ai"~0') if parse_query(query).hits(text) is not None
        ]
    assert found == []
