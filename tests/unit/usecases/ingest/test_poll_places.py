"""Feeds that hang starve no feed that answers, however they are spread over servers; all in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random

import pytest

from bot.feeds.poll_order import DuePoll, due_poll
from bot.model import Feed, FeedId, FeedState
from bot.usecases.ingest import poll_places
from bot.usecases.ingest.poll_places import PollPlaces, Turn
from tests.fakes.virtual_time import in_virtual_time

NOW = datetime(2026, 12, 1, tzinfo=UTC)
HANGS = 30.0
"""Seconds after which the fetcher gives up."""

ANSWERS, WORKS = 0.1, 0.05


def now() -> float:
    return asyncio.get_running_loop().time()


def new(name: str, server: str) -> DuePoll:
    return due_poll(Feed(FeedId(name), f"https://{server}/{name}"), None)


def well(name: str, server: str) -> DuePoll:
    return due_poll(Feed(FeedId(name), f"https://{server}/{name}"), FeedState(FeedId(name), NOW, succeeded_at=NOW))


def failing(name: str, server: str) -> DuePoll:
    return due_poll(Feed(FeedId(name), f"https://{server}/{name}"), FeedState(FeedId(name), NOW, failures=4))


@dataclass
class Day:
    """Polls, and when each ended; those whose name begins with `dead` get no answer."""

    places: PollPlaces
    ended: dict[str, float] = field(default_factory=dict)
    cut: list[str] = field(default_factory=list)
    at_once: dict[str, int] = field(default_factory=dict)
    most: dict[str, int] = field(default_factory=dict)
    working: int = 0
    most_working: int = 0

    async def poll(self, due: DuePoll) -> None:
        name = due.feed.id
        async with self.places.taken(due) as turn:
            for what in (due.server, due.standing.name):
                self.at_once[what] = self.at_once.get(what, 0) + 1
                self.most[what] = max(self.most.get(what, 0), self.at_once[what])
            is_dead = name.startswith("dead")
            answer = await turn.asking(asyncio.sleep(HANGS if is_dead else ANSWERS, "something"))
            turn.note_answer(is_answered=not is_dead)
            if answer is None:
                self.cut.append(name)
            if not is_dead:
                self.working += 1
                self.most_working = max(self.most_working, self.working)
                await asyncio.sleep(WORKS)
                self.working -= 1
            for what in (due.server, due.standing.name):
                self.at_once[what] -= 1
        self.ended[name] = now()

    async def live(self, polls: Sequence[DuePoll], enough: Callable[[], bool] | None = None) -> None:
        tasks = [asyncio.create_task(self.poll(due)) for due in polls]
        if enough is None:
            await asyncio.gather(*tasks)
            return
        while not enough():  # noqa: ASYNC110 -- time passes at once here
            await asyncio.sleep(0.5)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def last_good(self) -> float:
        return max(at for name, at in self.ended.items() if name.startswith("good"))

    def good(self) -> int:
        return sum(name.startswith("good") for name in self.ended)


def spread(kind: Callable[[str, str], DuePoll], name: str, count: int, servers: int) -> list[DuePoll]:
    return [kind(f"{name}{number}", f"{name}{number % servers}.example") for number in range(count)]


@pytest.mark.parametrize("servers", [500, 40, 3])
@pytest.mark.parametrize("order", ["dead first", "good first", "mixed"])
@in_virtual_time
async def test_among_five_hundred_new_feeds_that_hang_all_good_ones_are_read_within_seconds(
    servers: int, order: str
) -> None:
    day = Day(PollPlaces(16, 256, 2))
    dead, good = spread(new, "dead", 500, servers), spread(new, "good", 20, 20)
    polls = {"dead first": [*dead, *good], "good first": [*good, *dead]}.get(order, [*dead, *good])
    if order == "mixed":
        Random(7).shuffle(polls)
    await day.live(polls, lambda: day.good() == 20)
    assert day.last_good() < 12
    assert not [name for name in day.cut if name.startswith("good")]


@in_virtual_time
async def test_on_one_server_with_five_hundred_that_hang_a_known_feed_goes_first_and_a_new_one_has_its_turn() -> None:
    day = Day(PollPlaces(16, 256, 2))
    dead = spread(new, "dead", 500, 1)
    known, fresh = well("good", "dead0.example"), new("good-new", "dead0.example")
    await day.live([*dead, known, fresh], lambda: day.good() == 2)
    assert day.ended["good"] < HANGS + 1
    assert day.ended["good-new"] <= 30 * 60  # twice the usual interval
    assert day.most["dead0.example"] == 2


@in_virtual_time
async def test_what_fails_for_long_gets_a_quarter_and_half_of_a_server() -> None:
    day = Day(PollPlaces(16, 256, 2))
    dead = [*spread(failing, "dead-here", 20, 1), *spread(failing, "dead", 400, 400)]
    await day.live([*dead, *spread(well, "good", 100, 100)], lambda: day.good() == 100)
    assert day.last_good() < 3
    await asyncio.sleep(0)
    assert day.most["FAILING"] <= 16 // 4 + 256 // 4
    assert day.most["dead-here0.example"] == 1


@in_virtual_time
async def test_a_few_that_hang_have_all_their_time() -> None:
    day = Day(PollPlaces(16, 256, 2))
    await day.live([*spread(new, "dead", 200, 200), *spread(new, "good", 20, 20)])
    assert day.cut == []
    assert day.ended["dead0"] == HANGS


@in_virtual_time
async def test_a_server_that_is_slow_and_answers_is_not_cut_short() -> None:
    places, ended = PollPlaces(16, 256, 2), list[object]()

    async def poll(due: DuePoll) -> None:
        async with places.taken(due) as turn:
            ended.append(await turn.asking(asyncio.sleep(12, "something")))
            turn.note_answer(is_answered=True)

    await asyncio.gather(*(poll(due) for due in spread(new, "slow", 20, 1)))
    assert ended == ["something"] * 20


@in_virtual_time
async def test_no_more_work_at_once_than_places() -> None:
    day = Day(PollPlaces(4, 256, 2))
    await day.live(spread(new, "good", 100, 100))
    assert day.most_working <= 4


@in_virtual_time
async def test_what_takes_long_for_its_work_keeps_its_place_and_what_waits_long_does_not() -> None:
    places, begun = PollPlaces(1, 1, 1), list[float]()

    async def poll(due: DuePoll, wait: Callable[[Turn], Awaitable[object]]) -> None:
        async with places.taken(due) as turn:
            begun.append(now())
            await wait(turn)

    await asyncio.gather(
        poll(new("a", "a.example"), lambda turn: turn.asking(asyncio.sleep(20))),
        poll(new("b", "b.example"), lambda _: asyncio.sleep(20)),
        poll(new("c", "c.example"), lambda _: asyncio.sleep(20)),
    )
    assert begun == [0, poll_places.PROMPT, pytest.approx(20 + poll_places.PROMPT)]


@in_virtual_time
async def test_who_gives_up_leaves_no_place_taken() -> None:
    day = Day(PollPlaces(1, 1, 1))
    waiting = [asyncio.create_task(day.poll(due)) for due in [*spread(new, "dead", 9, 1), *spread(new, "dead-x", 9, 9)]]
    await asyncio.sleep(7)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await day.live([new("good", "good.example"), new("good-too", "dead0.example")])
    assert day.last_good() < 8


@in_virtual_time
async def test_a_connection_that_takes_long_to_close_is_ended_once() -> None:
    places, reported = PollPlaces(2, 2, 2), list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context))

    async def hangs() -> None:
        try:
            await asyncio.sleep(HANGS)
        finally:
            await asyncio.sleep(3)

    async def poll(due: DuePoll) -> None:
        async with places.taken(due) as turn:
            await turn.asking(hangs())

    await asyncio.gather(*(poll(due) for due in spread(new, "dead", 40, 40)))
    assert reported == []


@in_virtual_time
async def test_servers_take_turns() -> None:
    day = Day(PollPlaces(2, 4, 2))
    await day.live([*spread(new, "good-many", 50, 1), *spread(new, "good-one", 5, 5)])
    assert max(day.ended[f"good-one{number}"] for number in range(5)) < 1


@in_virtual_time
async def test_a_time_limit_of_the_poll_itself_is_not_taken_for_a_cut() -> None:
    async def hangs() -> None:
        async with asyncio.timeout(1):
            await asyncio.sleep(20)

    async with PollPlaces(1, 1, 1).taken(new("a", "a.example")) as turn:
        with pytest.raises(TimeoutError):
            await turn.asking(hangs())
