"""Updates are stored before they are confirmed, handled once, and survive what networks and updates do."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.model import ReceivedUpdate, UpdateId
from bot.telegram import BadTokenError, TelegramClient, TokenTakenError, UnreachableError, check_token
from bot.telegram.transport.long_polling import LONG_POLL
from tests.fakes.bot_api import TOKEN, FakeBotApi
from tests.unit.telegram.conftest import ADMIN, PATIENCE, Bench


@pytest.fixture
def api(served: FakeBotApi) -> FakeBotApi:
    """Over the network: what is said of connections here is to be true."""
    return served


async def test_an_update_is_answered_and_confirmed(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    bench.api.user_sends(ADMIN, "/help")
    async with bench.serving():
        (answer,) = await bench.answers(1, ADMIN)
        await bench.handled()
        bench.api.user_sends(ADMIN, "/help")
        await bench.answers(2, ADMIN)
    assert "/pantauan" in answer.text
    assert len(bench.api.messages(ADMIN)) == 2


async def test_an_update_is_in_the_store_before_the_offset_moves_on(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    bench.api.user_sends(ADMIN, "/help")
    bench.api.fail_next("sendMessage", 502, "Bad Gateway", times=50)
    async with bench.serving():
        await bench.until(lambda: bool(bench.api.calls("sendMessage")))
        async with bench.store.read() as unit:
            pending = await unit.updates.pending(10)
    assert [update.id for update in pending] == [bench.api.newest_update()]
    assert '"/help"' in pending[0].body


async def test_what_a_killed_process_left_is_handled_by_the_next(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    bench.api.user_sends(ADMIN, "/topics")
    (raw,) = await bench.client.updates(None, wait=timedelta(), kinds=())
    async with bench.store.write() as unit:
        await unit.updates.add([ReceivedUpdate(UpdateId(raw.id), raw.body, bench.clock.now())])
    async with bench.serving():
        await bench.answers(1, ADMIN)
        await bench.handled()
    assert len(bench.api.messages(ADMIN)) == 1


async def test_an_answer_that_could_not_be_sent_comes_later_and_once(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    bench.api.too_many_requests(retry_after=1)
    bench.api.user_sends(ADMIN, "/help")
    async with bench.serving():
        async with asyncio.timeout(PATIENCE):
            while not bench.api.messages(ADMIN):
                bench.clock.moment += timedelta(seconds=1)
                await asyncio.sleep(0.05)
        await bench.handled()
    assert len(bench.api.messages(ADMIN)) == 1


async def test_an_update_that_cannot_be_read_does_not_stop_the_others(bench: Bench) -> None:
    bench.admins.append(ADMIN)
    bench.api.deliver_update({"message": {"message_id": "what", "chat": 7}})
    bench.api.deliver_update({"from_a_later_bot_api": {}})
    bench.api.user_sends(ADMIN, "/help")
    async with bench.serving():
        await bench.answers(1, ADMIN)
        await bench.handled()
    assert len(bench.api.messages(ADMIN)) == 1


async def test_without_a_network_it_waits_and_then_works(api: FakeBotApi, bench: Bench) -> None:
    bench.admins.append(ADMIN)
    api.fail_next("getMe", times=3)
    api.user_sends(ADMIN, "/help")
    async with bench.serving():
        await bench.answers(1, ADMIN)
    assert bench.clock.slept[:3] == [1.0, 2.0, 4.0]
    assert [identity.username for identity in bench.ready] == ["kabar_test_bot"]


async def test_a_network_lost_on_the_way_comes_back(api: FakeBotApi, bench: Bench) -> None:
    bench.admins.append(ADMIN)
    api.fail_next("getUpdates", times=2)
    api.fail_next("getUpdates", 502, "Bad Gateway")
    api.user_sends(ADMIN, "/help")
    async with bench.serving():
        await bench.answers(1, ADMIN)
    assert bench.clock.slept[:3] == [1.0, 2.0, 4.0]


async def test_another_program_on_the_token_ends_the_run_with_what_to_do(api: FakeBotApi, bench: Bench) -> None:
    api.taken_by_another()
    with pytest.raises(TokenTakenError, match=r"^409: another program uses this token\. Stop that program"):
        await asyncio.wait_for(bench.service().run(asyncio.Event()), PATIENCE)


async def test_a_single_conflict_is_the_echo_of_an_earlier_process(api: FakeBotApi, bench: Bench) -> None:
    bench.admins.append(ADMIN)
    api.fail_next("getUpdates", 409, "Conflict: terminated by other getUpdates request", times=2)
    api.user_sends(ADMIN, "/help")
    async with bench.serving():
        await bench.answers(1, ADMIN)
    assert bench.clock.slept == [1.0, 1.0]


async def test_of_two_programs_on_one_token_one_stays(bench: Bench) -> None:
    """The fake ends an earlier getUpdates when a later one comes, as Telegram does."""
    bench.admins.append(ADMIN)
    first, second = (asyncio.create_task(bench.service().run(asyncio.Event())) for _ in range(2))
    done, left = await asyncio.wait({first, second}, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
    assert isinstance(next(iter(done)).exception(), TokenTakenError)
    bench.api.user_sends(ADMIN, "/help")
    await bench.answers(1, ADMIN)
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    assert len(left) == 1


async def test_a_bad_token_ends_the_run(api: FakeBotApi, bench: Bench) -> None:
    async with TelegramClient("7000000009:AAnotherTokenThatNobodyMaySee_987654", api.url) as wrong:
        bench.client = wrong
        with pytest.raises(BadTokenError, match="Telegram refuses the bot token"):
            await asyncio.wait_for(bench.service().run(asyncio.Event()), PATIENCE)


async def test_it_stops_at_once_in_the_middle_of_a_long_poll(bench: Bench) -> None:
    stop = asyncio.Event()
    task = asyncio.create_task(bench.service().run(stop))
    await bench.until(lambda: bool(bench.api.calls("getUpdates")))
    stop.set()
    await asyncio.wait_for(task, LONG_POLL.total_seconds() / 2)
    assert task.exception() is None


async def test_checking_a_token(api: FakeBotApi) -> None:
    identity = await check_token(TOKEN, api.url)
    assert identity.username == "kabar_test_bot"
    assert identity.start_link("abc") == "https://t.me/kabar_test_bot?start=abc"
    with pytest.raises(BadTokenError, match="Copy it again from @BotFather"):
        await check_token("123456:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", api.url)
    with pytest.raises(BadTokenError):
        await check_token("123456:AAA/../../x?", api.url)
    with pytest.raises(UnreachableError, match=r"^Telegram cannot be reached at http://127.0.0.1:9: no connection\."):
        await check_token(TOKEN, "http://127.0.0.1:9")


async def test_an_answer_that_is_not_of_the_bot_api_is_no_traceback(api: FakeBotApi) -> None:
    with pytest.raises(UnreachableError) as caught:
        await check_token(TOKEN, f"{api.url}/elsewhere")
    assert TOKEN not in str(caught.value)
