"""Updates of chats beside one another, in order within each, once, and not lost on the way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

import pytest

from bot.errors import StoreError
from bot.model import ReceivedUpdate, Role, UpdateId
from bot.telegram.context import ChatContext, OnAnswer, OnCommand, OnPress
from bot.telegram.transport import handling
from bot.telegram.transport.handling import TRIES
from bot.telegram.transport.incoming import Said
from bot.telegram.verbs import ButtonVerb
from tests.fakes.deliveries import NOW
from tests.unit.telegram.conftest import ADMIN, PATIENCE, Bench

OTHER = 4343


@dataclass
class Errands:
    """A dialogue: `/do X` calls what a test wants done, and notes it."""

    do: Callable[[str], Awaitable[None]]
    begun: list[str] = field(default_factory=list)
    done: list[str] = field(default_factory=list)
    presses: Mapping[ButtonVerb, OnPress] = field(default_factory=dict)
    answers: Mapping[str, OnAnswer] = field(default_factory=dict)

    @property
    def commands(self) -> Mapping[str, OnCommand]:
        return {"do": OnCommand(Role.MEMBER, self._do)}

    async def _do(self, turn: ChatContext, said: Said) -> None:
        assert said.command is not None
        self.begun.append(said.command.argument)
        await self.do(said.command.argument)
        self.done.append(said.command.argument)


@dataclass
class Broken:
    """A fault point at which the database fails so often."""

    times: int

    def reach(self, name: str) -> None:
        if name == "updates.handled" and self.times > 0:
            self.times -= 1
            raise StoreError("database or disk is full")


async def nothing(_what: str) -> None:
    """What is done at once."""


async def left(bench: Bench) -> int:
    async with bench.store.read() as unit:
        return len(await unit.updates.pending(100))


@pytest.fixture
def bench_of_two(bench: Bench) -> Bench:
    bench.admins += [ADMIN, OTHER]
    return bench


async def test_a_slow_chat_does_not_hold_up_another(bench_of_two: Bench) -> None:
    bench, go_on = bench_of_two, asyncio.Event()

    async def do(what: str) -> None:
        if what == "slow":
            await go_on.wait()

    errands = Errands(do)
    bench.more.append(errands)
    for user, what in ((ADMIN, "slow"), (ADMIN, "after"), (OTHER, "quick")):
        bench.api.user_sends(user, f"/do {what}")
    async with bench.serving():
        await bench.until(lambda: errands.done == ["quick"])
        assert errands.begun[0] == "slow"
        assert "after" not in errands.begun
        go_on.set()
        await bench.handled()
    assert errands.done == ["quick", "slow", "after"]


async def test_a_chat_is_answered_in_order_also_after_a_failure(bench_of_two: Bench) -> None:
    bench = bench_of_two
    bench.api.too_many_requests(retry_after=1)
    bench.api.user_sends(ADMIN, "/help")
    bench.api.user_sends(ADMIN, "/topics")
    async with bench.serving():
        first, second = await bench.answers(2, ADMIN)
        await bench.handled()
    assert first.text.startswith("Saya membaca sumber berita")
    assert second.text.startswith("Belum ada pantauan")


async def test_many_updates_of_many_chats_are_each_handled_once(bench_of_two: Bench) -> None:
    bench = bench_of_two

    async def do(_what: str) -> None:
        await asyncio.sleep(0.001)

    errands = Errands(do)
    bench.more.append(errands)
    users = range(1, 13)
    bench.admins.extend(users)
    for number in range(12):
        for user in users:
            bench.api.user_sends(user, f"/do {user}-{number}")
    async with bench.serving():
        await bench.handled()
    assert sorted(errands.begun) == sorted(f"{user}-{number}" for user in users for number in range(12))
    for user in users:
        assert [what for what in errands.done if what.startswith(f"{user}-")] == [f"{user}-{n}" for n in range(12)]


async def test_an_update_that_fails_thrice_is_given_up_and_the_next_is_handled(bench_of_two: Bench) -> None:
    bench = bench_of_two

    async def do(what: str) -> None:
        if what == "broken":
            raise ValueError(what)

    errands = Errands(do)
    bench.more.append(errands)
    bench.api.user_sends(ADMIN, "/do broken")
    bench.api.user_sends(ADMIN, "/do next")
    async with bench.serving():
        await bench.handled()
    assert errands.begun == ["broken"] * TRIES + ["next"]
    assert await left(bench) == 0


async def test_while_the_database_cannot_be_used_updates_wait(bench_of_two: Bench) -> None:
    bench = bench_of_two
    bench.faults, errands = Broken(5), Errands(nothing)
    bench.more.append(errands)
    bench.api.user_sends(ADMIN, "/do it")
    async with bench.serving():
        await bench.handled()
    assert errands.begun == ["it"] * 6  # more often than what is broken by itself
    assert bench.clock.slept == [10.0] * 5


async def test_at_the_end_what_is_begun_is_finished_and_the_rest_is_left_for_the_next_start(
    bench_of_two: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = bench_of_two
    monkeypatch.setattr(handling, "FINISH", PATIENCE)
    begun = asyncio.Event()

    async def do(what: str) -> None:
        begun.set()
        await asyncio.sleep(0.1)

    errands = Errands(do)
    bench.more.append(errands)
    for number in range(3):
        bench.api.user_sends(ADMIN, f"/do {number}")
    async with bench.serving():
        await asyncio.wait_for(begun.wait(), PATIENCE)
    assert errands.done == ["0"]
    assert await left(bench) == 2
    async with bench.serving():
        await bench.handled()
    assert errands.begun == ["0", "1", "2"]


async def test_what_takes_too_long_at_the_end_is_done_again_by_the_next_start(
    bench_of_two: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = bench_of_two
    monkeypatch.setattr(handling, "FINISH", 0.05)
    begun, goes_on_for = asyncio.Event(), [60.0, 0.0]

    async def do(_what: str) -> None:
        begun.set()
        await asyncio.sleep(goes_on_for.pop(0))

    errands = Errands(do)
    bench.more.append(errands)
    bench.api.user_sends(ADMIN, "/do it")
    async with bench.serving():
        await asyncio.wait_for(begun.wait(), PATIENCE)
    assert (errands.done, await left(bench)) == ([], 1)
    async with bench.serving():
        await bench.handled()
    assert errands.done == ["it"]


async def test_who_waits_for_another_try_does_not_hold_up_the_end(bench_of_two: Bench) -> None:
    bench = bench_of_two
    waiting = asyncio.Event()

    async def long_sleep(seconds: float) -> None:
        waiting.set()
        await asyncio.sleep(seconds)

    bench.clock.sleep = long_sleep  # type: ignore[method-assign]
    bench.api.too_many_requests(retry_after=600)
    bench.api.user_sends(ADMIN, "/help")
    async with bench.serving():
        await asyncio.wait_for(waiting.wait(), PATIENCE)
        started = asyncio.get_running_loop().time()
    assert asyncio.get_running_loop().time() - started < PATIENCE  # it would have waited for ten minutes
    assert await left(bench) == 1


async def test_an_answer_that_cannot_be_sent_for_half_an_hour_is_given_up(bench_of_two: Bench) -> None:
    bench = bench_of_two
    bench.api.fail_next(
        "sendMessage", 429, "Too Many Requests: retry after 900", parameters={"retry_after": 900}, times=9
    )
    bench.api.user_sends(ADMIN, "/help")
    async with bench.serving():
        await bench.handled()
    assert bench.api.messages(ADMIN) == ()
    assert 2 <= len(bench.api.calls("sendMessage")) <= 4


async def test_a_flood_from_one_chat_does_not_hold_up_another(bench_of_two: Bench) -> None:
    bench, begun = bench_of_two, asyncio.Event()
    flood = 400

    async def do(what: str) -> None:
        if what == "urgent":
            begun.set()

    errands = Errands(do)
    bench.more.append(errands)
    async with bench.store.write() as unit:
        for number in range(1, flood + 2):
            user, what = (OTHER, f"{number}") if number <= flood else (ADMIN, "urgent")
            await unit.updates.add([ReceivedUpdate(UpdateId(number), said(user, f"/do {what}"), NOW)])
    async with bench.serving():
        async with asyncio.timeout(PATIENCE):
            await begun.wait()
        async with bench.store.read() as unit:
            assert len(await unit.updates.pending(flood)) > flood / 2
        async with asyncio.timeout(PATIENCE):
            while await left(bench):  # noqa: ASYNC110 -- a database changes; no event tells of it
                await asyncio.sleep(0.1)
    assert [what for what in errands.done if what != "urgent"] == [str(number) for number in range(1, 31)]


def said(user: int, text: str) -> str:
    """An update with a command."""
    return json.dumps(
        {
            "update_id": 1,
            "message": {
                "message_id": 1,
                "date": 1,
                "chat": {"id": user, "type": "private"},
                "from": {"id": user, "is_bot": False, "first_name": "Sari"},
                "text": text,
                "entities": [{"type": "bot_command", "offset": 0, "length": 3}],
            },
        }
    )
