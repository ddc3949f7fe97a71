"""The door for hubs: what they are told, and how little anybody else learns."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from bot.adapters.web import hub_route
from bot.adapters.web.hub_routes import LARGEST_BODY
from bot.model import FeedId, FeedState, Subscription, SubscriptionState
from bot.store import Store
from bot.usecases.ingest.websub import HubKeeper
from tests.fakes.clock import FakeClock
from tests.fakes.hubs import FakeHubs, signature
from tests.fakes.near_sqlite import NearDatabases
from tests.unit.web.test_server import serving

TOPIC = "https://a.example/feed?a=1&b=ü"
CLOCK = FakeClock()
SUBSCRIPTION = Subscription(
    "t0ken", FeedId("a"), "https://hub.example/", TOPIC, "secret", SubscriptionState.WANTED, CLOCK.now(), CLOCK.now()
)
ASKS = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.challenge": "<b>42</b>", "hub.lease_seconds": "864000"}


@pytest.fixture(scope="module")
def databases() -> NearDatabases:
    return NearDatabases()


@pytest.fixture
async def store(tmp_path: Path, databases: NearDatabases) -> AsyncIterator[Store]:
    store = await databases.new(tmp_path / "kabar.db")
    async with store.write() as unit:
        await unit.feeds.save_state(FeedState(FeedId("a"), CLOCK.now()))
        await unit.subscriptions.save(SUBSCRIPTION)
    yield store
    await store.close()


@pytest.fixture
def keeper(store: Store) -> HubKeeper:
    async def take(feed_id: FeedId, body: bytes, headers: object) -> None:
        raise AssertionError("nobody reads here")

    return HubKeeper(store, FakeHubs(), CLOCK, "https://me.example/websub", take, lambda: (FeedId("a"),))


@pytest.fixture
async def client(keeper: HubKeeper) -> AsyncIterator[httpx.AsyncClient]:
    async with serving([hub_route("/websub", keeper)]) as client:
        yield client


async def activate(store: Store) -> None:
    async with store.write() as unit:
        await unit.subscriptions.save(
            replace(SUBSCRIPTION, state=SubscriptionState.ACTIVE, lease_until=CLOCK.now(), secret="secret")
        )


async def test_a_challenge_comes_back_as_plain_text(client: httpx.AsyncClient) -> None:
    answer = await client.get("/websub/t0ken", params=ASKS)
    assert (answer.status_code, answer.text) == (200, "<b>42</b>")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "changed"),
    [
        ("/websub/other", {}),
        ("/websub/", {}),
        ("/websub", {}),
        ("/websub/t0ken/x", {}),
        ("/websub/t0ken", {"hub.topic": "https://other.example/"}),
        ("/websub/t0ken", {"hub.mode": "unsubscribe"}),
        ("/websub/t0ken", {"hub.mode": ""}),
        ("/websub/t0ken", {"hub.challenge": ""}),
        ("/websub/t0ken", {"hub.challenge": "x" * 1001}),
    ],
)
async def test_what_was_not_asked_for_is_not_there(
    client: httpx.AsyncClient, store: Store, path: str, changed: dict[str, str]
) -> None:
    answer = await client.get(path, params=ASKS | changed)
    assert (answer.status_code, answer.content) == (404, b"")
    async with store.read() as unit:
        assert await unit.subscriptions.all() == (SUBSCRIPTION,)


async def test_a_denial_needs_no_challenge(client: httpx.AsyncClient, store: Store) -> None:
    told = {"hub.mode": "denied", "hub.topic": TOPIC, "hub.reason": "no"}
    assert (await client.get("/websub/t0ken", params=told)).status_code == 200
    async with store.read() as unit:
        assert (await unit.subscriptions.all())[0].asked_at is None


async def test_right_and_wrong_signatures_are_answered_alike(client: httpx.AsyncClient, store: Store) -> None:
    await activate(store)
    for signed in (signature("secret", b"x"), "sha256=0", "", "\xff"):
        headers = {b"X-Hub-Signature": signed.encode("latin-1")} if signed else {}
        answer = await client.post("/websub/t0ken", content=b"x", headers=headers)
        assert (answer.status_code, answer.content) == (202, b"")


async def test_posts_to_addresses_that_nobody_was_given_are_not_there(client: httpx.AsyncClient) -> None:
    answer = await client.post("/websub/guessed", content=b"x", headers={"X-Hub-Signature": signature("secret", b"x")})
    assert (answer.status_code, answer.content) == (404, b"")


async def test_a_body_that_is_too_large_is_not_read_to_its_end(client: httpx.AsyncClient) -> None:
    answer = await client.post("/websub/t0ken", content=b"x" * (LARGEST_BODY + 1))
    assert (answer.status_code, answer.content) == (413, b"")
