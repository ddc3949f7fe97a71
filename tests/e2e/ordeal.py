"""Kabar's worst day: killed again and again while news keep coming, people talk to it, and outlets and Telegram fail.

`Ordeal` lets it happen; what it came to is counted by `tests.e2e.reckoning`.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from random import Random
from typing import Final

import asyncpg

from tests.e2e.kabar_process import Home, KabarProcess
from tests.e2e.news import article, feed_of
from tests.fakes.bot_api import Call, FakeBotApi, FakeMessage, Fault
from tests.fakes.feed_server import Answer, FeedServer
from tests.fakes.feeds import Item

PERSON, GROUP, FORUM, PATIENT = 1001, -1002002, -1003003, 1007
OTHERS = (1004, 1005, 1006)
COPIED, GATHERED = "rice", "salt"
"""The topic whose articles a second outlet has too, so that messages are edited; and the one told in digests."""

READERS: Final = {"korea": (PERSON, GROUP), COPIED: (PERSON, FORUM), "bread": OTHERS, GATHERED: (PATIENT,)}
"""Who is told of what. Two topics in one chat, several chats of one topic."""

EVERY: Final = {"korea": 6.0, COPIED: 12.0, "bread": 3.0, GATHERED: 5.0}
"""Seconds between two articles of one topic: groups take 20 messages a minute, and it must end some time."""

IN_A_DOCUMENT = 100
FAILING = 0.1
"""The share of articles with whose coming an outlet fails, a third of it."""

CALLS_FAILING = 0.3
"""The share of calls that fail."""

COPIES_AFTER = 3.0
"""Seconds after which the second outlet has an article."""

DIGEST_TIMES: Final = [f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(0, 60, 2)]
"""As often as a test can wait for."""

DIGEST: Final = "Your digest: "
_HEADINGS: Final = re.compile(rf"{DIGEST}|\d+ more alerts?\b|While ")
"""How digests begin: also those of a first poll or a budget, on a machine that has much else to do."""
ALSO: Final = "Also reported by: "

WELL = Fault(200, delivered=True)
LATE: Final = "answered late"
FAULTS: Final = {
    "429, wait a second": Fault(429, "Too Many Requests: retry after 1", {"retry_after": 1}),
    "502": Fault(502, "Bad Gateway"),
    "connection dropped": Fault(),
    "dropped after it was delivered": Fault(delivered=True),
    LATE: Fault(200, delivered=True, hang=4.0),  # a kill may come before the answer
}
METHODS: Final = ("sendMessage", "editMessageText", "editMessageReplyMarkup", "answerCallbackQuery", "getUpdates")

POINTS: Final = (
    "poll.fetched",
    "poll.matched",
    "poll.before-commit",
    "poll.committed",
    "deliver.leased",
    "deliver.sent",
    "deliver.recorded",
    "updates.stored",
    "updates.handled",
)
"""Where the process can be told to kill itself (`bot.adapters.faults`)."""

RANDOM_KILL, TERM = "SIGKILL at any moment", "SIGTERM"
NOTHING_CAME = 180.0
"""Seconds after which what has not come is lost: a digest comes every two minutes."""

MOST_WATCHES = 40
"""A chat may have 50."""

MOST_VOTES = 150
"""Of a topic, the newest 200 are kept."""

FIRST_START = 1.0
"""Seconds that a start takes, as long as none was seen."""

_CALLS = 40_000


@dataclass(frozen=True, slots=True)
class Life:
    """A process from start to end (time.monotonic()), and what ended it."""

    started: float
    ended: float
    end: str
    worker: str = ""
    """Which of several it was."""

    @property
    def was_killed(self) -> bool:
        return self.end != TERM


class Outlets:
    """A feed a topic, each with a new article from time to time; sometimes one of them fails for a moment."""

    def __init__(self, server: FeedServer, random: Random, topics: Collection[str]) -> None:
        self._server = server
        self._random = random
        self._items: dict[str, list[Item]] = {topic: [] for topic in topics}
        self._copied = 0
        self._copy_at = 0.0
        self._next = dict.fromkeys(topics, 0.0)
        self._mended_at = dict.fromkeys(topics, 0.0)
        self._stored = dict.fromkeys(topics, 0)
        self._stale: set[str] = set()
        """Topics whose server does not yet give the newest document."""
        self.failures: Counter[str] = Counter()

    def publish(self) -> None:
        """What is due by now."""
        for topic, items in self._items.items():
            now = time.monotonic()
            if now >= self._next[topic] and self._is_read(topic):
                self._next[topic] = now + EVERY[topic]
                items.append(_published_now(len(items) + 1, topic))
                self._stale.add(topic)
                if self._random.random() < 3 * FAILING:
                    self._break(topic, now)
            if topic in self._stale and now >= self._mended_at[topic]:
                self._stale.remove(topic)
                self._server.put_feed(f"/{topic}", feed_of(*items[-IN_A_DOCUMENT:]))
        self._copy()

    def _copy(self) -> None:
        """The second outlet prints what the first one has, a little later."""
        if (
            self._copied < len(self._items[COPIED])
            and time.monotonic() >= self._next[COPIED] - EVERY[COPIED] + COPIES_AFTER
        ):
            self.copy_all()

    def _is_read(self, topic: str) -> bool:
        """Whether the document has room: what leaves it before anybody has stored it is lost by nobody's fault."""
        return len(self._items[topic]) < self._stored[topic] + IN_A_DOCUMENT // 2

    def note_stored(self, counts: Mapping[str, int]) -> None:
        """How many articles of each topic have been stored by now."""
        self._stored |= counts

    def copy_all(self) -> None:
        self._copied = len(self._items[COPIED])
        copies = [replace(one, guid=f"copy-{one.guid}", link=f"{one.link}/copy") for one in self._items[COPIED]]
        self._server.put_feed("/copies", feed_of(*copies[-IN_A_DOCUMENT:]))

    def add(self, item: Item) -> None:
        """One more, out of turn, in the first outlet."""
        first = next(iter(self._items))
        self._server.put_feed(f"/{first}", feed_of(*self._items[first][-IN_A_DOCUMENT:], item))

    def mend_all(self) -> None:
        for topic, items in self._items.items():
            self._server.put_feed(f"/{topic}", feed_of(*items[-IN_A_DOCUMENT:]))
        self.copy_all()

    def titles(self, topic: str) -> list[str]:
        """All that was published, in order."""
        return [item.title for item in self._items[topic]]

    def _break(self, topic: str, now: float) -> None:
        document = feed_of(*self._items[topic][-IN_A_DOCUMENT:])
        name, answer = self._random.choice(
            (
                ("503", Answer(b"busy", status=503)),
                ("an empty page", Answer(b"")),
                ("half a document", Answer(document[: len(document) // 2], headers={"content-type": "text/xml"})),
                ("a page of a hotel's network", Answer(b"<html><body>Please log in</body></html>")),
            )
        )
        self.failures[f"feed: {name}"] += 1
        self._mended_at[topic] = now + 1.5
        self._server.put(f"/{topic}", answer)


def _published_now(number: int, topic: str) -> Item:
    """An entry that is older than what was read before it would be taken for an old one."""
    return replace(article(number, topic), published=datetime.now(UTC))


@dataclass(slots=True)
class Person:
    """Asks, makes watches and votes in a private chat; each press is made once, as by somebody who trusts it."""

    api: FakeBotApi
    random: Random
    updates: list[int] = field(default_factory=list)
    """Ids of all that was said and pressed."""
    questions: int = 0
    watches: list[str] = field(default_factory=list)
    saved: set[str] = field(default_factory=set)
    voted: set[str] = field(default_factory=set)
    """First lines of the alerts."""

    def act(self) -> None:
        """Perhaps something new, and Save where a card has come."""
        self.save_what_is_shown()
        what = self.random.random()
        if what < 0.3:
            self._say("/help")
            self.questions += 1
        elif what < 0.6 and len(self.watches) < MOST_WATCHES:
            self.watches.append(f"watched{len(self.watches) + 1}x")
            self._say(f"/watch {self.watches[-1]}")
        elif what < 0.9:
            self._vote()

    def save_what_is_shown(self) -> None:
        for message in self.api.messages(PERSON):
            word = first_line(message.text).removeprefix("New watch: ")
            if word in self.watches and word not in self.saved and "Save" in message.buttons:
                self._press(message, "Save")
                self.saved.add(word)

    def _vote(self) -> None:
        alerts = [m for m in self.api.messages(PERSON) if "👍" in m.buttons and first_line(m.text) not in self.voted]
        if alerts and len(self.voted) < MOST_VOTES:
            message: FakeMessage = self.random.choice(alerts)
            self._press(message, "👍")
            self.voted.add(first_line(message.text))

    def _say(self, text: str) -> None:
        self.updates.append(self.api.user_sends(PERSON, text, language_code="en"))

    def _press(self, message: FakeMessage, button: str) -> None:
        query_id = self.api.user_presses(PERSON, message, button, language_code="en")
        self.updates.append(int(query_id.removeprefix("q")))


def first_line(text: str) -> str:
    return text.partition("\n")[0]


def lines_told(text: str) -> list[str]:
    """What a message tells of: its first line, or, of a digest, the title of each article."""
    if not _HEADINGS.match(text):
        return [first_line(text)]
    return [line[2:].partition(" — ")[0] for line in text.splitlines() if line.startswith("• ")]


class Ordeal:
    """Runs Kabar in a home on a feed server and a fake Bot API, and ends it in every way."""

    def __init__(self, home: Home, api: FakeBotApi, feeds: FeedServer, seed: int, *, is_short: bool = False) -> None:
        """`is_short`: without the minute that the last edit of a message takes, and without digests, which take two."""
        self.is_short = is_short
        self.home = home
        self.api = api
        self.seed = seed
        self.random = Random(seed)
        self.readers = {topic: chats for topic, chats in READERS.items() if not (is_short and topic == GATHERED)}
        self.outlets = Outlets(feeds, self.random, self.readers)
        self.person = Person(api, self.random)
        self.lives: list[Life] = []
        self.start_takes = FIRST_START
        """Seconds, lately: a life must be longer, or nothing would be lost because nothing was begun."""
        self.planned = {method: self._plan(method) for method in METHODS}
        for person in (PERSON, PATIENT, *OTHERS):
            api.add_chat(person)
        api.add_chat(GROUP, "supergroup", "Newsroom")
        api.add_chat(FORUM, "supergroup", "Forum", threads=(7,))
        home.environment |= {"KABAR_TELEGRAM_TOKEN": api.token, "KABAR_TELEGRAM_API_URL": api.url}
        home.configure(*(feeds.url(f"/{path}") for path in (*self.readers, "copies")))
        gathered = {"delivery": "digest", "digest_times": DIGEST_TIMES}
        for topic, chats in self.readers.items():
            named = [f"{chat}/7" if chat == FORUM else str(chat) for chat in chats]
            home.topic(topic, query=topic, chats=named, **(gathered if topic == GATHERED else {}))

    def live(self, longest: float) -> None:
        """One process, ended at a random moment: mostly killed, sometimes at a fault point, sometimes asked to end."""
        how = self.random.random()
        point = f"{self.random.choice(POINTS)}:{self.random.randint(1, 3)}" if how < 0.4 else ""
        until = time.monotonic() + (2 * longest if point else self.random.uniform(0.3, longest))
        act_at = time.monotonic() + self.random.uniform(0.0, longest)
        with self.home.start("run", KABAR_FAULT_POINT=point) as kabar:
            while time.monotonic() < until and kabar.is_running():
                self.outlets.publish()
                if time.monotonic() >= act_at:
                    act_at = time.monotonic() + 4.0
                    self.person.act()
                time.sleep(0.02)
            if not kabar.is_running():
                assert kabar.wait() == -9, f"seed {self.seed}: ended by itself\n{kabar.err[-3000:]}"
                end = f"SIGKILL at {point.partition(':')[0]}"
            elif how > 0.9:
                assert kabar.stop() in {0, -15}  # -15: it had not begun to listen for signals
                end = TERM
            else:
                kabar.kill()
                end = RANDOM_KILL
        self.lives.append(Life(kabar.started_at, time.monotonic(), end))
        self._note_start(self.lives[-1])
        self.note_stored()

    def note_stored(self) -> None:
        """Let outlets know what is read."""
        try:
            titles = self.home.query("SELECT title FROM articles")
        except (sqlite3.OperationalError, asyncpg.UndefinedTableError):  # it was killed before there was a table
            return
        self.outlets.note_stored(Counter(title.rpartition(" ")[2] for (title,) in titles))

    def _note_start(self, life: Life) -> None:
        """A process is ready when it asks for updates."""
        first = next((call.at for call in self.api.calls("getUpdates") if call.at >= life.started), None)
        if first is None:
            self.start_takes = max(self.start_takes, life.ended - life.started)
        else:
            self.start_takes = (3 * self.start_takes + first - life.started) / 4

    def settle(self) -> None:
        """A last run, until all that was published is told and all that was said is answered.

        What has not come when nothing has come any more for long is left to be counted as lost.
        """
        self.outlets.mend_all()
        with self.home.start("run") as kabar:
            before = -1
            while not self._all_told() and before < (now := len(self.api.messages())):
                before = now
                self._wait(kabar, NOTHING_CAME, self._all_told)
            self._wait(kabar, 60, lambda: self._all_saved() and self.api.unconfirmed() == 0)
            self._wait(kabar, NOTHING_CAME, lambda: self.is_short or not self.unchanged())
            self.outlets.add(self.last_item)
            self._wait(kabar, 60, lambda: not self.person.saved or any(map(self.is_last, self.told(PERSON))))
            # What arrived while its answer was lost is still owed, and sent again, until an answer comes back.
            self._wait(kabar, 60, lambda: self.home.run("outbox", "--json").out == "")
            assert kabar.stop() == 0, kabar.err[-3000:]
        self.lives.append(Life(kabar.started_at, time.monotonic(), TERM))

    @property
    def last_item(self) -> Item:
        """An article that is on every watch that was made in the chat, and on nothing else."""
        return _published_now(1, " ".join(sorted(self.person.saved)) or "nothing")

    def is_last(self, line: str) -> bool:
        """A long title may be cut."""
        return line.startswith("Story 1 about watched")

    def watched(self) -> frozenset[str]:
        """The watches made in the chat that Kabar knows of."""
        return frozenset(line["query"] for line in self.home.run("topics", "--json").json if line["owner"] != "file")

    def told(self, chat: int) -> list[str]:
        """What a chat has got, repetitions too, in order: first lines, and of digests the titles."""
        return [line for message in self.api.messages(chat) for line in lines_told(message.text)]

    def unchanged(self) -> list[str]:
        """Messages that do not name the outlet that has copied their article yet; of repeated ones one does."""
        copied = set(self.outlets.titles(COPIED))
        found: list[str] = []
        for chat in READERS[COPIED]:
            texts: dict[str, list[str]] = {}
            for message in self.api.messages(chat):
                if first_line(message.text) in copied:
                    texts.setdefault(first_line(message.text), []).append(message.text)
            found += [
                f"{title}, in chat {chat}" for title, said in texts.items() if not any(ALSO in one for one in said)
            ]
        return found

    def calls(self, method: str = "sendMessage") -> list[tuple[Call, str]]:
        """The calls of a method and the name of the fault each met; empty: none."""
        names = {id(fault): name for name, fault in FAULTS.items()}
        planned = zip(self.api.calls(method), self.planned[method], strict=False)
        return [(call, names.get(id(fault), "")) for call, fault in planned]

    def _plan(self, method: str) -> list[Fault]:
        faults = list(FAULTS.values())
        planned = [self.random.choice(faults) if self.random.random() < CALLS_FAILING else WELL for _ in range(_CALLS)]
        self.api.plan(method, planned)
        return planned

    def _all_told(self) -> bool:
        return all(
            set(self.outlets.titles(topic)) <= set(self.told(chat))
            for topic, chats in self.readers.items()
            for chat in chats
        )

    def _all_saved(self) -> bool:
        self.person.save_what_is_shown()
        return self.person.saved == set(self.person.watches) == self.watched()

    def _wait(self, kabar: KabarProcess, seconds: float, happened: Callable[[], bool]) -> None:
        until = time.monotonic() + seconds
        while not happened() and time.monotonic() < until:
            assert kabar.is_running(), f"seed {self.seed}: ended by itself\n{kabar.err[-3000:]}"
            time.sleep(0.3)
