"""What the files of a configuration directory come to, and what is said of wrong ones."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.config import (
    AlarmSettings,
    Configuration,
    DeliverySettings,
    EmbeddingSettings,
    PollingSettings,
    Settings,
    SummarySettings,
    WebSettings,
    feed_to_toml,
    filled_in,
    find_embedding_key,
    find_summaries_key,
    load_configuration,
)
from bot.config.feed_headers import header_secrets
from bot.config.values import LANGUAGES
from bot.errors import ConfigError
from bot.model import Delivering, Destination, Feed, FeedId, FirstPoll, Language, SensitivityName
from tests.unit.config.conftest import Home

ROOT = Path(__file__).resolve().parents[3]


# --- what is right ----------------------------------------------------------------------------


def test_shipped_configuration_is_right_and_warns_of_nothing() -> None:
    configuration = load_configuration(ROOT / "config", {})
    assert configuration.settings == Settings()
    assert configuration.warnings == ()
    (topic,) = configuration.topics
    assert (topic.id, topic.sensitivity, topic.destinations) == ("tentara-korea-utara", SensitivityName.BALANCED, ())
    (example,) = topic.examples
    assert (example.origin, example.title, example.language) == ("seeds/tentara-korea-utara.txt", "", "id")
    assert "Kursk" in example.text
    assert "Taiwan" not in example.text  # only in its "Baca Juga"
    assert "WhatsApp" not in example.text
    sample = configuration.feeds[0]
    assert sample.url == (ROOT / "seeds/sample-feed.xml").as_uri()
    assert sample.first_poll is FirstPoll.ALL
    assert len(configuration.feeds) > 15


def test_shipped_settings_file_shows_the_defaults(home: Home) -> None:
    shown = (ROOT / "config/kabar.toml").read_text("utf-8")
    assert home.load().settings == Settings()
    home.write("kabar.toml", shown)
    assert home.load().settings == Settings()


def test_every_setting_is_read(home: Home) -> None:
    home.write(
        "kabar.toml",
        """
        language = "en"
        timezone = "Europe/Berlin"
        [telegram]
        admins = [42, 43, 42]
        token_file = "secret/token"
        webhook = "https://kabar.example:8443/telegram"
        [web]
        listen = "[::1]:8080"
        metrics = true
        public_url = "https://kabar.example/news/"
        [network]
        user_agent_contact = "me@example.com"
        proxy = "http://user:pass@proxy.lan:3128"
        proxy_resolves = true
        allow_hosts = ["RSSHub.lan:1200"]
        [polling]
        every = "30m"
        at_least = "1s"
        at_most = "1d"
        concurrency = 4
        per_host = 1
        [delivery]
        alerts_per_hour = 5
        keep_days = 7
        rising = false
        [alarms]
        quiet_days = 0
        outbox_minutes = 5
        feed_hours = 6
        [embedding]
        url = "http://gpu.lan:8080/v1/"
        model = "e5"
        [summaries]
        url = "http://gpu.lan:11434/v1/"
        model = "qwen3:8b"
        seconds = 60
        """,
    )
    settings = home.load({"KABAR_TELEGRAM_API_URL": "http://localhost:8081/"}).settings
    assert (settings.language, settings.timezone) == ("en", ZoneInfo("Europe/Berlin"))
    assert settings.telegram.admins == (42, 43)
    assert settings.telegram.token_file == home.directory / "secret/token"
    assert settings.telegram.api_url == "http://localhost:8081"
    assert settings.telegram.webhook == "https://kabar.example:8443/telegram"
    assert settings.web == WebSettings(("::1", 8080), metrics=True, public_url="https://kabar.example/news")
    assert settings.network.proxy == "http://user:pass@proxy.lan:3128"
    assert settings.network.proxy_resolves
    assert settings.network.allow_hosts == ("rsshub.lan:1200",)
    assert settings.polling == PollingSettings(timedelta(minutes=30), timedelta(seconds=1), timedelta(days=1), 4, 1)
    assert settings.delivery == DeliverySettings(alerts_per_hour=5, keep_days=7, rising=False)
    assert settings.alarms == AlarmSettings(quiet_days=0, outbox_minutes=5, feed_hours=6)
    assert settings.embedding == EmbeddingSettings("http://gpu.lan:8080/v1", "e5")
    assert settings.summaries == SummarySettings("http://gpu.lan:11434/v1", "qwen3:8b", 60)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("gpu.lan:8080/v1", "not the address of an API"),
        ("http://me:hunter22@gpu lan/v1", "not the address of an API"),
        ("http://gpu.lan/v1?key=hunter22", "not the address of an API"),
        ("http://gpu.lan:8080", "not the base address"),
        ("http://gpu.lan:8080/v1/embeddings/", "leave out /embeddings"),
    ],
)
def test_an_embedding_address_that_cannot_be_right_is_told_and_not_repeated(home: Home, url: str, said: str) -> None:
    home.write("kabar.toml", f'[embedding]\nurl = "{url}"\n')
    problem = home.problem()
    assert problem.startswith("kabar.toml:2: embedding.url: ")
    assert said in problem
    assert "hunter22" not in problem


def test_mistakes_in_the_embedding_table_are_told(home: Home) -> None:
    home.write("kabar.toml", '[embedding]\nmodel = ""\nkey = "hunter22"\n')
    empty, unknown = home.problems({"KABAR_EMBEDDING_KEY": ""})
    assert empty == "kabar.toml:2: embedding.model: this must not be empty."
    assert unknown.startswith("kabar.toml:3: embedding.key: unknown key 'key'.")
    home.write("kabar.toml", "")
    for key in ("hunter 22", "hunter22é", "hunter22\n\tx"):
        problem = home.problem({"KABAR_EMBEDDING_KEY": key})
        assert problem.startswith("environment: KABAR_EMBEDDING_KEY: ")
        assert "hunter22" not in problem
    assert find_embedding_key({"KABAR_EMBEDDING_KEY": " sk-hunter22\n"}) == "sk-hunter22"


def test_mistakes_in_the_summaries_table_are_told(home: Home) -> None:
    home.write("kabar.toml", '[summaries]\nurl = "http://gpu.lan/v1/chat/completions"\nseconds = 0\nkey = "hunter22"\n')
    url, seconds, unknown = home.problems()
    assert url.startswith("kabar.toml:2: summaries.url: leave out /chat/completions")
    assert seconds.startswith("kabar.toml:3: summaries.seconds: ")
    assert unknown.startswith("kabar.toml:4: summaries.key: unknown key 'key'.")
    home.write("kabar.toml", '[summaries]\nurl = "http://gpu.lan/v1"\n')
    assert "has to be told which" in home.problem()
    home.write("kabar.toml", "")
    problem = home.problem({"KABAR_SUMMARIES_KEY": "hunter 22"})
    assert problem.startswith("environment: KABAR_SUMMARIES_KEY: ")
    assert "hunter" not in problem
    assert find_summaries_key({"KABAR_SUMMARIES_KEY": " sk-hunter22\n"}) == "sk-hunter22"


FEED = '[[feeds]]\nid = "a"\nurl = "https://a.example/feed"\n'


def test_a_secret_of_a_feed_is_in_the_environment_and_only_its_name_is_exported(home: Home) -> None:
    home.write("feeds.toml", FEED + 'headers = { Authorization = "Bearer ${NEWS_KEY}", "X-Plan" = "press" }')
    (feed,) = home.load({"NEWS_KEY": "s3cret"}).feeds
    assert feed.headers == (("Authorization", "Bearer ${NEWS_KEY}"), ("X-Plan", "press"))
    assert filled_in(feed.headers[0][1], {"NEWS_KEY": "s3cret"}) == "Bearer s3cret"
    assert header_secrets([feed], {"NEWS_KEY": "s3cret", "OTHER": "x"}) == ("s3cret",)
    assert 'headers = { "Authorization" = "Bearer ${NEWS_KEY}"' in feed_to_toml(feed)
    assert home.problem({}) == (
        "feeds.toml:4: headers: the variable NEWS_KEY of the header Authorization is not set. Set it where Kabar runs."
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('headers = "Authorization: x"', "a table is needed"),
        ('headers = { "A b" = "x" }', "is not the name of a header"),
        ('headers = { Host = "b.example" }', "the header Host is set by Kabar itself"),
        ("headers = { X-Plan = 1 }", "the value of X-Plan must be a text"),
        ('headers = { X-Plan = "a\\nHost: b" }', "the value of X-Plan must be one line"),
        ('headers = { x-plan = "a", X-Plan = "b" }', "twice"),
        ('user_agent = "a\\nb"', "a User-Agent is one line"),
        ('user_agent = "${NEWS_KEY}"', "a variable cannot be used here"),
    ],
)
def test_headers_that_cannot_be_sent_are_refused(home: Home, line: str, told: str) -> None:
    home.write("feeds.toml", FEED + line)
    assert told in home.problem({"NEWS_KEY": "s3cret"})


@pytest.mark.parametrize("written", ["feed://a.example/x", "feed:http://a.example/x"])
def test_an_address_may_have_the_scheme_of_feed_readers(home: Home, written: str) -> None:
    home.write("feeds.toml", f'[[feeds]]\nid = "a"\nurl = "{written}"\n')
    assert home.load().feeds[0].url == "http://a.example/x"


def test_every_key_of_a_feed_is_read(home: Home) -> None:
    home.write(
        "feeds.toml",
        """
        [[feeds]]
        id = "one"
        url = "https://a.example/feed"
        title = "The One"
        tags = ["World", "id", "world"]
        first_poll = "none"
        every = "5m"
        """,
    )
    assert home.load().feeds == (
        Feed(
            id=FeedId("one"),
            url="https://a.example/feed",
            title="The One",
            tags=("world", "id"),
            first_poll=FirstPoll.NONE,
            every=timedelta(minutes=5),
        ),
    )


def test_every_key_of_a_topic_is_read(home: Home) -> None:
    home.write("../seeds/drought.txt", "Kekeringan Melanda Desa\n\nSumur warga kering sejak bulan lalu di dua desa.")
    home.write(
        "topics/flood.toml",
        """
        name = "Banjir"
        examples = ["../../seeds/flood.txt", "https://news.example/flood"]
        unlike = ["../../seeds/drought.txt", "https://news.example/drought"]
        query = "banjir AND kota"
        require = "desa"
        exclude = "film"
        sensitivity = 0.7
        languages = ["id", "en"]
        feeds = ["World", "antara"]
        chats = [123456789, "@My_Channel", "-1001234567890/42"]
        delivery = "urgent"
        review = true
        """,
    )
    configuration = home.load()
    (topic,) = configuration.topics
    assert (topic.id, topic.name) == ("flood", "Banjir")
    (example,) = topic.examples
    assert (example.origin, example.title) == ("seeds/flood.txt", "Banjir Besar Melanda Kota")
    assert example.text.startswith("Hujan deras")
    (against,) = topic.counterexamples
    assert (against.origin, against.title) == ("seeds/drought.txt", "Kekeringan Melanda Desa")
    pending, pending_against = configuration.pending_examples
    assert (pending.topic_id, pending.url, pending.place.line) == ("flood", "https://news.example/flood", 3)
    assert (pending_against.url, pending_against.place.line) == ("https://news.example/drought", 4)
    assert (pending.opposing, pending_against.opposing) == (False, True)
    assert (topic.query, topic.require, topic.exclude) == ("banjir AND kota", "desa", "film")
    assert (topic.sensitivity, topic.languages, topic.feeds) == (
        0.7,
        (Language("id"), Language("en")),
        ("world", "antara"),
    )
    assert topic.destinations == (
        Destination("123456789"),
        Destination("@my_channel"),
        Destination("-1001234567890", 42),
    )
    assert topic.delivering is Delivering.URGENT
    assert topic.review


def test_review_is_true_or_false(home: Home) -> None:
    home.write("topics/flood.toml", 'name = "x"\nquery = "a"\nreview = "yes"\n')
    assert home.problem() == (
        'topics/flood.toml:3: review: the text "yes" is neither true nor false. Both are written without quotes.'
    )


def test_files_that_are_not_there_have_defaults(home: Home) -> None:
    (home.directory / "kabar.toml").unlink()
    configuration = home.load()
    assert configuration.settings == Settings()
    assert configuration.topics == ()


def test_byte_order_mark_and_windows_line_ends_are_fine(home: Home) -> None:
    home.write("kabar.toml", b'\xef\xbb\xbflanguage = "en"\r\ntimezone = "UTC"\r\n')
    assert home.load().settings.language == "en"


def test_hidden_copies_of_editors_are_no_topics(home: Home) -> None:
    home.write("topics/.#flood.toml", "not = toml = at all")
    assert home.load().topics == ()


# --- what is wrong ----------------------------------------------------------------------------


def test_every_problem_of_every_file_is_told(home: Home) -> None:
    home.write("kabar.toml", 'langauge = "id"\n[polling]\nevery = 15\n')
    home.write("feeds.toml", '[[feeds]]\nid = "A B"\nurl = "nowhere"\n')
    home.write("topics/flood.toml", 'name = "x"\nquery = "a"\nsensitivity = "ballanced"\nchats = ["42x"]\n')
    assert home.problems() == [
        'kabar.toml:3: polling.every: 15 has no unit. A number and s, m, h or d: "90s", "15m", "1h", "2d".',
        "kabar.toml:1: langauge: unknown key 'langauge'. Did you mean 'language'?",
        'feeds.toml:2: id: "A B" cannot be an id. Lower-case letters a-z, digits, - and _; at most 40 characters.',
        'feeds.toml:3: url: the text "nowhere" is not the address of a feed. '
        "It begins with http:// or https://, or with file: for a file.",
        'topics/flood.toml:3: sensitivity: the text "ballanced" is not known. '
        "Did you mean 'balanced'? Or a number from 0 to 1.",
        'topics/flood.toml:4: chats: "42x" is not a chat. '
        'A chat is 123456789, "@my_channel", or "-1001234567890/42" for a thread.',
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            'timezone = "Asia/Jakrta"',
            "kabar.toml:1: timezone: \"Asia/Jakrta\" is not a time zone. Did you mean 'Asia/Jakarta'?",
        ),
        ('timezone = "jakarta"', "Did you mean 'Asia/Jakarta'?"),
        ('timezone = "WITA"', 'Write "Asia/Makassar".'),
        ('timezone = "../../etc/passwd"', "is not a time zone."),
        ('timezone = ""', "kabar.toml:1: timezone: this must not be empty."),
        ('language = "jv"', '"id" (Indonesian) or "en" (English).'),
        ('every = "5m"', "kabar.toml:1: every: unknown key 'every'. It belongs under [polling]."),
        ('[delivery]\nlanguage = "id"', "It belongs at the top, before the first [table]."),
        ("[poling]", "kabar.toml:1: poling: unknown key 'poling'. Did you mean 'polling'?"),
        ("polling = 5", "kabar.toml:1: polling: a table is needed, not the number 5."),
        ("[polling]\nconcurrency = 0", "kabar.toml:2: polling.concurrency: 0 is out of range. From 1 to 200."),
        ("[polling]\nconcurrency = true", "a whole number is needed, not true."),
        (
            '[polling]\nat_least = "2h"\nat_most = "1h"',
            "kabar.toml:2: polling.at_least: at_least is longer than at_most.",
        ),
        ('[polling]\nevery = "2h"\nat_most = "1h"', "kabar.toml:2: polling.every: every is not between"),
        ('[polling]\nevery = "0s"', '"0s" is out of range. From 1s to 30d.'),
        ('[polling]\nevery = "1w"', 'the text "1w" is not a duration.'),
        ('[telegram]\nadmins = "42"', 'a list is needed, not the text "42". For example: admins = [123456789]'),
        ('[telegram]\nadmins = [\n  1,\n  "@me"\n]', 'kabar.toml:4: telegram.admins: the text "@me" is not a user id.'),
        ('[network]\nallow_hosts = ["http://x"]', 'kabar.toml:2: network.allow_hosts: "http://x" is not a host.'),
        ('[network]\nproxy = "socks5://u:secret@x"', "kabar.toml:2: network.proxy: this is not the address of an HTTP"),
        (
            '[telegram]\nwebhook = "https://kabar.example/telegram"',
            "kabar.toml:2: telegram.webhook: nothing would hear what Telegram posts there. "
            'Add [web] with listen = "127.0.0.1:8080".',
        ),
        ('[telegram]\nwebhook = "http://kabar.example/telegram"', "webhook: Telegram posts to https:// only."),
        ('[telegram]\nwebhook = "https://kabar.example:8080/telegram"', "Telegram does not post to port 8080."),
        ('[telegram]\nwebhook = "https://kabar.example"', "the address needs a path of its own"),
        ('[telegram]\nwebhook = "https://kabar.example/{x}"', "the address needs a path of its own"),
        (
            '[telegram]\nwebhook = "https://me:secret@kabar.example/x"',
            "this is not an address that Telegram can post to",
        ),
        ('[telegram]\nwebhook = "kabar.example/x"', "this is not an address that Telegram can post to."),
        ('[web]\nlisten = "8080"', 'kabar.toml:2: web.listen: the text "8080" is not an address and a port.'),
        ('[web]\nlisten = "localhost:8080"', '"127.0.0.1:8080" for a proxy on this computer'),
        ('[web]\nlisten = "127.0.0.1:0"', "is not an address and a port."),
        ('[web]\nlisten = "127.0.0.256:80"', "is not an address and a port."),
        ("[web]\nport = 80", "unknown key 'port'. Known here: listen, metrics, public_url."),
        ("[web]\nmetrics = true", 'web.metrics: nothing listens. Add listen = "127.0.0.1:8080".'),
        ('[web]\npublic_url = "https://kabar.example"', "web.public_url: nothing listens."),
        ('[web]\nlisten = "127.0.0.1:1"\npublic_url = "http://kabar.example"', "anybody on the way can change"),
        ('[web]\nlisten = "127.0.0.1:1"\npublic_url = "https://me:secret@kabar.example"', "that hubs can post to"),
        ('[web]\nlisten = "127.0.0.1:1"\npublic_url = "https://kabar.example/{x}"', "its path may have letters"),
        ("[alarms]\nquiet_days = -1", "kabar.toml:2: alarms.quiet_days: -1 is out of range."),
        ("language = id", "kabar.toml:1: this value cannot be read (Invalid value). Text and durations go in quotes"),
        ("\n[polling]\nevery = 15m", "kabar.toml:3: this value cannot be read"),
        ("language", "kabar.toml:1: this cannot be read"),
        ('language = "id"\nlanguage = "en"', "kabar.toml:2: this key or table is in the file twice."),
        ('language = "\\d"', 'kabar.toml:1: a backslash in a "…" text. Use single quotes'),
        (b'a = "b"\ntimezone = "\xff"', "kabar.toml: line 2 is not UTF-8 text. Save the file with the encoding UTF-8."),
        ("a = " + "9" * 5000, "kabar.toml: this is not a configuration file."),
        ("a = " + "[" * 100_000, "kabar.toml: this is not a configuration file."),
    ],
)
def test_mistakes_in_settings(home: Home, content: str | bytes, told: str) -> None:
    home.write("kabar.toml", content)
    problem = home.problem()
    assert told in problem
    assert "secret" not in problem


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('id = "a"', "feeds.toml:1: this feed has no url. Add url = "),
        ('url = "https://x.example/"', "feeds.toml:1: this feed has no id. Add id = "),
        ('id = "a"\nurl = "ftp://x.example/"', 'feeds.toml:3: url: the text "ftp://x.example/" is not the address'),
        ('id = "a"\nurl = "https://["', "is not the address of a feed."),
        ('id = "a"\nurl = "https://x.example/a b"', "is not the address of a feed."),
        ('id = "a"\nurl = "file://host/x"', "a file: address has no host."),
        (
            'id = "a"\nurl = "https://x.example/"\ntag = ["x"]',
            "feeds.toml:4: tag: unknown key 'tag'. Did you mean 'tags'?",
        ),
        ('id = "a"\nurl = "https://x.example/"\ntags = ["x", "y z"]', 'feeds.toml:4: tags: "y z" cannot be a tag.'),
        ('id = "a"\nurl = "https://x.example/"\nfirst_poll = "new"', "One of: recent, all, none."),
        (
            'id = "a"\nurl = "https://x.example/"\n[[feeds]]\nid = "a"\nurl = "https://y.example/"',
            "feeds.toml:5: id: the id 'a' is taken by the feed in line 2.",
        ),
        (
            'id = "a"\nurl = "https://x.example/f"\n[[feeds]]\nid = "b"\nurl = "http://www.X.example/f/"',
            "feeds.toml:6: url: the feed in line 3 has this address already.",
        ),
    ],
)
def test_mistakes_in_feeds(home: Home, content: str, told: str) -> None:
    home.write("feeds.toml", f"[[feeds]]\n{content}\n")
    assert told in home.problem()


def test_single_brackets_are_explained(home: Home) -> None:
    home.write("feeds.toml", '[feeds]\nid = "a"\n')
    assert (
        home.problem() == "feeds.toml:1: feeds: each of the feeds needs a table of its own. Begin each with [[feeds]]."
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('name = "x"', "topics/flood.toml: this topic watches nothing. Give it examples"),
        ('examples = []\nquery = " "', "this topic watches nothing."),
        (
            'query = "a"\nsenstivity = "broad"',
            "topics/flood.toml:2: senstivity: unknown key 'senstivity'. Did you mean 'sensitivity'?",
        ),
        ('query = "a"\nsensitivity = 1.5', "1.5 is out of range."),
        ('query = "a"\ndelivery = "digest"\ndigest_times = ["7", "25:00"]', "is no time of day."),
        ('query = "a"\ndigest_times = ["07:00"]', "only digests have times."),
        ('query = "a"\nsensitivity = nan', "nan is out of range."),
        (
            'query = "a"\nfeeds = ["wrold"]',
            "topics/flood.toml:2: feeds: no feed has the tag or id 'wrold'. Did you mean 'world'?",
        ),
        ('query = "a"\nfeeds = ["zzz"]', "There are: antara, id, world."),
        ('query = "a"\nfeeds = "world"', 'a list is needed, not the text "world".'),
        ('query = "(a AND b"', "topics/flood.toml:1: query: "),
        ("query = '''\nfine\nAND (b\n'''", "topics/flood.toml:3: query: "),
        ('query = "a"\nexclude = "(b"', "topics/flood.toml:2: exclude: "),
        ('query = ["a"]', "topics/flood.toml:1: query: a text in quotes is needed, not a list."),
        ('query = "a"\nlanguages = ["Indonesian"]', "topics/flood.toml:2: languages: "),
        ('query = "a"\nchats = ["my_channel"]', 'Did you mean "@my_channel"?'),
        ('query = "a"\nchats = ["https://t.me/my_channel"]', 'Did you mean "@my_channel"?'),
        ('query = "a"\nchats = [0]', '"0" is not a chat.'),
        ('query = "a"\nchats = [true]', "true is not a chat."),
        ('query = "a"\nchats = ["-100123/x"]', '"-100123/x" is not a chat.'),
        ('query = "a"\nchats = [\n1,\n"42x"]', 'topics/flood.toml:4: chats: "42x" is not a chat.'),
        ('query = "a"\ndelivery = "now"', "One of: instant, digest, urgent."),
        ('query = "a"\nreview = "true"', "Both are written without quotes."),
        ('query = "a"\nname = ""', "topics/flood.toml:2: name: this must not be empty."),
        (
            'examples = ["../../seeds/flod.txt"]',
            "topics/flood.toml:1: examples: example '../../seeds/flod.txt': there is no such file. Looked for at /",
        ),
        (
            'examples = [\n"../../seeds"]',
            "topics/flood.toml:2: examples: example '../../seeds': this is a folder, not a file.",
        ),
        ('examples = ["../../seeds/empty.txt"]', "there is no text in it."),
        (
            'examples = ["../../seeds/flood.txt"]\nunlike = ["../../seeds/flod.txt"]',
            "topics/flood.toml:2: unlike: example '../../seeds/flod.txt': there is no such file.",
        ),
        (
            'query = "x"\nunlike = ["../../seeds/flood.txt"]',
            "topics/flood.toml:2: unlike: what is unlike these must be like something. Give it examples as well",
        ),
        (
            'examples = ["../../seeds/flood.txt"]\nunlike = ["../../seeds/copy.txt"]',
            "topics/flood.toml:2: unlike: 'seeds/copy.txt' is among the examples as well. Remove it from one",
        ),
        (
            'examples = ["https://news.example/flood"]\nunlike = ["https://news.example/flood"]',
            "topics/flood.toml:2: unlike: 'https://news.example/flood' is among the examples as well.",
        ),
        ('examples = ["../../seeds/latin.txt"]', "line 1 is not UTF-8 text."),
    ],
)
def test_mistakes_in_topics(home: Home, content: str, told: str) -> None:
    home.write("../seeds/empty.txt", " \n\n")
    home.write("../seeds/latin.txt", "caf\xe9".encode("latin-1"))
    home.write("../seeds/copy.txt", (home.directory.parent / "seeds/flood.txt").read_text("utf-8"))
    home.write("topics/flood.toml", content)
    assert told in home.problem()


def test_same_topic_twice(home: Home) -> None:
    home.write("topics/a.toml", 'name = "Banjir"\nquery = "a"')
    home.write("topics/b.toml", 'query = "b"\nname = "banjir"')
    assert home.problem().startswith("topics/b.toml:2: name: the topic in topics/a.toml has this name already.")


def test_file_name_that_cannot_be_an_id(home: Home) -> None:
    home.write("topics/Banjir Besar.toml", 'query = "a"')
    assert home.problem().startswith("topics/Banjir Besar.toml: the file's name cannot be the id of a topic.")


def test_tags_are_not_doubted_while_the_feeds_cannot_be_read(home: Home) -> None:
    home.write("feeds.toml", "[[feeds]\n")
    home.write("topics/a.toml", 'query = "a"\nfeeds = ["anything"]')
    assert home.problem().startswith("feeds.toml:1: ")


def test_what_is_no_folder_is_told(home: Home) -> None:
    home.write("topics", "")
    assert home.problem() == "topics: the folder cannot be read: not a directory."


def test_home_of_nobody_is_told(home: Home) -> None:
    home.write("kabar.toml", '[telegram]\ntoken_file = "~nobody-at-all/token"\n')
    assert home.problem().startswith('kabar.toml:2: telegram.token_file: "~nobody-at-all/token" is not a path')


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_unreadable_file(home: Home) -> None:
    home.write("kabar.toml", "").chmod(0)
    assert home.problem() == "kabar.toml: the file cannot be read: permission denied."


def test_no_configuration_tells_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="kabar init DIR"):
        load_configuration(tmp_path / "nowhere", {})


def test_folder_above_the_configuration_is_noticed(home: Home) -> None:
    with pytest.raises(ConfigError) as caught:
        load_configuration(home.directory.parent, {})
    assert f"Did you mean --config {home.directory}?" in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("KABAR_DATABASE_URL", "postgresql://kabar:secret@db", "PostgreSQL needs the name of a database."),
        ("KABAR_DATABASE_URL", "mysql://kabar:secret@db/kabar", "this database is not supported."),
        ("KABAR_DATABASE_URL", "sqlite:///secret.db", "SQLite needs a full path."),
        ("KABAR_TELEGRAM_API_URL", "api.telegram.org", "this is not an http(s) address."),
    ],
)
def test_mistakes_in_the_environment(home: Home, variable: str, value: str, told: str) -> None:
    problem = home.problem({variable: value})
    assert problem.startswith(f"environment: {variable}: {told}")
    assert "secret" not in problem


def test_an_own_bot_api_server_may_post_to_any_port_and_to_this_computer_without_tls(home: Home) -> None:
    own = {"KABAR_TELEGRAM_API_URL": "http://127.0.0.1:8081"}
    for address in ("https://kabar.example:9000/telegram", "http://127.0.0.1:8080/telegram", "http://localhost:1/a/b"):
        home.write("kabar.toml", f'[telegram]\nwebhook = "{address}"\n[web]\nlisten = "127.0.0.1:8080"\n')
        assert home.load(own).settings.telegram.webhook == address


def test_listening_needs_no_webhook_since_there_is_healthz(home: Home) -> None:
    home.write("kabar.toml", '[web]\nlisten = "0.0.0.0:8080"\n')
    assert home.load().warnings == ()
    assert not home.load().settings.web.metrics


def test_warnings_do_not_stop_anything(home: Home) -> None:
    home.write("feeds.toml", '[[feeds]]\nid = "mine"\nurl = "file:later.xml"\n')
    home.write("topics/a.toml", 'name = "a"\nquery = "\'\'"\n'.replace("\"''\"", '"banjir or kota"'))
    configuration: Configuration = home.load()
    assert [str(warning.place) for warning in configuration.warnings] == ["feeds.toml:3: url", "topics/a.toml:2: query"]
    assert len(configuration.topics) == 1


def test_every_language_of_the_messages_has_a_catalogue() -> None:
    assert {path.stem for path in (ROOT / "bot/wording/locale").glob("*.po")} == set(LANGUAGES)


def test_mistakes_are_told_without_the_keys_in_their_lines(home: Home) -> None:
    key = "9f86d081884c7d659a2f"
    home.write(
        "feeds.toml",
        f'[[feeds]]\nid = "https://x.example/?token={key}"\nurl = "https://x.example/"\n'
        f'[[feeds]]\nid = "b"\nurl = "htps://me:{key}@x.example/"\n'
        f'[[feeds]]\nid = "c"\nurl = "me:{key}@x.example/rss"\n'
        f'[[feeds]]\nid = "d"\nurl = "https://x.example/{key}/rss x"\n',
    )
    with pytest.raises(ConfigError) as caught:
        home.load()
    assert len(caught.value.problems) == 4
    assert key not in str(caught.value)
    assert str(caught.value).count("x.example") == 4
