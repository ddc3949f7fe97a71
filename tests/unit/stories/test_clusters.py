"""How a stream of articles becomes stories."""

import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.features.document import describe
from bot.model import Article, ArticleId, Language, StoryId
from bot.stories.clusters import Placement, StoryStream, same_story
from tests.speed import usual_seconds

EN, ID = Language("en"), Language("id")
DAY = datetime(2026, 5, 4, 9, tzinfo=UTC)

FERRY = (
    "Ferry burns off Lombok, 214 rescued",
    "A ferry with 214 people on board was towed to Lembar on Sunday after a fire in its engine room off Lombok. "
    "The search and rescue agency in Mataram said nobody was hurt. Fishermen took the first passengers off.",
)
FERRY_AGAIN = (
    "All safe after fire on Lombok ferry",
    "Passengers of the ferry that caught fire near Lembar on Sunday praised the fishermen of Lombok. All 214 people "
    "were rescued when the engine room burned, the agency in Mataram said, and the ship was towed to port.",
)
RATES = (
    "Central bank keeps interest rates unchanged",
    "The central bank of Norway left its key rate at four percent on Thursday, as economists had expected. Governor "
    "Ida Bache said inflation was still above target and a first cut would have to wait until autumn.",
)


def article(name: str, words: tuple[str, str], language: Language = EN, when: datetime | None = DAY) -> Article:
    return Article(ArticleId(name), *words, language, published_at=when)


def vector(*figures: float) -> NDArray[np.float32]:
    """Opening and heading alike."""
    return np.tile(np.array(figures, np.float32), 2)


def put(stream: StoryStream, each: Article, meaning: NDArray[np.float32] | None = None) -> Placement:
    return stream.place(each, describe(each.title, each.text, each.language, each.published_at), meaning)


def test_reports_on_one_event_are_one_story_named_by_the_first_and_others_are_not() -> None:
    stream = StoryStream()
    placed = [
        put(stream, article(name, words))
        for name, words in (("a", FERRY), ("b", RATES), ("c", FERRY_AGAIN), ("d", ("Norway's bank waits", RATES[1])))
    ]
    assert [each.story for each in placed] == ["a", "b", "a", "b"]
    assert [each.duplicate_of for each in placed] == [None, None, None, "b"]


def test_a_copy_belongs_to_the_story_of_what_it_copies_whenever_it_comes() -> None:
    stream = StoryStream()
    put(stream, article("a", FERRY))
    copied = put(stream, article("b", ("Read this", FERRY[1]), when=DAY + timedelta(days=40)))
    assert copied == Placement(StoryId("a"), ArticleId("a"))


@pytest.mark.parametrize(("meaning", "story"), [(vector(1, 0, 0.3, 0), "a"), (vector(0.3, 0, 1, 0), "b"), (None, "b")])
def test_reports_in_two_languages_are_one_story_when_they_mean_the_same(
    meaning: NDArray[np.float32] | None, story: str
) -> None:
    indonesian = (
        "Kapal feri terbakar di perairan Lombok",
        "Sebuah kapal feri yang membawa ratusan penumpang terbakar pada hari Minggu dan ditarik ke pelabuhan.",
    )
    stream = StoryStream()
    put(stream, article("a", FERRY), vector(1, 0.2, 0, 0))
    assert put(stream, article("b", indonesian, ID), meaning).story == story


def test_meaning_keeps_apart_what_words_would_join() -> None:
    stream = StoryStream()
    put(stream, article("a", FERRY), vector(1, 0, 0, 0))
    assert put(stream, article("b", FERRY_AGAIN), vector(-1, 0.1, 0, 0)).story == "b"


def test_alike_but_weeks_apart_is_another_story() -> None:
    stream = StoryStream()
    put(stream, article("a", FERRY))
    assert put(stream, article("b", FERRY_AGAIN, when=DAY + timedelta(days=15))).story == "b"
    assert put(stream, article("c", FERRY_AGAIN[::-1], when=None)).story in {"a", "b"}


def alike(one: Article, other: Article, *meanings: NDArray[np.float32] | None) -> bool:
    documents = [describe(each.title, each.text, each.language, each.published_at) for each in (one, other)]
    vectors = meanings or (None, None)
    return same_story(documents[0], vectors[0], documents[1], vectors[1])


def test_two_articles_are_one_story_as_a_stream_would_have_it() -> None:
    a, b, c = article("a", FERRY), article("b", FERRY_AGAIN), article("c", RATES)
    assert alike(a, b)
    assert alike(b, a)
    assert not alike(a, c)
    assert not alike(a, b, vector(1, 0), vector(-1, 0))
    assert not alike(a, replace(b, published_at=DAY + timedelta(days=15)))
    assert alike(replace(a, published_at=None), b)
    other_language = replace(b, language=ID)
    assert not alike(a, other_language)
    assert alike(a, other_language, vector(1, 0), vector(0.9, 0.1))
    assert not alike(a, other_language, vector(1, 0), vector(1, 0, 0))
    for one, other in ((a, b), (a, c), (b, c)):
        stream = StoryStream()
        assert alike(one, other) == (put(stream, one).story == put(stream, other).story)


def test_after_a_restart_stories_go_on() -> None:
    stream = StoryStream()
    known = replace(article("b", FERRY), story_id=StoryId("a"))
    stream.remember(known, describe(*FERRY, EN, DAY), None)
    assert put(stream, article("c", FERRY_AGAIN)).story == "a"


def test_an_article_placed_again_is_no_copy_of_itself() -> None:
    stream = StoryStream()
    put(stream, article("a", FERRY))
    assert put(stream, article("a", FERRY)) == Placement(StoryId("a"))
    assert put(stream, article("a", RATES)) == Placement(StoryId("a"))
    assert put(stream, article("b", FERRY_AGAIN)) == Placement(StoryId("b"))


@pytest.mark.parametrize("words", [("", ""), ("…", "1 2 3"), ("\ud800", "\x00")])
@pytest.mark.parametrize("meaning", [None, vector(0, 0, 0, 0), vector(float("nan"), 0, 0, 0)])
def test_articles_that_say_nothing_are_stories_of_their_own(
    words: tuple[str, str], meaning: NDArray[np.float32] | None
) -> None:
    stream = StoryStream()
    assert [put(stream, article(name, words), meaning).story for name in "ab"] == ["a", "b"]


def test_only_so_many_articles_are_remembered() -> None:
    stream = StoryStream(remembered=5)
    put(stream, article("a", FERRY))
    for number in range(5):
        put(stream, article(str(number), (f"Word{number} alone", f"Nothing like number{number} in here{number}.")))
    assert put(stream, article("b", FERRY_AGAIN)).story == "b"


def test_another_embedding_model_starts_afresh_without_error() -> None:
    stream = StoryStream()
    put(stream, article("a", FERRY), vector(1, 0, 0, 0))
    assert put(stream, article("b", RATES), vector(1, 0)).story == "b"
    assert put(stream, article("c", FERRY_AGAIN), vector(1, 0, 0)).story == "a"


def test_a_full_stream_places_an_article_in_a_few_milliseconds() -> None:
    rng = np.random.default_rng(1)
    stream = StoryStream()
    document = describe(*FERRY, EN, DAY)
    for number in range(2_000):
        each = Article(ArticleId(str(number)), "", "", EN, published_at=DAY + timedelta(days=100 * number))
        stream.remember(each, document, vector(*rng.normal(size=384)))
    placed: list[Placement] = []

    def place() -> None:
        for number in range(25):
            placed.append(put(stream, article(f"x{number}", RATES), vector(*rng.normal(size=384))))

    assert usual_seconds(place) / 25 < 0.02
    assert placed[-1].duplicate_of is not None


# --- what must stay apart ---------------------------------------------------------------------


def quake(magnitude: str, place: str, sea: str, people: str) -> tuple[str, str]:
    return (
        f"Magnitude {magnitude} earthquake strikes off {place}",
        f"An earthquake of magnitude {magnitude} struck off {place} on Monday, the geophysics agency said. It was felt "
        f"for several seconds by {people} people along the {sea} coast. There was no danger of a tsunami.",
    )


def test_two_earthquakes_are_two_stories_however_alike_their_reports() -> None:
    stream = StoryStream()
    near = vector(1, 0.2, 0, 0)
    assert put(stream, article("a", quake("6.1", "Lombok", "Alas", "14000")), near).story == "a"
    assert put(stream, article("b", quake("4.8", "Ternate", "Molucca", "3500")), near).story == "b"
    again = ("Lombok shaken by 6.1 quake", quake("6.1", "Lombok", "Alas", "14000")[1].replace("agency", "service"))
    assert put(stream, article("c", again), near).story == "a"


def test_two_matches_are_two_stories_though_told_after_one_pattern() -> None:
    def match(home: str, guest: str) -> tuple[str, str]:
        text = (
            f"{home} menang 2-1 atas {guest} dalam laga pekan ke-12 Liga Inggris. Gol kemenangan dicetak pada babak "
            f"kedua di kandang {home}. Dengan hasil ini {home} naik di klasemen sementara."
        )
        return f"Hasil Liga Inggris: {home} Vs {guest} 2-1", text

    stream = StoryStream()
    near = vector(1, 0.1, 0, 0)
    assert put(stream, article("a", match("Arsenal", "Chelsea"), ID), near).story == "a"
    assert put(stream, article("b", match("Liverpool", "Everton"), ID), near).story == "b"


def test_prices_of_two_days_are_two_stories() -> None:
    def prices(day: int) -> Article:
        text = f"Antam menjual emas batangan di butik Pulogadung Jakarta seharga Rp 1.9{day}.000 per gram, turun lagi."
        words = (f"Harga Emas Antam Hari Ini {day} Juni 2025 Turun", text)
        return article(str(day), words, ID, DAY + timedelta(days=day))

    stream = StoryStream()
    same = vector(1, 0, 0.2, 0)
    assert [put(stream, prices(day), same).story for day in (16, 17, 18)] == ["16", "17", "18"]


def daily(language: str, title: str, text: str, days: dict[int, dict[str, str]]) -> list[Article]:
    """Articles written after one pattern, one a day; the fields in braces differ."""
    return [
        article(
            f"{day}",
            (title.format(day=day, **fields), text.format(day=day, **fields)),
            Language(language),
            DAY + timedelta(days=day - DAY.day),
        )
        for day, fields in days.items()
    ]


@pytest.mark.parametrize(
    ("language", "title", "text", "days"),
    [
        pytest.param(
            "id", "Gunung Karang Erupsi, Kolom Abu Setinggi {high} Meter",
            "Gunung Karang meletus pada {date} pukul {time} WIT. Kolom abu teramati setinggi {high} meter di atas "
            "puncak dan condong ke barat. Warga diminta menjauhi kawah.",
            {6: {"high": "700", "date": "Rabu (6/5/2026)", "time": "05.10"},
             7: {"high": "1.100", "date": "Kamis (7/5/2026)", "time": "21.33"}}, id="eruptions",
        ),
        pytest.param(
            "id", "Lokasi SIM Keliling Magelang Hari Ini",
            "Layanan SIM Keliling Magelang dibuka pada {date} di {place}. Pemohon membawa KTP asli dan SIM lama. Biaya "
            "perpanjangan SIM A Rp 80.000 dan SIM C Rp 75.000.",
            {6: {"date": "Rabu (6/5/2026)", "place": "Pasar"}, 7: {"date": "Kamis (7/5/2026)", "place": "Terminal"}},
            id="a service of each day",
        ),
        pytest.param(
            "id", "Ramalan Zodiak Hari Ini: Libra {hint}", "Libra {text}. Kesehatan baik asal cukup tidur.",
            {6: {"hint": "Hati-hati Bicara", "text": "sebaiknya diam dahulu di kantor dan mendengarkan rekan"},
             7: {"hint": "Dapat Rezeki", "text": "menerima bonus dari proyek lama dan kabar dari keluarga"}},
            id="horoscopes",
        ),
        pytest.param(
            "en", "Wordgrid hints and answers for puzzle #{day}",
            "Here are hints and the answers for Wordgrid puzzle #{day}. The blue group is about {about}. Come back "
            "tomorrow for the next puzzle.",
            {6: {"about": "tools"}, 7: {"about": "rivers"}}, id="puzzles",
        ),
        pytest.param(
            "de", "Das Wetter in Lindau: Regen und Wind",
            "Am {date} regnet es in Lindau. Die Höchstwerte liegen bei {warm} Grad. Der Wind weht frisch aus "
            "Südwest mit Böen bis {wind} km/h.",
            {6: {"date": "Mittwoch", "warm": "19", "wind": "65"}, 7: {"date": "Freitag", "warm": "21", "wind": "70"}},
            id="weather",
        ),
        pytest.param(
            "ru", "Курс юаня на {day} мая", "Банк России установил курс юаня на {day} мая в размере {rate} рубля.",
            {6: {"rate": "11,3412"}, 7: {"rate": "11,2987"}}, id="rates",
        ),
        pytest.param(
            "ja", "きょうの野菜価格", "{day}日の市場でキャベツは{rate}円、レタスは{more}円だった。雨で入荷が減った。",
            {6: {"rate": "182", "more": "210"}, 7: {"rate": "175", "more": "224"}}, id="prices",
        ),
    ],
)  # fmt: skip
def test_each_day_of_a_series_is_a_story_of_its_own(
    language: str, title: str, text: str, days: dict[int, dict[str, str]]
) -> None:
    stream = StoryStream()
    near = vector(1, 0.1, 0.1, 0)
    placed = [put(stream, each, near) for each in daily(language, title, text, days)]
    assert [one.story for one in placed] == [str(day) for day in days]
    assert [one.duplicate_of for one in placed] == [None] * len(days)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        (
            "Korban Tewas Banjir Sungai Lawe Jadi {count} Orang",
            "Korban tewas banjir Sungai Lawe bertambah menjadi {count} orang pada {date}. Tim SAR masih mencari warga "
            "yang hilang di hilir. Ratusan warga mengungsi di balai desa.",
        ),
        (
            "Sidang Korupsi Jembatan Lawe: Jaksa Hadirkan {count} Saksi",
            "Sidang korupsi jembatan Lawe berlanjut pada {date}. Jaksa menghadirkan {count} saksi dari rekanan proyek. "
            "Terdakwa Harun Malik membantah. Hakim menunda sidang sampai pekan depan.",
        ),
    ],
)
def test_a_trial_or_a_toll_that_goes_on_for_days_stays_one_story(title: str, text: str) -> None:
    days = {6: {"count": "12", "date": "Rabu (6/5/2026)"}, 7: {"count": "17", "date": "Kamis (7/5/2026)"}}
    stream = StoryStream()
    near = vector(1, 0.1, 0.1, 0)
    assert {put(stream, each, near).story for each in daily("id", title, text, days)} == {"6"}


def test_the_same_prices_in_two_outlets_are_one_story() -> None:
    one = (
        "Harga Emas Antam Hari Ini 4 Mei 2026 Naik Rp 9.000",
        "Harga emas batangan Antam naik Rp 9.000 menjadi Rp 2.351.000 per gram pada Senin (4/5/2026). Harga pembelian "
        "kembali Rp 2.214.000 per gram.",
    )
    other = (
        "Naik Rp9.000, Harga Emas Antam Hari Ini Jadi Rp2.351.000 per Gram",
        "Harga emas Antam di butik Logam Mulia naik Rp9.000 pada hari ini, Senin (4/5/2026), menjadi Rp2.351.000. "
        "Harga pembelian kembali Rp2.214.000.",
    )
    stream = StoryStream()
    near = vector(1, 0.1, 0.1, 0)
    placed = [put(stream, article(name, words, ID), near).story for name, words in (("a", one), ("b", other))]
    assert placed == ["a", "a"]


# --- mergers ----------------------------------------------------------------------------------


def between(share: float) -> NDArray[np.float32]:
    """A meaning on the way from one side of an event to the other."""
    angle = share * np.pi / 2
    return vector(np.cos(angle), np.sin(angle))


def sides(stream: StoryStream) -> Placement:
    """Reports of an event from two sides, in languages without words in common, and one that belongs to both."""
    put(stream, article("a", FERRY), between(0))
    put(stream, article("b", RATES, ID), between(0.76))
    return put(stream, article("c", ("Lombok", "Ferry."), Language("de")), between(0.38))


def test_an_article_on_two_stories_makes_them_one_that_bears_the_older_name() -> None:
    stream = StoryStream()
    assert sides(stream) == Placement(StoryId("a"), merged=(StoryId("b"),))
    assert put(stream, article("d", (RATES[0], "Norway."), Language("fr")), between(0.8)).story == "a"


def test_stories_that_only_one_article_holds_together_stay_two() -> None:
    stream = StoryStream()
    for number in range(5):
        put(stream, article(f"a{number}", (f"A{number}", f"Alpha{number}."), Language("de")), between(0.001 * number))
        put(stream, article(f"b{number}", (f"B{number}", f"Beta{number}."), ID), between(0.9 + 0.001 * number))
    assert put(stream, article("c", ("Lombok", "Ferry."), EN), between(0.45)).merged == ()


def test_the_same_order_gives_the_same_stories() -> None:
    rng = np.random.default_rng(3)
    meanings = rng.normal(size=(240, 64)).astype(np.float32)
    articles = [
        (article(str(number), (f"Report {number % 40}", f"Word{number % 40} word{number % 7} of text{number}.")),
         np.concatenate([meanings[number % 40] + 0.4 * meanings[number], meanings[number % 40]]))
        for number in range(240)
    ]  # fmt: skip
    first, second = ([put(stream, *each) for each in articles] for stream in (StoryStream(), StoryStream()))
    assert first == second
    assert 40 <= len({placed.story for placed in first}) < 200


# --- what is remembered -----------------------------------------------------------------------


def many(stream: StoryStream, count: int, start: datetime, each: timedelta, name: str = "n") -> None:
    for number in range(count):
        words = (f"{name}{number}", f"Nothing like {name}{number} in here{number}.")
        known = article(f"{name}{number}", words, when=start + each * number)
        stream.remember(known, describe(*words, EN, known.published_at), None)


def test_articles_leave_two_weeks_of_news_later_once_there_are_many() -> None:
    stream = StoryStream()
    put(stream, article("a", FERRY))
    many(stream, 4_500, DAY, timedelta(minutes=30))
    assert stream.remembered < 4_200
    assert put(stream, article("b", FERRY_AGAIN)).story == "b"


def test_one_wrong_year_makes_nothing_leave() -> None:
    stream = StoryStream()
    put(stream, article("a", FERRY))
    many(stream, 4_050, DAY, timedelta(seconds=1))
    for year in (1970, 2199):
        put(
            stream,
            article(str(year), (f"Dated {year}", f"Wrongly dated{year}."), when=datetime(year, 1, 1, tzinfo=UTC)),
        )
    many(stream, 100, DAY, timedelta(seconds=1), "m")
    assert put(stream, article("b", FERRY_AGAIN)).story == "a"


def test_a_small_stream_sets_nothing_aside_for_a_large_one() -> None:
    tracemalloc.start()
    stream = StoryStream()
    put(stream, article("a", FERRY), vector(*np.ones(384)))
    taken = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert taken < 2_000_000
    assert stream.remembered == 1


def test_an_article_that_resembles_two_events_does_not_make_them_one() -> None:
    """Seoul on soldiers in training, NATO on soldiers at the front, and a report on the soldiers."""
    stream = StoryStream()
    put(stream, article("a", FERRY), between(0))
    put(stream, article("b", RATES, ID), between(0.85))
    placed = put(stream, article("c", ("Lombok", "Ferry."), Language("de")), between(0.42))
    assert placed.merged == ()


def test_articles_under_one_title_that_share_no_words_are_on_no_story() -> None:
    stream = StoryStream()
    for number in range(6):
        words = " ".join(f"word{number}x{place}" for place in range(60))
        assert (
            put(stream, article(f"p{number}", (f"Podcast {number}", words)), between(0.01 * number)).story
            == f"p{number}"
        )
