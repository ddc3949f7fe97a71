"""Answers that are none: every body with every status to every method, and the real process among them.

First each way in which Kabar calls a method of the Bot API meets each body with each status, over the network, and what
becomes of the call is looked at. Then the real process goes through hours in which nothing it asks is answered by a
Bot API, also at its start: alerts, edits, digests, votes, questions and files are owed when Telegram is back.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Final

import structlog

from bot.telegram import TelegramClient
from tests.benchmarks.durability.context import Context, Outcome
from tests.e2e.kabar_process import Home, KabarProcess
from tests.e2e.news import article, feed_of
from tests.e2e.ordeal import first_line
from tests.fakes.bot_api import FakeBotApi, FakeMessage, Fault
from tests.fakes.feed_server import FeedServer
from tests.fakes.feeds import Item
from tests.fakes.foreign_answers import STATUSES, bodies
from tests.unit.telegram.every_method import AGAIN, CALLS, CHAT, DONE, UNHEARD, called

ROUNDS, QUICK_ROUNDS = 10, 1
LASTS, QUICK_LASTS = 20.0, 3.0
"""Seconds of each round in which no answer is one."""
CHATS, QUICK_CHATS = 60, 20
QUICK_CALLS = 600
AT_ONCE = 8
PERSON: Final = 1001
SECOND: Final = "Outlet 2"
NO_STATS: Final = "No alerts came in t"
ANSWERS: Final = ("I read news sources", "This is no OPML lis", "document", "photo")
"""How answers begin, or what they bring: to /help, a file that was sent, /feeds export and /stats."""
REFUSALS: Final = frozenset({"answer-refused", "menu-not-set", "delivery-dead", "chat-paused", "chat-migrated"})
"""Events that say that an answer was taken for a refusal."""
NOTHING_CAME = 180.0
"""Seconds after which what has not come is lost: the back-off is far shorter by then."""


def run(context: Context) -> Outcome:
    """Dead letters, tracebacks, losses, ends of the process: all are to be 0."""
    matrix = asyncio.run(_matrix(context))
    siege = _Siege(context)
    siege.run()
    return Outcome(matrix.is_kept and siege.is_kept, (str(matrix), *matrix.examples, *siege.lines))


# --- every method, body and status ---------------------------------------------------------------


@dataclass(slots=True)
class _Matrix:
    calls: int = 0
    wrong: dict[str, str] = field(default_factory=dict)
    """What became of calls that were not made again."""

    @property
    def is_kept(self) -> bool:
        return not self.wrong

    @property
    def examples(self) -> tuple[str, ...]:
        return tuple(f"  {what}: {became}" for what, became in list(self.wrong.items())[:10])

    def __str__(self) -> str:
        known = len(bodies())
        return (
            f"{known} bodies × {len(STATUSES)} statuses × {len(CALLS)} methods, called in "
            f"{sum(map(len, CALLS.values()))} ways: {self.calls:,} calls, {len(self.wrong)} not made again"
        )


async def _matrix(context: Context) -> _Matrix:
    random = Random(context.seed)
    cases = [
        (method, way, status, name)
        for method, ways in CALLS.items()
        for way in ways
        for status in STATUSES
        for name in bodies()
    ]
    if context.quick:
        cases = random.sample(cases, QUICK_CALLS)
    by_method: dict[str, list[tuple[str, str, int, str]]] = {}
    for case in cases:
        by_method.setdefault(case[0], []).append(case)
    matrix = _Matrix()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with FakeBotApi() as api:
        api.add_chat(CHAT)
        async with TelegramClient(api.token, api.url) as client:
            waiting = list(by_method.values())

            async def work() -> None:
                while waiting:  # of one method one after the other: their faults are planned in order
                    await _tried(api, client, waiting.pop(), matrix)

            await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    return matrix


async def _tried(
    api: FakeBotApi, client: TelegramClient, cases: Sequence[tuple[str, str, int, str]], matrix: _Matrix
) -> None:
    known = bodies()
    for method, way, status, name in cases:
        api.plan(method, [Fault(status, body=known[name])])
        became = await called(CALLS[method][way], client)
        matrix.calls += 1
        if became != (DONE if method in UNHEARD else AGAIN):
            matrix.wrong[f"{method} ({way}), {status}, {name}"] = became


# --- the real process ------------------------------------------------------------------------------


class _Siege:
    """Kabar with many chats, and rounds in which nothing that it asks is answered by a Bot API."""

    def __init__(self, context: Context) -> None:
        self._random = Random(context.seed)
        self._rounds = QUICK_ROUNDS if context.quick else ROUNDS
        self._lasts = QUICK_LASTS if context.quick else LASTS
        self._others = [2000 + number for number in range(QUICK_CHATS if context.quick else CHATS)]
        self._bodies = tuple(bodies().values())
        self._struck: Counter[str] = Counter()
        self._feeds: dict[str, list[Item]] = {"/first": [], "/second": []}
        self._lost: list[str] = []
        self._ended = 0
        self._dead = self._tracebacks = 0
        folder = context.folder / "foreign-answers"
        folder.mkdir()
        self._home = Home(folder, context.nursery, context.nursery.environment)

    @property
    def is_kept(self) -> bool:
        return not (self._lost or self._ended or self._dead or self._tracebacks)

    @property
    def lines(self) -> tuple[str, ...]:
        struck = ", ".join(f"{name} {count:,}" for name, count in self._struck.most_common())
        return (
            f"the real process, {len(self._others) + 1} chats, {self._rounds} rounds of {self._lasts:g} s: "
            f"{self._struck.total():,} answers that were none ({struck})",
            f"dead letters {self._dead}, tracebacks {self._tracebacks}, lost {len(self._lost)}, "
            f"ended by itself {self._ended}",
            *(f"  lost: {what}" for what in self._lost[:10]),
        )

    def run(self) -> None:
        with FakeBotApi() as api, FeedServer() as server:
            for chat in (PERSON, *self._others):
                api.add_chat(chat)
            self._home.environment |= {"KABAR_TELEGRAM_TOKEN": api.token, "KABAR_TELEGRAM_API_URL": api.url}
            self._home.configure(*map(server.url, self._feeds))
            self._home.topic("korea", query="korea", chats=[str(chat) for chat in (PERSON, *self._others)])
            for path in self._feeds:
                self._publish(server, path)
            api.misbehave(self._fault)
            with self._home.start("run") as kabar:
                try:
                    self._start(kabar, api)
                    for number in range(1, self._rounds + 1):
                        self._round(number, kabar, api, server)
                    assert kabar.stop() == 0, kabar.err[-3000:]
                except AssertionError as error:
                    self._ended += not kabar.is_running()
                    self._lost.append(str(error))
            self._count(kabar)

    def _start(self, kabar: KabarProcess, api: FakeBotApi) -> None:
        """It starts while nothing is right."""
        kabar.wait_for_event("telegram-unreachable")
        self._wait(kabar, lambda: self._struck.total() >= 3, "attempts to connect")
        api.misbehave(None)
        kabar.wait_for_event("telegram-connected")
        self._wait(kabar, lambda: bool(api.calls("getUpdates")), "updates asked for")

    def _fault(self, method: str) -> Fault:
        """Any body with any status; sometimes the call has been carried out all the same."""
        self._struck[method] += 1
        delivered = method not in {"getupdates", "getfile", "file"} and self._random.random() < 0.05
        return Fault(self._random.choice(STATUSES), body=self._random.choice(self._bodies), delivered=delivered)

    def _round(self, number: int, kabar: KabarProcess, api: FakeBotApi, server: FeedServer) -> None:
        """News, then (in every second round) a copy of them, which edits their messages; each time, questions, too.

        No answer is one until each chat was struck.
        """
        news, edits = article((number + 1) // 2), number % 2 == 0
        strikes = Counter({"editmessagetext" if edits else "sendmessage": len(self._all)})
        before, until = Counter(self._struck), time.monotonic() + self._lasts
        api.misbehave(self._fault)
        if edits:
            link = f"https://second.example/{number}"
            self._publish(server, "/second", Item(news.title, news.text, link, link, short=True))
            api.user_presses(PERSON, self._alert(api, PERSON, news.title), "👍", language_code="en")
        else:
            self._publish(server, "/first", news)
        for words in ("/help", "/feeds export", "/stats"):
            api.user_sends(PERSON, words, language_code="en")
        api.user_sends(PERSON, "", document=("a.opml", b"<opml><body/></opml>"), language_code="en")
        self._wait(kabar, lambda: time.monotonic() >= until and not (strikes - (self._struck - before)), "faults")
        api.misbehave(None)
        self._wait(kabar, lambda: all(self._has(api, chat, news.title) for chat in self._all), f"alert, round {number}")
        self._wait(kabar, lambda: self._answered(api, number), f"answers, round {number}")
        if edits:
            edited = f"Also reported by: {SECOND}"
            alerts = [self._alert(api, chat, news.title) for chat in self._all]
            self._wait(kabar, lambda: all(edited in alert.text for alert in alerts), f"edits, round {number}")
            self._wait(kabar, lambda: "👍 ✓" in alerts[0].buttons, f"the vote, round {number}")

    @property
    def _all(self) -> tuple[int, ...]:
        return (PERSON, *self._others)

    def _has(self, api: FakeBotApi, chat: int, title: str) -> bool:
        return any(first_line(message.text) == title for message in api.messages(chat))

    def _alert(self, api: FakeBotApi, chat: int, title: str) -> FakeMessage:
        """The last, as one that arrived while its answer was none came again."""
        return [message for message in api.messages(chat) if first_line(message.text) == title][-1]

    def _answered(self, api: FakeBotApi, number: int) -> bool:
        """Whether each question of so many rounds has got an answer; some have got two, as nobody knew of the first."""
        messages = api.messages(PERSON)
        kinds = Counter(message.file.kind if message.file else first_line(message.text)[:19] for message in messages)
        kinds["photo"] += kinds[NO_STATS]
        return all(kinds[kind] >= number for kind in ANSWERS)

    def _publish(self, server: FeedServer, path: str, *items: Item) -> None:
        self._feeds[path] += items
        server.put_feed(path, feed_of(*self._feeds[path]))

    def _wait(self, kabar: KabarProcess, happened: Callable[[], bool], what: str) -> None:
        """Until it has happened; what has not in time is lost. AssertionError if the process has ended."""
        until = time.monotonic() + NOTHING_CAME
        while not happened():
            assert kabar.is_running(), f"ended by itself: {kabar.err[-3000:]}"
            if time.monotonic() > until:
                self._lost.append(what)
                return
            time.sleep(0.1)

    def _count(self, kabar: KabarProcess) -> None:
        self._dead = len(self._home.dead_letters())
        self._tracebacks = kabar.err.count("Traceback (most recent call last)")
        self._lost += [f"{event['event']} {event}" for event in kabar.events if event["event"] in REFUSALS]
